/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_mqtt.h"

#include "inspect/eve_mqtt.h"
#include "inspect/l7_settings.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"
#include "proto/recognise.h"

enum {
	PENDING = 5,
	MESSAGES_MAX = 4, /* PUBLISH, PUBREC, PUBREL, PUBCOMP */
	TEXT_MAX = 2900,  /* bytes kept of messages that wait for their answer, with: */
	ANSWERS_ROOM = 400,
	BODY_MAX = 32768,  /* bytes looked into of one message */
	PORT_PLAIN = 1883, /* IANA: here a header that makes sense is enough */
};

/* Messages that belong together: the first one, and its answers. */
struct exchange {
	bool used;
	uint8_t side; /* of the first one */
	uint8_t count;
	uint16_t id, text_len;
	uint64_t tx_id;
	struct {
		struct mqtt_header header;
		uint16_t at, len;
	} messages[MESSAGES_MAX];
	uint8_t text[TEXT_MAX];
};

struct state {
	uint64_t next_id;
	uint8_t version; /* 0: no CONNECT was seen */
	bool introduced; /* CONNACK was seen */
	struct exchange pending[PENDING];
};
_Static_assert(sizeof(struct state) <= L7_STATE_MAX, "the state must fit in its budget");

/* What is told of: parsed again from what is kept. */
struct told {
	uint64_t tx_id;
	size_t count;
	bool skipped;
	struct mqtt_message messages[MESSAGES_MAX];
	const struct mqtt_settings *settings;
};

static void
describe(const void *context, struct json *j)
{
	const struct told *t = context;
	json_open_object(j, JSON_KEY("mqtt"));
	for (size_t i = 0; i < t->count; i++) {
		if (t->skipped)
			eve_mqtt_write_skipped(j, &t->messages[i].header);
		else
			eve_mqtt_write(j, &t->messages[i], t->settings);
	}
	json_close_object(j);
}

/* ---- Rules ---- */

static void
put_topics(struct view_set *v, enum view view, const struct mqtt_message *m)
{
	struct bytes rest = m->payload, topic;
	uint8_t qos;
	while (mqtt_next_topic(&rest, m->header.type == MQTT_SUBSCRIBE, &topic, &qos))
		view_set_put(v, view, topic);
}

static void
put_connect(struct view_set *v, const struct mqtt_message *m)
{
	view_set_put(v, VIEW_MQTT_PROTOCOL, m->protocol);
	view_set_put(v, VIEW_MQTT_CLIENT_ID, m->client_id);
	if ((m->flags & MQTT_HAS_USERNAME) != 0)
		view_set_put(v, VIEW_MQTT_USERNAME, m->username);
	if ((m->flags & MQTT_HAS_PASSWORD) != 0)
		view_set_put(v, VIEW_MQTT_PASSWORD, m->password);
	if ((m->flags & MQTT_WILL) != 0) {
		view_set_put(v, VIEW_MQTT_WILL_TOPIC, m->will_topic);
		view_set_put(v, VIEW_MQTT_WILL_MESSAGE, m->will_message);
	}
}

/* flags: room for the letters of this message, borrowed until they are shown. */
enum { FLAGS_ROOM = 8 };

static void
put_flags(struct view_set *v, const struct mqtt_message *m, char flags[FLAGS_ROOM])
{
	flags[0] = m->header.retain ? 'R' : 'r';
	flags[1] = m->header.dup ? 'D' : 'd';
	view_set_put(v, VIEW_MQTT_FLAGS, (struct bytes){(const uint8_t *)flags, 2});
	if (m->header.type != MQTT_CONNECT)
		return;
	flags[2] = (m->flags & MQTT_HAS_USERNAME) != 0 ? 'U' : 'u';
	flags[3] = (m->flags & MQTT_HAS_PASSWORD) != 0 ? 'P' : 'p';
	flags[4] = (m->flags & MQTT_WILL) != 0 ? 'W' : 'w';
	flags[5] = (m->flags & MQTT_WILL_RETAIN) != 0 ? 'X' : 'x';
	flags[6] = (m->flags & MQTT_CLEAN_SESSION) != 0 ? 'C' : 'c';
	view_set_put(v, VIEW_MQTT_CONNECT_FLAGS, (struct bytes){(const uint8_t *)flags + 2, 5});
}

