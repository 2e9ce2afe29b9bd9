/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_quic.h"

#include "inspect/eve_quic.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"
#include "proto/digest.h"
#include "proto/gquic.h"
#include "proto/ja3.h"
#include "proto/ja4.h"
#include "proto/quic_crypt.h"

enum {
	SLOTS = 64,
	HELLO_MAX = 8192,   /* with post-quantum keys and a full ECH they have 2 to 4 KiB */
	EVENTS_MAX = 8,     /* hellos told per connection: retries are few */
	DATAGRAMS_MAX = 32, /* of one side, after which no hello is waited for */
	JA3_SHOWN_MAX = 4096,
	TEXT_AT = 65536, /* scratch: an opened packet, then the text of JA3 */
};

/* CRYPTO bytes of one side of one connection, which come in any order (RFC 9000 19.6). */
struct slot {
	uint64_t stamp;  /* when it was taken: also tells whether it is still ours; 0: free */
	uint32_t prefix; /* bytes known without a hole */
	uint8_t known[HELLO_MAX / 8];
	uint8_t data[HELLO_MAX];
};

static _Thread_local struct {
	uint64_t stamp;
	struct slot list[SLOTS];
} slots;

struct side {
	uint64_t stamp; /* of its slot; 0: none */
	uint8_t slot;
	uint8_t datagrams;
	bool told; /* the hello of the present keys was told, or given up */
};

struct state {
	struct side sides[2];
	struct quic_keys client, server;
	bool has_keys, observed, failed, bad_frames, too_long;
	bool google; /* a version without keys */
	uint8_t events;
	uint8_t dcid_len, dcid[QUIC_ID_MAX];
};
_Static_assert(sizeof(struct state) <= L7_STATE_MAX, "the state of a flow is bounded");

struct work {
	struct state *st;
	const struct l7_input *in;
	struct sink *sink;
	uint32_t version;
	bool past; /* the handshake is over */
};

static void
tell(struct work *w, bool *told, struct bytes name)
{
	if (!*told)
		sink_anomaly(w->sink, w->in, APP_QUIC, name);
	*told = true;
}

/* ---- slots ---- */

static void
slot_release(struct side *s)
{
	if (s->stamp != 0 && slots.list[s->slot].stamp == s->stamp)
		slots.list[s->slot].stamp = 0;
	s->stamp = 0;
}

/* The slot of a side, taken from the oldest owner where none is free. NULL when it was taken from us. */
static struct slot *
slot_of(struct side *s)
{
	if (s->stamp != 0)
		return slots.list[s->slot].stamp == s->stamp ? &slots.list[s->slot] : NULL;
	size_t oldest = 0;
	for (size_t i = 1; i < SLOTS; i++)
		if (slots.list[i].stamp < slots.list[oldest].stamp)
			oldest = i;
	struct slot *slot = &slots.list[oldest];
	slot->stamp = ++slots.stamp;
	slot->prefix = 0;
	memset(slot->known, 0, sizeof(slot->known));
	s->stamp = slot->stamp;
	s->slot = (uint8_t)oldest;
	return slot;
}

static bool
known_at(const struct slot *slot, size_t at)
{
	return (slot->known[at / 8] >> at % 8 & 1) != 0;
}

/* The first copy of a byte is kept. */
static void
slot_add(struct slot *slot, size_t offset, struct bytes data)
{
	struct cursor c = cursor_of(data);
	for (size_t at = offset; at < HELLO_MAX && c.left > 0; at++) {
		uint8_t byte = cursor_u8(&c);
		if (known_at(slot, at))
			continue;
		slot->data[at] = byte;
		slot->known[at / 8] |= (uint8_t)(1u << at % 8);
	}
	while (slot->prefix < HELLO_MAX && known_at(slot, slot->prefix))
		slot->prefix++;
}

/* ---- what is said ---- */

