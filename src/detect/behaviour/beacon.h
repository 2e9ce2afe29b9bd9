/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/beacon.h - a machine inside calls one outside service again and again, as regularly as a program does
 * (T1071): the score of beacon_score.h over its last calls.
 *
 * A pair costs eight bytes until its third call; calls less than a second apart are one. Names, clocks and other
 * protocols that are regular by nature do not count, nor do inside targets and calls that nobody answered.
 */
#ifndef DETECT_BEHAVIOUR_BEACON_H
#define DETECT_BEHAVIOUR_BEACON_H

#include "detect/behaviour/detector.h"

extern const struct detector beacon_detector;

#endif
