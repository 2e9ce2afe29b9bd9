/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/amplification.h - large datagram answers that their receiver never asked for (T1498.002). */
#ifndef DETECT_BEHAVIOUR_AMPLIFICATION_H
#define DETECT_BEHAVIOUR_AMPLIFICATION_H

#include "detect/behaviour/detector.h"

extern const struct detector amplification_detector;

#endif
