/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/decode/decode_walk.h"

#include "net/decode/ether_type.h"

/* What follows is only believed to be a tunnel because of a port: what does not look like one stays a plain
 * UDP payload, without an anomaly. */

/* RFC 4380 5.1.1: authentication and origin may come before the IPv6 packet. */
static void
step_teredo(struct decode_walk *w)
{
	struct cursor c = w->c;
	struct cursor peek = c;
	uint16_t start = cursor_be16(&peek);
	if (start == 0x0001) {
		size_t id_len = cursor_u8(&peek), auth_len = cursor_u8(&peek);
		cursor_take(&peek, id_len + auth_len + 9); /* nonce, confirmation */
		c = peek;
		start = cursor_be16(&peek);
	}
	if (start == 0x0000) {
		cursor_take(&peek, 6);
		c = peek;
	}
	struct cursor h = c;
	uint32_t first = cursor_be32(&h), payload_len = cursor_be16(&h);
	uint32_t skipped = (uint32_t)(w->c.left - c.left);
	if (!cursor_ok(&h) || first >> 28 != 6 || c.left < 40)
		return;
	if (payload_len + 40 > w->wire_left - skipped)
		return;
	w->c = c;
	w->wire_left -= skipped;
	w->ether_type = 0;
	w->next = DECODE_WALK_IPV6;
}

/* RFC 7348 5 */
static void
step_vxlan(struct decode_walk *w)
{
	struct cursor peek = w->c;
	uint8_t flags = cursor_u8(&peek);
	cursor_take(&peek, 7);
	struct cursor ethernet = peek;
	cursor_take(&ethernet, 12);
	uint16_t ether_type = cursor_be16(&ethernet);
	if (!cursor_ok(&ethernet) || (flags & 0x08) == 0)
		return;
	if (ether_type >= 0x600 && !ether_type_is_known(ether_type) && !ether_type_is_decoded(ether_type)) {
		decode_walk_anomaly(w, ANOMALY_VXLAN_UNKNOWN_PAYLOAD_TYPE);
		return;
	}
	w->c = peek;
	w->wire_left -= 8;
	w->next = DECODE_WALK_ETHERNET;
}

/* RFC 8926 3.4 */
static void
step_geneve(struct decode_walk *w)
{
	struct cursor peek = w->c;
	uint8_t first = cursor_u8(&peek);
	cursor_u8(&peek); /* flags */
	uint16_t protocol = cursor_be16(&peek);
	cursor_be32(&peek); /* network identifier */
	uint32_t options_len = (first & 0x3fu) * 4;
	struct cursor options = cursor_sub(&peek, options_len);
	while (options.left > 0) {
		cursor_take(&options, 3);
		cursor_take(&options, (size_t)(cursor_u8(&options) & 0x1f) * 4);
	}
	if (first >> 6 != 0 || !cursor_ok(&peek) || !cursor_ok(&options))
		return;
	if (!ether_type_is_decoded(protocol)) {
		decode_walk_anomaly(w, ANOMALY_GENEVE_UNKNOWN_PAYLOAD_TYPE);
		return;
	}
	w->c = peek;
	w->wire_left -= 8 + options_len;
	w->ether_type = protocol;
	w->vlan_tags = 0;
	w->next = DECODE_WALK_ETHER_TYPE;
}

void
decode_tunnel_udp(struct decode_walk *w)
{
	uint16_t dst_port = w->p->dst_port;
	w->next = DECODE_WALK_DONE;
	if (dst_port == DECODE_PORT_VXLAN)
		step_vxlan(w);
	else if (dst_port == DECODE_PORT_GENEVE)
		step_geneve(w);
	else
		step_teredo(w);
}
