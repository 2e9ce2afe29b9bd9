/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_http.h"

#include "inspect/l7_http_body.h"
#include "inspect/l7_http_login.h"
#include "inspect/l7_http_tx.h"
#include "inspect/l7_http_view.h"
#include "inspect/l7_settings.h"

enum phase {
	PHASE_HEAD, /* zero: where a flow starts */
	PHASE_FORM, /* a body whose first bytes are wanted together */
	PHASE_BODY,
	PHASE_CHUNK_LINE,
	PHASE_CHUNK,
	PHASE_CHUNK_END,
	PHASE_TRAILER,
	PHASE_DOUBT, /* a response that should have no body announces one: what follows tells */
	PHASE_AFTER, /* the length of a response that is over was doubtful, or no other follows: more bytes are its body too */
	PHASE_CLOSE,  /* a body until the connection ends */
	PHASE_TUNNEL, /* after CONNECT: waits for the answer */
	PHASE_INSIDE, /* in the tunnel: is it HTTP again, or TLS? */
	PHASE_LOST,   /* bytes were lost: waits for something that looks like a head */
};

enum { FORM_BYTES = 1024 };

struct side {
	uint64_t left; /* of the body or of the chunk */
	uint32_t seen; /* bytes in which the end of a head was looked for in vain */
	uint8_t phase, after_doubt;
	bool refused;   /* something was not HTTP: this side is done */
	bool continued; /* 100 Continue was seen for this message */
	bool is_doubtful;
	bool line_shown;  /* of a request whose head is not complete */
	bool inside_line; /* of such bytes: a head begins a line */
	bool unexpected;  /* bytes after it were taken for its body */
	uint32_t body;    /* handle of inspect/l7_http_body.h */
	uint64_t lost;    /* bytes of the body, before what comes next */
};

struct state {
	struct side sides[2];
	bool client_lost; /* requests were lost: responses without one are no wonder */
	struct l7_http_tx tx;
};
_Static_assert(sizeof(struct state) <= L7_STATE_MAX, "HTTP's state fits in what a protocol may keep");

/* One call of step(). */
struct call {
	struct state *state;
	struct side *side;
	const struct l7_input *in;
	struct sink *sink;
	struct bytes rest; /* not yet used */
	enum l7_verdict verdict;
	bool wake; /* the other side can go on */
};

struct complaint {
	uint32_t note;
	struct bytes name[2]; /* by side; empty: none */
};

#define NAME(text)                                        \
	{                                                 \
		(const uint8_t *)(text), sizeof(text) - 1 \
	}

static const struct complaint complaints[] = {
    {HTTP1_NO_COLON, {NAME("REQUEST_FIELD_MISSING_COLON"), NAME("RESPONSE_FIELD_MISSING_COLON")}},
    {HTTP1_BAD_LENGTH, {NAME("INVALID_CONTENT_LENGTH_FIELD_IN_REQUEST"), NAME("INVALID_CONTENT_LENGTH_FIELD_IN_RESPONSE")}},
    {HTTP1_REPEATED_LENGTH,
        {NAME("DUPLICATE_CONTENT_LENGTH_FIELD_IN_REQUEST"), NAME("DUPLICATE_CONTENT_LENGTH_FIELD_IN_RESPONSE")}},
    {HTTP1_BAD_CODING,
        {NAME("INVALID_TRANSFER_ENCODING_VALUE_IN_REQUEST"), NAME("INVALID_TRANSFER_ENCODING_VALUE_IN_RESPONSE")}},
    {HTTP1_ABNORMAL_CODING, {{0}, NAME("RESPONSE_ABNORMAL_TRANSFER_ENCODING")}},
    {HTTP1_BAD_FOLD, {NAME("INVALID_REQUEST_FIELD_FOLDING"), NAME("INVALID_RESPONSE_FIELD_FOLDING")}},
    {HTTP1_BAD_FIELD, {NAME("REQUEST_HEADER_INVALID"), NAME("RESPONSE_HEADER_INVALID")}},
    {HTTP1_TOO_MANY_FIELDS, {NAME("REQUEST_TOO_MANY_HEADERS"), NAME("RESPONSE_TOO_MANY_HEADERS")}},
    {HTTP1_LEADING_SPACE, {NAME("REQUEST_LINE_LEADING_WHITESPACE"), {0}}},
    {HTTP1_METHOD_DELIMITER, {NAME("METHOD_DELIM_NON_COMPLIANT"), {0}}},
    {HTTP1_TARGET_DELIMITER, {NAME("URI_DELIM_NON_COMPLIANT"), {0}}},
    {HTTP1_NO_PROTOCOL, {NAME("REQUEST_LINE_MISSING_PROTOCOL"), {0}}},
    {HTTP1_BAD_PROTOCOL, {NAME("REQUEST_LINE_INVALID"), NAME("RESPONSE_INVALID_PROTOCOL")}},
    {HTTP1_BAD_STATUS, {{0}, NAME("RESPONSE_INVALID_STATUS")}},
    {HTTP1_REPEATED_FIELD, {NAME("REQUEST_HEADER_REPETITION"), NAME("RESPONSE_HEADER_REPETITION")}},
    {HTTP1_LENGTH_AFTER_JUNK, {NAME("CONTENT_LENGTH_EXTRA_DATA_START"), NAME("CONTENT_LENGTH_EXTRA_DATA_START")}},
    {HTTP1_LENGTH_BEFORE_JUNK, {NAME("CONTENT_LENGTH_EXTRA_DATA_END"), NAME("CONTENT_LENGTH_EXTRA_DATA_END")}},
};

