/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_dns.h"

#include <netinet/in.h>

#include "inspect/eve_dns.h"
#include "inspect/l7_settings.h"
#include "inspect/l7_turn.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"
#include "proto/dns_rdata.h"

enum {
	PORT_DNS = 53,
	PORT_MDNS = 5353,
	PORT_LLMNR = 5355,
	PENDING_MAX = 12,
	NAMES_SIZE = 704,
	BAD_MAX = 8,     /* messages not understood one after the other: it is something else */
	LENGTH_SIZE = 2, /* RFC 1035 4.2.2 */
};

struct pending { /* a query that waits for its answer */
	uint16_t id, type;
	uint16_t name_len;
	uint16_t bytes;
};

struct side_state {
	uint16_t frame; /* TCP: length of the message that follows */
	bool has_frame;
	bool resync; /* bytes were lost: find the next message */
};

/* Names of pending queries stand one behind the other in `names`, in the order of `pending`. */
struct state {
	uint64_t messages;
	struct side_state sides[2];
	uint8_t bad_count;
	bool started, reversed; /* reversed: who opened the flow gives the answers, as the capture began late */
	uint8_t pending_count;
	struct pending pending[PENDING_MAX];
	char names[NAMES_SIZE];
};
_Static_assert(sizeof(struct state) <= L7_STATE_MAX, "the state must fit in its budget");

enum kind { KIND_DNS, KIND_MDNS, KIND_LLMNR };

static bool
uses_port(const struct l7_flow *flow, uint16_t port)
{
	return flow->server_port == port || flow->client_port == port;
}

static enum kind
kind_of(const struct l7_flow *flow)
{
	if (flow->ip_proto != IPPROTO_TCP && uses_port(flow, PORT_MDNS))
		return KIND_MDNS;
	return uses_port(flow, PORT_LLMNR) ? KIND_LLMNR : KIND_DNS;
}

/* ---- guessing ---- */

/* On DNS's own ports a header with the shape of one is enough: what does not parse there is news. `length` is
 * that of the whole message, of which this is the beginning. */
static bool
shaped_like_header(struct bytes message, size_t length)
{
	struct cursor c = cursor_of(message);
	cursor_be16(&c); /* id */
	unsigned opcode = cursor_be16(&c) >> 11 & 15;
	uint32_t records = 0;
	for (size_t i = 0; i < DNS_SECTIONS; i++)
		records += cursor_be16(&c);
	return cursor_ok(&c) && opcode <= 6 && records > 0 && records <= length;
}

/* Elsewhere: what clients and servers write, and a stranger's bytes rarely have by chance. What the counts promise
 * must have room in the whole message. */
static bool
plausible_header(struct bytes message, size_t length)
{
	enum { QUESTION_MIN = 5, RECORD_MIN = 11 };
	struct cursor c = cursor_of(message);
	cursor_be16(&c); /* id */
	uint16_t flags = cursor_be16(&c);
	unsigned opcode = flags >> 11 & 15;
	bool response = (flags & DNS_QR) != 0;
	size_t least = DNS_HEADER_SIZE + QUESTION_MIN * (size_t)cursor_be16(&c);
	for (size_t i = DNS_ANSWERS; i < DNS_SECTIONS; i++)
		least += RECORD_MIN * (size_t)cursor_be16(&c);
	if (!cursor_ok(&c) || least > length || least == DNS_HEADER_SIZE)
		return false;
	if (opcode == 3 || opcode > 6 || (flags & DNS_Z) != 0) /* RFC 1035, 1996, 2136, 8490 */
		return false;
	return response || ((flags & 15) == 0 && (opcode != 0 || (flags & DNS_RA) == 0));
}

static bool
plausible_class(uint16_t class)
{
	class &= 0x7fff; /* RFC 6762 5.4, 10.2: the upper bit is mDNS's own */
	return class == 1 || class == 3 || class == 4 || class == 254 || class == 255;
}

static bool
plausible_question(const struct dns_question *q)
{
	return q->type != 0 && plausible_class(q->class);
}

/* NetBIOS names travel in messages of the same form (RFC 1002 4.2): a first label of 32 letters A to P, and a type
 * that DNS gives to others. */
