/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule.h - one signature as its author meant it: Suricata's rule language, read and checked, not yet compiled.
 *
 * Everything lives in the arena of the set it was read into. What looks into bytes is a list of `rule_match` in the order of
 * the rule; each belongs to one `rule_buffer`, a view with its transforms. What looks at numbers of a packet, flow or
 * transaction is a `rule_number`. Meanings follow the Suricata user guide, version 8, chapter "Suricata Rules".
 */
#ifndef DETECT_RULES_RULE_H
#define DETECT_RULES_RULE_H

#include "core/addr.h"
#include "inspect/view.h"

enum {
	RULE_BUFFERS_MAX = 32,
	RULE_MATCHES_MAX = 255,
	RULE_VARIABLES_MAX = 16,
	RULE_CONTENT_MAX = 8191,
	RULE_TRANSFORMS_MAX = 8,
};

enum rule_action {
	RULE_ALERT,
	RULE_PASS,
	RULE_DROP,
	RULE_REJECT,
	RULE_REJECT_SRC,
	RULE_REJECT_DST,
	RULE_REJECT_BOTH,
	RULE_CONFIG
};

enum rule_direction {
	RULE_ONE_WAY,     /* -> */
	RULE_BOTH_WAYS,   /* <>: either end may be the source */
	RULE_TRANSACTION, /* =>: request and response of one transaction, together */
};

/* Sorted, disjoint ranges, both ends included. Any: NULL and 0 with is_any. */
struct rule_net {
	struct addr low, high;
};
struct rule_nets {
	bool is_any;
	uint32_t count;
	const struct rule_net *nets;
};
struct rule_port_range {
	uint16_t low, high;
};
struct rule_ports {
	bool is_any;
	uint32_t count;
	const struct rule_port_range *ranges;
};

/* A number of the rule, or a variable that byte_extract or byte_math of the same rule sets. */
struct rule_value {
	int64_t number;
	int8_t variable; /* index into variables; -1: the number */
};

enum rule_compare {
	RULE_EQUAL,
	RULE_NOT_EQUAL,
	RULE_LESS,
	RULE_LESS_EQUAL,
	RULE_GREATER,
	RULE_GREATER_EQUAL,
	RULE_BETWEEN /* both ends excluded */,
	RULE_AND,
	RULE_XOR
};

enum rule_transform_kind {
	RULE_STRIP_WHITESPACE,
	RULE_COMPRESS_WHITESPACE,
	RULE_TO_LOWERCASE,
	RULE_TO_UPPERCASE,
	RULE_TO_MD5,
	RULE_TO_SHA1,
	RULE_TO_SHA256,
	RULE_DOTPREFIX,
	RULE_URL_DECODE,
	RULE_XOR_KEY,
	RULE_PCREXFORM,
	RULE_CASEFOLD_HEADER, /* header_lowercase */
	RULE_STRIP_PSEUDO_HEADERS,
	RULE_FROM_BASE64,
	RULE_DOMAIN,
	RULE_TLD,
	RULE_GUNZIP,
	RULE_ZLIB_DEFLATE,
};

struct rule_transform {
	enum rule_transform_kind kind;
	struct bytes text; /* key of xor, expression of pcrexform */
	struct rule_value offset, bytes;
	uint16_t key_bytes, key_at; /* of xor: its key is so many bytes of the buffer, from there; 0: text */
	uint16_t max;               /* of gunzip, zlib_deflate: bytes that come out at most */
	uint8_t mode;               /* of from_base64: enum rule_base64 */
	bool has_bytes;
};

enum rule_base64 { RULE_BASE64_RFC4648, RULE_BASE64_RFC2045, RULE_BASE64_STRICT };

/* One view as this rule uses it. */
struct rule_buffer {
	enum view view;
	uint8_t sides; /* of a rule of both sides: who sends it, when the rule says so; 0: as the view */
	uint8_t transform_count;
	struct rule_transform transforms[RULE_TRANSFORMS_MAX];
};

/* What has a number: a packet, a flow or a transaction. */
enum rule_field {
#define FIELD(identifier, name, older, protocol, max) RULE_FIELD_##identifier,
#include "detect/rules/rule_field_list.h"
#undef FIELD
	RULE_FIELDS
};

/* Who sends what it looks at. */
static inline uint8_t
rule_buffer_sides(const struct rule_buffer *buffer)
{
	return buffer->sides != 0 ? buffer->sides : view_of(buffer->view)->sides;
}