static void
complain(const struct call *call, struct bytes name)
{
	sink_anomaly(call->sink, call->in, APP_HTTP, name);
}

static void
complain_of_notes(const struct call *call, uint32_t notes)
{
	for (size_t i = 0; i < LENGTH_OF(complaints) && notes != 0; i++)
		if ((notes & complaints[i].note) != 0 && complaints[i].name[call->in->side].len > 0)
			complain(call, complaints[i].name[call->in->side]);
}

static void
complain_of_request(const struct call *call, const struct http1_head *head)
{
	complain_of_notes(call, head->notes & ~(uint32_t)(HTTP1_BARE_LF | HTTP1_FOLDED | HTTP1_BLANK_BEFORE));
	struct bytes host = head->known[HTTP1_HOST], in_target = http1_authority_of_target(head);
	if (host.at == NULL && head->protocol.len > 0 && head->minor >= 1)
		complain(call, BYTES("MISSING_HOST_HEADER"));
	struct http1_authority by_host = http1_authority(host), by_target = http1_authority(in_target);
	if (by_host.port == -2)
		complain(call, BYTES("REQUEST_HEADER_HOST_INVALID"));
	if (by_target.port == -2)
		complain(call, BYTES("INVALID_AUTHORITY_PORT"));
	if ((head->notes & HTTP1_HOST_REPEATED) != 0 ||
	    (in_target.len > 0 && host.len > 0 && !bytes_eq_nocase(by_host.host, by_target.host)))
		complain(call, BYTES("HOST_HEADER_AMBIGUOUS"));
	int32_t port = in_target.len > 0 ? by_target.port : by_host.port;
	if (port >= 0 && port != call->in->flow->server_port)
		complain(call, BYTES("REQUEST_SERVER_PORT_TCP_PORT_MISMATCH"));
	if (http1_uri_is_twice(head->target, &sink_settings(call->sink)->http.uri))
		complain(call, BYTES("DOUBLE_ENCODED_URI"));
	if (!l7_http_login_known_scheme(head))
		complain(call, BYTES("REQUEST_AUTH_UNRECOGNIZED"));
}

static void
use(struct call *call, size_t n)
{
	call->rest = bytes_after(call->rest, n);
}

static void
count_body(const struct call *call, uint64_t n)
{
	if (call->in->side == L7_CLIENT)
		l7_http_tx_request_body(&call->state->tx, n);
	else
		l7_http_tx_reply_body(&call->state->tx, n);
}

static struct l7_tx
told(const struct call *call)
{
	return l7_http_tx_told(&call->state->tx, call->in->side);
}

