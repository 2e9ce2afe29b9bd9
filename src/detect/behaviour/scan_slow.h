/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/scan_slow.h - a search for ports or machines spread over an hour or more (T1046). */
#ifndef DETECT_BEHAVIOUR_SCAN_SLOW_H
#define DETECT_BEHAVIOUR_SCAN_SLOW_H

#include "detect/behaviour/detector.h"

extern const struct detector scan_slow_detector;

#endif
