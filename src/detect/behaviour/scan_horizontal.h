/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/scan_horizontal.h - one source tries one port on many machines (T1046). */
#ifndef DETECT_BEHAVIOUR_SCAN_HORIZONTAL_H
#define DETECT_BEHAVIOUR_SCAN_HORIZONTAL_H

#include "detect/behaviour/detector.h"

extern const struct detector scan_horizontal_detector;

#endif