static void
pass_body(const struct call *call, struct bytes piece)
{
	count_body(call, piece.len);
	if (call->side->body == 0)
		return;
	struct l7_tx tx = told(call);
	l7_http_body_gap(call->sink, call->side->body, call->in, &tx, call->side->lost);
	call->side->lost = 0;
	l7_http_body_data(call->sink, call->side->body, call->in, &tx, piece);
}

/* Nothing more of this message comes. */
static void
close_message(const struct call *call, enum content_end end)
{
	struct l7_tx tx = told(call);
	l7_http_body_gap(call->sink, call->side->body, call->in, &tx, call->side->lost);
	l7_http_body_close(call->sink, call->side->body, call->in, call->in->flow, &tx, end);
	l7_http_view_end(call->sink, call->in, &tx);
	*call->side = (struct side){.phase = PHASE_HEAD};
	if (call->in->side == L7_CLIENT)
		l7_http_tx_request_end(&call->state->tx, call->in->flow, call->sink);
	else
		l7_http_tx_reply_end(&call->state->tx, call->in->flow, call->sink);
}

/* The message is complete as it says itself. */
static void
end_message(const struct call *call)
{
	if (call->side->is_doubtful)
		call->side->phase = PHASE_AFTER;
	else
		close_message(call, CONTENT_COMPLETE);
}

/* This side is not HTTP from here on; the other one may well answer with an error. */
static void
refuse(struct call *call, struct bytes complaint)
{
	complain(call, complaint);
	call->side->refused = true;
	call->verdict = L7_SIDE_DONE;
}

static bool
is_form(const struct http1_head *head)
{
	struct bytes type = head->known[HTTP1_CONTENT_TYPE];
	return bytes_eq_nocase(
	    bytes_trim(bytes_first(type, bytes_find(type, ';'))), BYTES("application/x-www-form-urlencoded"));
}

static void
start_body(struct call *call, struct http1_framing framing)
{
	call->side->seen = 0;
	call->side->left = framing.length;
	switch (framing.body) {
	case HTTP1_BODY_NONE: end_message(call); break;
	case HTTP1_BODY_LENGTH: call->side->phase = PHASE_BODY; break;
	case HTTP1_BODY_CHUNKED: call->side->phase = PHASE_CHUNK_LINE; break;
	case HTTP1_BODY_CLOSE: call->side->phase = PHASE_CLOSE; break;
	case HTTP1_BODY_TUNNEL: call->side->phase = PHASE_TUNNEL; break;
	}
}

/* A flow whose start was not seen may begin inside a body. */
static bool
begins_inside(struct call *call, enum http1_look look)
{
	if (look != HTTP1_NO || !call->in->flow->midstream || call->state->tx.next_id > 0)
		return false;
	call->side->phase = PHASE_LOST;
	return true;
}

/* Rules may judge a request by its first line, and its head may never end. */
static void
show_line(struct call *call)
{
	struct http1_head head;
	struct bytes line;
	if (call->side->line_shown || !http1_request_start(call->rest, &line, &head))
		return;
	call->side->line_shown = true;
	l7_http_view_request_line(call->sink, call->in, &head, line, &(const struct l7_tx){.id = call->state->tx.next_id});
}

static void
request_head(struct call *call)
{
	struct http1_head head;
	size_t used;
	enum http1_more more = call->in->end ? HTTP1_ENDS_HERE : HTTP1_MAY_GO_ON;
	if (begins_inside(call, http1_look_request(call->rest)))
		return;
	if (!call->in->end && !http1_may_be_complete(call->rest, call->side->seen))
		return;
	switch (http1_request(call->rest, more, &used, &head)) {
	case PARSE_SHORT:
		call->side->seen = (uint32_t)call->rest.len;
		show_line(call);
		return;
	case PARSE_BAD:
		refuse(call,
		    call->rest.len >= HTTP1_HEAD_MAX ? BYTES("REQUEST_FIELD_TOO_LONG") : BYTES("REQUEST_LINE_INVALID"));
		return;
	case PARSE_OK: break;
	}
	complain_of_request(call, &head);
	l7_http_tx_request_head(&call->state->tx, &head, call->in->flow, call->sink);
	struct l7_tx tx = told(call);
	l7_http_view_request(call->sink, call->in, &head, bytes_first(call->rest, used), &tx, false);
	call->side->body = l7_http_body_open(call->sink, call->in, &head, head.target);
	use(call, used);
	start_body(call, http1_request_framing(&head));
	if (call->side->phase == PHASE_TUNNEL) { /* the request itself is complete */
		close_message(call, CONTENT_COMPLETE);
		call->side->phase = PHASE_TUNNEL;
	}
	if (call->side->phase == PHASE_BODY && is_form(&head))
		call->side->phase = PHASE_FORM;
}