static bool
netbios_name(struct bytes message, const struct dns *m)
{
	enum { TYPE_NB = 32, TYPE_NBSTAT = 33, LABEL = 32 };
	uint16_t name = m->question_count > 0 ? m->questions[0].name : m->record_count > 0 ? m->records[0].name : 0;
	uint16_t type = m->question_count > 0 ? m->questions[0].type : m->record_count > 0 ? m->records[0].type : 0;
	struct cursor c = cursor_of(bytes_after(message, name));
	if ((type != TYPE_NB && type != TYPE_NBSTAT) || cursor_u8(&c) != LABEL)
		return false;
	for (size_t i = 0; i < LABEL; i++) {
		uint8_t letter = cursor_u8(&c);
		if (letter < 'A' || letter > 'P')
			return false;
	}
	return true;
}

static bool
plausible_records(const struct dns *m)
{
	for (size_t i = 0; i < m->question_count; i++)
		if (!plausible_question(&m->questions[i]))
			return false;
	for (size_t i = 0; i < m->record_count; i++)
		if (m->records[i].type == 0 || (m->records[i].type != DNS_OPT && !plausible_class(m->records[i].class)))
			return false;
	return m->question_count + m->record_count > 0;
}

/* The counts of the header lead exactly to the end of the message, and all that was passed makes sense. */
static bool
plausible_body(struct bytes message)
{
	struct dns m;
	if (dns_parse(message, &m, NULL) != PARSE_OK || m.tail != PARSE_OK)
		return false;
	return m.length == message.len && plausible_records(&m) && (m.flaws & DNS_FLAW_RDATA) == 0 &&
	    !netbios_name(message, &m);
}

static enum l7_guess
guess_whole(struct bytes message)
{
	return plausible_header(message, message.len) && plausible_body(message) ? L7_YES : L7_NO;
}

/* The beginning of a message that comes in several segments. */
static enum l7_guess
guess_part(struct bytes message, size_t length)
{
	struct dns m;
	if (message.len < DNS_HEADER_SIZE)
		return L7_MAYBE;
	if (!plausible_header(message, length))
		return L7_NO;
	switch (dns_parse_first_question(message, &m)) {
	case PARSE_OK: break;
	case PARSE_SHORT: return L7_MAYBE;
	case PARSE_BAD: return L7_NO;
	}
	return m.question_count == 0 || plausible_question(&m.questions[0]) ? L7_MAYBE : L7_NO;
}

static enum l7_guess
guess_stream(struct bytes data, bool own_port)
{
	struct cursor c = cursor_of(data);
	size_t length = cursor_be16(&c);
	struct bytes message = bytes_first(cursor_rest(&c), length);
	if (!cursor_ok(&c))
		return L7_MAYBE;
	if (length < DNS_HEADER_SIZE)
		return L7_NO;
	if (own_port && message.len >= DNS_HEADER_SIZE)
		return shaped_like_header(message, length) ? L7_YES : L7_NO;
	return message.len == length ? guess_whole(message) : guess_part(message, length);
}

static enum l7_guess
guess_any(const struct l7_input *in, bool own_port)
{
	if (in->flow->ip_proto == IPPROTO_TCP)
		return guess_stream(in->data, own_port);
	if (own_port && (shaped_like_header(in->data, in->data.len) || plausible_body(in->data)))
		return L7_YES;
	return guess_whole(in->data);
}

static enum l7_guess
guess_dns(const struct l7_input *in)
{
	enum kind kind = kind_of(in->flow);
	return kind == KIND_MDNS ? L7_NO : guess_any(in, kind == KIND_LLMNR || uses_port(in->flow, PORT_DNS));
}

static enum l7_guess
guess_mdns(const struct l7_input *in)
{
	return kind_of(in->flow) == KIND_MDNS ? guess_any(in, true) : L7_NO;
}

/* ---- what is said ---- */

static void
say_anomaly(const struct l7_input *in, struct sink *sink, struct bytes name)
{
	sink_anomaly(sink, in, kind_of(in->flow) == KIND_MDNS ? APP_MDNS : APP_DNS, name);
}

