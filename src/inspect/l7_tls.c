/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_tls.h"

#include "inspect/l7_settings.h"
#include "inspect/l7_tls_session.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"
#include "proto/digest.h"

enum {
	MESSAGE_MAX = 49152, /* a longer hello, or a longer first certificate, is not gathered */
	TEXT_AT = 65536,     /* where in the scratch memory JA3 is written: after a joined message */
};
_Static_assert((int)MESSAGE_MAX + (int)TLS_MESSAGE_HEADER_SIZE <= (int)TEXT_AT && (int)TEXT_AT < (int)L7_SCRATCH_SIZE,
    "the scratch memory holds a joined message, then a text");

enum anomaly {
	INVALID_SSLV2_HEADER,
	INVALID_TLS_HEADER,
	INVALID_RECORD_TYPE,
	INVALID_RECORD_VERSION,
	INVALID_HANDSHAKE_MESSAGE,
	HANDSHAKE_INVALID_LENGTH,
	INVALID_ALERT_MESSAGE,
	MULTIPLE_SNI_EXTENSIONS,
	INVALID_SNI_TYPE,
	INVALID_SNI_LENGTH,
	HEARTBEAT_MESSAGE,
	INVALID_HEARTBEAT_MESSAGE,
	OVERFLOW_HEARTBEAT_MESSAGE,
	CERTIFICATE_INVALID_LENGTH,
	CERTIFICATE_FAULTS, /* + enum x509_fault: keep last */
};

struct side {
	uint32_t done; /* bytes of the first record here that are understood already */
	uint32_t drop; /* handshake bytes from there on that nobody needs */
	bool started;
};

struct state {
	struct side sides[2];
	uint32_t told;       /* bits of enum anomaly: each once per connection */
	uint8_t client_side; /* enum l7_side: L7_SERVER when the capture began late and took one for the other */
	bool retry;          /* HelloRetryRequest was seen */
	struct tls_session session;
};
_Static_assert(sizeof(struct state) <= L7_STATE_MAX, "the state of a flow is bounded");

/* What one call of step() carries around. */
struct work {
	struct state *st;
	const struct l7_input *in;
	struct sink *sink;
	enum l7_verdict verdict;
};

static const struct bytes anomaly_names[] = {
#define NAME(which, text) [which] = {(const uint8_t *)(text), sizeof(text) - 1}
    NAME(INVALID_SSLV2_HEADER, "INVALID_SSLV2_HEADER"),
    NAME(INVALID_TLS_HEADER, "INVALID_TLS_HEADER"),
    NAME(INVALID_RECORD_TYPE, "INVALID_RECORD_TYPE"),
    NAME(INVALID_RECORD_VERSION, "INVALID_RECORD_VERSION"),
    NAME(INVALID_HANDSHAKE_MESSAGE, "INVALID_HANDSHAKE_MESSAGE"),
    NAME(HANDSHAKE_INVALID_LENGTH, "HANDSHAKE_INVALID_LENGTH"),
    NAME(INVALID_ALERT_MESSAGE, "INVALID_ALERT_MESSAGE"),
    NAME(MULTIPLE_SNI_EXTENSIONS, "MULTIPLE_SNI_EXTENSIONS"),
    NAME(INVALID_SNI_TYPE, "INVALID_SNI_TYPE"),
    NAME(INVALID_SNI_LENGTH, "INVALID_SNI_LENGTH"),
    NAME(HEARTBEAT_MESSAGE, "HEARTBEAT_MESSAGE"),
    NAME(INVALID_HEARTBEAT_MESSAGE, "INVALID_HEARTBEAT_MESSAGE"),
    NAME(OVERFLOW_HEARTBEAT_MESSAGE, "OVERFLOW_HEARTBEAT_MESSAGE"),
    NAME(CERTIFICATE_INVALID_LENGTH, "CERTIFICATE_INVALID_LENGTH"),
    NAME(CERTIFICATE_FAULTS + X509_FINE, "INVALID_CERTIFICATE"),
    NAME(CERTIFICATE_FAULTS + X509_BAD_DER, "CERTIFICATE_INVALID_DER"),
    NAME(CERTIFICATE_FAULTS + X509_BAD_VERSION, "CERTIFICATE_INVALID_VERSION"),
    NAME(CERTIFICATE_FAULTS + X509_BAD_SERIAL, "CERTIFICATE_INVALID_SERIAL"),
    NAME(CERTIFICATE_FAULTS + X509_BAD_ALGORITHM, "CERTIFICATE_INVALID_ALGORITHMIDENTIFIER"),
    NAME(CERTIFICATE_FAULTS + X509_BAD_ISSUER, "CERTIFICATE_INVALID_ISSUER"),
    NAME(CERTIFICATE_FAULTS + X509_BAD_VALIDITY, "CERTIFICATE_INVALID_VALIDITY"),
    NAME(CERTIFICATE_FAULTS + X509_BAD_DATE, "CERTIFICATE_INVALID_DATE"),
    NAME(CERTIFICATE_FAULTS + X509_BAD_SUBJECT, "CERTIFICATE_INVALID_SUBJECT"),
    NAME(CERTIFICATE_FAULTS + X509_BAD_EXTENSIONS, "CERTIFICATE_INVALID_EXTENSIONS"),
#undef NAME
};
_Static_assert(LENGTH_OF(anomaly_names) <= 32, "one bit each in state.told");

