/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/http1_uri.h - the target of a request as rules look into it: what different spellings of one address have in common. */
#ifndef PROTO_HTTP1_URI_H
#define PROTO_HTTP1_URI_H

#include "core/bytes.h"

/* The parts of a target: "http://host" left out, and what the path ends with. */
struct http1_uri {
	struct bytes path; /* as written */
	struct bytes rest; /* with its '?' or '#' */
};
struct http1_uri http1_uri_split(struct bytes target);

struct http1_uri_rules {
	bool decode_path_twice; /* usually once */
	bool decode_query;      /* usually not */
};

/* The path with percent signs decoded, backslashes made slashes, slashes in a row made one, and dots removed (RFC 3986 5.2.4).
 * out: path.len bytes. Returns the length. */
size_t http1_uri_path(struct bytes path, uint8_t *out, const struct http1_uri_rules *rules);
/* Whether it is encoded still when it was decoded as usual, in what these rules decode again. */
bool http1_uri_is_twice(struct bytes target, const struct http1_uri_rules *rules);
/* Path and rest. out: target.len bytes. */
size_t http1_uri_normal(struct bytes target, uint8_t *out, const struct http1_uri_rules *rules);

#endif