static void
say_flaws(const struct l7_input *in, struct sink *sink, const struct dns *m)
{
	unsigned opcode = dns_opcode(m);
	if ((m->flags & DNS_Z) != 0)
		say_anomaly(in, sink, BYTES("z_flag_set"));
	if (opcode == 3 || opcode > 6)
		say_anomaly(in, sink, BYTES("invalid_opcode"));
	if ((m->flaws & DNS_FLAW_LONG_NAME) != 0)
		say_anomaly(in, sink, BYTES("name_too_long"));
	if ((m->flaws & DNS_FLAW_LABELS) != 0)
		say_anomaly(in, sink, BYTES("too_many_labels"));
	if ((m->flaws & DNS_FLAW_RDATA) != 0)
		say_anomaly(in, sink, BYTES("malformed_data"));
	if (m->tail != PARSE_OK)
		say_anomaly(in, sink,
		    m->tail_section == DNS_AUTHORITIES ? BYTES("invalid_authorities") : BYTES("invalid_additionals"));
}

/* Who asks comes first. */
static const struct l7_flow *
client_first(const struct l7_input *in, const struct dns *m, struct l7_flow *room)
{
	bool by_client = (m->flags & DNS_QR) == 0;
	if ((in->side == L7_CLIENT) == by_client)
		return in->flow;
	*room = l7_turn(in->flow);
	return room;
}

/* Of an event: version 3 has one for each message, whose source is who sent it; version 2 one for each question, and the answers, all
 * from the client's side. */
static void
say_dns(const struct l7_input *in, struct sink *sink, struct bytes message, const struct dns *m, uint64_t tx_id)
{
	const struct eve_settings *eve = &sink_settings(sink)->eve;
	bool response = (m->flags & DNS_QR) != 0, v2 = eve->dns.version == 2;
	struct eve_dns e = {.tx_id = tx_id, .grouped = eve->dns.grouped, .detailed = eve->dns.detailed};
	struct l7_flow room;
	if (response ? !eve->dns.responses : !eve->dns.requests)
		return;
	for (size_t i = 0; i < (v2 && !response ? m->question_count : 1); i++) {
		struct json *j = sink_open(
		    sink, BYTES("dns"), v2 ? client_first(in, m, &room) : l7_turn_to_sender(in, &room));
		if (j == NULL)
			return;
		if (!v2)
			eve_dns_write(j, message, m, &e);
		else if (response)
			eve_dns_write_answer(j, message, m, &e);
		else
			eve_dns_write_query(j, message, m, i, &e);
		sink_close(sink);
	}
}

static void
say_event(const struct l7_input *in, struct sink *sink, struct bytes message, const struct dns *m, uint64_t tx_id)
{
	enum kind kind = kind_of(in->flow);
	struct l7_flow room;
	if (kind == KIND_DNS) {
		say_dns(in, sink, message, m, tx_id);
		return;
	}
	bool mdns = kind == KIND_MDNS;
	struct json *j = sink_open(sink, mdns ? BYTES("mdns") : BYTES("llmnr"), l7_turn_to_sender(in, &room));
	if (j == NULL)
		return;
	eve_dns_write_multicast(j, mdns ? JSON_KEY("mdns") : JSON_KEY("llmnr"), message, m);
	sink_close(sink);
}

/* An observation whose src is who asked. */
static struct observed_dns *
observe(const struct state *s, struct sink *sink, const struct l7_flow *flow)
{
	struct l7_flow back;
	if (s->reversed) {
		back = l7_turn(flow);
		flow = &back;
	}
	struct observation *o = sink_observe(sink, OBSERVATION_DNS, flow);
	return o == NULL ? NULL : &o->dns;
}

/* ---- queries that wait ---- */

static void
forget(struct state *s, size_t index)
{
	size_t before = 0, all = 0;
	for (size_t i = 0; i < s->pending_count; i++) {
		before += i < index ? s->pending[i].name_len : 0;
		all += s->pending[i].name_len;
	}
	size_t len = s->pending[index].name_len;
	memmove(s->names + before, s->names + before + len, all - before - len);
	memmove(&s->pending[index], &s->pending[index + 1], (s->pending_count - index - 1u) * sizeof(s->pending[0]));
	s->pending_count--;
}

static void
observe_first_unanswered(struct state *s, const struct l7_flow *flow, struct sink *sink)
{
	const struct pending *p = &s->pending[0];
	struct observed_dns *dns = observe(s, sink, flow);
	if (dns != NULL) {
		dns->type = p->type;
		dns->id = p->id;
		dns->query_bytes = p->bytes;
		dns->name_len = sink_copy(
		    dns->name, sizeof(dns->name), (struct bytes){(const uint8_t *)s->names, p->name_len});
	}
	forget(s, 0);
}