static void
tell(struct work *w, size_t anomaly)
{
	uint32_t bit = UINT32_C(1) << anomaly;
	if ((w->st->told & bit) == 0)
		sink_anomaly(w->sink, w->in, APP_TLS, anomaly_names[anomaly]);
	w->st->told |= bit;
}

/* ---- handshake messages ---- */

/* Without a certificate. */
static void
emit_bare(struct work *w)
{
	l7_tls_session_emit(&w->st->session, w->in->flow, w->sink, NULL, (struct bytes){0}, (struct bytes){0});
}

/* ---- what rules look into ---- */

static struct bytes
ja3_text(const struct tls_session *s, char *room, size_t size)
{
	return (struct bytes){(const uint8_t *)room,
	    s->has_ja3 ? ja3_unpack((struct bytes){s->ja3_packed, s->ja3_packed_len}, room, size) : 0};
}

static struct bytes
text_of(bool there, const char *text, size_t len)
{
	return (struct bytes){(const uint8_t *)text, there ? len : 0};
}

/* A session is one transaction; alerts quote what is known of it. */
struct quoted {
	const struct tls_session *session;
	const struct x509 *certificate;
	struct bytes der;
	uint32_t fields;
};

static void
describe(const void *context, struct json *j)
{
	const struct quoted *q = context;
	l7_tls_session_write(q->session, j, q->certificate, q->der, (struct bytes){0}, q->fields);
}

static int
state_bits(const struct tls_session *s, bool keys)
{
	int bits = (s->client_hello ? VIEW_TLS_CLIENT_HELLO : 0) | (s->server_hello ? VIEW_TLS_SERVER_HELLO : 0) |
	    (keys ? VIEW_TLS_SERVER_KEYS : 0);
	return bits | (~bits & VIEW_TLS_STATES) << VIEW_TLS_STATE_MISSING;
}

static void
put_random(struct view_set *v, struct bytes random)
{
	enum { TIME_SIZE = 4 };
	if (random.len <= TIME_SIZE)
		return;
	view_set_put(v, VIEW_TLS_RANDOM, random);
	view_set_put(v, VIEW_TLS_RANDOM_TIME, bytes_first(random, TIME_SIZE));
	view_set_put(v, VIEW_TLS_RANDOM_BYTES, bytes_after(random, TIME_SIZE));
}

static void
put_alpn(struct view_set *v, struct bytes list)
{
	struct cursor names = cursor_of(list);
	struct bytes name;
	while (names.left > 0 && tls_next_name(&names, &name))
		view_set_put(v, VIEW_TLS_ALPN, name);
}

