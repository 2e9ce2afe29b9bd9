/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_ldap.h"

#include <netinet/in.h>

#include "inspect/eve_ldap.h"
#include "inspect/l7_login.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"
#include "proto/recognise.h"

enum {
	KEPT_MAX = 20,      /* messages of operations under way */
	STORE_SIZE = 2304,  /* their bytes */
	MESSAGE_MAX = 1024, /* of one message: what follows is passed over */
};

/* A message that waits for the end of its operation; its bytes are in the store, in the same order. */
struct kept {
	uint32_t id, tx;
	uint16_t length;
	bool request;
};

struct state {
	struct l7_login login;
	bool tls_asked; /* nothing more of the asker is read before the answer (RFC 4511 4.14.1) */
	uint8_t asker;  /* enum l7_side */
	bool sealed;    /* somebody is in: a SASL layer may follow */
	bool lost;      /* an operation was said before its answer came */
	bool sasl;      /* the bind under way may bring one */
	uint8_t count;
	uint16_t stored;
	uint32_t tls_id;
	uint32_t transactions;
	struct kept kept[KEPT_MAX];
	uint8_t store[STORE_SIZE];
};
_Static_assert(sizeof(struct state) <= L7_STATE_MAX, "the state must fit in its budget");

/* An operation as it is put together for its event. */
struct operation {
	uint32_t tx; /* UINT32_MAX: not numbered yet */
	bool has_request;
	size_t response_count;
	struct ldap_message request, responses[KEPT_MAX];
};

static void
say(const struct operation *o, const struct l7_flow *flow, struct sink *sink)
{
	struct json *j = sink_open(sink, BYTES("ldap"), flow);
	if (j == NULL)
		return;
	eve_ldap_write(j, o->has_request ? &o->request : NULL, o->responses, o->response_count);
	sink_close(sink);
}

static void
describe(const void *context, struct json *j)
{
	const struct operation *o = context;
	eve_ldap_write(j, o->has_request ? &o->request : NULL, o->responses, o->response_count);
}

/* The protocol's own number of an operation is its tag without the class (RFC 4511 4.2). */
static int64_t
number_of(const struct ldap_message *m)
{
	return m->operation & 0x1f;
}

static void
put_attributes(struct view_set *v, enum view view, const struct ldap_message *m)
{
	struct cursor list = cursor_of(m->list);
	struct bytes type, values;
	uint32_t change;
	switch ((unsigned)m->operation) {
	case LDAP_SEARCH_REQUEST:
		while (ldap_next_text(&list, &type))
			view_set_put(v, view, type);
		return;
	case LDAP_MODIFY_REQUEST:
		while (ldap_next_change(&list, &change, &type, &values))
			view_set_put(v, view, type);
		return;
	case LDAP_ADD_REQUEST:
	case LDAP_SEARCH_ENTRY:
		while (ldap_next_attribute(&list, &type, &values))
			view_set_put(v, view, type);
		return;
	case LDAP_COMPARE_REQUEST: view_set_put(v, view, m->description); return;
	default: return;
	}
}

/* What rules look into: the request, or once it is over all answers. */
static void
show(const struct operation *o, const struct l7_input *in, struct sink *sink)
{
	const struct l7_tx tx = {.id = o->tx, .describe = describe, .context = o};
	int64_t operations[KEPT_MAX], codes[KEPT_MAX];
	size_t code_count = 0;
	struct view_set *v = sink_views(sink, in, &tx);
	if (v == NULL)
		return;
	if (o->response_count == 0) {
		view_set_put_number(v, VIEW_LDAP_REQUEST_OPERATION, number_of(&o->request));
		if (o->request.name.len > 0)
			view_set_put(v, VIEW_LDAP_DISTINGUISHED_NAME, o->request.name);
		put_attributes(v, VIEW_LDAP_REQUEST_ATTRIBUTE, &o->request);
	}
	for (size_t i = 0; i < o->response_count; i++) {
		const struct ldap_message *m = &o->responses[i];
		operations[i] = number_of(m);
		if (m->has_result)
			codes[code_count++] = m->code;
		if (m->has_result)
			view_set_put(v, VIEW_LDAP_RESPONSES_MESSAGE, m->text);
		if (m->has_result || m->operation == LDAP_SEARCH_ENTRY)
			view_set_put(v, VIEW_LDAP_RESPONSES_DN, m->has_result ? m->matched : m->name);
		put_attributes(v, VIEW_LDAP_RESPONSES_ATTRIBUTE, m);
	}
	if (o->response_count > 0) {
		view_set_put(v, VIEW_LDAP_RESPONSES_OPERATION,
		    (struct bytes){(const uint8_t *)operations, o->response_count * sizeof(*operations)});
		view_set_put(v, VIEW_LDAP_RESULT_CODE, (struct bytes){(const uint8_t *)codes, code_count * sizeof(*codes)});
		view_set_put_number(v, VIEW_LDAP_RESPONSES_COUNT, (int64_t)o->response_count);
	}
	sink_show(sink, true);
}

