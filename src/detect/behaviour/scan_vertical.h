/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/scan_vertical.h - one source tries many TCP ports of one machine (T1046). */
#ifndef DETECT_BEHAVIOUR_SCAN_VERTICAL_H
#define DETECT_BEHAVIOUR_SCAN_VERTICAL_H

#include "detect/behaviour/detector.h"

extern const struct detector scan_vertical_detector;

#endif