static void
show_client(struct work *w, const struct tls_client_hello *h)
{
	const struct tls_session *s = &w->st->session;
	const struct quoted quoted = {.session = s, .fields = EVE_TLS_EXTENDED};
	const struct l7_tx tx = {.describe = describe, .context = &quoted};
	struct view_set *v = sink_views(w->sink, w->in, &tx);
	if (v == NULL)
		return;
	if (h->sni.len > 0)
		view_set_put(v, VIEW_TLS_SNI, h->sni);
	put_alpn(v, h->alpn);
	put_random(v, h->random);
	/* The text of JA3 was written where this call may write. */
	struct bytes ja3 = ja3_text(s, (char *)w->in->scratch + TEXT_AT, L7_SCRATCH_SIZE - TEXT_AT);
	if (ja3.len > 0)
		view_set_put(v, VIEW_JA3_STRING, ja3);
	if (s->has_ja3)
		view_set_put(v, VIEW_JA3_HASH, text_of(true, s->ja3, sizeof(s->ja3)));
	if (s->has_ja4)
		view_set_put(v, VIEW_JA4_HASH, text_of(true, s->ja4, sizeof(s->ja4)));
	view_set_put_number(v, VIEW_TLS_VERSION, h->offered_version);
	view_set_put_number(v, VIEW_TLS_STATE, state_bits(s, false));
	sink_show(w->sink, true);
}

static void
show_server(struct work *w, const struct tls_server_hello *h)
{
	const struct tls_session *s = &w->st->session;
	const struct quoted quoted = {.session = s, .fields = EVE_TLS_EXTENDED};
	const struct l7_tx tx = {.describe = describe, .context = &quoted};
	struct view_set *v = sink_views(w->sink, w->in, &tx);
	if (v == NULL)
		return;
	put_alpn(v, h->alpn);
	put_random(v, h->random);
	struct bytes text = {(const uint8_t *)w->in->scratch + TEXT_AT,
	    s->has_ja3s ? ja3_unpack((struct bytes){s->ja3s_packed, s->ja3s_packed_len}, (char *)w->in->scratch + TEXT_AT,
	                      L7_SCRATCH_SIZE - TEXT_AT)
	                : 0};
	if (text.len > 0)
		view_set_put(v, VIEW_JA3S_STRING, text);
	if (s->has_ja3s)
		view_set_put(v, VIEW_JA3S_HASH, text_of(true, s->ja3s, sizeof(s->ja3s)));
	view_set_put_number(v, VIEW_TLS_VERSION, s->server_version);
	view_set_put_number(v, VIEW_TLS_STATE, state_bits(s, false));
	sink_show(w->sink, tls_is_13(s->server_version));
}

static void
put_alt_names(struct view_set *v, struct bytes names)
{
	struct cursor list = cursor_of(names);
	struct x509_alt_name name;
	while (x509_next_alt_name(&list, &name))
		if (name.kind == X509_ALT_DNS || name.kind == X509_ALT_EMAIL || name.kind == X509_ALT_URI)
			view_set_put(v, VIEW_TLS_SUBJECT_ALT_NAME, name.value);
}

/* All certificates of a message whose body is here, the first one `first`. */
static void
put_chain(struct view_set *v, struct bytes chain, struct bytes first)
{
	struct cursor c = cursor_of(chain);
	int64_t count = 0;
	while (c.left > 0) {
		struct bytes der = cursor_take(&c, cursor_be24(&c));
		if (!cursor_ok(&c))
			break;
		view_set_put(v, VIEW_TLS_CERTS, der);
		count++;
	}
	if (count == 0)
		view_set_put(v, VIEW_TLS_CERTS, first);
	view_set_put_number(v, VIEW_TLS_CHAIN_LENGTH, count > 0 ? count : 1);
}

