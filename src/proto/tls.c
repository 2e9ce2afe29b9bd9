/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/tls.h"

#include <stdio.h>

/* RFC 8446 4.1.3: SHA-256 of "HelloRetryRequest" in place of the random. */
static const uint8_t retry_random[32] = {
    0xcf,
    0x21,
    0xad,
    0x74,
    0xe5,
    0x9a,
    0x61,
    0x11,
    0xbe,
    0x1d,
    0x8c,
    0x02,
    0x1e,
    0x65,
    0xb8,
    0x91,
    0xc2,
    0xa2,
    0x11,
    0x16,
    0x7a,
    0xbb,
    0x8c,
    0x5e,
    0x07,
    0x9e,
    0x09,
    0xe2,
    0xc8,
    0xa8,
    0x33,
    0x9c,
};

static enum parse
record_fails(enum tls_record_fault *fault, enum tls_record_fault why)
{
	if (fault != NULL)
		*fault = why;
	return PARSE_BAD;
}

enum parse
tls_parse_record(struct bytes stream, struct tls_record *out, enum tls_record_fault *fault)
{
	struct cursor c = cursor_of(stream);
	struct tls_record r;
	if (fault != NULL)
		*fault = TLS_RECORD_FINE;
	r.type = cursor_u8(&c);
	if (cursor_ok(&c) && (r.type < TLS_CHANGE_CIPHER_SPEC || r.type > TLS_HEARTBEAT))
		return record_fails(fault, TLS_RECORD_BAD_TYPE);
	r.version = cursor_u8(&c);
	if (cursor_ok(&c) && r.version != 3)
		return record_fails(fault, TLS_RECORD_BAD_VERSION);
	r.version = (uint16_t)(r.version << 8 | cursor_u8(&c));
	r.length = cursor_be16(&c);
	if (!cursor_ok(&c))
		return c.state;
	if (r.length > TLS_RECORD_LENGTH_MAX)
		return record_fails(fault, TLS_RECORD_BAD_LENGTH);
	*out = r;
	return PARSE_OK;
}

enum parse
tls_parse_message_header(struct bytes stream, uint8_t *out_type, size_t *out_length)
{
	struct cursor c = cursor_of(stream);
	uint8_t type = cursor_u8(&c);
	size_t length = cursor_be24(&c);
	if (cursor_ok(&c)) {
		*out_type = type;
		*out_length = length;
	}
	return c.state;
}

enum parse
tls_parse_message(struct bytes stream, struct tls_message *out)
{
	struct cursor c = cursor_of(stream);
	struct tls_message m;
	m.type = cursor_u8(&c);
	m.body = cursor_take(&c, cursor_be24(&c));
	if (cursor_ok(&c))
		*out = m;
	return c.state;
}

bool
tls_next_extension(struct cursor *list, struct tls_extension *out)
{
	struct tls_extension e;
	e.type = cursor_be16(list);
	e.content = cursor_take(list, cursor_be16(list));
	if (cursor_ok(list))
		*out = e;
	return cursor_ok(list);
}

bool
tls_next_u16(struct cursor *list, uint16_t *out)
{
	uint16_t value = cursor_be16(list);
	if (cursor_ok(list))
		*out = value;
	return cursor_ok(list);
}

bool
tls_next_name(struct cursor *list, struct bytes *out)
{
	struct bytes name = cursor_take(list, cursor_u8(list));
	if (cursor_ok(list))
		*out = name;
	return cursor_ok(list);
}

bool
tls_version_known(uint16_t version)
{
	return version == 0x0002 || version == 0x0200 || (version >= 0x0300 && version <= 0x0304) ||
	    (version >= 0x7f01 && version <= 0x7f1c) || (version >= 0xfb14 && version <= 0xfb1a);
}

bool
tls_is_13(uint16_t version)
{
	return version == 0x0304 || version >> 8 == 0x7f || version >> 8 == 0xfb;
}

