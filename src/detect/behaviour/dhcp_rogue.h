/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/dhcp_rogue.h - a second server gives addresses on a network that has its own (T1557.003). The servers of the
 * first minutes are taken for the right ones. */
#ifndef DETECT_BEHAVIOUR_DHCP_ROGUE_H
#define DETECT_BEHAVIOUR_DHCP_ROGUE_H

#include "detect/behaviour/detector.h"

extern const struct detector dhcp_rogue_detector;

#endif