static void
show_certificate(struct work *w, const struct x509 *x, struct bytes der, struct bytes chain)
{
	enum { NAME_ROOM = 4096, DIGITS = DIGEST_SHA1_SIZE * 3 };
	const struct quoted quoted = {.session = &w->st->session, .certificate = x, .der = der, .fields = EVE_TLS_EXTENDED};
	const struct l7_tx tx = {.describe = describe, .context = &quoted};
	struct view_set *v = sink_views(w->sink, w->in, &tx);
	if (v == NULL)
		return;
	char *room = (char *)w->in->scratch + TEXT_AT, *serial = room + 2 * NAME_ROOM, *print = room + 3 * NAME_ROOM;
	uint8_t hash[DIGEST_SHA1_SIZE];
	int64_t now_s = w->in->flow->time_ns / 1000000000;
	view_set_put(v, VIEW_TLS_CERT_SUBJECT, text_of(true, room, x509_write_name(x->subject, room, NAME_ROOM)));
	view_set_put(v, VIEW_TLS_CERT_ISSUER,
	    text_of(true, room + NAME_ROOM, x509_write_name(x->issuer, room + NAME_ROOM, NAME_ROOM)));
	view_set_put(v, VIEW_TLS_CERT_SERIAL, text_of(true, serial, x509_write_serial(x->serial, serial, NAME_ROOM)));
	digest_sha1(der, hash);
	for (size_t i = 0; i < sizeof(hash); i++) {
		static const char digits[] = "0123456789abcdef";
		print[3 * i] = digits[hash[i] >> 4];
		print[3 * i + 1] = digits[hash[i] & 15];
		print[3 * i + 2] = ':';
	}
	view_set_put(v, VIEW_TLS_CERT_FINGERPRINT, text_of(true, print, DIGITS - 1));
	put_alt_names(v, x->alt_names);
	put_chain(v, chain, der);
	view_set_put_number(v, VIEW_TLS_NOT_BEFORE, x->not_before_s);
	view_set_put_number(v, VIEW_TLS_NOT_AFTER, x->not_after_s);
	view_set_put_number(v, VIEW_TLS_VALID_SINCE, now_s - x->not_before_s);
	view_set_put_number(v, VIEW_TLS_VALID_FOR, x->not_after_s - now_s);
	view_set_put_number(v, VIEW_TLS_STATE, state_bits(&w->st->session, true));
	sink_show(w->sink, true);
}

static void
note_client_hello(struct work *w, const struct tls_client_hello *h)
{
	w->st->client_side = (uint8_t)w->in->side;
	l7_tls_session_client(&w->st->session, h, (char *)w->in->scratch + TEXT_AT, L7_SCRATCH_SIZE - TEXT_AT);
	show_client(w, h);
	if ((h->sni_faults & TLS_SNI_MULTIPLE) != 0)
		tell(w, MULTIPLE_SNI_EXTENSIONS);
	if ((h->sni_faults & TLS_SNI_BAD_TYPE) != 0)
		tell(w, INVALID_SNI_TYPE);
	if ((h->sni_faults & TLS_SNI_BAD_LENGTH) != 0)
		tell(w, INVALID_SNI_LENGTH);
}

static void
client_hello(struct work *w, struct bytes body)
{
	struct tls_client_hello h;
	if (w->st->session.client_hello) /* after HelloRetryRequest, or a renegotiation: the first one is the fingerprint */
		return;
	if (tls_parse_client_hello(body, &h) == PARSE_OK)
		note_client_hello(w, &h);
	else
		tell(w, INVALID_HANDSHAKE_MESSAGE);
}

static void
server_hello(struct work *w, struct bytes body)
{
	struct state *st = w->st;
	struct tls_server_hello h;
	if (st->session.server_hello)
		return;
	if (tls_parse_server_hello(body, &h) != PARSE_OK) {
		tell(w, INVALID_HANDSHAKE_MESSAGE);
		return;
	}
	st->client_side = w->in->side == L7_CLIENT ? L7_SERVER : L7_CLIENT;
	st->session.server_version = h.selected_version;
	if (h.is_retry) {
		st->retry = true;
		return;
	}
	l7_tls_session_server(&st->session, &h, (char *)w->in->scratch + TEXT_AT, L7_SCRATCH_SIZE - TEXT_AT);
	show_server(w, &h);
	if (tls_is_13(st->session.server_version)) { /* all that follows is encrypted */
		emit_bare(w);
		w->verdict = L7_DONE;
	}
}