size_t
tls_write_version(uint16_t version, char out[static TLS_VERSION_TEXT_MAX])
{
	int n;
	switch (version) {
	case 0x0000: n = snprintf(out, TLS_VERSION_TEXT_MAX, "UNDETERMINED"); break;
	case 0x0002:
	case 0x0200: n = snprintf(out, TLS_VERSION_TEXT_MAX, "SSLv2"); break;
	case 0x0300: n = snprintf(out, TLS_VERSION_TEXT_MAX, "SSLv3"); break;
	case 0x0301: n = snprintf(out, TLS_VERSION_TEXT_MAX, "TLSv1"); break;
	case 0x0302: n = snprintf(out, TLS_VERSION_TEXT_MAX, "TLS 1.1"); break;
	case 0x0303: n = snprintf(out, TLS_VERSION_TEXT_MAX, "TLS 1.2"); break;
	case 0x0304: n = snprintf(out, TLS_VERSION_TEXT_MAX, "TLS 1.3"); break;
	default:
		if (version >= 0x7f01 && version < 0x7f10)
			n = snprintf(out, TLS_VERSION_TEXT_MAX, "TLS 1.3 draft-<16");
		else if (version >= 0x7f10 && version <= 0x7f1c)
			n = snprintf(out, TLS_VERSION_TEXT_MAX, "TLS 1.3 draft-%d", version & 0xff);
		else if (version >= 0xfb14 && version <= 0xfb1a)
			n = snprintf(out, TLS_VERSION_TEXT_MAX, "TLS 1.3 draft-%d-fb", version & 0xff);
		else
			n = snprintf(out, TLS_VERSION_TEXT_MAX, "0x%04x", version);
	}
	return n > 0 ? (size_t)n : 0;
}

/* A list after two bytes of length; what follows it in the extension is not ours. Empty when it does not fit. */
static struct bytes
list_of(struct bytes content)
{
	struct cursor c = cursor_of(content);
	return cursor_take(&c, cursor_be16(&c));
}

static struct bytes
short_list_of(struct bytes content)
{
	struct cursor c = cursor_of(content);
	return cursor_take(&c, cursor_u8(&c));
}

/* RFC 6066 3: a list of names, of which only host_name (0) was ever defined. */
static void
read_sni(struct bytes content, struct tls_client_hello *h)
{
	if (h->has_sni) {
		h->sni_faults |= TLS_SNI_MULTIPLE;
		return;
	}
	h->has_sni = true;
	if (content.len == 0)
		return;
	struct cursor c = cursor_of(content);
	struct cursor list = cursor_sub(&c, cursor_be16(&c));
	uint8_t type = cursor_u8(&list);
	struct bytes name = cursor_take(&list, cursor_be16(&list));
	if (!cursor_ok(&list))
		h->sni_faults |= TLS_SNI_BAD_LENGTH;
	else if (type != 0)
		h->sni_faults |= TLS_SNI_BAD_TYPE;
	else if (name.len > 255) /* RFC 1035 2.3.4 */
		h->sni_faults |= TLS_SNI_BAD_LENGTH;
	else
		h->sni = name;
}

static uint16_t
first_known_version(struct bytes versions, uint16_t otherwise)
{
	struct cursor list = cursor_of(versions);
	uint16_t version;
	while (tls_next_u16(&list, &version))
		if (tls_version_known(version))
			return version;
	return otherwise;
}

static void
read_client_extension(struct tls_extension e, struct tls_client_hello *h)
{
	switch (e.type) {
	case TLS_EXTENSION_SERVER_NAME: read_sni(e.content, h); break;
	case TLS_EXTENSION_SUPPORTED_GROUPS: h->groups = list_of(e.content); break;
	case TLS_EXTENSION_POINT_FORMATS: h->points = short_list_of(e.content); break;
	case TLS_EXTENSION_SIGNATURE_ALGORITHMS: h->signature_algorithms = list_of(e.content); break;
	case TLS_EXTENSION_ALPN: h->alpn = list_of(e.content); break;
	case TLS_EXTENSION_SESSION_TICKET: h->has_ticket = e.content.len > 0; break;
	case TLS_EXTENSION_SUPPORTED_VERSIONS: h->supported_versions = short_list_of(e.content); break;
	default: break;
	}
}

enum parse
tls_parse_client_hello(struct bytes body, struct tls_client_hello *out)
{
	struct cursor c = cursor_of(body);
	struct tls_client_hello h = {0};
	h.version = cursor_be16(&c);
	h.random = cursor_take(&c, 32);
	size_t session_id_length = cursor_u8(&c);
	if (session_id_length > 32)
		cursor_stop(&c, PARSE_BAD);
	h.session_id = cursor_take(&c, session_id_length);
	size_t ciphers_length = cursor_be16(&c);
	if (ciphers_length % 2 != 0)
		cursor_stop(&c, PARSE_BAD);
	h.ciphers = cursor_take(&c, ciphers_length);
	h.compressions = cursor_take(&c, cursor_u8(&c));
	if (cursor_ok(&c) && c.left > 0) { /* absent from SSL 3.0 and the first TLS */
		h.has_extensions = true;
		struct cursor list = cursor_sub(&c, cursor_be16(&c));
		h.extensions = cursor_rest(&list);
		struct tls_extension e;
		while (list.left > 0 && tls_next_extension(&list, &e))
			read_client_extension(e, &h);
		cursor_join(&c, &list);
	}
	h.offered_version = first_known_version(h.supported_versions, h.version);
	if (cursor_ok(&c))
		*out = h;
	return c.state;
}

