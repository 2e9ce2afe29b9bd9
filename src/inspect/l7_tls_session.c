/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_tls_session.h"

#include "inspect/eve_tls.h"
#include "inspect/l7_settings.h"
#include "inspect/sink.h"

static void
observe(const struct tls_session *s, const struct l7_flow *flow, struct sink *sink, const struct x509 *x)
{
	struct observation *o = sink_observe(sink, OBSERVATION_TLS, flow);
	if (o == NULL)
		return;
	struct observed_tls *tls = &o->tls;
	tls->version = s->server_version != 0 ? s->server_version : s->client_version;
	tls->name_len = sink_copy(tls->name, sizeof(tls->name), (struct bytes){s->sni, s->sni_len});
	if (s->has_ja3)
		memcpy(tls->ja3, s->ja3, sizeof(s->ja3));
	if (s->has_ja4)
		memcpy(tls->ja4, s->ja4, sizeof(s->ja4));
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

static bool
is_resumed(const struct tls_session *s)
{
	return s->server_hello && s->encrypted && !tls_is_13(s->server_version) && (s->session_echoed || s->ticket_offered);
}

void
l7_tls_session_write(
    const struct tls_session *s, struct json *j, const struct x509 *x, struct bytes der, struct bytes chain, uint32_t fields)
{
	char ja3_text[TLS_SESSION_JA3_MAX * 2], ja3s_text[TLS_SESSION_JA3S_MAX * 2];
	size_t ja3_len = ja3_unpack((struct bytes){s->ja3_packed, s->ja3_packed_len}, ja3_text, sizeof(ja3_text));
	size_t ja3s_len = ja3_unpack((struct bytes){s->ja3s_packed, s->ja3s_packed_len}, ja3s_text, sizeof(ja3s_text));
	struct eve_tls e = {
	    .fields = fields,
	    .certificate = x,
	    .certificate_der = der,
	    .chain = chain,
	    .sni = {s->sni, s->sni_len},
	    .before_cstr = s->before == APP_UNKNOWN ? NULL : observation_app_name((enum app_proto)s->before),
	    .version = s->server_version != 0 ? s->server_version : s->client_version,
	    .ja3_text = text_of(s->has_ja3, ja3_text, ja3_len),
	    .ja3_hash = text_of(s->has_ja3, s->ja3, sizeof(s->ja3)),
	    .ja3s_text = text_of(s->has_ja3s, ja3s_text, ja3s_len),
	    .ja3s_hash = text_of(s->has_ja3s, s->ja3s, sizeof(s->ja3s)),
	    .ja4 = text_of(s->has_ja4, s->ja4, sizeof(s->ja4)),
	    .client_alpns = {s->client_alpn, s->client_alpn_len},
	    .server_alpns = {s->server_alpn, s->server_alpn_len},
	    .session_resumed = is_resumed(s),
	};
	eve_tls_write(j, &e);
}

void
l7_tls_session_emit(struct tls_session *s, const struct l7_flow *flow, struct sink *sink, const struct x509 *x,
    struct bytes der, struct bytes chain)
{
	if (s->emitted)
		return;
	s->emitted = true;
	s->before = (uint8_t)flow->before;
	const struct eve_settings *eve = &sink_settings(sink)->eve;
	bool wanted = eve->tls.resumption || x != NULL || !is_resumed(s);
	struct json *j = wanted ? sink_open(sink, BYTES("tls"), flow) : NULL;
	if (j != NULL) {
		l7_tls_session_write(s, j, x, der, chain, eve->tls.fields);
		sink_close(sink);
	}
	if (s->server_hello || x != NULL)
		observe(s, flow, sink, x);
}

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

void
l7_tls_session_client(struct tls_session *s, const struct tls_client_hello *h, char *room, size_t room_size)
{
	s->client_hello = true;
	s->ssl2 = h->is_ssl2;
	s->client_version = h->offered_version;
	s->ticket_offered = h->has_ticket;
	s->session_id_len = (uint8_t)sink_copy((char *)s->session_id, sizeof(s->session_id), h->session_id);
	s->sni_len = (uint8_t)sink_copy((char *)s->sni, sizeof(s->sni), h->sni);
	s->client_alpn_len = keep_names(h->alpn, s->client_alpn, sizeof(s->client_alpn));
	struct bytes ja3 = {(const uint8_t *)room, ja3_write_client(h, room, room_size)};
	if (ja3.len > 0) {
		s->has_ja3 = true;
		ja3_hash(ja3, s->ja3);
		s->ja3_packed_len = (uint16_t)ja3_pack(ja3, s->ja3_packed, sizeof(s->ja3_packed));
	}
	s->has_ja4 = ja4_write(h, JA4_TCP, s->ja4);
}

void
l7_tls_session_server(struct tls_session *s, const struct tls_server_hello *h, char *room, size_t room_size)
{
	s->server_hello = true;
	s->session_echoed = h->session_id.len > 0 &&
	    bytes_eq(h->session_id, (struct bytes){s->session_id, s->session_id_len});
	s->server_alpn_len = keep_names(h->alpn, s->server_alpn, sizeof(s->server_alpn));
	struct bytes ja3s = {(const uint8_t *)room, ja3_write_server(h, room, room_size)};
	if (ja3s.len > 0) {
		s->has_ja3s = true;
		ja3_hash(ja3s, s->ja3s);
		s->ja3s_packed_len = (uint16_t)ja3_pack(ja3s, s->ja3s_packed, sizeof(s->ja3s_packed));
	}
}
