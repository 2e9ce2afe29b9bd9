/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_pgsql.h"

#include "core/writer.h"
#include "inspect/eve_pgsql.h"
#include "inspect/l7_login.h"
#include "inspect/l7_settings.h"
#include "inspect/viewer.h"
#include "proto/pgsql.h"
#include "proto/recognise.h"

enum {
	WAITING = 4,      /* requests without answer: drivers send several at once */
	BODY_MAX = 2500,  /* bytes kept of one */
	LOOK_MAX = 32768, /* bytes looked into of one */
	ANSWERS_MAX = 5000,
	ANSWER_MAX = 1200, /* bytes kept of one message of an answer */
	ANSWER_HEAD = 3,
	PORT = 5432, /* IANA: here a greeting of an unknown version is enough */
};

struct request {
	uint64_t id; /* from 0 */
	uint32_t code, copy_messages;
	uint64_t copy_bytes;
	uint16_t body_len;
	uint8_t type, secret;
	bool is_shown; /* to rules: it was too long to be kept whole */
	uint8_t body[BODY_MAX];
};

struct state {
	struct l7_login login;
	uint64_t next_id, row_bytes, copy_bytes;
	uint32_t rows, copy_rows;
	uint16_t answers_len;
	uint8_t count;
	uint8_t tls_answer;
	uint8_t secret;                  /* enum eve_pgsql_secret: what the next message p is */
	bool tls_asked;                  /* nothing more of the client is read before the answer, which is one byte */
	bool started;                    /* the message that opens was seen */
	bool ready;                      /* the server said once that it is */
	uint8_t answers[ANSWERS_MAX];    /* as eve_pgsql.answers */
	struct request waiting[WAITING]; /* oldest first */
};
_Static_assert(sizeof(struct state) <= 16384, "a state of the second largest size (inspect/state_pools.c)");

/* ---- What is told ---- */

struct told {
	const struct state *s;
	const struct request *r;
	bool answered, passwords;
};

static void
describe(const void *context, struct json *j)
{
	const struct told *t = context;
	const struct request *r = t->r;
	struct eve_pgsql e = {.tx_id = r->id + 1,
	    .has_request = true,
	    .has_response = t->answered,
	    .passwords = t->passwords,
	    .type = r->type,
	    .code = r->code,
	    .secret = (enum eve_pgsql_secret)r->secret,
	    .body = {r->body, r->body_len},
	    .copy_in_messages = r->copy_messages,
	    .copy_in_bytes = r->copy_bytes};
	if (t->answered) {
		e.tls_answer = t->s->tls_answer;
		e.answers = (struct bytes){t->s->answers, t->s->answers_len};
		e.rows = t->s->rows;
		e.row_bytes = t->s->row_bytes;
		e.copy_out_rows = t->s->copy_rows;
		e.copy_out_bytes = t->s->copy_bytes;
	}
	eve_pgsql_write(j, &e);
}

static struct told
told_of(const struct state *s, const struct request *r, struct sink *sink)
{
	return (struct told){.s = s,
	    .r = r,
	    .answered = s->answers_len > 0 || s->tls_answer != 0 || s->rows > 0 || s->copy_rows > 0,
	    .passwords = sink_settings(sink)->pgsql_passwords};
}

/* Rules look at a request once, with its answer beside it: their alerts then quote both. */
static void
show(const struct told *t, struct bytes query, const struct l7_input *in, struct sink *sink)
{
	struct l7_input client = *in;
	struct l7_tx tx = {.id = t->r->id, .describe = describe, .context = t};
	client.side = L7_CLIENT;
	struct view_set *v = sink_views(sink, &client, &tx);
	if (v == NULL)
		return;
	if (query.at != NULL)
		view_set_put(v, VIEW_PGSQL_QUERY, query);
	sink_show(sink, true);
}

