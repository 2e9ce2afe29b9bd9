/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_http.h - the "http" object of an EVE event, in Suricata 8's names and order. */
#ifndef INSPECT_EVE_HTTP_H
#define INSPECT_EVE_HTTP_H

#include "core/json.h"

/* Empty text is not written. */
struct http1_head;

struct eve_http {
	const struct http1_head *request, *response; /* whose fields are written; NULL: none */
	struct bytes hostname, url, user_agent, content_type, content_range, referer, method, protocol, redirect;
	int32_t port;    /* below 0: not written */
	uint16_t status; /* 0: not written */
	uint64_t length; /* of the response body, on the wire */
};

void eve_http_write(struct json *j, const struct eve_http *http);

#endif