static void
certificate(struct work *w, struct bytes der, struct bytes chain)
{
	struct x509 x;
	enum x509_fault fault;
	bool by_client = w->in->side == w->st->client_side;
	bool understood = der.len > 0 && x509_parse(der, &x, &fault) == PARSE_OK;
	if (by_client ? !understood : w->st->session.emitted)
		return;
	if (understood) {
		show_certificate(w, &x, der, chain);
		if (!by_client)
			l7_tls_session_emit(&w->st->session, w->in->flow, w->sink, &x, der, chain);
		return;
	}
	tell(w, der.len == 0 ? CERTIFICATE_INVALID_LENGTH : CERTIFICATE_FAULTS + (size_t)fault);
	l7_tls_session_emit(&w->st->session, w->in->flow, w->sink, NULL, der, chain);
}

/* ---- records ---- */

/* `want` handshake bytes that begin `done` bytes into the record at the front of `stream`: where they are when one
 * record holds them, else joined in the scratch memory. Fewer when they are not here yet. *interrupted:
 * a record of another kind stands between them (RFC 8446 5.1 forbids it). */
static struct bytes
gather(struct work *w, struct bytes stream, size_t done, size_t want, bool *interrupted)
{
	uint8_t *joined = w->in->scratch;
	size_t n = 0;
	struct tls_record r;
	*interrupted = false;
	while (n < want) {
		enum parse p = tls_parse_record(stream, &r, NULL);
		*interrupted = p == PARSE_BAD || (p == PARSE_OK && r.type != TLS_HANDSHAKE);
		if (p != PARSE_OK || *interrupted)
			break;
		struct bytes fragment = bytes_first(bytes_after(stream, TLS_RECORD_HEADER_SIZE), r.length);
		bool whole = fragment.len == r.length;
		fragment = bytes_first(bytes_after(fragment, done), want - n);
		done = 0;
		if (n == 0 && fragment.len == want)
			return fragment;
		if (fragment.len > 0)
			memcpy(joined + n, fragment.at, fragment.len);
		n += fragment.len;
		if (!whole)
			break;
		stream = bytes_after(stream, (size_t)TLS_RECORD_HEADER_SIZE + r.length);
	}
	return (struct bytes){joined, n};
}

/* The message at the front: true when it is finished with, false when more bytes must come. */
static bool
read_message(struct work *w, struct bytes stream, uint8_t type, size_t length)
{
	bool interrupted;
	size_t wanted = length < MESSAGE_MAX ? length : MESSAGE_MAX;
	struct bytes got = gather(w, stream, w->st->sides[w->in->side].done, TLS_MESSAGE_HEADER_SIZE + wanted, &interrupted);
	struct bytes body = bytes_after(got, TLS_MESSAGE_HEADER_SIZE);
	bool whole = body.len == wanted;
	if (type == TLS_CERTIFICATE) {
		struct bytes der = {0};
		/* Who looks into the others waits for them. */
		bool wants_all = sink_viewer(w->sink) != NULL || sink_settings(w->sink)->eve.tls.fields != EVE_TLS_EXTENDED;
		if (!whole && length <= MESSAGE_MAX && wants_all && !interrupted && !w->in->end)
			return false;
		switch (tls_parse_first_certificate(body, length, &der)) {
		case PARSE_OK: certificate(w, der, whole ? bytes_after(body, 3) : (struct bytes){0}); return true;
		case PARSE_BAD: tell(w, CERTIFICATE_INVALID_LENGTH); return true;
		case PARSE_SHORT: break;
		}
		if (whole)
			tell(w, CERTIFICATE_INVALID_LENGTH);
	} else if (length > MESSAGE_MAX) {
		tell(w, HANDSHAKE_INVALID_LENGTH);
		return true;
	} else if (whole && type == TLS_CLIENT_HELLO) {
		client_hello(w, body);
	} else if (whole && type == TLS_SERVER_HELLO) {
		server_hello(w, body);
	}
	if (!whole && interrupted) {
		tell(w, INVALID_HANDSHAKE_MESSAGE);
		w->verdict = L7_BROKEN;
	}
	return whole;
}

