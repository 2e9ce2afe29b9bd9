/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/arp_spoof.h - a card claims addresses that another card held a moment ago, again and again, unasked or for
 * several addresses at once: traffic is being diverted (T1557.002). A replaced router does it once, to everybody. */
#ifndef DETECT_BEHAVIOUR_ARP_SPOOF_H
#define DETECT_BEHAVIOUR_ARP_SPOOF_H

#include "detect/behaviour/detector.h"

extern const struct detector arp_spoof_detector;

#endif
