/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_event.h - what arrived in another form as a line of EVE JSON, so that all events are kept and found in one way.
 *
 * What EVE has no word for, a log-in that a server's log tells, is an event of type "login". Read by arrival_eve.h, flows, dns, tls, http
 * and ssh come back as they were.
 */
#ifndef ARRIVAL_ARRIVAL_EVENT_H
#define ARRIVAL_ARRIVAL_EVENT_H

#include "arrival/arrival_eve.h"
#include "core/json.h"

/* origin_cstr: who told it, "zeek". Without an end of line. False: it says nothing, or there is no room. */
MUST_USE bool arrival_event_write(struct json *json, const struct arrival *arrival, const char *origin_cstr);

#endif
