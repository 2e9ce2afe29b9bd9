/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/flood.h - a machine is drowned: half-open connections, datagrams, echo requests (T1498.001, T1499.001). */
#ifndef DETECT_BEHAVIOUR_FLOOD_H
#define DETECT_BEHAVIOUR_FLOOD_H

#include "detect/behaviour/detector.h"

extern const struct detector flood_syn_detector, flood_udp_detector, flood_icmp_detector;

#endif