/* Returns the bytes of the record when it is finished with, else 0. */
static size_t
handshake_record(struct work *w, struct bytes stream, const struct tls_record *r)
{
	struct side *s = &w->st->sides[w->in->side];
	size_t here = bytes_first(bytes_after(stream, TLS_RECORD_HEADER_SIZE), r->length).len;
	while (s->done < here && w->verdict == L7_MORE) {
		if (s->drop > 0) {
			uint32_t n = s->drop < here - s->done ? s->drop : (uint32_t)(here - s->done);
			s->done += n;
			s->drop -= n;
			continue;
		}
		bool interrupted;
		uint8_t type;
		size_t length;
		struct bytes header = gather(w, stream, s->done, TLS_MESSAGE_HEADER_SIZE, &interrupted);
		if (tls_parse_message_header(header, &type, &length) != PARSE_OK) {
			if (interrupted) {
				tell(w, INVALID_HANDSHAKE_MESSAGE);
				w->verdict = L7_BROKEN;
			}
			return 0;
		}
		bool wanted = type == TLS_CLIENT_HELLO || type == TLS_SERVER_HELLO || type == TLS_CERTIFICATE;
		if (type == TLS_OLD_HELLO_RETRY_REQUEST)
			w->st->retry = true;
		if (wanted && !read_message(w, stream, type, length))
			return 0;
		s->drop = (uint32_t)(TLS_MESSAGE_HEADER_SIZE + length);
	}
	if (s->done < r->length)
		return 0;
	s->done = 0;
	return (size_t)TLS_RECORD_HEADER_SIZE + r->length;
}

/* From here on this side is encrypted. */
static void
side_is_encrypted(struct work *w)
{
	struct state *st = w->st;
	w->verdict = L7_SIDE_DONE;
	if (w->in->side == st->client_side)
		return;
	st->session.encrypted = true;
	if (st->session.client_hello || st->session.server_hello)
		emit_bare(w);
	if (st->session.emitted)
		w->verdict = L7_DONE;
}

/* RFC 6520 4. A request whose payload is longer than its record is CVE-2014-0160. */
static void
heartbeat(struct work *w, struct bytes fragment)
{
	struct cursor c = cursor_of(fragment);
	uint8_t type = cursor_u8(&c);
	size_t payload = cursor_be16(&c);
	tell(w, HEARTBEAT_MESSAGE);
	if (!cursor_ok(&c) || type < 1 || type > 2)
		tell(w, INVALID_HEARTBEAT_MESSAGE);
	else if (payload > c.left)
		tell(w, OVERFLOW_HEARTBEAT_MESSAGE);
}

static void
alert(struct work *w, struct bytes fragment)
{
	struct cursor c = cursor_of(fragment);
	uint8_t level = cursor_u8(&c);
	cursor_u8(&c);
	if (!cursor_ok(&c) || (c.left == 0 && level != 1 && level != 2)) /* a longer one is encrypted */
		tell(w, INVALID_ALERT_MESSAGE);
}

/* Returns the bytes of the record when it is finished with, else 0. */
static size_t
read_record(struct work *w, struct bytes stream)
{
	static const enum anomaly faults[] = {
	    [TLS_RECORD_FINE] = INVALID_TLS_HEADER,
	    [TLS_RECORD_BAD_TYPE] = INVALID_RECORD_TYPE,
	    [TLS_RECORD_BAD_VERSION] = INVALID_RECORD_VERSION,
	    [TLS_RECORD_BAD_LENGTH] = INVALID_TLS_HEADER,
	};
	struct tls_record r;
	enum tls_record_fault fault;
	enum parse p = tls_parse_record(stream, &r, &fault);
	if (p == PARSE_SHORT)
		return 0;
	if (p == PARSE_BAD) {
		tell(w, faults[fault]);
		w->verdict = L7_BROKEN;
		return 0;
	}
	if (r.type == TLS_HANDSHAKE)
		return handshake_record(w, stream, &r);
	w->st->sides[w->in->side].drop = 0;
	if (r.type == TLS_APPLICATION_DATA) {
		side_is_encrypted(w);
		return 0;
	}
	struct bytes fragment = bytes_first(bytes_after(stream, TLS_RECORD_HEADER_SIZE), r.length);
	if (fragment.len < r.length)
		return 0;
	if (r.type == TLS_CHANGE_CIPHER_SPEC) {
		/* After HelloRetryRequest it is there for old middleboxes and changes nothing (RFC 8446 D.4). */
		if (!w->st->retry || w->st->session.server_hello || w->in->side == w->st->client_side)
			side_is_encrypted(w);
	} else if (r.type == TLS_ALERT) {
		alert(w, fragment);
	} else {
		heartbeat(w, fragment);
	}
	return (size_t)TLS_RECORD_HEADER_SIZE + r.length;
}