enum rule_match_kind {
	RULE_CONTENT,
	RULE_PCRE,
	RULE_BYTE_TEST,
	RULE_BYTE_JUMP,
	RULE_BYTE_EXTRACT,
	RULE_BYTE_MATH,
	RULE_IS_DATA_AT,
	RULE_SIZE, /* bsize, urilen, dsize of this buffer */
	RULE_ABSENT,
	RULE_DATASET,
	RULE_DATAREP,
	RULE_BASE64_DECODE,
	RULE_NUMBERS,          /* of a transaction */
	RULE_DCERPC_INTERFACE, /* dcerpc.iface */
	RULE_FILE,             /* its buffer is VIEW_FILE */
	RULE_ENTROPY,
	RULE_ASN1,
};

enum rule_byte_flag {
	RULE_RELATIVE = 1,
	RULE_LITTLE = 2, /* endian; big when absent */
	RULE_STRING = 8,
	RULE_DCE = 16, /* little or big as the DCERPC message says */
	RULE_FROM_BEGINNING = 32,
	RULE_FROM_END = 64,
	RULE_NEGATED = 128,
};

struct rule_content {
	struct bytes bytes;
	bool negated, nocase;
	bool has_depth, has_offset, has_distance, has_within;
	bool starts, ends;
	bool fast_pattern;
	uint16_t fast_offset, fast_length; /* fast_pattern:offset,length; length 0: all */
	struct rule_value depth, offset, distance, within;
};

/* A part of what an expression found, kept under a name: for the flow, for the packet, or for the alert only. */
enum { RULE_CAPTURES_MAX = 8 };
struct rule_capture {
	enum { RULE_CAPTURE_FLOW, RULE_CAPTURE_PACKET, RULE_CAPTURE_ALERT } scope;
	struct bytes name;
	const char *group_cstr; /* the name of its group; NULL: the number */
	uint8_t group;
};

struct rule_pcre {
	uint8_t capture_count;
	const struct rule_capture *captures;
	struct bytes expression; /* between the slashes */
	bool negated, relative, nocase, dotall, multiline, extended, anchored, dollar_end_only, ungreedy;
};

struct rule_bytes {
	uint8_t flags; /* enum rule_byte_flag */
	uint8_t base;  /* of a string: 8, 10, 16; 0 when not a string */
	struct rule_value count, offset, value;
	enum rule_compare compare;
	uint32_t mask;                 /* 0: none */
	int64_t multiplier;            /* byte_jump, byte_extract; 1 when absent */
	uint8_t align;                 /* byte_extract: up to a multiple of it, 2 or 4; byte_jump: of 4; 0: none */
	struct rule_value post_offset; /* byte_jump */
	char operation;                /* byte_math: + - * / << as '<' >> as '>' */
	int8_t result;                 /* byte_extract, byte_math: the variable it sets */
};

/* Any of them. */
struct rule_numbers {
	enum rule_field field;
	enum { RULE_NUMBERS_ANY, RULE_NUMBERS_ALL, RULE_NUMBERS_AT } which; /* where the transaction has several */
	int16_t index;                                                      /* below 0: from the end */
	uint16_t count;
	const struct rule_comparison {
		enum rule_compare compare;
		int64_t low, high;
	} * any;
};

struct rule_interface {
	uint8_t uuid[16];
	bool has_version, any_fragment;
	struct rule_comparison version;
};

struct rule_dataset {
	struct bytes name, load; /* load: the file it begins with */
	struct bytes save;       /* the file that it is kept in; empty: none */
	bool loads;              /* the file must be there */
	bool of_subdomains;      /* a name holds for all below it */
	enum { RULE_DATASET_CSV, RULE_DATASET_NDJSON, RULE_DATASET_JSON } format;
	struct bytes value_key, array_key; /* of JSON */
	struct rule_dataset_table *table;  /* found when the rule is kept */
	enum { RULE_DATASET_IS_SET, RULE_DATASET_IS_NOT_SET, RULE_DATASET_SET, RULE_DATASET_UNSET } command;
	enum { RULE_DATASET_STRING, RULE_DATASET_MD5, RULE_DATASET_SHA256, RULE_DATASET_IPV4, RULE_DATASET_IP } type;
	enum rule_compare compare; /* datarep */
	int64_t reputation;
};

/* Sorted, without repetition: what filemd5 and its like compare with. */
struct rule_hashes {
	size_t count, hash_bytes;
	const uint8_t *hashes;
};

/* asn1: any of these faults, in the objects that begin at the offset. */
struct rule_asn1 {
	bool bit_strings, doubles, has_oversize, relative;
	uint32_t oversize;
	struct rule_value offset;
};

/* Of `bytes` (0: all) from the offset on, in bits per byte, thousandths of them. */
struct rule_entropy {
	struct rule_value bytes, offset;
	enum rule_compare compare;
	int64_t low, high;
};