static size_t
find_pending(const struct state *s, const struct dns *m)
{
	size_t i = 0;
	while (i < s->pending_count &&
	    (s->pending[i].id != m->id || (m->question_count > 0 && s->pending[i].type != m->questions[0].type)))
		i++;
	return i;
}

/* The name of the first question as observations have it. */
static struct bytes
question_name(struct bytes message, const struct dns *m, char out[static OBSERVATION_TEXT_MAX])
{
	if (m->question_count == 0)
		return (struct bytes){0};
	struct dns_text name = dns_name_write(message, m->questions[0].name, out, OBSERVATION_TEXT_MAX);
	for (size_t i = 0; i < name.len; i++)
		out[i] = (char)bytes_lower((uint8_t)out[i]);
	return (struct bytes){(const uint8_t *)out, name.len};
}

/* A query that was sent again with its number is still one query. When the room is spent the oldest one is
 * said to be unanswered: it must not vanish. */
static void
remember(struct state *s, const struct l7_input *in, struct sink *sink, struct bytes message, const struct dns *m)
{
	char text[OBSERVATION_TEXT_MAX];
	if (m->question_count == 0 || find_pending(s, m) < s->pending_count)
		return;
	struct bytes name = question_name(message, m, text);
	size_t held = 0;
	for (size_t i = 0; i < s->pending_count; i++)
		held += s->pending[i].name_len;
	while (s->pending_count == PENDING_MAX || name.len > NAMES_SIZE - held) {
		held -= s->pending[0].name_len;
		observe_first_unanswered(s, in->flow, sink);
	}
	if (name.len > 0)
		memcpy(s->names + held, name.at, name.len);
	s->pending[s->pending_count++] = (struct pending){
	    .id = m->id, .type = m->questions[0].type, .name_len = (uint16_t)name.len, .bytes = (uint16_t)message.len};
}

static void
observe_answer(struct state *s, const struct l7_input *in, struct sink *sink, struct bytes message, const struct dns *m)
{
	char text[OBSERVATION_TEXT_MAX];
	size_t index = find_pending(s, m);
	bool known = index < s->pending_count;
	struct observed_dns *dns = observe(s, sink, in->flow);
	if (dns != NULL) {
		dns->answered = true;
		dns->id = m->id;
		dns->type = m->question_count > 0 ? m->questions[0].type : 0;
		dns->answers = m->claimed[DNS_ANSWERS];
		dns->rcode = dns_rcode(m);
		dns->query_bytes = known ? s->pending[index].bytes : 0;
		dns->answer_bytes = (uint32_t)message.len;
		dns->name_len = sink_copy(dns->name, sizeof(dns->name), question_name(message, m, text));
	}
	if (known)
		forget(s, index);
}

/* The message that alerts quote. */
struct quoted {
	struct bytes message;
	const struct dns *m;
	enum kind kind;
	uint64_t tx_id;
};

static void
describe(const void *context, struct json *j)
{
	const struct quoted *q = context;
	if (q->kind == KIND_DNS)
		eve_dns_write(j, q->message, q->m, &(struct eve_dns){.tx_id = q->tx_id});
	else
		eve_dns_write_multicast(j, q->kind == KIND_MDNS ? JSON_KEY("mdns") : JSON_KEY("llmnr"), q->message, q->m);
}

/* Where names are shown, by kind of message. */
struct name_views {
	enum view queries, sections[DNS_SECTIONS], response;
};

/* Puts one name; false: no room for another. */
static bool
put_name(
    struct view_set *v, uint8_t **room, const uint8_t *end, struct bytes message, size_t offset, enum view a, enum view b)
{
	if (end - *room <= DNS_NAME_TEXT_MAX)
		return false;
	struct dns_text name = dns_name_write(message, offset, (char *)*room, DNS_NAME_TEXT_MAX);
	struct bytes text = {*room, name.len};
	if (a != VIEWS)
		view_set_put(v, a, text);
	if (b != VIEWS)
		view_set_put(v, b, text);
	*room += name.len;
	return true;
}

/* The name that a record's data has, where it is of a kind that has one. */
static bool
data_name(struct bytes message, const struct dns_record *r, uint16_t *name)
{
	struct dns_rdata_soa soa;
	if (!r->understood)
		return false;
	if (r->type == DNS_SOA) {
		bool known = dns_rdata_soa(message, r, &soa);
		*name = known ? soa.mname : 0;
		return known;
	}
	return (r->type == DNS_CNAME || r->type == DNS_PTR || r->type == DNS_MX || r->type == DNS_NS) &&
	    dns_rdata_name(message, r, name);
}