/* SSL 2.0's hello, which old clients send to TLS servers as well, and the answer of a server that knows no better. */
static size_t
read_ssl2(struct work *w, struct bytes stream)
{
	struct state *st = w->st;
	struct tls_client_hello h;
	size_t used = 0;
	enum parse p = PARSE_BAD;
	if (w->in->side != st->client_side && st->session.ssl2) {
		st->session.server_version = 0x0002;
		st->session.server_hello = true;
		emit_bare(w);
		w->verdict = L7_DONE;
		return 0;
	}
	if (w->in->side == st->client_side)
		p = tls_parse_ssl2_hello(stream, &used, &h);
	if (p == PARSE_OK)
		note_client_hello(w, &h);
	if (p == PARSE_BAD) {
		tell(w, INVALID_SSLV2_HEADER);
		w->verdict = L7_BROKEN;
	}
	return used;
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct work w = {.st = state, .in = in, .sink = sink, .verdict = L7_MORE};
	struct side *s = &w.st->sides[in->side];
	struct l7_step out = {.used = 0};
	while (out.used < in->data.len && w.verdict == L7_MORE) {
		struct bytes stream = bytes_after(in->data, out.used);
		struct cursor first = cursor_of(stream);
		bool ssl2 = !s->started && (cursor_u8(&first) & 0x80) != 0;
		size_t n = ssl2 ? read_ssl2(&w, stream) : read_record(&w, stream);
		if (n == 0)
			break;
		s->started = true;
		out.used += n;
	}
	out.verdict = w.verdict == L7_MORE && in->end ? L7_SIDE_DONE : w.verdict;
	return out;
}

static void
finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *st = state;
	if (st->session.client_hello || st->session.server_hello)
		l7_tls_session_emit(&st->session, flow, sink, NULL, (struct bytes){0}, (struct bytes){0});
}

/* ---- guessing ---- */

static enum l7_guess
guess(const struct l7_input *in)
{
	struct tls_record r;
	struct tls_client_hello h;
	size_t used;
	struct cursor c = cursor_of(in->data);
	uint8_t first = cursor_u8(&c);
	if ((first & 0x80) != 0) {
		enum parse p = tls_parse_ssl2_hello(in->data, &used, &h);
		return p == PARSE_OK ? L7_YES : p == PARSE_SHORT ? L7_MAYBE : L7_NO;
	}
	enum parse p = tls_parse_record(in->data, &r, NULL);
	if (p == PARSE_SHORT)
		return in->data.len == 0 || first == TLS_HANDSHAKE ? L7_MAYBE : L7_NO;
	if (p == PARSE_BAD || r.type != TLS_HANDSHAKE || (r.version & 0xff) > 4 || r.length == 0)
		return L7_NO;
	struct cursor message = cursor_of(bytes_after(in->data, TLS_RECORD_HEADER_SIZE));
	uint8_t type = cursor_u8(&message);
	if (!cursor_ok(&message))
		return L7_MAYBE;
	return type == TLS_CLIENT_HELLO || type == TLS_SERVER_HELLO ? L7_YES : L7_NO;
}

static enum l7_sender
sender(struct bytes data)
{
	struct cursor c = cursor_of(data);
	if ((cursor_u8(&c) & 0x80) != 0)
		return L7_BY_CLIENT; /* an SSL 2 hello */
	cursor_take(&c, TLS_RECORD_HEADER_SIZE - 1);
	return cursor_u8(&c) == TLS_CLIENT_HELLO ? L7_BY_CLIENT : L7_BY_SERVER;
}

const struct l7_parser l7_tls_parser = {
    .app = APP_TLS,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .sender = sender,
    .step = step,
    .finish = finish,
};
