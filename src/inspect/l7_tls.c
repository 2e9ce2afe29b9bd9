/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_tls.h"

#include "inspect/eve_tls.h"
#include "inspect/sink.h"
#include "proto/ja3.h"
#include "proto/ja4.h"

enum {
	MESSAGE_MAX = 49152,     /* a longer hello, or a longer first certificate, is not gathered */
	TEXT_AT = 65536,         /* where in the scratch memory JA3 is written: after a joined message */
	JA3_PACKED_MAX = 416,    /* 832 characters: hellos have 100 to 700 */
	JA3S_PACKED_MAX = 64,
	CLIENT_ALPN_MAX = 64,
	SERVER_ALPN_MAX = 40,
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
	uint32_t done;   /* bytes of the first record here that are understood already */
	uint32_t drop;   /* handshake bytes from there on that nobody needs */
	bool started;
};

struct state {
	struct side sides[2];
	uint32_t told;   /* bits of enum anomaly: each once per connection */
	uint8_t client_side; /* enum l7_side: L7_SERVER when the capture began late and took one for the other */
	bool client_hello, server_hello, retry, emitted;
	bool ssl2;           /* the hello was SSL 2.0's */
	bool encrypted;      /* the server's side became encrypted as it should: nothing was lost before */
	bool ticket_offered, session_echoed;
	bool has_ja3, has_ja3s, has_ja4;
	uint8_t session_id_len, client_alpn_len, server_alpn_len, sni_len;
	uint16_t client_version, server_version;
	uint16_t ja3_packed_len, ja3s_packed_len;
	uint8_t session_id[32];
	char ja3[JA3_HASH_SIZE], ja3s[JA3_HASH_SIZE], ja4[JA4_SIZE];
	uint8_t ja3_packed[JA3_PACKED_MAX], ja3s_packed[JA3S_PACKED_MAX];
	uint8_t client_alpn[CLIENT_ALPN_MAX], server_alpn[SERVER_ALPN_MAX];
	uint8_t sni[255];
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
		sink_anomaly(w->sink, w->in->flow, APP_TLS, anomaly_names[anomaly]);
	w->st->told |= bit;
}

/* ---- what is said ---- */

static void
observe(const struct state *st, const struct l7_flow *flow, struct sink *sink, const struct x509 *x)
{
	struct observation *o = sink_observe(sink, OBSERVATION_TLS, flow);
	if (o == NULL)
		return;
	struct observed_tls *tls = &o->tls;
	tls->version = st->server_version != 0 ? st->server_version : st->client_version;
	tls->name_len = sink_copy(tls->name, sizeof(tls->name), (struct bytes){st->sni, st->sni_len});
	if (st->has_ja3)
		memcpy(tls->ja3, st->ja3, sizeof(st->ja3));
	if (st->has_ja4)
		memcpy(tls->ja4, st->ja4, sizeof(st->ja4));
	if (x == NULL)
		return;
	tls->has_certificate = true;
	tls->self_signed = x->self_signed;
	tls->not_before_s = x->not_before_s;
	tls->not_after_s = x->not_after_s;
	tls->subject_len = (uint16_t)x509_write_name(x->subject, tls->subject, sizeof(tls->subject));
	tls->issuer_len = (uint16_t)x509_write_name(x->issuer, tls->issuer, sizeof(tls->issuer));
}

static struct bytes
text_of(bool there, const char *text, size_t length)
{
	return (struct bytes){(const uint8_t *)text, there ? length : 0};
}

/* Once per connection. x and der: the server's certificate, where it was seen. */
static void
emit(struct state *st, const struct l7_flow *flow, struct sink *sink, const struct x509 *x, struct bytes der)
{
	if (st->emitted)
		return;
	st->emitted = true;
	struct json *j = sink_open(sink, BYTES("tls"), flow);
	if (j != NULL) {
		char ja3_text[JA3_PACKED_MAX * 2], ja3s_text[JA3S_PACKED_MAX * 2];
		size_t ja3_len = ja3_unpack((struct bytes){st->ja3_packed, st->ja3_packed_len}, ja3_text, sizeof(ja3_text));
		size_t ja3s_len = ja3_unpack((struct bytes){st->ja3s_packed, st->ja3s_packed_len}, ja3s_text, sizeof(ja3s_text));
		struct eve_tls e = {
		    .certificate = x,
		    .certificate_der = der,
		    .sni = {st->sni, st->sni_len},
		    .version = st->server_version != 0 ? st->server_version : st->client_version,
		    .ja3_text = text_of(st->has_ja3, ja3_text, ja3_len),
		    .ja3_hash = text_of(st->has_ja3, st->ja3, sizeof(st->ja3)),
		    .ja3s_text = text_of(st->has_ja3s, ja3s_text, ja3s_len),
		    .ja3s_hash = text_of(st->has_ja3s, st->ja3s, sizeof(st->ja3s)),
		    .ja4 = text_of(st->has_ja4, st->ja4, sizeof(st->ja4)),
		    .client_alpns = {st->client_alpn, st->client_alpn_len},
		    .server_alpns = {st->server_alpn, st->server_alpn_len},
		    .session_resumed = st->server_hello && st->encrypted && !tls_is_13(st->server_version) &&
		                       (st->session_echoed || st->ticket_offered),
		};
		eve_tls_write(j, &e);
		sink_close(sink);
	}
	if (st->server_hello || x != NULL)
		observe(st, flow, sink, x);
}