/* What a rule asks of a file as a whole: filesize, filemd5 and its like, filestore. */
struct rule_file_test {
	enum { RULE_FILE_SIZE, RULE_FILE_HASH, RULE_FILE_STORE } what;
	enum rule_compare compare; /* of the size */
	int64_t low, high;
	uint8_t hash; /* VIEW_FILE_MD5 ... (inspect/viewer.h) */
	bool negated;
	struct bytes list; /* its name */
	const struct rule_hashes *hashes;
};

/* filestore: which files are kept when the rule holds. */
struct rule_store {
	bool from_client, from_server; /* none: those of the side that the rule holds on */
	enum { RULE_STORE_FILE, RULE_STORE_TRANSACTION, RULE_STORE_FLOW } scope;
};

struct rule_match {
	enum rule_match_kind kind;
	uint8_t buffer; /* index into buffers */
	uint32_t at;    /* bytes into the text of the rule: where the option begins */
	union {
		struct rule_content content;
		struct rule_pcre pcre;
		struct rule_bytes bytes; /* byte_test, byte_jump, byte_extract, byte_math, isdataat (offset) */
		struct {
			enum rule_compare compare;
			struct rule_value low, high;
		} size;
		struct rule_dataset dataset;
		struct rule_file_test file;
		struct rule_asn1 asn1;
		struct rule_entropy entropy;
		struct {
			struct rule_value bytes, offset;
			bool relative, has_bytes;
		} base64;
		struct {
			bool only_absent; /* absent; false: absent:or_else */
		} absent;
		struct rule_numbers numbers;
		struct rule_interface interface;
	} u;
};

/* A number of a packet or a flow, compared with the rule's. */
struct rule_number {
	enum rule_field field;
	enum rule_compare compare;
	bool negated;
	int64_t low, high;
};

/* TCP flags and fragment bits: the bits that must be as the rule says, those that do not matter taken out first. */
struct rule_mask {
	enum { RULE_TCP_FLAGS, RULE_FRAGMENT_BITS } what;
	enum { RULE_MASK_EXACT, RULE_MASK_ALL /* + */, RULE_MASK_ANY /* * */, RULE_MASK_NOT /* ! */ } how;
	uint8_t bits, ignored;
};

/* A property that has words, not a number. */
enum rule_word_kind {
	RULE_WORD_IP_OPTION, /* number: bits, any of them */
	RULE_WORD_SAME_IP,
	RULE_WORD_CHECKSUM,      /* text: "ipv4", "tcpv4" ...; negated: wrong ones */
	RULE_WORD_VLAN_ID,       /* number, high, layer */
	RULE_WORD_GEO_IP,        /* text: "FR,DE" */
	RULE_WORD_IP_REPUTATION, /* text: the category; number: -1: whether anything is said */
	RULE_WORD_STREAM_SIZE,
};

enum rule_side { RULE_SIDE_ANY, RULE_SIDE_SOURCE, RULE_SIDE_TARGET, RULE_SIDE_BOTH };

struct rule_word {
	enum rule_word_kind kind;
	bool negated;
	struct bytes text;
	enum rule_compare compare;
	int64_t number, high;
	int8_t layer;                               /* of VLANs: 0 the outermost, -1 the innermost ... */
	enum rule_side side;                        /* of reputations: whose */
	const struct rule_countries *countries;     /* found when the rule is kept */
	const struct rule_reputations *reputations; /* found when the rule is kept; high: the category */
};

enum { RULE_LAYER_ANY = 100, RULE_LAYER_ALL };

enum rule_flow_flag {
	RULE_FLOW_TO_SERVER = 1,
	RULE_FLOW_TO_CLIENT = 2,
	RULE_FLOW_ESTABLISHED = 4,
	RULE_FLOW_NOT_ESTABLISHED = 8,
	RULE_FLOW_STATELESS = 16,
	RULE_FLOW_ONLY_STREAM = 32,
	RULE_FLOW_NO_STREAM = 64,
	RULE_FLOW_ONLY_FRAGMENTS = 128,
	RULE_FLOW_NO_FRAGMENTS = 256,
	RULE_FLOW_AT_START = 512, /* the hook flow_start: its first packet alone */
};