/* The oldest request is over. */
static void
complete(struct state *s, const struct l7_flow *flow, struct sink *sink)
{
	struct request *r = &s->waiting[0];
	struct told t = told_of(s, r, sink);
	struct l7_input in = {.side = L7_CLIENT, .flow = flow};
	struct bytes query = {r->body, r->body_len};
	if (!r->is_shown)
		show(&t, r->type == 'Q' ? query : (struct bytes){0}, &in, sink);
	struct json *j = sink_open(sink, BYTES("pgsql"), flow);
	if (j != NULL) {
		describe(&t, j);
		sink_close(sink);
	}
	s->count--;
	memmove(s->waiting, s->waiting + 1, s->count * sizeof(s->waiting[0]));
	s->answers_len = 0;
	s->tls_answer = 0;
	s->rows = s->copy_rows = 0;
	s->row_bytes = s->copy_bytes = 0;
}

/* ---- Requests ---- */

static struct request *
begin(struct state *s, uint8_t type, const struct l7_input *in, struct sink *sink)
{
	if (s->count == WAITING)
		complete(s, in->flow, sink); /* without the answer that may still come */
	struct request *r = &s->waiting[s->count++];
	r->id = s->next_id++;
	r->type = type;
	r->secret = s->secret;
	r->code = r->copy_messages = 0;
	r->copy_bytes = 0;
	r->is_shown = false;
	r->body_len = 0;
	return r;
}

static void
keep(struct request *r, struct bytes body)
{
	r->body_len = (uint16_t)sink_copy((char *)r->body, sizeof(r->body), body);
}

static void
malformed(const struct l7_input *in, struct sink *sink)
{
	sink_anomaly(
	    sink, in, APP_POSTGRESQL, in->side == L7_CLIENT ? BYTES("malformed_request") : BYTES("malformed_response"));
}

static void
take_opening(struct state *s, struct bytes body, const struct l7_input *in, struct sink *sink)
{
	struct cursor c = cursor_of(body);
	uint32_t code = cursor_be32(&c);
	struct bytes rest = cursor_rest(&c), name, value;
	bool asks = code == PGSQL_TLS || code == PGSQL_GSS;
	if (!asks && code != PGSQL_CANCEL && code >> 16 != 3) { /* the server answers with an error */
		malformed(in, sink);
		return;
	}
	struct request *r = begin(s, 0, in, sink);
	r->code = code;
	keep(r, rest);
	s->tls_asked = asks;
	s->started = !asks;
	while (code >> 16 == 3 && pgsql_next_parameter(&rest, &name, &value))
		if (bytes_eq(name, BYTES("user"))) {
			l7_login_user(&s->login, value);
			s->login.sent = true;
		}
	if (code == PGSQL_CANCEL)
		complete(s, in->flow, sink); /* it has no answer */
}

/* Data that a client copies in: many messages, told as one request together with what ends them. */
static struct request *
copy_of(struct state *s, const struct l7_input *in, struct sink *sink)
{
	struct request *last = s->count > 0 ? &s->waiting[s->count - 1] : NULL;
	return last != NULL && last->type == 'd' ? last : begin(s, 'd', in, sink);
}

/* A statement that is prepared is no transaction in Suricata's events, which count them; rules see it all the same. Its name stands
 * before it. */
static void
prepare(const struct state *s, struct bytes body, const struct l7_input *in, struct sink *sink)
{
	(void)pgsql_text(&body);
	const struct request r = {.id = s->next_id, .type = 'P'};
	show(&(struct told){.s = s, .r = &r}, pgsql_text(&body), in, sink);
}

static void
take_request(struct state *s, const struct pgsql_head *head, struct bytes body, const struct l7_input *in, struct sink *sink)
{
	struct request *r;
	switch (head->type) {
	case 'Q': {
		struct bytes query = pgsql_text(&body);
		r = begin(s, 'Q', in, sink);
		keep(r, query);
		r->is_shown = query.len > sizeof(r->body);
		if (r->is_shown)
			show(&(struct told){.s = s, .r = r}, query, in, sink);
		break;
	}
	case 'P': prepare(s, body, in, sink); break;
	case 'p':
		r = begin(s, 'p', in, sink);
		if (s->secret != EVE_PGSQL_PASSWORD || sink_settings(sink)->pgsql_passwords)
			keep(r, body);
		break;
	case 'd':
		r = copy_of(s, in, sink);
		r->copy_messages++;
		r->copy_bytes += head->length;
		break;
	case 'c':
	case 'f':
		r = copy_of(s, in, sink);
		r->type = head->type;
		break;
	case 'X':
		while (s->count > 0)
			complete(s, in->flow, sink);
		(void)begin(s, 'X', in, sink);
		complete(s, in->flow, sink);
		break;
	default:
		if (!pgsql_is_request(head->type))
			malformed(in, sink);
		break;
	}
}