static void
put_message(struct view_set *v, const struct mqtt_message *m)
{
	view_set_put(v, VIEW_MQTT_TYPE, bytes_of_cstr(mqtt_type_name(m->header.type)));
	view_set_put_number(v, VIEW_MQTT_QOS, m->header.qos);
	if (m->has_reason)
		view_set_put_number(v, VIEW_MQTT_REASON_CODE, m->reason);
	if (m->header.type == MQTT_CONNECT)
		put_connect(v, m);
	if (m->header.type == MQTT_CONNACK)
		view_set_put(v, VIEW_MQTT_SESSION_PRESENT, m->session_present ? BYTES("yes") : BYTES("no"));
	if (m->header.type == MQTT_PUBLISH) {
		view_set_put(v, VIEW_MQTT_PUBLISH_TOPIC, m->topic);
		view_set_put(v, VIEW_MQTT_PUBLISH_MESSAGE, m->payload);
	}
	if (m->header.type == MQTT_SUBSCRIBE)
		put_topics(v, VIEW_MQTT_SUBSCRIBE_TOPIC, m);
	if (m->header.type == MQTT_UNSUBSCRIBE)
		put_topics(v, VIEW_MQTT_UNSUBSCRIBE_TOPIC, m);
	if (m->header.type == MQTT_SUBACK || m->header.type == MQTT_UNSUBACK)
		for (struct cursor c = cursor_of(bytes_first(m->payload, 16)); c.left > 0;)
			view_set_put_number(v, VIEW_MQTT_REASON_CODE, cursor_u8(&c));
}

/* All of an exchange at once, as the client's: so rules may speak of a message and its answer. */
static void
show(const struct state *s, const struct told *t, const struct l7_input *in, struct sink *sink)
{
	struct l7_input client = *in;
	struct l7_tx tx = {.id = t->tx_id, .describe = describe, .context = t};
	char flags[MESSAGES_MAX][FLAGS_ROOM];
	client.side = L7_CLIENT;
	struct view_set *v = sink_views(sink, &client, &tx);
	if (v == NULL)
		return;
	if (s->version != 0)
		view_set_put_number(v, VIEW_MQTT_PROTOCOL_VERSION, s->version);
	for (size_t i = 0; i < t->count; i++) {
		put_flags(v, &t->messages[i], flags[i]);
		if (!t->skipped)
			put_message(v, &t->messages[i]);
	}
	sink_show(sink, true);
}

static void
tell(const struct state *s, const struct told *t, const struct l7_input *in, struct sink *sink)
{
	show(s, t, in, sink);
	struct json *j = sink_open(sink, BYTES("mqtt"), in->flow);
	if (j == NULL)
		return;
	json_u64(j, JSON_KEY("tx_id"), t->tx_id);
	describe(t, j);
	sink_close(sink);
}

/* ---- Exchanges ---- */

static void
complete(struct state *s, struct exchange *e, const struct l7_input *in, struct sink *sink)
{
	struct told t = {.tx_id = e->tx_id, .settings = &sink_settings(sink)->mqtt};
	for (size_t i = 0; i < e->count; i++) {
		struct bytes body = {e->text + e->messages[i].at, e->messages[i].len};
		if (mqtt_message(&e->messages[i].header, s->version, body, &t.messages[t.count]) == PARSE_OK)
			t.count++;
	}
	e->used = false;
	if (t.count > 0)
		tell(s, &t, in, sink);
}

static void
add(struct exchange *e, const struct mqtt_message *m, struct bytes body)
{
	if (e->count == MESSAGES_MAX)
		return;
	size_t room = (size_t)(TEXT_MAX - e->text_len);
	struct bytes kept = bytes_first(body, e->count == 0 ? room - ANSWERS_ROOM : room);
	e->messages[e->count].header = m->header;
	e->messages[e->count].at = e->text_len;
	e->messages[e->count].len = (uint16_t)kept.len;
	e->count++;
	if (kept.len > 0)
		memcpy(e->text + e->text_len, kept.at, kept.len);
	e->text_len = (uint16_t)(e->text_len + kept.len);
}