/* What rules look into: names as people write them, and numbers. */
static void
show(const struct l7_input *in, struct sink *sink, struct bytes message, const struct dns *m, uint64_t tx_id)
{
	static const struct name_views all[] = {
	    [KIND_DNS] = {VIEW_DNS_QUERIES_NAME,
	        {[DNS_ANSWERS] = VIEW_DNS_ANSWERS_NAME,
	            [DNS_AUTHORITIES] = VIEW_DNS_AUTHORITIES_NAME,
	            [DNS_ADDITIONALS] = VIEW_DNS_ADDITIONALS_NAME},
	        VIEW_DNS_RESPONSE_NAME},
	    [KIND_MDNS] = {VIEW_MDNS_QUERIES_NAME,
	        {[DNS_ANSWERS] = VIEW_MDNS_ANSWERS_NAME,
	            [DNS_AUTHORITIES] = VIEW_MDNS_AUTHORITIES_NAME,
	            [DNS_ADDITIONALS] = VIEW_MDNS_ADDITIONALS_NAME},
	        VIEW_MDNS_RESPONSE_NAME},
	    [KIND_LLMNR] = {VIEW_LLMNR_QUERIES_NAME,
	        {[DNS_ANSWERS] = VIEW_LLMNR_ANSWERS_NAME,
	            [DNS_AUTHORITIES] = VIEW_LLMNR_AUTHORITIES_NAME,
	            [DNS_ADDITIONALS] = VIEW_LLMNR_ADDITIONALS_NAME},
	        VIEW_LLMNR_RESPONSE_NAME},
	};
	enum kind kind = kind_of(in->flow);
	const struct quoted quoted = {.message = message, .m = m, .kind = kind, .tx_id = tx_id};
	const struct l7_tx tx = {.id = tx_id, .describe = describe, .context = &quoted};
	struct view_set *v = sink_views(sink, in, &tx);
	if (v == NULL)
		return;
	const struct name_views *views = &all[kind];
	bool response = (m->flags & DNS_QR) != 0;
	enum view in_response = response ? views->response : VIEWS;
	uint8_t *room = in->scratch, *end = in->scratch + L7_SCRATCH_SIZE;
	for (size_t i = 0; i < m->question_count; i++) {
		size_t name = m->questions[i].name;
		if (!put_name(v, &room, end, message, name, views->queries, in_response))
			break;
		if (!response && kind == KIND_DNS)
			(void)put_name(v, &room, end, message, name, VIEW_DNS_QUERY, VIEWS);
	}
	for (size_t i = 0; i < m->record_count; i++) {
		uint16_t name;
		if (!put_name(
		        v, &room, end, message, m->records[i].name, views->sections[m->records[i].section], in_response))
			break;
		if (response && data_name(message, &m->records[i], &name))
			(void)put_name(v, &room, end, message, name, in_response, VIEWS);
	}
	if (kind == KIND_DNS) {
		view_set_put_number(v, VIEW_DNS_OPCODE, dns_opcode(m));
		view_set_put_number(v, VIEW_DNS_RCODE, dns_rcode(m));
		for (size_t i = 0; i < m->question_count; i++)
			view_set_put_number(v, VIEW_DNS_RRTYPE, m->questions[i].type);
		for (size_t i = 0; i < m->record_count; i++)
			view_set_put_number(v, VIEW_DNS_RRTYPE, m->records[i].type);
	}
	sink_show(sink, true);
}

/* ---- steps ---- */

static void
look_at_message(struct state *s, const struct l7_input *in, struct sink *sink, struct bytes message)
{
	struct dns m;
	uint16_t flaws = 0;
	if (dns_parse(message, &m, &flaws) != PARSE_OK) {
		s->bad_count++;
		say_anomaly(in, sink, (flaws & DNS_FLAW_LOOP) != 0 ? BYTES("infinite_loop") : BYTES("malformed_data"));
		return;
	}
	bool response = (m.flags & DNS_QR) != 0, multicast = kind_of(in->flow) != KIND_DNS;
	s->bad_count = 0;
	if (!s->started)
		s->reversed = !multicast && response == (in->side == L7_CLIENT);
	s->started = true;
	bool from_asker = (in->side == L7_CLIENT) != s->reversed;
	if (!multicast && from_asker == response)
		say_anomaly(in, sink, response ? BYTES("not_request") : BYTES("not_response"));
	say_flaws(in, sink, &m);
	show(in, sink, message, &m, s->messages);
	say_event(in, sink, message, &m, s->messages++);
	if (multicast)
		return;
	if (response)
		observe_answer(s, in, sink, message, &m);
	else
		remember(s, in, sink, message, &m);
}

