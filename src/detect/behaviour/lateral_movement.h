/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/lateral_movement.h - a machine inside opens administration services of several others (T1021). */
#ifndef DETECT_BEHAVIOUR_LATERAL_MOVEMENT_H
#define DETECT_BEHAVIOUR_LATERAL_MOVEMENT_H

#include "detect/behaviour/detector.h"

extern const struct detector lateral_movement_detector;

#endif