static void
observe(struct work *w, const struct tls_client_hello *h, struct bytes ja3, struct bytes ja4)
{
	if (w->st->observed)
		return;
	w->st->observed = true;
	struct observation *o = sink_observe(w->sink, OBSERVATION_TLS, w->in->flow);
	if (o == NULL)
		return;
	o->tls.version = h->offered_version;
	o->tls.name_len = sink_copy(o->tls.name, sizeof(o->tls.name), h->sni);
	sink_copy(o->tls.ja3, sizeof(o->tls.ja3) - 1, ja3);
	sink_copy(o->tls.ja4, sizeof(o->tls.ja4) - 1, ja4);
}

static void
describe(const void *context, struct json *j)
{
	eve_quic_write(j, context);
}

static void
put(struct view_set *v, enum view view, struct bytes text)
{
	if (text.len > 0)
		view_set_put(v, view, text);
}

static void
show(struct work *w, const struct eve_quic *e)
{
	const struct l7_tx tx = {.id = w->st->events, .describe = describe, .context = e};
	struct view_set *v = sink_views(w->sink, w->in, &tx);
	char version[QUIC_VERSION_TEXT_MAX];
	if (v == NULL)
		return;
	put(v, VIEW_QUIC_SNI, e->sni);
	put(v, VIEW_TLS_SNI, e->sni);
	put(v, VIEW_QUIC_UA, e->user_agent);
	put(v, VIEW_QUIC_CYU_HASH, e->cyu_hash);
	put(v, VIEW_QUIC_CYU_STRING, e->cyu_text);
	put(v, VIEW_JA3_HASH, e->ja3_hash);
	put(v, VIEW_JA3_STRING, e->ja3_text);
	put(v, VIEW_JA3S_HASH, e->ja3s_hash);
	put(v, VIEW_JA3S_STRING, e->ja3s_text);
	put(v, VIEW_JA4_HASH, e->ja4);
	put(v, VIEW_QUIC_VERSION, (struct bytes){(const uint8_t *)version, quic_write_version(e->version, version)});
	sink_show(w->sink, true);
}

static void
say(struct work *w, const struct eve_quic *e)
{
	show(w, e);
	struct json *j = w->st->events < EVENTS_MAX ? sink_open(w->sink, BYTES("quic"), w->in->flow) : NULL;
	if (w->st->events < EVENTS_MAX)
		w->st->events++;
	if (j == NULL)
		return;
	eve_quic_write(j, e);
	sink_close(w->sink);
}

static void
client_hello(struct work *w, struct bytes body)
{
	struct tls_client_hello h;
	char *text = (char *)w->in->scratch + TEXT_AT, ja4[JA4_SIZE], hash[JA3_HASH_SIZE];
	if (tls_parse_client_hello(body, &h) != PARSE_OK) {
		tell(w, &w->st->bad_frames, BYTES("error_on_data"));
		return;
	}
	struct eve_quic e = {.version = w->version, .sni = h.sni, .extensions = h.extensions, .alpn = h.alpn};
	e.ja3_text = (struct bytes){(const uint8_t *)text, ja3_write_client(&h, text, L7_SCRATCH_SIZE - TEXT_AT)};
	if (e.ja3_text.len > 0) {
		ja3_hash(e.ja3_text, hash);
		e.ja3_hash = (struct bytes){(const uint8_t *)hash, sizeof(hash)};
		if (e.ja3_text.len > JA3_SHOWN_MAX)
			e.ja3_text.len = 0;
	}
	if (ja4_write(&h, JA4_QUIC, ja4))
		e.ja4 = (struct bytes){(const uint8_t *)ja4, sizeof(ja4)};
	say(w, &e);
	observe(w, &h, e.ja3_hash, e.ja4);
}

static void
google_hello(struct work *w, uint32_t version, const struct gquic_hello *h)
{
	uint8_t md5[DIGEST_MD5_SIZE];
	char text[GQUIC_CYU_MAX], hash[DIGEST_MD5_SIZE * 2];
	struct eve_quic e = {.version = version, .sni = h->sni, .user_agent = h->user_agent};
	e.cyu_text = (struct bytes){(const uint8_t *)text, gquic_write_cyu(version, h, text)};
	digest_md5(e.cyu_text, md5);
	e.cyu_hash = (struct bytes){(const uint8_t *)hash, digest_hex((struct bytes){md5, sizeof(md5)}, '\0', hash)};
	say(w, &e);
}