/* ---- handshake messages ---- */

/* Keeps the names that fit whole. */
static uint8_t
keep_names(struct bytes names, uint8_t *out, size_t size)
{
	struct cursor list = cursor_of(names);
	struct bytes name;
	size_t n = 0;
	while (list.left > 0 && tls_next_name(&list, &name) && name.len + 1 <= size - n) {
		out[n++] = (uint8_t)name.len;
		if (name.len > 0)
			memcpy(out + n, name.at, name.len);
		n += name.len;
	}
	return (uint8_t)n;
}

static void
note_client_hello(struct work *w, const struct tls_client_hello *h)
{
	struct state *st = w->st;
	char *text = (char *)w->in->scratch + TEXT_AT;
	st->client_hello = true;
	st->client_side = (uint8_t)w->in->side;
	st->ssl2 = h->is_ssl2;
	st->client_version = h->offered_version;
	st->ticket_offered = h->has_ticket;
	st->session_id_len = h->session_id.len <= sizeof(st->session_id) ? (uint8_t)h->session_id.len : 0;
	if (st->session_id_len > 0)
		memcpy(st->session_id, h->session_id.at, st->session_id_len);
	st->sni_len = (uint8_t)sink_copy((char *)st->sni, sizeof(st->sni), h->sni);
	st->client_alpn_len = keep_names(h->alpn, st->client_alpn, sizeof(st->client_alpn));
	struct bytes ja3 = {(const uint8_t *)text, ja3_write_client(h, text, L7_SCRATCH_SIZE - TEXT_AT)};
	if (ja3.len > 0) {
		st->has_ja3 = true;
		ja3_hash(ja3, st->ja3);
		st->ja3_packed_len = (uint16_t)ja3_pack(ja3, st->ja3_packed, sizeof(st->ja3_packed));
	}
	st->has_ja4 = ja4_write(h, JA4_TCP, st->ja4);
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
	if (w->st->client_hello) /* after HelloRetryRequest, or a renegotiation: the first one is the fingerprint */
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
	if (st->server_hello)
		return;
	if (tls_parse_server_hello(body, &h) != PARSE_OK) {
		tell(w, INVALID_HANDSHAKE_MESSAGE);
		return;
	}
	st->client_side = w->in->side == L7_CLIENT ? L7_SERVER : L7_CLIENT;
	st->server_version = h.selected_version;
	if (h.is_retry) {
		st->retry = true;
		return;
	}
	st->server_hello = true;
	st->session_echoed = h.session_id.len > 0 &&
	                     bytes_eq(h.session_id, (struct bytes){st->session_id, st->session_id_len});
	st->server_alpn_len = keep_names(h.alpn, st->server_alpn, sizeof(st->server_alpn));
	char *text = (char *)w->in->scratch + TEXT_AT;
	struct bytes ja3s = {(const uint8_t *)text, ja3_write_server(&h, text, L7_SCRATCH_SIZE - TEXT_AT)};
	if (ja3s.len > 0) {
		st->has_ja3s = true;
		ja3_hash(ja3s, st->ja3s);
		st->ja3s_packed_len = (uint16_t)ja3_pack(ja3s, st->ja3s_packed, sizeof(st->ja3s_packed));
	}
	if (tls_is_13(st->server_version)) { /* all that follows is encrypted */
		emit(st, w->in->flow, w->sink, NULL, (struct bytes){0});
		w->verdict = L7_DONE;
	}
}

static void
certificate(struct work *w, struct bytes der)
{
	struct x509 x;
	enum x509_fault fault;
	if (w->in->side == w->st->client_side || w->st->emitted)
		return;
	if (der.len > 0 && x509_parse(der, &x, &fault) == PARSE_OK) {
		emit(w->st, w->in->flow, w->sink, &x, der);
		return;
	}
	tell(w, der.len == 0 ? CERTIFICATE_INVALID_LENGTH : CERTIFICATE_FAULTS + (size_t)fault);
	emit(w->st, w->in->flow, w->sink, NULL, der);
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
		switch (tls_parse_first_certificate(body, length, &der)) {
		case PARSE_OK: certificate(w, der); return true;
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
	st->encrypted = true;
	if (st->client_hello || st->server_hello)
		emit(st, w->in->flow, w->sink, NULL, (struct bytes){0});
	if (st->emitted)
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
		if (!w->st->retry || w->st->server_hello || w->in->side == w->st->client_side)
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
	if (w->in->side != st->client_side && st->ssl2) {
		st->server_version = 0x0002;
		st->server_hello = true;
		emit(st, w->in->flow, w->sink, NULL, (struct bytes){0});
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
	if (st->client_hello || st->server_hello)
		emit(st, flow, sink, NULL, (struct bytes){0});
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

const struct l7_parser l7_tls_parser = {
    .app = APP_TLS,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
    .finish = finish,
};