/* The first request with this number, and its answers so far. They point into the store. */
static void
collect(const struct state *s, uint32_t id, struct operation *out)
{
	struct bytes rest = {s->store, s->stored};
	out->has_request = false;
	out->response_count = 0;
	out->tx = UINT32_MAX;
	for (size_t i = 0; i < s->count; i++) {
		const struct kept *k = &s->kept[i];
		struct bytes message = bytes_first(rest, k->length);
		rest = bytes_after(rest, k->length);
		if (k->id != id || (k->request && out->has_request))
			continue;
		struct ldap_message *to = k->request ? &out->request : &out->responses[out->response_count];
		if (ldap_parse(message, to) == PARSE_BAD)
			continue;
		out->tx = k->tx;
		if (k->request)
			out->has_request = true;
		else
			out->response_count++;
	}
}

/* What collect() gave. The rest moves together. */
static void
forget(struct state *s, uint32_t id)
{
	uint16_t from = 0, to = 0;
	uint8_t count = 0;
	bool request = false;
	for (size_t i = 0; i < s->count; i++) {
		struct kept k = s->kept[i];
		bool gone = k.id == id && (!k.request || !request);
		request = request || (gone && k.request);
		if (!gone) {
			memmove(s->store + to, s->store + from, k.length);
			to = (uint16_t)(to + k.length);
			s->kept[count++] = k;
		}
		from = (uint16_t)(from + k.length);
	}
	s->count = count;
	s->stored = to;
}

static bool
keep(struct state *s, struct bytes message, const struct ldap_message *m, bool request)
{
	if (s->count == KEPT_MAX - 1 || message.len > (size_t)(STORE_SIZE - s->stored))
		return false;
	memcpy(s->store + s->stored, message.at, message.len);
	if (m->password.len > 0) /* nobody needs it again */
		explicit_bzero(s->store + s->stored + (m->password.at - message.at), m->password.len);
	if (m->credentials.len > 0)
		explicit_bzero(s->store + s->stored + (m->credentials.at - message.at), m->credentials.len);
	uint32_t tx = UINT32_MAX;
	for (size_t i = 0; i < s->count && !request && tx == UINT32_MAX; i++)
		tx = s->kept[i].id == m->id ? s->kept[i].tx : tx;
	s->kept[s->count++] = (struct kept){.id = m->id,
	    .tx = tx == UINT32_MAX ? s->transactions++ : tx,
	    .length = (uint16_t)message.len,
	    .request = request};
	s->stored = (uint16_t)(s->stored + message.len);
	return true;
}

/* The operation of the oldest message, without what may still come. */
static void
say_oldest(struct state *s, const struct l7_flow *flow, struct sink *sink)
{
	struct operation o;
	uint32_t id = s->kept[0].id;
	collect(s, id, &o);
	say(&o, flow, sink);
	forget(s, id);
}

/* RFC 4511 4.2: a name without password is no login (RFC 4513 5.1). */
static void
note_bind(struct state *s, const struct ldap_message *m)
{
	bool plain = m->authentication == LDAP_SASL && bytes_eq_nocase(m->mechanism, BYTES("PLAIN"));
	s->sasl = m->authentication == LDAP_SASL && !plain;
	l7_login_user(&s->login, plain ? ldap_plain_user(m->credentials) : m->name);
	s->login.cleartext = plain || m->authentication == LDAP_SIMPLE;
	s->login.sent = m->authentication == LDAP_SIMPLE ? m->password.len > 0 : m->authentication != LDAP_NO_AUTHENTICATION;
}

static enum l7_verdict
take_request(
    struct state *s, struct bytes message, const struct ldap_message *m, const struct l7_input *in, struct sink *sink)
{
	if (m->operation == LDAP_UNBIND_REQUEST || m->operation == LDAP_ABANDON_REQUEST) { /* they have no answer */
		struct operation alone = {.has_request = true, .request = *m, .tx = s->transactions++};
		show(&alone, in, sink);
		say(&alone, in->flow, sink);
		return L7_MORE;
	}
	if (m->operation == LDAP_BIND_REQUEST)
		note_bind(s, m);
	if (m->operation == LDAP_EXTENDED_REQUEST && bytes_eq(m->name, BYTES("1.3.6.1.4.1.1466.20037"))) {
		s->tls_asked = true;
		s->asker = (uint8_t)in->side;
		s->tls_id = m->id;
	}
	while (!keep(s, message, m, true)) {
		say_oldest(s, in->flow, sink);
		s->lost = true;
	}
	struct operation o = {.has_request = true, .request = *m, .tx = s->kept[s->count - 1].tx};
	show(&o, in, sink);
	return L7_MORE;
}