/* ---- Answers ---- */

static void
keep_answer(struct state *s, uint8_t type, struct bytes body)
{
	body = bytes_first(body, ANSWER_MAX);
	size_t room = sizeof(s->answers) - s->answers_len;
	if (room < ANSWER_HEAD + body.len)
		return;
	struct writer w = writer_of(s->answers + s->answers_len, room);
	writer_u8(&w, type);
	writer_be16(&w, (uint16_t)body.len);
	writer_put(&w, body);
	s->answers_len = (uint16_t)(s->answers_len + writer_written(&w).len);
}

/* True: the server now waits for the client. */
static bool
take_authentication(struct state *s, struct bytes body, const struct l7_flow *flow, struct sink *sink)
{
	struct cursor c = cursor_of(body);
	uint32_t method = cursor_be32(&c);
	if (!cursor_ok(&c))
		return false;
	if (method == PGSQL_AUTH_OK)
		l7_login_answer(&s->login, APP_POSTGRESQL, LOGIN_ACCEPTED, flow, sink);
	if (method == PGSQL_AUTH_CLEARTEXT)
		s->login.cleartext = true;
	s->secret = method == PGSQL_AUTH_SASL    ? EVE_PGSQL_SASL_FIRST
	    : method == PGSQL_AUTH_SASL_CONTINUE ? EVE_PGSQL_SASL_NEXT
	                                         : EVE_PGSQL_PASSWORD;
	return method != PGSQL_AUTH_OK && method != PGSQL_AUTH_SASL_FINAL;
}

/* Class 28 of an error's code: "invalid authorization specification" (SQL standard). */
static bool
refuses_login(struct bytes body)
{
	uint8_t type;
	struct bytes value;
	while (pgsql_next_field(&body, &type, &value))
		if (type == 'C')
			return bytes_start_with(value, BYTES("28"));
	return false;
}

/* A request of several messages ends with the server's "ready"; what it says before a login is over ends each. */
static bool
ends_request(struct state *s, uint8_t type, struct bytes body, const struct l7_flow *flow, struct sink *sink)
{
	switch (type) {
	case 'R': return take_authentication(s, body, flow, sink);
	case 'E':
		if (!s->ready && refuses_login(body))
			l7_login_answer(&s->login, APP_POSTGRESQL, LOGIN_REFUSED, flow, sink);
		return !s->ready;
	case 'G': return true; /* the data come as a request of their own */
	case 'Z': s->ready = true; return true;
	default: return false;
	}
}

static void
take_answer(struct state *s, const struct pgsql_head *head, struct bytes body, const struct l7_input *in, struct sink *sink)
{
	if (!pgsql_is_response(head->type)) {
		malformed(in, sink);
		return;
	}
	if (head->type == 'D') {
		struct cursor c = cursor_of(body);
		size_t fixed = 2 + 4 * (size_t)cursor_be16(&c); /* the number of values, and the length of each */
		s->rows++;
		s->row_bytes += head->length > fixed ? head->length - fixed : 0;
	} else if (head->type == 'd') {
		s->copy_rows++;
		s->copy_bytes += head->length;
	} else if (s->count > 0 && strchr("RSKTCEGHN", head->type) != NULL) {
		keep_answer(s, head->type, body);
	}
	if (!ends_request(s, head->type, body, in->flow, sink) || s->count == 0)
		return;
	complete(s, in->flow, sink);
}

