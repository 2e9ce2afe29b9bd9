/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_syslog_text.h - what the message of a log line says: a login, a packet at a firewall, an alert. */
#ifndef ARRIVAL_ARRIVAL_SYSLOG_TEXT_H
#define ARRIVAL_ARRIVAL_SYSLOG_TEXT_H

#include "arrival/arrival_eve.h"

/* Each: false, it says no such thing. True with ARRIVAL_NOTHING: it does, and it is nothing for detectors. The time is in
 * out->observation already; of a login, so is the machine that tells it (dst). */
MUST_USE bool arrival_syslog_text_login(struct bytes program, struct bytes message, struct arrival *out);
MUST_USE bool arrival_syslog_text_firewall(struct bytes program, struct bytes message, struct arrival *out);
/* Where the time is 0, it is taken from the message. */
MUST_USE bool arrival_syslog_text_cef(struct bytes message, struct arrival *out);

#endif
