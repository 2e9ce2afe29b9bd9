/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/dns.h - a DNS message (RFC 1035 4, RFC 6891, RFC 6762): bytes in, a value out.
 *
 * Nothing is copied: names and rdata are offsets into the message, which the caller keeps; dns_name_write()
 * and proto/dns_rdata.h turn them into text and numbers. All names of the first records were
 * walked to their end, so that reading them later cannot fail.
 */
#ifndef PROTO_DNS_H
#define PROTO_DNS_H

#include "core/bytes.h"
#include "core/cursor.h"

enum {
	DNS_HEADER_SIZE = 12,
	DNS_MESSAGE_MAX = 65535,
	DNS_NAME_MAX = 255,       /* octets on the wire, RFC 1035 2.3.4 */
	DNS_NAME_TEXT_MAX = 1025, /* of a name that breaks that limit, as much is shown */
	DNS_LABELS_MAX = 255,     /* labels and pointers of one name */
	DNS_QUESTIONS_MAX = 64,   /* kept; the others are counted */
	DNS_RECORDS_MAX = 128,    /* kept; the others are counted */
};

enum dns_section { DNS_QUESTIONS, DNS_ANSWERS, DNS_AUTHORITIES, DNS_ADDITIONALS, DNS_SECTIONS };

enum dns_flag {           /* RFC 1035 4.1.1, RFC 4035 3.1.6 */
	DNS_QR = 1 << 15, /* a response */
	DNS_AA = 1 << 10,
	DNS_TC = 1 << 9,
	DNS_RD = 1 << 8,
	DNS_RA = 1 << 7,
	DNS_Z = 1 << 6, /* must be zero */
	DNS_AD = 1 << 5,
	DNS_CD = 1 << 4,
};

enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_NULL = 10,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_SRV = 33,
	DNS_NAPTR = 35,
	DNS_DNAME = 39,
	DNS_OPT = 41,
	DNS_DS = 43,
	DNS_SSHFP = 44,
	DNS_RRSIG = 46,
	DNS_NSEC = 47,
	DNS_DNSKEY = 48,
	DNS_SVCB = 64,
	DNS_HTTPS = 65,
	DNS_SPF = 99,
	DNS_CAA = 257,
};

enum dns_flaw {                      /* what is wrong in a message that could be read all the same, or why it could not */
	DNS_FLAW_LONG_NAME = 1 << 0, /* a name of more than DNS_NAME_MAX octets */
	DNS_FLAW_LABELS = 1 << 1,    /* a name of more than DNS_LABELS_MAX labels and pointers */
	DNS_FLAW_LOOP = 1 << 2,      /* a name that points into itself */
	DNS_FLAW_RDATA = 1 << 3,     /* rdata that is not what its type says */
};

struct dns_question {
	uint16_t name; /* offset of the name in the message */
	uint16_t type, class;
};

struct dns_record {
	uint16_t name;
	uint16_t type, class;
	uint16_t rdata, rdata_len; /* offset and length in the message */
	uint8_t section;           /* enum dns_section */
	bool understood;           /* rdata is what its type says; true for types we do not know */
	uint32_t ttl;
};

struct dns_edns { /* RFC 6891 6.1, RFC 7871 6 */
	bool present, dnssec_ok;
	uint8_t version, extended_rcode;
	uint16_t payload_size;
	bool has_subnet;
	uint8_t subnet_prefix;
	uint8_t subnet_len;     /* octets present in subnet */
	uint16_t subnet_family; /* 1: IPv4, 2: IPv6 */
	uint8_t subnet[16];
};

struct dns {
	uint16_t id, flags;
	uint16_t claimed[DNS_SECTIONS];        /* records per section, as the header says */
	uint16_t flaws;                        /* enum dns_flaw, ORed */
	uint16_t length;                       /* bytes of the message that were read */
	uint8_t tail_section;                  /* where reading stopped when tail is not PARSE_OK */
	enum parse tail;                       /* of authorities and additionals: PARSE_OK when they were read whole */
	uint16_t question_count, record_count; /* kept below */
	struct dns_edns edns;
	struct dns_question questions[DNS_QUESTIONS_MAX];
	struct dns_record records[DNS_RECORDS_MAX];
};

static inline uint8_t
dns_opcode(const struct dns *m)
{
	return m->flags >> 11 & 15;
}

/* The header's four bits; edns.extended_rcode is the upper part. */
static inline uint8_t
dns_rcode(const struct dns *m)
{
	return m->flags & 15;
}

/* Header, questions and answers must be readable; what is wrong behind them is said in out->tail, for a
 * response is worth reading without its additional records. `message` is one whole datagram or, over
 * TCP, what follows the length. At most DNS_MESSAGE_MAX bytes are looked at.
 * out_flaws may be NULL; it says why a message was PARSE_BAD, and equals out->flaws otherwise. */
MUST_USE enum parse dns_parse(struct bytes message, struct dns *out, uint16_t *out_flaws);

/* Header and first question only: what a guess needs. PARSE_OK with out->question_count 0 when there is none. */
MUST_USE enum parse dns_parse_first_question(struct bytes message, struct dns *out);

struct dns_text {
	size_t len;     /* characters written */
	bool truncated; /* the name is longer than cap, or breaks a limit */
};

/* Writes the labels at an offset with dots between them, as they are: no escaping, no final dot, no NUL.
 * The root is the empty text. A name that cannot be read is written as far as it can. */
struct dns_text dns_name_write(struct bytes message, size_t offset, char *out, size_t cap);

/* Walks a name without writing it; *out_end is the offset behind it where it stands, untouched on failure. */
MUST_USE enum parse dns_name_skip(struct bytes message, size_t offset, size_t *out_end, uint16_t *flaws);

/* "A", "NXDOMAIN"; NULL when it has no name. */
const char *dns_type_name(uint16_t type);
const char *dns_rcode_name(unsigned rcode);

#endif