static void
read_server_extension(struct tls_extension e, struct tls_server_hello *h)
{
	struct cursor c = cursor_of(e.content);
	uint16_t version;
	if (e.type == TLS_EXTENSION_SUPPORTED_VERSIONS && tls_next_u16(&c, &version))
		h->selected_version = version;
	else if (e.type == TLS_EXTENSION_ALPN)
		h->alpn = list_of(e.content);
}

enum parse
tls_parse_server_hello(struct bytes body, struct tls_server_hello *out)
{
	struct cursor c = cursor_of(body);
	struct tls_server_hello h = {0};
	h.version = cursor_be16(&c);
	h.selected_version = h.version;
	h.random = cursor_take(&c, 32);
	/* The drafts before 22 had neither session id nor compression in their ServerHello. */
	bool early_draft = tls_is_13(h.version);
	if (!early_draft) {
		size_t session_id_length = cursor_u8(&c);
		if (session_id_length > 32)
			cursor_stop(&c, PARSE_BAD);
		h.session_id = cursor_take(&c, session_id_length);
	}
	h.cipher = cursor_be16(&c);
	if (!early_draft)
		h.compression = cursor_u8(&c);
	if (cursor_ok(&c) && c.left > 0) {
		struct cursor list = cursor_sub(&c, cursor_be16(&c));
		h.extensions = cursor_rest(&list);
		struct tls_extension e;
		while (list.left > 0 && tls_next_extension(&list, &e))
			read_server_extension(e, &h);
		cursor_join(&c, &list);
	}
	if (!cursor_ok(&c))
		return c.state;
	if (h.version == 0x0304) /* the drafts before 16: 1.3 final says 1.2 here (RFC 8446 4.1.3) */
		h.selected_version = 0x7f01;
	h.is_retry = bytes_eq(h.random, (struct bytes){retry_random, sizeof(retry_random)});
	*out = h;
	return PARSE_OK;
}

enum parse
tls_parse_first_certificate(struct bytes body_start, size_t body_length, struct bytes *out)
{
	struct cursor c = cursor_of(bytes_first(body_start, body_length));
	size_t list_length = cursor_be24(&c);
	if (body_length < 3 || (cursor_ok(&c) && list_length != body_length - 3))
		return PARSE_BAD;
	if (cursor_ok(&c) && list_length == 0) {
		*out = (struct bytes){0};
		return PARSE_OK;
	}
	size_t length = cursor_be24(&c);
	if (cursor_ok(&c) && (list_length < 3 || length > list_length - 3))
		return PARSE_BAD;
	struct bytes certificate = cursor_take(&c, length);
	if (cursor_ok(&c))
		*out = certificate;
	return c.state;
}

enum parse
tls_parse_ssl2_hello(struct bytes stream, size_t *used, struct tls_client_hello *out)
{
	struct cursor c = cursor_of(stream);
	size_t length = cursor_be16(&c);
	if (cursor_ok(&c) && (length & 0x8000) == 0) /* the 3-byte header has padding, which a plain hello never has */
		return PARSE_BAD;
	length &= 0x7fff;
	struct tls_client_hello h = {.is_ssl2 = true};
	uint8_t type = cursor_u8(&c);
	if (cursor_ok(&c) && type != TLS_CLIENT_HELLO)
		return PARSE_BAD;
	h.version = cursor_be16(&c);
	h.offered_version = h.version;
	if (cursor_ok(&c) && h.version != 0x0002 && h.version >> 8 != 3)
		return PARSE_BAD;
	size_t ciphers = cursor_be16(&c), session_id = cursor_be16(&c), challenge = cursor_be16(&c);
	if (cursor_ok(&c) &&
	    (ciphers == 0 || ciphers % 3 != 0 || (session_id != 0 && session_id != 16) || challenge < 16 || challenge > 32 ||
	        9 + ciphers + session_id + challenge != length))
		return PARSE_BAD;
	h.ciphers = cursor_take(&c, ciphers);
	h.session_id = cursor_take(&c, session_id);
	h.random = cursor_take(&c, challenge);
	if (cursor_ok(&c)) {
		*out = h;
		*used = length + 2;
	}
	return c.state;
}