/* RFC 9110 15.2: interim responses come before the one that counts; 101 is the last one of the protocol. */
static bool
is_interim(struct call *call, const struct http1_head *head)
{
	if (head->status / 100 != 1 || head->status == 101 || head->chunked || head->content_length > 0)
		return false;
	if (head->status == 100 && call->side->continued)
		complain(call, BYTES("100_CONTINUE_ALREADY_SEEN"));
	call->side->continued = call->side->continued || head->status == 100;
	return true;
}

enum { doubtful_lengths = HTTP1_BAD_LENGTH | HTTP1_REPEATED_LENGTH | HTTP1_LENGTH_AFTER_JUNK | HTTP1_LENGTH_BEFORE_JUNK };

static void
accept_response(struct call *call, const struct http1_head *head, size_t used)
{
	struct l7_http_tx *tx = &call->state->tx;
	l7_http_tx_reply_head(tx, head, call->in->flow, call->sink);
	if (tx->reply.unmatched && !call->state->sides[L7_CLIENT].refused && !call->state->client_lost)
		complain(call, BYTES("UNABLE_TO_MATCH_RESPONSE_TO_REQUEST"));
	struct bytes method = l7_http_tx_method(tx);
	struct http1_framing framing = http1_response_framing(head, method, false);
	struct http1_framing despite = http1_response_framing(head, method, true);
	bool in_doubt = framing.body != despite.body;
	bool is_tunnel = framing.body == HTTP1_BODY_TUNNEL && !in_doubt;
	struct l7_tx told_tx = told(call);
	l7_http_view_response(call->sink, call->in, head, bytes_first(call->rest, used), &told_tx, is_tunnel);
	if (is_tunnel) {
		bool connected = bytes_eq(method, BYTES("CONNECT"));
		l7_http_tx_flush(tx, call->in->flow, call->sink);
		use(call, used);
		for (size_t i = 0; i < 2 && connected; i++)
			call->state->sides[i] = (struct side){.phase = PHASE_INSIDE};
		call->wake = connected;
		call->verdict = connected ? L7_MORE : L7_DONE;
		return;
	}
	if (bytes_eq(method, BYTES("CONNECT")) && call->state->sides[L7_CLIENT].phase == PHASE_TUNNEL)
		call->state->sides[L7_CLIENT].phase = PHASE_HEAD; /* refused: requests may follow */
	if (framing.body == HTTP1_BODY_CHUNKED && head->minor == 0)
		complain(call, BYTES("RESPONSE_CHUNKED_OLD_PROTO"));
	if (head->status == 101)
		complain(call, BYTES("SWITCHING_PROTO_WITH_CONTENT_LENGTH"));
	call->side->is_doubtful = (head->notes & doubtful_lengths) != 0 ||
	    bytes_eq_nocase(head->known[HTTP1_CONNECTION], BYTES("close"));
	call->side->body = l7_http_body_open(call->sink, call->in, head, l7_http_tx_target(tx));
	use(call, used);
	start_body(call, in_doubt ? despite : framing);
	if (in_doubt) {
		call->side->after_doubt = call->side->phase;
		call->side->phase = PHASE_DOUBT;
	}
}

/* Does a body follow that should not? */
static void
resolve_doubt(struct call *call)
{
	enum http1_look look = http1_status_look(call->rest);
	if (look == HTTP1_MAYBE && !call->in->end)
		return;
	if (look != HTTP1_NO) {
		close_message(call, CONTENT_COMPLETE);
		return;
	}
	complain(call, BYTES("RESPONSE_BODY_UNEXPECTED"));
	call->side->phase = call->side->after_doubt;
}

