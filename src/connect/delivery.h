/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* connect/delivery.h - the conversation with GLPI's REST API or with a webhook, over whatever carries HTTP: pure but for that.
 *
 * What may be sent twice is tried again after a moment, a few times; what may not (a new ticket whose answer got lost) is told
 * instead. No answer is believed beyond the few values that are looked for in it.
 */
#ifndef CONNECT_DELIVERY_H
#define CONNECT_DELIVERY_H

#include "connect/connectors.h"

enum {
	DELIVERY_HEADERS_MAX = 8,
	DELIVERY_HEADER_MAX = 640,
	DELIVERY_URL_MAX = 2048,
	DELIVERY_ANSWER_MAX = 65536,
	DELIVERY_ID_MAX = 64,
	DELIVERY_REFERENCE_MAX = 96,
	DELIVERY_WAIT_S_MAX = 30,
};

struct delivery_request {
	const char *method_cstr;
	char url_cstr[DELIVERY_URL_MAX];
	char header_cstr[DELIVERY_HEADERS_MAX][DELIVERY_HEADER_MAX]; /* "Name: value" */
	size_t header_count;
	struct bytes body; /* JSON; empty: none */
};

struct delivery_answer {
	unsigned status;
	unsigned retry_after_s; /* 0: not said */
	struct bytes body;      /* valid until the next request */
};

/* What a request came to when there is no answer. */
enum delivery_fault {
	DELIVERY_ANSWERED,
	DELIVERY_NOT_SENT, /* nobody took it: it can be sent again */
	DELIVERY_LOST,     /* it may have arrived */
	DELIVERY_HOPELESS, /* sent again it would be the same: a certificate that is not to be trusted, an endless answer */
};

struct delivery_carrier {
	/* DELIVERY_ANSWERED with *out, else why in diag. */
	enum delivery_fault (*exchange)(
	    void *context, const struct delivery_request *request, struct delivery_answer *out, struct diag *diag);
	void (*pause)(void *context, unsigned seconds);
	void *context;
};

struct delivery_parcel {
	struct bytes body;      /* JSON as connect/ticket.h writes it */
	const char *id_cstr;    /* of the message: the same for the same content, so that receivers know it again */
	const char *known_cstr; /* the ticket it became before; "": none */
	int64_t now_s;
};

struct delivery_receipt {
	char reference_cstr[DELIVERY_REFERENCE_MAX]; /* of the ticket, or what a webhook calls it; may be empty */
	unsigned attempts;
	bool is_new; /* GLPI: a ticket was made, not changed */
};

/* 0, or a negative errno with diag: what happened, and what to do. */
MUST_USE int delivery_send(const struct connector *connector, const struct delivery_carrier *carrier,
    const struct delivery_parcel *parcel, struct delivery_receipt *out, struct diag *diag);

/* The first request, with its secrets left out: what --dry-run shows. */
MUST_USE int delivery_preview(const struct connector *connector, const struct delivery_parcel *parcel,
    struct delivery_request *out, struct diag *diag);

#endif
