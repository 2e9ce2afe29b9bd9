/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_http.h"

#include "inspect/l7_http_login.h"
#include "inspect/l7_http_tx.h"
#include "inspect/l7_http_view.h"

enum phase {
	PHASE_HEAD, /* zero: where a flow starts */
	PHASE_FORM, /* a body whose first bytes are wanted together */
	PHASE_BODY,
	PHASE_CHUNK_LINE,
	PHASE_CHUNK,
	PHASE_CHUNK_END,
	PHASE_TRAILER,
	PHASE_CLOSE,  /* a body until the connection ends */
	PHASE_TUNNEL, /* after CONNECT: nobody reads it until it is refused */
	PHASE_LOST,   /* bytes were lost: waits for something that looks like a head */
};

enum { FORM_BYTES = 1024 };

struct side {
	uint64_t left; /* of the body or of the chunk */
	uint32_t seen; /* bytes in which the end of a head was looked for in vain */
	uint8_t phase;
	bool refused;   /* something was not HTTP: this side is done */
	bool continued; /* 100 Continue was seen for this message */
};

struct state {
	struct side sides[2];
	uint32_t shown[2]; /* messages of each side that rules were shown: their number is that of the transaction */
	bool client_lost;  /* requests were lost: responses without one are no wonder */
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
	struct bytes host = head->known[HTTP1_HOST], in_target = http1_target_authority(head);
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

static void
end_message(const struct call *call)
{
	if (call->side->phase != PHASE_HEAD) /* there was a body */
		l7_http_view_body(call->sink, call->in, (struct bytes){0}, call->state->shown[call->in->side], true);
	call->state->shown[call->in->side]++;
	*call->side = (struct side){.phase = PHASE_HEAD};
	if (call->in->side == L7_CLIENT)
		l7_http_tx_request_end(&call->state->tx, call->in->flow, call->sink);
	else
		l7_http_tx_reply_end(&call->state->tx, call->in->flow, call->sink);
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

static void
request_head(struct call *call)
{
	struct http1_head head;
	size_t used;
	enum http1_more more = call->in->end ? HTTP1_ENDS_HERE : HTTP1_MAY_GO_ON;
	if (begins_inside(call, http1_looks_like_request(call->rest)))
		return;
	if (!call->in->end && !http1_may_be_complete(call->rest, call->side->seen))
		return;
	switch (http1_request(call->rest, more, &used, &head)) {
	case PARSE_SHORT: call->side->seen = (uint32_t)call->rest.len; return;
	case PARSE_BAD:
		refuse(call,
		    call->rest.len >= HTTP1_HEAD_MAX ? BYTES("REQUEST_FIELD_TOO_LONG") : BYTES("REQUEST_LINE_INVALID"));
		return;
	case PARSE_OK: break;
	}
	complain_of_request(call, &head);
	bool has_body = http1_request_framing(&head).body != HTTP1_BODY_NONE;
	l7_http_view_request(
	    call->sink, call->in, &head, bytes_first(call->rest, used), call->state->shown[L7_CLIENT], !has_body);
	l7_http_tx_request_head(&call->state->tx, &head, call->in->flow, call->sink);
	start_body(call, http1_request_framing(&head));
	if (call->side->phase == PHASE_TUNNEL) /* the request itself is complete */
		l7_http_tx_request_end(&call->state->tx, call->in->flow, call->sink);
	if (call->side->phase == PHASE_BODY && is_form(&head))
		call->side->phase = PHASE_FORM;
	use(call, used);
}

/* RFC 9110 15.2: interim responses come before the one that counts; 101 is the last one of the protocol. */
static bool
is_interim(struct call *call, const struct http1_head *head)
{
	if (head->status / 100 != 1 || head->status == 101)
		return false;
	if (head->status == 100 && call->side->continued)
		complain(call, BYTES("100_CONTINUE_ALREADY_SEEN"));
	call->side->continued = call->side->continued || head->status == 100;
	return true;
}

static void
accept_response(struct call *call, const struct http1_head *head, struct bytes whole)
{
	struct l7_http_tx *tx = &call->state->tx;
	l7_http_tx_reply_head(tx, head, call->in->flow, call->sink);
	if (tx->reply.unmatched && !call->state->sides[L7_CLIENT].refused && !call->state->client_lost)
		complain(call, BYTES("UNABLE_TO_MATCH_RESPONSE_TO_REQUEST"));
	struct bytes method = l7_http_tx_method(tx);
	struct http1_framing framing = http1_response_framing(head, method);
	if (framing.body == HTTP1_BODY_TUNNEL) {
		l7_http_tx_flush(tx, call->in->flow, call->sink);
		call->verdict = L7_DONE;
		return;
	}
	if (bytes_eq(method, BYTES("CONNECT")) && call->state->sides[L7_CLIENT].phase == PHASE_TUNNEL)
		call->state->sides[L7_CLIENT].phase = PHASE_HEAD; /* refused: requests may follow */
	if (framing.body == HTTP1_BODY_CHUNKED && head->minor == 0)
		complain(call, BYTES("RESPONSE_CHUNKED_OLD_PROTO"));
	l7_http_view_response(
	    call->sink, call->in, head, whole, call->state->shown[L7_SERVER], framing.body == HTTP1_BODY_NONE);
	start_body(call, framing);
}

/* Does what the server says begin like a head? */
static enum http1_look
status_line_ahead(struct bytes rest)
{
	struct bytes start = bytes_first(rest, 5);
	if (!bytes_start_with(BYTES("HTTP/"), start))
		return HTTP1_NO;
	return start.len == 5 ? HTTP1_YES : HTTP1_MAYBE;
}

static void
response_head(struct call *call)
{
	struct http1_head head;
	size_t used;
	while (call->rest.len > 0 && (call->rest.at[0] == '\r' || call->rest.at[0] == '\n'))
		use(call, 1); /* some servers send more line ends than they counted */
	if (call->rest.len == 0)
		return;
	enum http1_look look = status_line_ahead(call->rest);
	if (begins_inside(call, look))
		return;
	if (look == HTTP1_NO) {
		if (l7_http_tx_expects_bare_body(&call->state->tx)) {
			l7_http_tx_reply_head(&call->state->tx, NULL, call->in->flow, call->sink);
			call->side->phase = PHASE_CLOSE;
		} else {
			refuse(call, BYTES("RESPONSE_INVALID_PROTOCOL"));
		}
		return;
	}
	if (!http1_may_be_complete(call->rest, call->side->seen))
		return;
	switch (http1_response(call->rest, &used, &head)) {
	case PARSE_SHORT: call->side->seen = (uint32_t)call->rest.len; return;
	case PARSE_BAD: refuse(call, BYTES("RESPONSE_FIELD_TOO_LONG")); return;
	case PARSE_OK: break;
	}
	complain_of_notes(call, head.notes);
	call->side->seen = 0;
	if (!is_interim(call, &head))
		accept_response(call, &head, bytes_first(call->rest, used));
	use(call, used);
}

/* Bytes of the body or of a chunk: passed over, and counted. */
static bool
pass(struct call *call)
{
	size_t n = call->rest.len < call->side->left ? call->rest.len : (size_t)call->side->left;
	count_body(call, n);
	l7_http_view_body(call->sink, call->in, bytes_first(call->rest, n), call->state->shown[call->in->side], false);
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
	uint64_t size;
	switch (http1_chunk(call->rest, &used, &size)) {
	case PARSE_SHORT: return;
	case PARSE_BAD:
		complain(call,
		    call->in->side == L7_CLIENT ? BYTES("INVALID_REQUEST_CHUNK_LEN") : BYTES("INVALID_RESPONSE_CHUNK_LEN"));
		call->side->phase = PHASE_CLOSE;
		return;
	case PARSE_OK: break;
	}
	count_body(call, used);
	call->side->left = size;
	call->side->phase = size == 0 ? PHASE_TRAILER : PHASE_CHUNK;
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
	enum parse parsed = http1_trailer(call->rest, &used, &last);
	if (parsed == PARSE_BAD)
		call->side->phase = PHASE_CLOSE;
	if (parsed != PARSE_OK)
		return;
	use(call, used);
	if (last)
		end_message(call);
}

static void
look_for_head(struct call *call)
{
	bool client = call->in->side == L7_CLIENT;
	enum http1_look look = client ? http1_looks_like_request(call->rest) : http1_looks_like_response(call->rest);
	if (look != HTTP1_YES) {
		use(call, call->rest.len);
		return;
	}
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
	case PHASE_CLOSE:
		l7_http_view_body(call->sink, call->in, call->rest, call->state->shown[call->in->side], false);
		count_body(call, call->rest.len);
		use(call, call->rest.len);
		return;
	case PHASE_TUNNEL: use(call, call->rest.len); return;
	case PHASE_LOST: look_for_head(call); return;
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
	while (progress && call.rest.len > 0 && call.verdict == L7_MORE) {
		size_t left = call.rest.len;
		uint8_t phase = call.side->phase;
		advance(&call);
		progress = call.rest.len < left || call.side->phase != phase;
	}
	if (in->end && call.verdict == L7_MORE && call.side->phase == PHASE_CLOSE)
		end_message(&call);
	return (struct l7_step){.used = in->data.len - call.rest.len, .verdict = call.verdict};
}

static bool
http_gap(void *state, enum l7_side which, uint64_t lost)
{
	struct state *s = state;
	struct side *side = &s->sides[which];
	bool inside = (side->phase == PHASE_BODY || side->phase == PHASE_CHUNK) && lost < side->left;
	bool harmless = inside || side->phase == PHASE_CLOSE || side->phase == PHASE_TUNNEL;
	if (inside)
		side->left -= lost;
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
	case PHASE_CLOSE:
	case PHASE_TUNNEL:
	case PHASE_LOST: return false;
	}
	return false;
}

static enum l7_guess
http_guess(const struct l7_input *in)
{
	enum http1_look look = in->side == L7_CLIENT ? http1_looks_like_request(in->data)
	                                             : http1_looks_like_response(in->data);
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