/* What follows is a body that no head announced. */
static void
accept_bare_body(struct call *call)
{
	static const struct http1_head no_head = {.from = HTTP1_FROM_SERVER};
	struct l7_http_tx *tx = &call->state->tx;
	if (!l7_http_tx_expects_bare_body(tx))
		complain(call, BYTES("RESPONSE_INVALID_PROTOCOL"));
	l7_http_tx_reply_head(tx, NULL, call->in->flow, call->sink);
	call->side->body = l7_http_body_open(call->sink, call->in, &no_head, l7_http_tx_target(tx));
	call->side->phase = PHASE_CLOSE;
}

static void
response_head(struct call *call)
{
	struct http1_head head;
	size_t used;
	enum http1_more more = call->in->end ? HTTP1_ENDS_HERE : HTTP1_MAY_GO_ON;
	if (begins_inside(call, http1_status_look(call->rest)))
		return;
	switch (http1_response_start(call->rest, more, &used)) {
	case HTTP1_START_SHORT: return;
	case HTTP1_START_BLANK: use(call, used); return;
	case HTTP1_START_BODY:
		if (call->state->tx.count > 0 || l7_http_tx_expects_bare_body(&call->state->tx))
			accept_bare_body(call);
		else
			refuse(call, BYTES("RESPONSE_INVALID_PROTOCOL"));
		return;
	case HTTP1_START_HEAD: break;
	}
	if (!call->in->end && !http1_may_be_complete(call->rest, call->side->seen))
		return;
	switch (http1_response(call->rest, more, &used, &head)) {
	case PARSE_SHORT: call->side->seen = (uint32_t)call->rest.len; return;
	case PARSE_BAD: refuse(call, BYTES("RESPONSE_FIELD_TOO_LONG")); return;
	case PARSE_OK: break;
	}
	complain_of_notes(call, head.notes);
	call->side->seen = 0;
	if (is_interim(call, &head))
		use(call, used);
	else
		accept_response(call, &head, used);
}

/* Bytes of the body or of a chunk: passed over, and counted. */
static bool
pass(struct call *call)
{
	size_t n = call->rest.len < call->side->left ? call->rest.len : (size_t)call->side->left;
	pass_body(call, bytes_first(call->rest, n));
	call->side->left -= n;
	use(call, n);
	return call->side->left == 0;
}

static void
read_form(struct call *call)
{
	size_t wanted = call->side->left < FORM_BYTES ? (size_t)call->side->left : FORM_BYTES;
	if (call->rest.len < wanted && !call->in->end)
		return;
	l7_http_tx_request_form(&call->state->tx, bytes_first(call->rest, wanted));
	call->side->phase = PHASE_BODY;
}

static void
chunk_line(struct call *call)
{
	size_t used;
	struct http1_chunk chunk;
	bool client = call->in->side == L7_CLIENT;
	switch (http1_chunk(call->rest, &used, &chunk)) {
	case PARSE_SHORT: return;
	case PARSE_BAD: /* not chunked after all: all that follows is the body, as browsers take it */
		complain(call, client ? BYTES("INVALID_REQUEST_CHUNK_LEN") : BYTES("INVALID_RESPONSE_CHUNK_LEN"));
		call->side->phase = PHASE_CLOSE;
		return;
	case PARSE_OK: break;
	}
	if (chunk.has_extension)
		complain(call, client ? BYTES("REQUEST_CHUNK_EXTENSION") : BYTES("RESPONSE_CHUNK_EXTENSION"));
	count_body(call, used);
	call->side->left = chunk.size;
	call->side->phase = chunk.size == 0 ? PHASE_TRAILER : PHASE_CHUNK;
	use(call, used);
}

/* The line end after a chunk; what else is there is passed over too. */
static void
chunk_end(struct call *call)
{
	size_t length = bytes_find(call->rest, '\n');
	if (length < call->rest.len) {
		length++;
		call->side->phase = PHASE_CHUNK_LINE;
	}
	count_body(call, length);
	use(call, length);
}

static void
trailer(struct call *call)
{
	size_t used;
	bool last = false;
	enum http1_sender from = call->in->side == L7_CLIENT ? HTTP1_FROM_CLIENT : HTTP1_FROM_SERVER;
	enum parse parsed = http1_trailer(call->rest, from, &used, &last);
	if (parsed == PARSE_BAD)
		call->side->phase = PHASE_CLOSE;
	if (parsed != PARSE_OK)
		return;
	use(call, used);
	if (last)
		end_message(call);
}

