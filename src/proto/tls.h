/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/tls.h - the plain part of SSL 2.0 to TLS 1.3: records, handshake messages, hellos, certificate lists.
 *
 * RFC 8446 and RFC 5246; the SSL 2.0 hello as in RFC 5246 appendix E.2. Every struct bytes
 * points into the input and lives as long as it does. Lists (ciphers, extensions, groups ...) stay
 * as they are on the wire, checked for shape, and are walked with tls_next_u16() and tls_next_extension().
 */
#ifndef PROTO_TLS_H
#define PROTO_TLS_H

#include "core/cursor.h"

enum tls_content { /* RFC 8446 5.1; heartbeat: RFC 6520 */
	TLS_CHANGE_CIPHER_SPEC = 20,
	TLS_ALERT = 21,
	TLS_HANDSHAKE = 22,
	TLS_APPLICATION_DATA = 23,
	TLS_HEARTBEAT = 24,
};

enum tls_message_type { /* RFC 8446 4 */
	TLS_CLIENT_HELLO = 1,
	TLS_SERVER_HELLO = 2,
	TLS_OLD_HELLO_RETRY_REQUEST = 6, /* of the drafts before 22 */
	TLS_CERTIFICATE = 11,
	TLS_CERTIFICATE_REQUEST = 13,
	TLS_SERVER_HELLO_DONE = 14,
};

enum tls_extension_type {
	TLS_EXTENSION_SERVER_NAME = 0,
	TLS_EXTENSION_SUPPORTED_GROUPS = 10,
	TLS_EXTENSION_POINT_FORMATS = 11,
	TLS_EXTENSION_SIGNATURE_ALGORITHMS = 13,
	TLS_EXTENSION_ALPN = 16,
	TLS_EXTENSION_SESSION_TICKET = 35,
	TLS_EXTENSION_SUPPORTED_VERSIONS = 43,
};

enum {
	TLS_RECORD_HEADER_SIZE = 5,
	TLS_RECORD_LENGTH_MAX = 16384 + 2048, /* RFC 5246 6.2.3 */
	TLS_MESSAGE_HEADER_SIZE = 4,
};

struct tls_record {
	uint8_t type;     /* enum tls_content */
	uint16_t version; /* of the record layer: tells little */
	uint16_t length;
};

enum tls_record_fault { TLS_RECORD_FINE, TLS_RECORD_BAD_TYPE, TLS_RECORD_BAD_VERSION, TLS_RECORD_BAD_LENGTH };

struct tls_message {
	uint8_t type;      /* enum tls_message_type */
	struct bytes body; /* without its header */
};

struct tls_extension {
	uint16_t type;
	struct bytes content;
};

enum tls_sni_fault { /* bits: a name that is there but wrong is a fact, not a reason to give up the hello */
	TLS_SNI_MULTIPLE = 1,
	TLS_SNI_BAD_TYPE = 2,
	TLS_SNI_BAD_LENGTH = 4,
};

struct tls_client_hello {
	bool is_ssl2;
	uint16_t version;         /* legacy_version */
	uint16_t offered_version; /* first known of supported_versions, else legacy_version */
	struct bytes random, session_id;
	struct bytes ciphers; /* two bytes each; three in SSL 2.0 */
	struct bytes compressions;
	bool has_extensions;
	struct bytes extensions; /* all of them, for tls_next_extension() */
	bool has_sni;
	uint8_t sni_faults; /* bits of enum tls_sni_fault */
	struct bytes sni;
	struct bytes alpn; /* names, each after one byte of length */
	struct bytes groups, points, signature_algorithms, supported_versions;
	bool has_ticket; /* a session ticket is offered (RFC 5077) */
};

struct tls_server_hello {
	uint16_t version;          /* legacy_version */
	uint16_t selected_version; /* of supported_versions, else legacy_version */
	struct bytes random, session_id;
	uint16_t cipher;
	uint8_t compression;
	struct bytes extensions;
	struct bytes alpn; /* as in the client's: one name after its length */
	bool is_retry;     /* HelloRetryRequest, RFC 8446 4.1.4 */
};

/* The header only. `fault`, when not NULL, says what PARSE_BAD was about. */
MUST_USE enum parse tls_parse_record(struct bytes stream, struct tls_record *out, enum tls_record_fault *fault);

/* The 4-byte header of a handshake message: its type and the length of its body. */
MUST_USE enum parse tls_parse_message_header(struct bytes stream, uint8_t *out_type, size_t *out_length);

/* A whole handshake message; SHORT until all of it is there. */
MUST_USE enum parse tls_parse_message(struct bytes stream, struct tls_message *out);

/* Bodies of complete messages. */
MUST_USE enum parse tls_parse_client_hello(struct bytes body, struct tls_client_hello *out);
MUST_USE enum parse tls_parse_server_hello(struct bytes body, struct tls_server_hello *out);

/* The first certificate (DER) of a Certificate message of TLS <= 1.2 whose body has `body_length` bytes, of which
 * the first ones are here. SHORT until that certificate is whole; BAD when the lengths contradict each other.
 * An empty list gives OK and an empty *out. */
MUST_USE enum parse tls_parse_first_certificate(struct bytes body_start, size_t body_length, struct bytes *out);

/* An SSL 2.0 record that holds a ClientHello, header included. *used: the bytes of the record. */
MUST_USE enum parse tls_parse_ssl2_hello(struct bytes stream, size_t *used, struct tls_client_hello *out);

/* False at the end of the list, and at the first entry that does not fit in it. */
bool tls_next_extension(struct cursor *list, struct tls_extension *out);
bool tls_next_u16(struct cursor *list, uint16_t *out);
/* Names after one byte of length: ALPN. */
bool tls_next_name(struct cursor *list, struct bytes *out);

/* RFC 8701: values that mean nothing and keep the field honest. */
static inline bool
tls_is_grease(uint16_t value)
{
	return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

/* TLS 1.3 or one of its drafts. */
bool tls_is_13(uint16_t version);
bool tls_version_known(uint16_t version);

enum { TLS_VERSION_TEXT_MAX = 24 };
/* "TLS 1.2", "TLSv1", "TLS 1.3 draft-28" ... as EVE spells them; returns the length, no NUL. */
size_t tls_write_version(uint16_t version, char out[static TLS_VERSION_TEXT_MAX]);

#endif