static void
server_hello(struct work *w, struct bytes body)
{
	struct tls_server_hello h;
	char *text = (char *)w->in->scratch + TEXT_AT, hash[JA3_HASH_SIZE];
	if (tls_parse_server_hello(body, &h) != PARSE_OK) {
		tell(w, &w->st->bad_frames, BYTES("error_on_data"));
		return;
	}
	struct eve_quic e = {.version = w->version, .extensions = h.extensions, .alpn = h.alpn};
	e.ja3s_text = (struct bytes){(const uint8_t *)text, ja3_write_server(&h, text, L7_SCRATCH_SIZE - TEXT_AT)};
	if (e.ja3s_text.len > 0 && e.ja3s_text.len <= JA3_SHOWN_MAX) {
		ja3_hash(e.ja3s_text, hash);
		e.ja3s_hash = (struct bytes){(const uint8_t *)hash, sizeof(hash)};
	}
	say(w, &e);
	w->past = true;
}

/* Its hello in a version that has keys: false when it is not whole yet. */
static bool
read_google_hello(struct work *w, struct bytes prefix)
{
	struct gquic_hello h;
	enum parse p = w->in->side == L7_SERVER ? PARSE_BAD : gquic_parse_hello(prefix, &h); /* the answer says nothing */
	if (p == PARSE_OK)
		google_hello(w, w->version, &h);
	return p != PARSE_SHORT;
}

/* A side's CRYPTO bytes so far: its hello, once it is whole. */
static void
read_hello(struct work *w, struct side *s, struct slot *slot)
{
	uint8_t type;
	size_t length;
	struct tls_message m;
	struct bytes prefix = {slot->data, slot->prefix};
	if (w->version == GQUIC_Q050) {
		if (!read_google_hello(w, prefix))
			return;
		s->told = true;
		slot_release(s);
		return;
	}
	if (tls_parse_message_header(prefix, &type, &length) != PARSE_OK)
		return;
	if (length > HELLO_MAX - TLS_MESSAGE_HEADER_SIZE) {
		tell(w, &w->st->too_long, BYTES("crypto_frag_too_long"));
	} else if (tls_parse_message(prefix, &m) != PARSE_OK) {
		return;
	} else if (m.type == TLS_CLIENT_HELLO && w->in->side == L7_CLIENT) {
		client_hello(w, m.body);
	} else if (m.type == TLS_SERVER_HELLO && w->in->side == L7_SERVER) {
		server_hello(w, m.body);
	} else {
		tell(w, &w->st->bad_frames, BYTES("error_on_data"));
	}
	s->told = true;
	slot_release(s);
}

static void
read_frames(struct work *w, struct bytes frames)
{
	struct side *s = &w->st->sides[w->in->side];
	struct cursor c = cursor_of(frames);
	struct quic_frame f;
	while (!s->told && quic_next_frame(&c, w->version, &f)) {
		if (f.type != QUIC_FRAME_CRYPTO || f.data.len == 0)
			continue;
		struct slot *slot = slot_of(s);
		if (slot == NULL) { /* given to others: the hello has a hole that nothing fills */
			s->told = true;
			s->stamp = 0;
			return;
		}
		if (f.offset >= HELLO_MAX) {
			tell(w, &w->st->too_long, BYTES("crypto_frag_too_long"));
			continue;
		}
		slot_add(slot, (size_t)f.offset, f.data);
		read_hello(w, s, slot);
	}
	if (!cursor_ok(&c))
		tell(w, &w->st->bad_frames, BYTES("error_on_data"));
}

/* ---- packets ---- */

