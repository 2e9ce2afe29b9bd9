/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/mime_url.h - addresses of pages ("http://...") in a text that comes in pieces. */
#ifndef PROTO_MIME_URL_H
#define PROTO_MIME_URL_H

#include "core/kept.h"

enum { MIME_URL_MAX = 1024, MIME_URL_SCHEMES = 8, MIME_URL_SCHEME_MAX = 24 };

struct mime_url_settings {
	bool enabled, with_scheme; /* kept with "http://" */
	uint8_t scheme_count;
	char schemes[MIME_URL_SCHEMES][MIME_URL_SCHEME_MAX]; /* "http", NUL ended */
};

/* The end of the text so far, in which an address may have begun. */
struct mime_url {
	uint16_t len;
	uint8_t text[MIME_URL_MAX];
};

void mime_url_begin(struct mime_url *u);
void mime_url_add(
    struct mime_url *u, const struct mime_url_settings *settings, struct bytes text, struct kept *kept, uint8_t kind);
void mime_url_end(struct mime_url *u, const struct mime_url_settings *settings, struct kept *kept, uint8_t kind);

#endif