enum rule_bit_scope { RULE_BITS_FLOW, RULE_BITS_SOURCE, RULE_BITS_TARGET, RULE_BITS_PAIR, RULE_BITS_TRANSACTION };
enum rule_bit_command { RULE_BIT_SET, RULE_BIT_UNSET, RULE_BIT_TOGGLE, RULE_BIT_IS_SET, RULE_BIT_IS_NOT_SET };
/* flowbits, hostbits, xbits. A flowbits test may name several bits: any of them. */
struct rule_bit {
	enum rule_bit_scope scope;
	enum rule_bit_command command;
	uint32_t expire_s;
	uint8_t name_count;
	struct bytes names[8];
};
struct rule_flow_int {
	struct bytes name;
	enum {
		RULE_INT_SET,
		RULE_INT_ADD,
		RULE_INT_SUBTRACT,
		RULE_INT_COMPARE,
		RULE_INT_IS_SET,
		RULE_INT_IS_NOT_SET
	} command;
	enum rule_compare compare;
	int64_t number;
	struct bytes other; /* the variable on the right; empty: the number */
};

/* Events of the decoder, of streams and of protocols: "pkt_too_small" of "ipv4". */
struct rule_event {
	enum { RULE_EVENT_DECODE, RULE_EVENT_STREAM, RULE_EVENT_APP } layer;
	struct bytes name; /* without its prefix for streams; "http.invalid_...": whole for protocols */
};

enum rule_track {
	RULE_TRACK_NONE,
	RULE_TRACK_SOURCE,
	RULE_TRACK_TARGET,
	RULE_TRACK_BOTH,
	RULE_TRACK_RULE,
	RULE_TRACK_FLOW,
	RULE_TRACK_EITHER, /* of suppress only */
};
struct rule_threshold {
	enum {
		RULE_NO_THRESHOLD,
		RULE_THRESHOLD,
		RULE_LIMIT,
		RULE_BOTH,
		RULE_DETECTION_FILTER,
		RULE_BACKOFF,
		RULE_RATE_FILTER
	} type;
	enum rule_track track;
	uint32_t count, seconds, multiplier;
	uint32_t timeout; /* of a rate filter: so many seconds long the rule then has: */
	enum rule_action new_action;
};

/* Alerts that are not told: all (RULE_TRACK_NONE), or those from or to these networks. */
struct rule_suppress {
	enum rule_track track;
	struct rule_nets nets;
};

struct rule_tag {
	bool session, by_source;
	enum { RULE_TAG_PACKETS, RULE_TAG_SECONDS, RULE_TAG_BYTES } metric;
	uint32_t count;
};

struct rule_pair {
	struct bytes name, value;
};

struct rule {
	enum rule_action action;
	uint16_t ip_protos;   /* enum rule_ip */
	const char *app_cstr; /* "http"; NULL: none asked */
	enum rule_direction direction;
	struct rule_nets source, target;
	struct rule_ports source_ports, target_ports;
	uint32_t sid, gid, rev;
	uint8_t priority; /* 1 gravest .. 255; from the class when the rule has none */
	bool has_priority;
	struct bytes msg, classtype;
	uint16_t reference_count, metadata_count;
	const struct rule_pair *references, *metadata;
	uint16_t flow_flags;
	bool has_hook; /* a moment of its protocol is named ("http1:response_body"), at which it is tried */
	uint8_t buffer_count;
	struct rule_buffer *buffers;
	uint8_t match_count;
	struct rule_match *matches;
	uint8_t number_count;
	struct rule_number *numbers;
	uint8_t mask_count, word_count;
	struct rule_mask *masks;
	struct rule_word *words;
	uint8_t bit_count, flow_int_count, event_count, threshold_count;
	struct rule_bit *bits;
	struct rule_flow_int *flow_ints;
	struct rule_event *events;
	uint8_t suppress_count;
	struct rule_suppress *suppresses;
	struct rule_threshold *thresholds; /* detection_filter or threshold: at most one of each */
	struct rule_tag *tag;
	struct rule_store *store;  /* NULL: no file is kept */
	struct bytes app_protocol; /* app-layer-protocol:NAME */
	bool app_protocol_negated;
	uint8_t variable_count;
	struct bytes variables[RULE_VARIABLES_MAX];
	bool is_partly; /* not all that it asks for is done */
	bool no_alert, target_is_source, target_is_target;

	/* Where it comes from. */
	const char *file_cstr;
	unsigned line; /* of its first byte, from 1 */
	struct bytes text;
};

enum rule_ip {
	RULE_TCP = 1,
	RULE_UDP = 2,
	RULE_ICMP = 4,
	RULE_IP = 8, /* any */
	RULE_SCTP = 16,
	RULE_IGMP = 32,
	RULE_PACKET = 64,  /* tcp-pkt: packets, never the stream */
	RULE_STREAM = 128, /* tcp-stream: the stream, never packets */
	RULE_IPV4 = 256,
	RULE_IPV6 = 512,
};

#endif
