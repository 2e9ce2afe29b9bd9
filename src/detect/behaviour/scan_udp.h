/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/scan_udp.h - one source tries many UDP ports of one machine, or one on many machines (T1046). */
#ifndef DETECT_BEHAVIOUR_SCAN_UDP_H
#define DETECT_BEHAVIOUR_SCAN_UDP_H

#include "detect/behaviour/detector.h"

extern const struct detector scan_udp_detector;

#endif