/* After a response of doubtful length, or before a close: the next one, or more of its body than its head said. */
static void
after_message(struct call *call)
{
	enum http1_look look = call->side->inside_line ? HTTP1_NO : http1_status_look(call->rest);
	if (look == HTTP1_MAYBE && !call->in->end)
		return;
	if (look == HTTP1_YES) {
		close_message(call, CONTENT_COMPLETE);
		return;
	}
	if (!call->side->unexpected)
		complain(call, BYTES("RESPONSE_BODY_UNEXPECTED"));
	call->side->unexpected = true;
	size_t line = bytes_find(call->rest, '\n');
	struct bytes junk = bytes_first(call->rest, line < call->rest.len ? line + 1 : line);
	call->side->inside_line = line == call->rest.len;
	pass_body(call, junk);
	use(call, junk.len);
}

/* The first bytes in a tunnel. HTTP begins there anew, as in a connection of its own; the client speaks first in it, and in TLS. */
static void
look_inside(struct call *call)
{
	while (call->rest.len > 0 && (call->rest.at[0] == '\r' || call->rest.at[0] == '\n'))
		use(call, 1);
	if (call->rest.len == 0)
		return;
	enum http1_look look = call->in->side == L7_CLIENT ? http1_look_request(call->rest) : HTTP1_NO;
	if (look == HTTP1_MAYBE && !call->in->end)
		return;
	if (look == HTTP1_YES) {
		*call->state = (struct state){0};
		call->wake = true;
		return;
	}
	enum { TLS_HANDSHAKE = 22 };
	call->verdict = call->in->side == L7_CLIENT && call->rest.at[0] == TLS_HANDSHAKE ? L7_TLS : L7_DONE;
}

static void
look_for_head(struct call *call)
{
	bool client = call->in->side == L7_CLIENT;
	enum http1_look look = client ? http1_look_request(call->rest) : http1_look_response(call->rest);
	if (look != HTTP1_YES) {
		use(call, call->rest.len);
		return;
	}
	struct l7_tx tx = told(call);
	l7_http_body_close(call->sink, call->side->body, call->in, call->in->flow, &tx, CONTENT_TRUNCATED);
	*call->side = (struct side){.phase = PHASE_HEAD};
	if (client)
		l7_http_tx_request_end(&call->state->tx, call->in->flow, call->sink);
	else
		l7_http_tx_reply_lost(&call->state->tx, call->in->flow, call->sink);
}

/* One thing: progress is a change of phase or bytes used. */
static void
advance(struct call *call)
{
	switch ((enum phase)call->side->phase) {
	case PHASE_HEAD:
		if (call->in->side == L7_CLIENT)
			request_head(call);
		else
			response_head(call);
		return;
	case PHASE_FORM: read_form(call); return;
	case PHASE_BODY:
		if (pass(call))
			end_message(call);
		return;
	case PHASE_CHUNK_LINE: chunk_line(call); return;
	case PHASE_CHUNK:
		if (pass(call))
			call->side->phase = PHASE_CHUNK_END;
		return;
	case PHASE_CHUNK_END: chunk_end(call); return;
	case PHASE_TRAILER: trailer(call); return;
	case PHASE_DOUBT: resolve_doubt(call); return;
	case PHASE_AFTER: after_message(call); return;
	case PHASE_CLOSE:
		pass_body(call, call->rest);
		use(call, call->rest.len);
		return;
	case PHASE_TUNNEL: return;
	case PHASE_INSIDE: look_inside(call); return;
	case PHASE_LOST: look_for_head(call); return;
	}
}

/* This side says nothing more. */
static void
end_side(const struct call *call)
{
	switch ((enum phase)call->side->phase) {
	case PHASE_CLOSE:
	case PHASE_DOUBT:
	case PHASE_AFTER:
	case PHASE_TRAILER: close_message(call, CONTENT_COMPLETE); return;
	case PHASE_FORM:
	case PHASE_BODY:
	case PHASE_CHUNK_LINE:
	case PHASE_CHUNK:
	case PHASE_CHUNK_END:
	case PHASE_HEAD:
	case PHASE_TUNNEL:
	case PHASE_INSIDE:
	case PHASE_LOST: return;
	}
}

