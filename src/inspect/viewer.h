/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/viewer.h - what looks at packets, streams and transactions beside the parsers: the engine of rules, as the inspector sees it.
 *
 * The inspector calls; detect/rules implements; app joins them. All that is given is borrowed for the call. There is no
 * viewer (NULL) when no rule is loaded: then none of this costs anything but a test.
 */
#ifndef INSPECT_VIEWER_H
#define INSPECT_VIEWER_H

#include "core/addr.h"
#include "core/ensure.h"
#include "inspect/l7_tx.h"
#include "inspect/view.h"

/* The flow that something was seen in, as rules ask for it. */
struct view_flow {
	uint64_t id;
	int64_t start_ns;
	struct addr client, server;
	uint16_t client_port, server_port;
	uint8_t ip_proto, ip_version;
	bool established;
	bool alerted;         /* an alert concerned it; kept when it was set */
	const char *app_cstr; /* "http"; "" when not known (yet) */
	uint32_t packets[2];  /* from the client, from the server */
	uint64_t bytes[2];
	uint64_t stream_bytes[2]; /* of payload */
	int64_t now_ns;
	const void *l7; /* struct l7_flow, for whoever writes events of it */
};

struct view_packet {
	int64_t time_ns;
	uint64_t number;
	const struct view_flow *flow; /* NULL: none (not IP, or a fragment) */
	bool from_server;
	struct addr source, target;
	uint16_t source_port, target_port;
	uint8_t ip_version, ip_proto, ttl, tos;
	uint8_t fragment_bits; /* as in the header: 0x20 more, 0x40 do not, 0x80 reserved */
	uint16_t fragment_offset;
	uint32_t ip_id;
	bool has_transport, is_fragment;
	uint8_t tcp_flags;
	uint32_t tcp_seq, tcp_ack;
	uint16_t tcp_window, tcp_mss;
	uint8_t tcp_scale;            /* 0xff: it is not said */
	uint32_t ip_options;          /* bit n: IPv4 option number n (RFC 791 3.1) is there */
	uint8_t icmp_type, icmp_code; /* of IGMP: the type */
	uint32_t icmp_mtu;            /* of an ICMPv6 "packet too big" */
	uint16_t icmp_id, icmp_seq;
	uint16_t vlan_count, vlan[3]; /* outermost first */
	struct bytes payload;
	bool is_encrypted;   /* nobody looks into the payload: it follows the handshake of TLS or SSH */
	bool is_in_stream;   /* the payload was shown as part of its stream too */
	size_t header_count; /* views of headers: VIEW_TCP_HEADER ... */
	struct {
		uint16_t view;
		struct bytes data;
	} headers[8];
	size_t anomaly_count;
	const char *anomalies[8]; /* EVE's names: "ipv4.pkt_too_small" */
	bool bad_checksum;
};

/* A file that passes in a transaction, as filesize, filemd5 and their like ask for it: the bytes of the view VIEW_FILE are one of these. */
enum view_file_state { VIEW_FILE_OPEN, VIEW_FILE_CLOSED, VIEW_FILE_TRUNCATED };
enum { VIEW_FILE_MD5 = 1, VIEW_FILE_SHA1 = 2, VIEW_FILE_SHA256 = 4 };
struct view_file {
	uint64_t size; /* bytes so far, lost ones too */
	uint32_t content;
	uint8_t state;  /* enum view_file_state */
	uint8_t hashes; /* those that are known */
	bool has_gaps;
	uint8_t md5[16], sha1[20], sha256[32];
};

/* The views of one side of one transaction that are known now. */
enum { VIEW_SET_MAX = 192, VIEW_NUMBERS_MAX = 64 };
struct view_set {
	const struct view_flow *flow;
	int64_t time_ns;
	uint64_t number; /* of the packet */
	bool from_server;
	bool is_end; /* nothing more of this side of the transaction comes */
	const struct l7_tx *tx;
	size_t count;
	struct {
		uint16_t view;
		bool more;       /* what is shown is a window on something long, of which more may come */
		uint64_t offset; /* of the window: where in the whole its first byte is */
		struct bytes data;
	} views[VIEW_SET_MAX];
	size_t number_count;
	int64_t numbers[VIEW_NUMBERS_MAX]; /* what views of numbers point to */
	bool dce_little;                   /* the byte order that `dce` means in this transaction */
};

/* VIEW_DCERPC_INTERFACE: one that the call belongs to. */
struct view_dcerpc_interface {
	uint8_t uuid[16]; /* as it is written */
	uint16_t version;
	bool is_first_fragment; /* of the bind that named it */
};

/* VIEW_TLS_STATE: how far a handshake came; a bit moved by VIEW_TLS_STATE_MISSING says that it has not come so far. */
enum view_tls_state {
	VIEW_TLS_CLIENT_HELLO = 1,
	VIEW_TLS_SERVER_HELLO = 2,
	VIEW_TLS_CLIENT_KEYS = 4,
	VIEW_TLS_SERVER_KEYS = 8,
	VIEW_TLS_STATES = 15,
	VIEW_TLS_STATE_MISSING = 8,
};

struct viewer {
	void *context;
	/* Before it is read: NULL when nobody needs to know. */
	void (*packet_comes)(void *context, const struct view_packet *packet);
	void (*packet)(void *context, const struct view_packet *packet);
	/* Bytes of a stream, in order, each once. None: which protocol it is has become known. */
	void (*stream)(void *context, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number,
	    struct bytes data);
	void (*stream_gap)(void *context, uint64_t flow_id, bool from_server, uint64_t lost);
	void (*transaction)(void *context, const struct view_set *set);
	/* An event of a protocol: "http.request_field_missing_colon". */
	void (*event)(void *context, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number,
	    const char *name_cstr);
	void (*flow_end)(void *context, uint64_t flow_id, int64_t time_ns); /* of its last packet */
	/* "metadata" and "traffic": what rules remember of the flow, into an event that is open. May be NULL. */
	void (*metadata)(void *context, uint64_t flow_id, struct json *json);
	uint8_t file_hashes; /* VIEW_FILE_MD5 ...: those that rules compare */
	bool headers;        /* rules look into headers of packets */
	bool file_magic;     /* rules ask what kind of file it is */
};

static inline void
view_set_put(struct view_set *set, enum view view, struct bytes data)
{
	ENSURE(view_is_shown(view));
	if (set->count < VIEW_SET_MAX) {
		set->views[set->count].view = (uint16_t)view;
		set->views[set->count].more = false;
		set->views[set->count].offset = 0;
		set->views[set->count++].data = data;
	}
}

/* A number, for the keyword that compares it. */
static inline void
view_set_put_number(struct view_set *set, enum view view, int64_t number)
{
	if (set->number_count == VIEW_NUMBERS_MAX)
		return;
	int64_t *kept = &set->numbers[set->number_count++];
	*kept = number;
	view_set_put(set, view, (struct bytes){(const uint8_t *)kept, sizeof(*kept)});
}

/* A window on something long: `data` begins `offset` bytes into it, and does not end it when `more`. */
static inline void
view_set_put_window(struct view_set *set, enum view view, struct bytes data, uint64_t offset, bool more)
{
	size_t at = set->count;
	view_set_put(set, view, data);
	if (at < set->count) {
		set->views[at].offset = offset;
		set->views[at].more = more;
	}
}

#endif