/* A free one, or the oldest, which is told without its answer. */
static struct exchange *
begin(struct state *s, const struct l7_input *in, struct sink *sink)
{
	struct exchange *e = &s->pending[0];
	for (size_t i = 1; i < PENDING && e->used; i++)
		if (!s->pending[i].used || s->pending[i].tx_id < e->tx_id)
			e = &s->pending[i];
	if (e->used)
		complete(s, e, in, sink);
	e->used = true;
	e->side = (uint8_t)in->side;
	e->count = 0;
	e->text_len = 0;
	e->tx_id = s->next_id++;
	return e;
}

static struct exchange *
find(struct state *s, uint8_t first_type, uint16_t id, enum l7_side side)
{
	for (size_t i = 0; i < PENDING; i++) {
		struct exchange *e = &s->pending[i];
		if (e->used && e->messages[0].header.type == first_type && e->id == id && e->side == side)
			return e;
	}
	return NULL;
}

/* What each type answers, and what is said where that was not seen. */
static const struct {
	uint8_t answers;    /* enum mqtt_type; 0: it begins an exchange or stands alone */
	bool by_same, ends; /* sent by who sent the first; the exchange is over with it */
	const char *missing_cstr;
} answers[MQTT_TYPES] = {
    [MQTT_CONNACK] = {MQTT_CONNECT, false, true, "missing_connect"},
    [MQTT_PUBACK] = {MQTT_PUBLISH, false, true, "missing_publish"},
    [MQTT_PUBREC] = {MQTT_PUBLISH, false, false, "missing_publish"},
    [MQTT_PUBREL] = {MQTT_PUBLISH, true, false, "missing_publish"},
    [MQTT_PUBCOMP] = {MQTT_PUBLISH, false, true, "missing_publish"},
    [MQTT_SUBACK] = {MQTT_SUBSCRIBE, false, true, "missing_subscribe"},
    [MQTT_UNSUBACK] = {MQTT_UNSUBSCRIBE, false, true, "missing_unsubscribe"},
};

static bool
waits_for_answer(const struct mqtt_message *m)
{
	return m->header.type == MQTT_CONNECT || m->header.type == MQTT_SUBSCRIBE || m->header.type == MQTT_UNSUBSCRIBE ||
	    (m->header.type == MQTT_PUBLISH && m->header.qos > 0);
}

static void
say(const struct l7_input *in, struct sink *sink, const char *event_cstr)
{
	sink_anomaly(sink, in, APP_MQTT, bytes_of_cstr(event_cstr));
}

static void
alone(struct state *s, const struct mqtt_message *m, bool skipped, const struct l7_input *in, struct sink *sink)
{
	struct told t = {.tx_id = s->next_id++, .count = 1, .skipped = skipped, .settings = &sink_settings(sink)->mqtt};
	t.messages[0] = *m;
	tell(s, &t, in, sink);
}

static void
take_message(struct state *s, const struct mqtt_message *m, struct bytes body, const struct l7_input *in, struct sink *sink)
{
	uint8_t type = m->header.type;
	if (type == MQTT_CONNECT && s->version != 0)
		say(in, sink, "double_connect");
	if (type == MQTT_CONNECT)
		s->version = m->version;
	if (!s->introduced && type != MQTT_CONNECT && type != MQTT_CONNACK)
		say(in, sink, "unintroduced_message");
	if (type == MQTT_CONNACK)
		s->introduced = true;
	if (waits_for_answer(m)) {
		struct exchange *e = begin(s, in, sink);
		e->id = m->id;
		add(e, m, body);
		return;
	}
	if (answers[type].answers == 0) {
		alone(s, m, false, in, sink);
		return;
	}
	enum l7_side side = answers[type].by_same ? in->side : in->side == L7_CLIENT ? L7_SERVER : L7_CLIENT;
	struct exchange *e = find(s, answers[type].answers, m->id, side);
	if (e == NULL) {
		say(in, sink, answers[type].missing_cstr);
		alone(s, m, false, in, sink);
		return;
	}
	add(e, m, body);
	if (answers[type].ends || (m->has_reason && m->reason >= 0x80))
		complete(s, e, in, sink);
}