static struct l7_step
step_stream(struct state *s, const struct l7_input *in, struct sink *sink)
{
	struct side_state *side = &s->sides[in->side];
	struct cursor c = cursor_of(in->data);
	if (side->resync) {
		enum l7_guess guess = guess_stream(in->data, false);
		if (guess == L7_MAYBE)
			return (struct l7_step){.used = in->end ? in->data.len : 0, .verdict = L7_MORE};
		if (guess == L7_NO)
			return (struct l7_step){.used = in->data.len, .verdict = L7_MORE};
		side->resync = false;
	}
	while (s->bad_count < BAD_MAX) {
		if (!side->has_frame && c.left < LENGTH_SIZE)
			break;
		if (!side->has_frame)
			side->frame = cursor_be16(&c);
		side->has_frame = true;
		if (c.left < side->frame)
			break;
		look_at_message(s, in, sink, cursor_take(&c, side->frame));
		side->has_frame = false;
	}
	return (struct l7_step){.used = in->data.len - c.left, .verdict = s->bad_count < BAD_MAX ? L7_MORE : L7_BROKEN};
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	if (in->flow->ip_proto == IPPROTO_TCP)
		return step_stream(s, in, sink);
	/* One question on another port does not make all its datagrams DNS: a probe asks in every protocol it knows. */
	if (kind_of(in->flow) == KIND_DNS && !uses_port(in->flow, PORT_DNS) && guess_whole(in->data) != L7_YES) {
		s->bad_count++;
		say_anomaly(in, sink, BYTES("malformed_data"));
	} else {
		look_at_message(s, in, sink, in->data);
	}
	return (struct l7_step){.used = in->data.len, .verdict = s->bad_count < BAD_MAX ? L7_MORE : L7_BROKEN};
}

static bool
gap(void *state, enum l7_side side, uint64_t lost)
{
	struct state *s = state;
	(void)lost;
	s->sides[side] = (struct side_state){.resync = true};
	return true;
}

static void
finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *s = state;
	while (s->pending_count > 0)
		observe_first_unanswered(s, flow, sink);
}

/* Once every query is answered only the count of messages matters: it numbers the transactions. */
static bool
reduce(const void *state, uint32_t *kept)
{
	const struct state *s = state;
	*kept = (uint32_t)s->messages;
	return s->pending_count == 0 && s->bad_count == 0 && !s->reversed;
}

static void
resume(void *state, uint32_t kept)
{
	struct state *s = state;
	s->messages = kept;
	s->started = true;
}

/* An answer alone: its question was before the capture. */
static enum l7_sender
sender_udp(struct bytes data)
{
	struct cursor c = cursor_of(data);
	cursor_be16(&c);
	return (cursor_be16(&c) & DNS_QR) != 0 ? L7_BY_SERVER : L7_BY_CLIENT;
}

const struct l7_parser l7_dns_udp_parser = {
    .app = APP_DNS,
    .udp = true,
    .state_size = sizeof(struct state),
    .guess = guess_dns,
    .sender = sender_udp,
    .step = step,
    .finish = finish,
    .reduce = reduce,
    .resume = resume,
};

static enum l7_sender
sender(struct bytes data)
{
	struct cursor c = cursor_of(data);
	cursor_take(&c, 4); /* length, identifier */
	return (cursor_be16(&c) & DNS_QR) != 0 ? L7_BY_SERVER : L7_BY_CLIENT;
}

const struct l7_parser l7_dns_tcp_parser = {
    .app = APP_DNS,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = guess_dns,
    .sender = sender,
    .step = step,
    .gap = gap,
    .finish = finish,
};

const struct l7_parser l7_dns_mdns_parser = {
    .app = APP_MDNS,
    .udp = true,
    .state_size = sizeof(struct state),
    .guess = guess_mdns,
    .step = step,
    .finish = finish,
    .reduce = reduce,
    .resume = resume,
};