static void
answer_bind(struct state *s, const struct ldap_message *m, const struct l7_flow *flow, struct sink *sink)
{
	enum { SUCCESS = 0, IN_PROGRESS = 14 };
	if (!m->has_result || m->code == IN_PROGRESS)
		return;
	s->sealed = s->sealed || m->code == SUCCESS;
	l7_login_answer(&s->login, APP_LDAP, m->code == SUCCESS ? LOGIN_ACCEPTED : LOGIN_REFUSED, flow, sink);
}

static enum l7_verdict
take_response(
    struct state *s, struct bytes message, const struct ldap_message *m, const struct l7_input *in, struct sink *sink)
{
	const struct l7_flow *flow = in->flow;
	if (!ldap_is_final(m->operation)) {
		(void)keep(s, message, m, false); /* of many entries the event has the first ones */
		return L7_MORE;
	}
	struct operation o;
	collect(s, m->id, &o);
	o.responses[o.response_count++] = *m;
	if (o.tx == UINT32_MAX)
		o.tx = s->transactions++;
	show(&o, in, sink);
	say(&o, flow, sink);
	forget(s, m->id);
	if (m->operation == LDAP_BIND_RESPONSE)
		answer_bind(s, m, flow, sink);
	/* Number 0 is the server's own word (RFC 4511 4.4). */
	if (!o.has_request && m->id != 0 && !s->lost && !flow->midstream)
		sink_anomaly(sink, in, APP_LDAP, BYTES("request_not_found"));
	if (!s->tls_asked || m->id != s->tls_id)
		return L7_MORE;
	s->tls_asked = false;
	return m->operation == LDAP_EXTENDED_RESPONSE && m->has_result && m->code == 0 ? L7_TLS : L7_MORE;
}

/* One message at the front of `rest`: how many bytes of it are here and finished with, 0 when more must come. */
static size_t
take_message(struct state *s, const struct l7_input *in, struct bytes rest, struct l7_step *step, struct sink *sink)
{
	struct ldap_head head;
	struct ldap_message m;
	enum parse parsed = ldap_parse_head(rest, &head);
	if (parsed == PARSE_SHORT)
		return 0;
	if (parsed == PARSE_OK) {
		struct bytes message = bytes_first(rest, head.length < MESSAGE_MAX ? (size_t)head.length : MESSAGE_MAX);
		if (message.len < MESSAGE_MAX && message.len < head.length)
			return 0;
		parsed = ldap_parse(message, &m);
		if (parsed != PARSE_BAD) {
			step->verdict = ldap_is_request(m.operation) ? take_request(s, message, &m, in, sink)
			                                             : take_response(s, message, &m, in, sink);
			size_t here = rest.len < head.length ? rest.len : (size_t)head.length;
			step->skip = head.length - here;
			return here;
		}
	}
	if (s->sealed || s->sasl) { /* RFC 4513 5.2.1.6: from here on it is the mechanism's */
		step->verdict = L7_DONE;
		return 0;
	}
	sink_anomaly(sink, in, APP_LDAP, BYTES("invalid_data"));
	step->verdict = L7_BROKEN;
	return 0;
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_step step = {.verdict = L7_MORE};
	bool waits = s->tls_asked;
	while (step.verdict == L7_MORE && !step.wake && step.skip == 0 && step.used < in->data.len &&
	    !(s->tls_asked && s->asker == in->side)) {
		size_t used = take_message(s, in, bytes_after(in->data, step.used), &step, sink);
		step.used += used;
		step.wake = waits && !s->tls_asked;
		if (used == 0)
			break;
	}
	return step;
}

static void
finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *s = state;
	l7_login_answer(&s->login, APP_LDAP, LOGIN_SENT, flow, sink);
	while (s->count > 0)
		say_oldest(s, flow, sink);
}

static enum l7_guess
guess(const struct l7_input *in)
{
	enum recognise_side side = in->side == L7_CLIENT ? RECOGNISE_CLIENT : RECOGNISE_SERVER;
	switch (recognise_ldap(in->data, side)) {
	case RECOGNISE_NO: return L7_NO;
	case RECOGNISE_MAYBE: return L7_MAYBE;
	case RECOGNISE_YES: return L7_YES;
	}
	return L7_NO;
}

/* Of UDP (CLDAP): an operation that waits is all there is to keep. */
static bool
reduce(const void *state, uint32_t *kept)
{
	const struct state *s = state;
	*kept = 0;
	return s->count == 0 && !s->login.sent;
}

static void
resume(void *state, uint32_t kept)
{
	(void)state;
	(void)kept;
}

const struct l7_parser l7_ldap_parser = {
    .app = APP_LDAP,
    .tcp = true,
    .udp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
    .finish = finish,
    .reduce = reduce,
    .resume = resume,
};
