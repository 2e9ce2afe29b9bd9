/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/sdp.h - what a session is to be like (RFC 8866): lines "x=value", those of the session first, then those of each medium.
 *
 *	for (struct bytes left = sdp_session(body), value; sdp_next(&left, 'a', &value);)
 */
#ifndef PROTO_SDP_H
#define PROTO_SDP_H

#include "core/cursor.h"

/* The lines before the first medium; empty when the body does not begin as one of SDP does ("v="). */
struct bytes sdp_session(struct bytes body);
/* The next medium: from its "m=" to the one after. *left: the body at first. */
bool sdp_medium(struct bytes *left, struct bytes *medium);
/* The next line of this kind, as it stands there, without its end. */
bool sdp_next(struct bytes *left, uint8_t kind, struct bytes *value);
/* The next line of any kind; false: the end, or a line that is none. */
bool sdp_line(struct bytes *left, uint8_t *kind, struct bytes *value);
/* The first of this kind; at NULL: there is none. */
struct bytes sdp_first(struct bytes section, uint8_t kind);

#endif
