/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/dns_tunnel.h - data travels in DNS names (T1071.004): one machine asks for very many different long names, or
 * text records, under one domain. A resolver that passes them on is not accused. */
#ifndef DETECT_BEHAVIOUR_DNS_TUNNEL_H
#define DETECT_BEHAVIOUR_DNS_TUNNEL_H

#include "detect/behaviour/detector.h"

extern const struct detector dns_tunnel_detector;

#endif