/* What answers a request for encryption is one byte, or an error of an old server. */
static struct l7_step
take_tls_answer(struct state *s, struct bytes data, const struct l7_input *in, struct sink *sink)
{
	uint8_t answer = data.at[0];
	s->tls_asked = false;
	if (answer != 'S' && answer != 'G' && answer != 'N')
		return (struct l7_step){.verdict = L7_MORE, .wake = true};
	s->tls_answer = answer;
	if (s->count > 0)
		complete(s, in->flow, sink);
	return (struct l7_step){.used = 1,
	    .verdict = answer == 'S' ? L7_TLS
	        : answer == 'G'      ? L7_DONE
	                             : L7_MORE,
	    .wake = true};
}

/* ---- Bytes ---- */

/* One message at the front. used 0: more bytes must come. */
static struct l7_step
take_front(struct state *s, struct bytes rest, const struct l7_input *in, struct sink *sink)
{
	struct cursor c = cursor_of(rest);
	struct pgsql_head head;
	bool opens = in->side == L7_CLIENT && !s->started;
	enum parse parsed = pgsql_head(&c, opens, &head);
	if (parsed == PARSE_SHORT)
		return (struct l7_step){.verdict = L7_MORE};
	if (parsed == PARSE_BAD) {
		sink_anomaly(sink, in, APP_POSTGRESQL, BYTES("invalid_length"));
		return (struct l7_step){.verdict = L7_SIDE_DONE};
	}
	/* Of data only the beginning is looked at; the rest is passed over. */
	size_t most = head.type == 'D' || head.type == 'd' ? 2 : LOOK_MAX;
	size_t wanted = head.length < most ? head.length : most;
	if (c.left < wanted)
		return (struct l7_step){.verdict = L7_MORE};
	struct bytes body = cursor_take(&c, wanted);
	struct l7_step step = {.used = rest.len - c.left, .verdict = L7_MORE};
	size_t here = head.length - wanted < c.left ? head.length - wanted : c.left;
	step.used += here;
	step.skip = head.length - wanted - here;
	if (opens)
		take_opening(s, body, in, sink);
	else if (in->side == L7_CLIENT)
		take_request(s, &head, body, in, sink);
	else
		take_answer(s, &head, body, in, sink);
	return step;
}

static struct l7_step
pgsql_step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_step step = {.verdict = L7_MORE};
	if (in->side == L7_SERVER && s->tls_asked && in->data.len > 0)
		step = take_tls_answer(s, in->data, in, sink);
	while (step.verdict == L7_MORE && !step.wake && step.skip == 0 && step.used < in->data.len &&
	    (in->side == L7_SERVER || !s->tls_asked)) {
		struct l7_step one = take_front(s, bytes_after(in->data, step.used), in, sink);
		step.verdict = one.verdict;
		if (one.used == 0)
			break;
		step.used += one.used;
		step.skip = one.skip;
	}
	return step;
}

static void
pgsql_finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *s = state;
	while (s->count > 0)
		complete(s, flow, sink);
	l7_login_answer(&s->login, APP_POSTGRESQL, LOGIN_SENT, flow, sink);
}

/* A greeting of version 3 or a request for encryption; on the protocol's own port any version, which programs that search try. */
static enum l7_guess
pgsql_guess(const struct l7_input *in)
{
	enum recognise_look look = recognise_postgresql(
	    in->data, in->side == L7_CLIENT ? RECOGNISE_CLIENT : RECOGNISE_SERVER);
	if (look != RECOGNISE_NO || in->flow == NULL || in->flow->server_port != PORT || in->side != L7_CLIENT)
		return look == RECOGNISE_YES ? L7_YES : look == RECOGNISE_MAYBE ? L7_MAYBE : L7_NO;
	struct cursor c = cursor_of(in->data);
	struct pgsql_head head;
	enum parse parsed = pgsql_head(&c, true, &head);
	return parsed == PARSE_SHORT ? L7_MAYBE : parsed == PARSE_OK && head.length == in->data.len - 4 ? L7_YES : L7_NO;
}

const struct l7_parser l7_pgsql_parser = {
    .app = APP_POSTGRESQL,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = pgsql_guess,
    .step = pgsql_step,
    .finish = pgsql_finish,
};
