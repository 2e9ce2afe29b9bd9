/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/exfiltration.h - a machine sends outside, within an hour, much more than it ever did (T1048). Judged against
 * its own past only: without a past nothing is said. Downloads do not count: the flow must be mostly upload. */
#ifndef DETECT_BEHAVIOUR_EXFILTRATION_H
#define DETECT_BEHAVIOUR_EXFILTRATION_H

#include "detect/behaviour/detector.h"

extern const struct detector exfiltration_detector;

#endif