/* One message at the front. used 0: more bytes must come. */
static struct l7_step
take_front(struct state *s, struct bytes rest, const struct l7_input *in, struct sink *sink)
{
	const struct mqtt_settings *settings = &sink_settings(sink)->mqtt;
	struct cursor c = cursor_of(rest);
	struct mqtt_header h;
	struct mqtt_message m = {0};
	enum parse parsed = mqtt_header(&c, &h);
	if (parsed == PARSE_BAD) {
		say(in, sink, "malformed_traffic");
		return (struct l7_step){.verdict = L7_BROKEN};
	}
	if (parsed == PARSE_SHORT)
		return (struct l7_step){.verdict = L7_MORE};
	size_t head = rest.len - c.left;
	m.header = h;
	if (h.length > settings->message_limit_bytes) {
		alone(s, &m, true, in, sink);
		return (struct l7_step){.used = head, .skip = h.length, .verdict = L7_MORE};
	}
	size_t wanted = h.length < BODY_MAX ? h.length : BODY_MAX;
	if (c.left < wanted)
		return (struct l7_step){.verdict = L7_MORE};
	struct l7_step step = {.used = head + wanted, .skip = h.length - wanted, .verdict = L7_MORE};
	struct bytes body = cursor_take(&c, wanted);
	if (h.type == MQTT_UNASSIGNED)
		say(in, sink, "unassigned_msg_type");
	else if (h.qos > 2)
		say(in, sink, "invalid_qos_level");
	if (h.type == MQTT_UNASSIGNED)
		return step;
	if (mqtt_message(&h, s->version, body, &m) != PARSE_OK)
		say(in, sink, "malformed_traffic");
	else
		take_message(s, &m, body, in, sink);
	return step;
}

static struct l7_step
mqtt_step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct l7_step step = {.verdict = L7_MORE};
	while (step.verdict == L7_MORE && step.skip == 0 && step.used < in->data.len) {
		struct l7_step one = take_front(state, bytes_after(in->data, step.used), in, sink);
		if (one.used == 0) {
			step.verdict = one.verdict;
			break;
		}
		step.used += one.used;
		step.skip = one.skip;
		step.verdict = one.verdict;
	}
	return step;
}

static void
mqtt_finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *s = state;
	struct l7_input in = {.side = L7_CLIENT, .end = true, .flow = flow};
	for (uint64_t i = 0; i < PENDING; i++) {
		struct exchange *oldest = NULL;
		for (size_t k = 0; k < PENDING; k++)
			if (s->pending[k].used && (oldest == NULL || s->pending[k].tx_id < oldest->tx_id))
				oldest = &s->pending[k];
		if (oldest != NULL)
			complete(s, oldest, &in, sink);
	}
}

/* CONNECT says its name. On the protocol's own port a message that may come later is enough. */
static enum l7_guess
mqtt_guess(const struct l7_input *in)
{
	enum recognise_look look = recognise_mqtt(in->data, in->side == L7_CLIENT ? RECOGNISE_CLIENT : RECOGNISE_SERVER);
	if (look != RECOGNISE_NO || in->flow == NULL || in->flow->server_port != PORT_PLAIN)
		return look == RECOGNISE_YES ? L7_YES : look == RECOGNISE_MAYBE ? L7_MAYBE : L7_NO;
	struct cursor c = cursor_of(in->data);
	struct mqtt_header h;
	enum parse parsed = mqtt_header(&c, &h);
	if (parsed == PARSE_SHORT)
		return L7_MAYBE;
	return parsed == PARSE_OK && h.type != MQTT_UNASSIGNED && h.length <= in->data.len ? L7_YES : L7_NO;
}

const struct l7_parser l7_mqtt_parser = {
    .app = APP_MQTT,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = mqtt_guess,
    .step = mqtt_step,
    .finish = mqtt_finish,
};
