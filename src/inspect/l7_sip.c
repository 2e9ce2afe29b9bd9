/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_sip.h"

#include "inspect/eve_sip.h"
#include "inspect/l7_turn.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"
#include "proto/recognise.h"
#include "proto/sdp.h"
#include "proto/sip.h"

#include <netinet/in.h>

enum {
	BAD_MAX = 8,           /* datagrams one after the other */
	VALUES_MAX = 8,        /* of one field, and lines of one kind, that rules look into */
	BODY_READ_MAX = 32768, /* of a stream: what is longer is not waited for */
};

struct state {
	uint64_t next_tx;
	uint8_t bad_count;
	bool said_incomplete[2];
};

static enum l7_guess
guess(const struct l7_input *in)
{
	switch (recognise_sip(in->data, in->side == L7_CLIENT ? RECOGNISE_CLIENT : RECOGNISE_SERVER)) {
	case RECOGNISE_NO: return L7_NO;
	case RECOGNISE_MAYBE: return L7_MAYBE;
	case RECOGNISE_YES: return L7_YES;
	}
	return L7_NO;
}

static void
describe(const void *context, struct json *json)
{
	eve_sip_write(json, context);
}

/* ---- What rules look into ---- */

static void
put(struct view_set *v, enum view view, struct bytes value)
{
	if (value.len > 0)
		view_set_put(v, view, value);
}

static void
put_fields(struct view_set *v, const struct sip *m)
{
	static const enum view views[SIP_FIELDS] = {[SIP_FROM] = VIEW_SIP_FROM,
	    [SIP_TO] = VIEW_SIP_TO,
	    [SIP_VIA] = VIEW_SIP_VIA,
	    [SIP_USER_AGENT] = VIEW_SIP_USER_AGENT,
	    [SIP_CONTENT_TYPE] = VIEW_SIP_CONTENT_TYPE,
	    [SIP_CONTENT_LENGTH] = VIEW_SIP_CONTENT_LENGTH};
	struct bytes value;
	for (unsigned field = 0; field < SIP_FIELDS; field++) {
		struct bytes left = m->fields;
		for (size_t i = 0; i < VALUES_MAX && sip_next(&left, (enum sip_field)field, &value); i++)
			put(v, views[field], value);
	}
}

struct line_view {
	uint8_t kind;
	uint16_t view;
};

static void
put_lines(struct view_set *v, const struct line_view *kinds, size_t count, struct bytes section)
{
	struct bytes value;
	for (size_t k = 0; k < count; k++) {
		struct bytes left = section;
		for (size_t i = 0; i < VALUES_MAX && sdp_next(&left, kinds[k].kind, &value); i++)
			put(v, (enum view)kinds[k].view, value);
	}
}

static void
put_session(struct view_set *v, struct bytes body)
{
	static const struct line_view of_session[] = {{'o', VIEW_SDP_ORIGIN}, {'s', VIEW_SDP_SESSION_NAME},
	    {'i', VIEW_SDP_SESSION_INFO}, {'u', VIEW_SDP_URI}, {'e', VIEW_SDP_EMAIL}, {'p', VIEW_SDP_PHONE_NUMBER},
	    {'c', VIEW_SDP_CONNECTION_DATA}, {'b', VIEW_SDP_BANDWIDTH}, {'t', VIEW_SDP_TIME}, {'r', VIEW_SDP_REPEAT_TIME},
	    {'z', VIEW_SDP_TIMEZONE}, {'k', VIEW_SDP_ENCRYPTION_KEY}, {'a', VIEW_SDP_ATTRIBUTE}};
	static const struct line_view of_medium[] = {{'m', VIEW_SDP_MEDIA_MEDIA}, {'i', VIEW_SDP_MEDIA_INFO},
	    {'c', VIEW_SDP_MEDIA_CONNECTION_DATA}, {'k', VIEW_SDP_MEDIA_ENCRYPTION_KEY}};
	struct bytes session = sdp_session(body), left = body, medium;
	put_lines(v, of_session, LENGTH_OF(of_session), session);
	for (size_t i = 0; i < VALUES_MAX && session.len > 0 && sdp_medium(&left, &medium); i++)
		put_lines(v, of_medium, LENGTH_OF(of_medium), medium);
}