/* New keys mean a new hello: the client begins again after a Retry (RFC 9000 17.2.5.2). */
static void
adopt_keys(struct state *st, struct bytes dcid, const struct quic_keys *client, const struct quic_keys *server)
{
	st->has_keys = true;
	st->client = *client;
	st->server = *server;
	st->dcid_len = (uint8_t)sink_copy((char *)st->dcid, sizeof(st->dcid), dcid);
	for (size_t i = 0; i < 2; i++) {
		slot_release(&st->sides[i]);
		st->sides[i].told = false;
	}
}

static void
initial(struct work *w, const struct quic_header *h)
{
	struct state *st = w->st;
	struct quic_keys client, server;
	struct bytes frames;
	bool from_client = w->in->side == L7_CLIENT;
	bool same_id = st->has_keys && bytes_eq(h->dcid, (struct bytes){st->dcid, st->dcid_len});
	w->version = h->version;
	if (st->has_keys && quic_crypt_open(from_client ? &st->client : &st->server, h, w->in->scratch, &frames)) {
		read_frames(w, frames);
	} else if (from_client && !same_id && quic_crypt_keys(h->version, h->dcid, &client, &server) &&
	    quic_crypt_open(&client, h, w->in->scratch, &frames)) {
		adopt_keys(st, h->dcid, &client, &server);
		read_frames(w, frames);
	} else if (from_client || st->has_keys) {
		tell(w, &st->failed, BYTES("failed_decrypt"));
	}
}

/* Hellos in clear, then what nobody can read. */
static void
read_google(struct work *w)
{
	uint32_t version;
	struct gquic_hello h;
	if (w->in->side == L7_CLIENT && gquic_parse(w->in->data, &version, &h) == PARSE_OK) {
		w->st->google = true;
		google_hello(w, version, &h);
	}
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct work w = {.st = state, .in = in, .sink = sink};
	struct side *s = &w.st->sides[in->side];
	struct bytes rest = bytes_first(in->data, TEXT_AT);
	struct l7_step out = {.used = in->data.len, .verdict = L7_MORE};
	if (!w.st->has_keys)
		read_google(&w);
	while (rest.len > 0 && !w.past && !w.st->google) {
		struct quic_header h;
		if (quic_parse_header(rest, &h) != PARSE_OK)
			break; /* bytes after the packets are no anomaly: some stacks pad there */
		if (h.type == QUIC_INITIAL)
			initial(&w, &h);
		else if ((h.type == QUIC_1RTT && rest.len == in->data.len) ||
		    (h.type == QUIC_HANDSHAKE && in->side == L7_CLIENT))
			w.past = true; /* the server's answer came before this, or was missed */
		rest = bytes_after(rest, h.packet.len);
	}
	if (s->datagrams < DATAGRAMS_MAX)
		s->datagrams++;
	if (w.past || s->datagrams == DATAGRAMS_MAX) { /* in->end is true for each datagram: it says nothing here */
		out.verdict = L7_DONE;
		slot_release(&w.st->sides[L7_CLIENT]);
		slot_release(&w.st->sides[L7_SERVER]);
	}
	return out;
}

static void
finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *st = state;
	(void)flow;
	(void)sink;
	slot_release(&st->sides[L7_CLIENT]);
	slot_release(&st->sides[L7_SERVER]);
}

/* An Initial packet of a version we can read; a client fills its datagram to 1200 bytes (RFC 9000 14.1). A client that
 * was here before may send data first (0-RTT), and its Initial packet may come after that. */
static enum l7_guess
guess(const struct l7_input *in)
{
	struct quic_header h;
	struct gquic_hello google;
	uint32_t version;
	if (in->side == L7_CLIENT && gquic_parse(in->data, &version, &google) == PARSE_OK)
		return L7_YES;
	if (quic_parse_header(in->data, &h) != PARSE_OK || !h.fixed_bit)
		return L7_NO;
	if (h.type == QUIC_0RTT)
		return in->side == L7_CLIENT ? L7_YES : L7_NO;
	if (h.type != QUIC_INITIAL)
		return L7_NO;
	return in->side == L7_SERVER || in->data.len >= 1200 ? L7_YES : L7_NO;
}

const struct l7_parser l7_quic_parser = {
    .app = APP_QUIC,
    .udp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
    .finish = finish,
};
