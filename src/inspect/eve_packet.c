/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_packet.h"

#include "inspect/sink.h"

enum { PAYLOAD_MAX = 8192, LINKTYPE_ETHERNET = 1, LINKTYPE_RAW = 101, DLT_RAW = 12, ROOM_BEHIND = 2048 };

static size_t
room_of(const struct json *j)
{
	return (size_t)(j->end - j->at);
}

static const char *
linktype_name(uint16_t linktype)
{
	static const struct {
		uint16_t linktype;
		const char *name_cstr;
	} names[] = {{0, "NULL"}, {1, "EN10MB"}, {9, "PPP"}, {DLT_RAW, "RAW"}, {14, "RAW"}, {LINKTYPE_RAW, "RAW"},
	    {104, "C_HDLC"}, {108, "LOOP"}, {113, "LINUX_SLL"}, {228, "IPv4"}, {229, "IPv6"}, {276, "LINUX_SLL2"}};
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (names[i].linktype == linktype)
			return names[i].name_cstr;
	return NULL;
}

void
eve_packet_write(struct json *j, const struct packet *p, size_t bytes)
{
	struct bytes frame = bytes_first(p->frame, bytes);
	uint16_t linktype = p->linktype == LINKTYPE_RAW ? DLT_RAW : p->linktype; /* libpcap has two numbers for it */
	if (p->outer != NULL && p->ip_at != NULL) { /* what a tunnel carries begins with its IP header */
		frame = bytes_first(bytes_after(p->frame, (size_t)(p->ip_at - p->frame.at)), bytes);
		linktype = DLT_RAW;
	}
	if (frame.len / 3 * 4 + 4 + ROOM_BEHIND > room_of(j))
		return;
	json_base64(j, JSON_KEY("packet"), frame);
	json_open_object(j, JSON_KEY("packet_info"));
	json_u64(j, JSON_KEY("linktype"), linktype);
	json_cstr(j, JSON_KEY("linktype_name"), linktype_name(linktype));
	json_close_object(j);
}

void
eve_packet_write_payload(struct json *j, struct bytes payload, bool encoded, bool printable)
{
	uint8_t text[PAYLOAD_MAX];
	payload = bytes_first(payload, sizeof(text));
	if (encoded)
		json_base64(j, JSON_KEY("payload"), payload);
	if (!printable)
		return;
	for (size_t i = 0; i < payload.len; i++) {
		uint8_t c = payload.at[i];
		text[i] = (c >= ' ' && c < 0x7f) || c == '\n' || c == '\r' ? c : '.';
	}
	json_text(j, JSON_KEY("payload_printable"), (struct bytes){text, payload.len});
}

void
eve_packet_write_tunnel(struct json *j, const struct packet *p)
{
	const struct packet *root = p->outer;
	if (root == NULL)
		return;
	while (root->outer != NULL)
		root = root->outer;
	bool ports = root->ip_proto == IP_PROTO_TCP || root->ip_proto == IP_PROTO_UDP || root->ip_proto == IP_PROTO_SCTP;
	struct bytes name = sink_ip_proto_name(root->ip_proto);
	json_open_object(j, JSON_KEY("tunnel"));
	json_addr_full(j, JSON_KEY("src_ip"), &root->src);
	json_u64(j, JSON_KEY("src_port"), ports ? root->src_port : 0);
	json_addr_full(j, JSON_KEY("dest_ip"), &root->dst);
	json_u64(j, JSON_KEY("dest_port"), ports ? root->dst_port : 0);
	if (name.len > 0)
		json_text(j, JSON_KEY("proto"), name);
	json_u64(j, JSON_KEY("depth"), p->layer);
	json_u64(j, JSON_KEY("pcap_cnt"), root->number);
	json_cstr(j, JSON_KEY("pkt_src"), sink_packet_source(root));
	json_close_object(j);
}

void
eve_packet_write_arp(struct json *j, const struct packet_arp *arp)
{
	static const char *const operations[] = {"unknown", "request", "reply", "request_reverse", "reply_reverse",
	    "unknown", "unknown", "unknown", "inverse_request", "inverse_reply"};
	size_t operation = arp->operation < LENGTH_OF(operations) ? arp->operation : 0;
	json_open_object(j, JSON_KEY("arp"));
	json_cstr(j, JSON_KEY("hw_type"), "ethernet");
	json_cstr(j, JSON_KEY("proto_type"), "ipv4");
	json_cstr(j, JSON_KEY("opcode"), operations[operation]);
	json_hex(j, JSON_KEY("src_mac"), (struct bytes){arp->sender_mac, 6}, ':');
	json_addr(j, JSON_KEY("src_ip"), &arp->sender_ip);
	json_hex(j, JSON_KEY("dest_mac"), (struct bytes){arp->target_mac, 6}, ':');
	json_addr(j, JSON_KEY("dest_ip"), &arp->target_ip);
	json_close_object(j);
}
