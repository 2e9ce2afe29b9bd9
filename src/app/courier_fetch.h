/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/courier_fetch.h - files that the courier (app/courier.h) brings: by its parent's errands, all to one host. */
#ifndef APP_COURIER_FETCH_H
#define APP_COURIER_FETCH_H

#include "connect/courier_wire.h"
#include "sandbox/channel.h"

/* In the role: from the first errand on, until the parent closes. 0 or 1: the exit status. */
int courier_fetch_serve(int parent, struct channel_message *first, uint8_t *buffer, size_t size);

/* For the parent, before its sandbox. */
struct courier_fetch {
	int end; /* of the channel; -1: none is there */
	struct courier_errand errand;
};
/* Its host is that of all that is fetched. ca_cstr: the one authority that is trusted; NULL: those of the system. 0, or a negative errno with
 * diag. */
MUST_USE int courier_fetch_start(struct courier_fetch *f, const char *url_cstr, const char *ca_cstr, struct diag *diag);
/* 1: *bytes (the caller's to free) is what is there; 0: nothing is (404, 410); a negative errno with diag: it cannot be had. */
MUST_USE int courier_fetch_get(
    struct courier_fetch *f, const char *url_cstr, uint64_t bytes_max, uint8_t **bytes, size_t *len, struct diag *diag);
void courier_fetch_end(struct courier_fetch *f);

#endif
