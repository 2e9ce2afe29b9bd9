/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* connect/courier_wire.h - what goes to the process that speaks to the network, and what it brings back. Read as hostile by both. */
#ifndef CONNECT_COURIER_WIRE_H
#define CONNECT_COURIER_WIRE_H

#include "connect/delivery.h"
#include "core/cursor.h"
#include "core/text.h"
#include "core/writer.h"

enum courier_message {
	COURIER_PARCEL = 96,
	COURIER_RECEIPT,
	COURIER_FAULT, /* an error and a sentence */
	COURIER_FETCH, /* with the descriptor of a memory file, for what comes */
	COURIER_FETCHED,
};

/* A file that is wanted. Those of one courier are on one host. */
struct courier_errand {
	enum language language;
	struct connector from; /* url_cstr, ca_cstr, timeout_s; and what connectors_url() makes of it */
	uint64_t bytes_max;
};

struct courier_catch {
	unsigned status;          /* of HTTP */
	uint64_t bytes;           /* that were written; of a status of 200 only */
	char elsewhere_cstr[512]; /* where the server says that it is; "": it does not */
};

struct courier_order {
	enum language language;
	struct connector connector;
	struct delivery_parcel parcel;
};

void courier_wire_put_order(struct writer *w, const struct courier_order *order);
/* Texts live in the arena; the body of the parcel borrows from `body`. */
MUST_USE enum parse courier_wire_get_order(struct bytes body, struct arena *arena, struct courier_order *out);
void courier_wire_put_receipt(struct writer *w, const struct delivery_receipt *receipt);
MUST_USE enum parse courier_wire_get_receipt(struct bytes body, struct delivery_receipt *out);
void courier_wire_put_errand(struct writer *w, const struct courier_errand *errand);
MUST_USE enum parse courier_wire_get_errand(struct bytes body, struct arena *arena, struct courier_errand *out);
void courier_wire_put_catch(struct writer *w, const struct courier_catch *got);
MUST_USE enum parse courier_wire_get_catch(struct bytes body, struct courier_catch *out);
void courier_wire_put_fault(struct writer *w, int error, const struct diag *diag);
/* The error is negative; the sentence is in diag, with its file. */
MUST_USE enum parse courier_wire_get_fault(struct bytes body, int *error, struct diag *out);

#endif