static void
show(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, const struct sip *m)
{
	struct view_set *v = sink_views(sink, in, tx);
	if (v == NULL)
		return;
	if (m->is_request) {
		put(v, VIEW_SIP_METHOD, m->method);
		put(v, VIEW_SIP_URI, m->uri);
		put(v, VIEW_SIP_REQUEST_LINE, m->line);
	} else {
		put(v, VIEW_SIP_STAT_CODE, m->code);
		put(v, VIEW_SIP_STAT_MSG, m->reason);
		put(v, VIEW_SIP_RESPONSE_LINE, m->line);
	}
	put(v, VIEW_SIP_PROTOCOL, m->version);
	put_fields(v, m);
	put_session(v, m->body);
	sink_show(sink, true);
}

/* ---- Messages ---- */

static void
say(struct state *s, const struct l7_input *in, struct sink *sink, const struct sip *m)
{
	struct l7_flow room;
	sink_count_transaction(sink, APP_SIP, in->flow->ip_proto);
	struct l7_tx tx = {.id = s->next_tx++, .describe = describe, .context = m};
	show(sink, in, &tx, m);
	struct json *j = sink_open(sink, BYTES("sip"), l7_turn_to_sender(in, &room));
	if (j == NULL)
		return;
	eve_sip_write(j, m);
	sink_close(sink);
}

static struct l7_step
read_datagram(struct state *s, const struct l7_input *in, struct sink *sink)
{
	struct l7_step done = {.used = in->data.len, .verdict = L7_MORE};
	struct sip m;
	size_t used;
	enum parse result = sip_parse(in->data, true, &used, &m);
	if (result == PARSE_OK) {
		s->bad_count = 0;
		say(s, in, sink, &m);
		return done;
	}
	bool empty = in->data.len <= 4; /* what keeps the way through a router open (RFC 5626 3.5.1) */
	if (empty)
		return done;
	sink_anomaly(sink, in, APP_SIP, result == PARSE_SHORT ? BYTES("incomplete_data") : BYTES("invalid_data"));
	if (++s->bad_count >= BAD_MAX)
		done.verdict = L7_BROKEN;
	return done;
}

static struct l7_step
read_stream(struct state *s, const struct l7_input *in, struct sink *sink)
{
	struct l7_step step = {.verdict = L7_MORE};
	for (;;) {
		struct bytes left = bytes_after(in->data, step.used);
		struct sip m;
		size_t used;
		while (left.len > 0 && (left.at[0] == '\r' || left.at[0] == '\n')) /* between messages (RFC 3261 7.5) */
			left = bytes_after(left, 1);
		step.used = in->data.len - left.len;
		if (left.len == 0)
			return step;
		enum parse result = sip_parse(left, false, &used, &m);
		if (result == PARSE_BAD) {
			sink_anomaly(sink, in, APP_SIP, BYTES("invalid_data"));
			step.verdict = L7_BROKEN;
			return step;
		}
		bool waits = result == PARSE_SHORT ||
		    (m.body.len < m.body_len && m.body.len < BODY_READ_MAX && left.len < L7_WAITING_MAX / 2);
		if (waits && !in->end)
			return step;
		if (result == PARSE_SHORT) {
			if (!s->said_incomplete[in->side])
				sink_anomaly(sink, in, APP_SIP, BYTES("incomplete_data"));
			s->said_incomplete[in->side] = true;
			return step;
		}
		say(s, in, sink, &m);
		step.used += used + m.body.len;
		if (m.body.len < m.body_len) {
			step.skip = m.body_len - m.body.len;
			return step;
		}
	}
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	return in->flow->ip_proto == IPPROTO_UDP ? read_datagram(state, in, sink) : read_stream(state, in, sink);
}

const struct l7_parser l7_sip_parser = {
    .app = APP_SIP,
    .tcp = true,
    .udp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
};