static struct l7_step
http_step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct call call = {
	    .state = s, .side = &s->sides[in->side], .in = in, .sink = sink, .rest = in->data, .verdict = L7_MORE};
	if (call.side->refused)
		return (struct l7_step){.used = in->data.len, .verdict = L7_SIDE_DONE};
	bool progress = true;
	while (progress && call.rest.len > 0 && call.verdict == L7_MORE && !call.wake) {
		size_t left = call.rest.len;
		uint8_t phase = call.side->phase;
		advance(&call);
		progress = call.rest.len < left || call.side->phase != phase;
	}
	if (in->end && call.verdict == L7_MORE)
		end_side(&call);
	return (struct l7_step){.used = in->data.len - call.rest.len, .verdict = call.verdict, .wake = call.wake};
}

static bool
http_gap(void *state, enum l7_side which, uint64_t lost)
{
	struct state *s = state;
	struct side *side = &s->sides[which];
	bool inside = (side->phase == PHASE_BODY || side->phase == PHASE_CHUNK) && lost <= side->left;
	enum { SHORTEST_HEAD = 16 }; /* no head fits in what was lost beyond a body: the next one is whole */
	if (side->phase == PHASE_BODY && lost > side->left && lost - side->left < SHORTEST_HEAD) {
		lost = side->left;
		inside = true;
	}
	bool harmless = inside || side->phase == PHASE_CLOSE || side->phase == PHASE_TUNNEL;
	if (inside)
		side->left -= lost;
	if (harmless && side->body != 0)
		side->lost += lost;
	if (inside && side->left == 0 && side->phase == PHASE_CHUNK)
		side->phase = PHASE_CHUNK_END;
	if (harmless && which == L7_CLIENT)
		l7_http_tx_request_body(&s->tx, lost);
	if (harmless && which == L7_SERVER)
		l7_http_tx_reply_body(&s->tx, lost);
	if (!harmless) {
		side->phase = PHASE_LOST;
		s->client_lost = s->client_lost || which == L7_CLIENT;
	}
	return !side->refused;
}

static void
http_finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *s = state;
	for (enum l7_side side = L7_CLIENT; side <= L7_SERVER; side++) {
		struct l7_tx tx = l7_http_tx_told(&s->tx, side);
		struct l7_input last = {.side = side, .flow = flow, .end = true};
		l7_http_body_gap(sink, s->sides[side].body, &last, &tx, s->sides[side].lost);
		bool is_over = s->sides[side].phase == PHASE_AFTER;
		l7_http_body_close(
		    sink, s->sides[side].body, NULL, flow, &tx, is_over ? CONTENT_COMPLETE : CONTENT_TRUNCATED);
		s->sides[side].body = 0;
	}
	l7_http_tx_flush(&s->tx, flow, sink);
}

static bool
http_incomplete(const void *state)
{
	const struct state *s = state;
	const struct side *client = &s->sides[L7_CLIENT];
	switch ((enum phase)client->phase) {
	case PHASE_HEAD: return client->seen > 0;
	case PHASE_FORM:
	case PHASE_BODY:
	case PHASE_CHUNK_LINE:
	case PHASE_CHUNK:
	case PHASE_CHUNK_END:
	case PHASE_TRAILER: return true;
	case PHASE_DOUBT:
	case PHASE_AFTER:
	case PHASE_CLOSE:
	case PHASE_TUNNEL:
	case PHASE_INSIDE:
	case PHASE_LOST: return false;
	}
	return false;
}

static enum l7_guess
http_guess(const struct l7_input *in)
{
	enum http1_look look = in->side == L7_CLIENT ? http1_look_request(in->data) : http1_look_response(in->data);
	return look == HTTP1_YES ? L7_YES : look == HTTP1_MAYBE ? L7_MAYBE : L7_NO;
}

const struct l7_parser l7_http_parser = {
    .app = APP_HTTP,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = http_guess,
    .step = http_step,
    .gap = http_gap,
    .finish = http_finish,
    .incomplete = http_incomplete,
};
