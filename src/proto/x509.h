/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/x509.h - what a certificate says of itself: names, serial number, validity (RFC 5280).
 *
 * Nothing is verified: a monitor sees certificates, it does not trust them. DER is read by cursor,
 * definite lengths only, at a fixed depth. Every struct bytes points into the input.
 */
#ifndef PROTO_X509_H
#define PROTO_X509_H

#include "core/cursor.h"

enum x509_fault { /* which part was wrong */
	X509_FINE,
	X509_BAD_DER,
	X509_BAD_VERSION,
	X509_BAD_SERIAL,
	X509_BAD_ALGORITHM,
	X509_BAD_ISSUER,
	X509_BAD_VALIDITY,
	X509_BAD_DATE,
	X509_BAD_SUBJECT,
	X509_BAD_EXTENSIONS,
};

struct x509 {
	uint8_t version;                   /* 1 to 3 */
	struct bytes serial;               /* big-endian, sign byte included */
	struct bytes issuer, subject;      /* content of the Name, for x509_write_name() */
	int64_t not_before_s, not_after_s; /* Unix seconds */
	struct bytes alt_names;            /* content of GeneralNames, for x509_next_alt_name(); empty when absent */
	bool self_signed;                  /* issuer and subject are the same bytes */
};

enum x509_alt_name_kind { X509_ALT_OTHER, X509_ALT_EMAIL, X509_ALT_DNS, X509_ALT_URI, X509_ALT_IP };

struct x509_alt_name {
	enum x509_alt_name_kind kind;
	struct bytes value; /* IP: 4 or 16 bytes */
};

/* One DER certificate. `fault` is written always. What follows the certificate is not looked at. */
MUST_USE enum parse x509_parse(struct bytes der, struct x509 *out, enum x509_fault *fault);

/* "C=FR, O=Mairie, CN=www.example.org": attributes in the order of the certificate, as Suricata prints them. What
 * does not fit is cut. Returns the length, no NUL. */
size_t x509_write_name(struct bytes name, char *out, size_t size);

/* "00:AB:12"; what does not fit is cut. Returns the length, no NUL. */
size_t x509_write_serial(struct bytes serial, char *out, size_t size);

enum { X509_TIME_TEXT_SIZE = 19 };
/* "2024-01-31T12:00:00", UTC. */
void x509_write_time(int64_t seconds, char out[static X509_TIME_TEXT_SIZE]);

/* The next entry of GeneralNames; false at the end or at the first malformed one. */
bool x509_next_alt_name(struct cursor *list, struct x509_alt_name *out);

#endif
