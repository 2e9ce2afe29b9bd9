/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_tls.h"

#include "proto/digest.h"
#include "proto/tls.h"

enum {
	NAME_MAX_BYTES = 1024,
	ALT_NAMES_MAX_BYTES = 7168, /* each byte may leave as six characters, and an event has 64 KiB */
};

static void
write_alt_names(struct json *j, struct bytes alt_names)
{
	struct cursor list = cursor_of(bytes_first(alt_names, ALT_NAMES_MAX_BYTES));
	struct x509_alt_name name;
	bool any = false;
	while (x509_next_alt_name(&list, &name)) {
		if (name.kind == X509_ALT_OTHER)
			continue;
		if (!any)
			json_open_array(j, JSON_KEY("subjectaltname"));
		any = true;
		if (name.kind == X509_ALT_IP) {
			struct addr address = name.value.len == 4 ? addr_v4(name.value.at) : addr_v6(name.value.at);
			json_addr(j, (struct bytes){0}, &address);
		} else {
			json_text(j, (struct bytes){0}, name.value);
		}
	}
	if (any)
		json_close_array(j);
}

static void
write_time(struct json *j, struct bytes key, int64_t seconds)
{
	char text[X509_TIME_TEXT_SIZE];
	x509_write_time(seconds, text);
	json_text(j, key, (struct bytes){(const uint8_t *)text, sizeof(text)});
}

static void
write_certificate(struct json *j, const struct x509 *x, uint32_t fields)
{
	char text[NAME_MAX_BYTES];
	const uint8_t *at = (const uint8_t *)text;
	if ((fields & EVE_TLS_SUBJECT) != 0)
		json_text(j, JSON_KEY("subject"), (struct bytes){at, x509_write_name(x->subject, text, sizeof(text))});
	if ((fields & EVE_TLS_ISSUER) != 0)
		json_text(j, JSON_KEY("issuerdn"), (struct bytes){at, x509_write_name(x->issuer, text, sizeof(text))});
	if ((fields & EVE_TLS_ALT_NAMES) != 0)
		write_alt_names(j, x->alt_names);
	if ((fields & EVE_TLS_SERIAL) != 0)
		json_text(j, JSON_KEY("serial"), (struct bytes){at, x509_write_serial(x->serial, text, sizeof(text))});
}

/* Whole certificates only, as far as the event has room for them. */
static void
write_encoded(struct json *j, struct bytes key, struct bytes der)
{
	enum { ROOM_BEHIND = 12288 };
	if (der.len > 0 && (size_t)(j->end - j->at) > der.len / 3 * 4 + ROOM_BEHIND)
		json_base64(j, key, der);
}

static void
write_chain(struct json *j, struct bytes chain)
{
	struct cursor c = cursor_of(chain);
	if (chain.len == 0)
		return;
	json_open_array(j, JSON_KEY("chain"));
	while (c.left > 0) {
		struct bytes der = cursor_take(&c, cursor_be24(&c));
		if (!cursor_ok(&c))
			break;
		write_encoded(j, (struct bytes){0}, der);
	}
	json_close_array(j);
}

static void
write_fingerprint(struct json *j, struct bytes der)
{
	uint8_t hash[DIGEST_SHA1_SIZE];
	if (der.len == 0)
		return;
	digest_sha1(der, hash);
	json_hex(j, JSON_KEY("fingerprint"), (struct bytes){hash, sizeof(hash)}, ':');
}

static void
write_alpns(struct json *j, struct bytes key, struct bytes names)
{
	struct cursor list = cursor_of(names);
	struct bytes name;
	if (names.len == 0)
		return;
	json_open_array(j, key);
	while (list.left > 0 && tls_next_name(&list, &name))
		json_text(j, (struct bytes){0}, name);
	json_close_array(j);
}

void
eve_tls_write_ja3(struct json *j, struct bytes key, struct bytes text, struct bytes hash)
{
	if (hash.len == 0)
		return;
	json_open_object(j, key);
	json_text(j, JSON_KEY("hash"), hash);
	if (text.len > 0)
		json_text(j, JSON_KEY("string"), text);
	json_close_object(j);
}

void
eve_tls_write(struct json *j, const struct eve_tls *e)
{
	char version[TLS_VERSION_TEXT_MAX];
	uint32_t f = e->fields;
	json_open_object(j, JSON_KEY("tls"));
	if (e->certificate != NULL)
		write_certificate(j, e->certificate, f);
	if ((f & EVE_TLS_FROM) != 0)
		json_cstr(j, JSON_KEY("from_proto"), e->before_cstr);
	if (e->session_resumed && (f & EVE_TLS_RESUMED) != 0)
		json_bool(j, JSON_KEY("session_resumed"), true);
	if ((f & EVE_TLS_FINGERPRINT) != 0)
		write_fingerprint(j, e->certificate_der);
	if (e->sni.len > 0 && (f & EVE_TLS_SNI) != 0)
		json_text(j, JSON_KEY("sni"), e->sni);
	if ((f & EVE_TLS_VERSION) != 0)
		json_text(j, JSON_KEY("version"),
		    (struct bytes){(const uint8_t *)version, tls_write_version(e->version, version)});
	if (e->certificate != NULL && (f & EVE_TLS_NOT_BEFORE) != 0)
		write_time(j, JSON_KEY("notbefore"), e->certificate->not_before_s);
	if (e->certificate != NULL && (f & EVE_TLS_NOT_AFTER) != 0)
		write_time(j, JSON_KEY("notafter"), e->certificate->not_after_s);
	if ((f & EVE_TLS_CERTIFICATE) != 0)
		write_encoded(j, JSON_KEY("certificate"), e->certificate_der);
	if ((f & EVE_TLS_CHAIN) != 0)
		write_chain(j, e->chain);
	if ((f & EVE_TLS_JA3) != 0)
		eve_tls_write_ja3(j, JSON_KEY("ja3"), e->ja3_text, e->ja3_hash);
	if ((f & EVE_TLS_JA3S) != 0)
		eve_tls_write_ja3(j, JSON_KEY("ja3s"), e->ja3s_text, e->ja3s_hash);
	if (e->ja4.len > 0 && (f & EVE_TLS_JA4) != 0)
		json_text(j, JSON_KEY("ja4"), e->ja4);
	if ((f & EVE_TLS_CLIENT_ALPNS) != 0)
		write_alpns(j, JSON_KEY("client_alpns"), e->client_alpns);
	if ((f & EVE_TLS_SERVER_ALPNS) != 0)
		write_alpns(j, JSON_KEY("server_alpns"), e->server_alpns);
	json_close_object(j);
}
