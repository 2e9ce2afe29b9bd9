/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/scan_stealth.h - packets with flags that no honest program sends first: FIN, NULL, XMAS... (T1046). */
#ifndef DETECT_BEHAVIOUR_SCAN_STEALTH_H
#define DETECT_BEHAVIOUR_SCAN_STEALTH_H

#include "detect/behaviour/detector.h"

extern const struct detector scan_stealth_detector;

#endif
