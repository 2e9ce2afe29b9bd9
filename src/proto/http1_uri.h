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
	bool decode_path_twice, decode_query, decode_query_twice;
};

/* The path with percent signs decoded, backslashes made slashes, slashes in a row made one, and dots removed (RFC 3986 5.2.4).
 * out: path.len bytes. Returns the length; *twice: an encoded percent sign was part of an encoding. */
size_t http1_uri_path(struct bytes path, uint8_t *out, const struct http1_uri_rules *rules, bool *twice);
/* Path and rest. out: target.len bytes. */
size_t http1_uri_normal(struct bytes target, uint8_t *out, const struct http1_uri_rules *rules, bool *twice);

#endif
