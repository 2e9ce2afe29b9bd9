/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/decode/decode.h"

#include "net/decode/decode_walk.h"

#include <stdlib.h>

enum { LINKTYPE_ETHERNET = 1 };
enum { STEPS_MAX = 64 }; /* layers of all kinds in one frame; every real frame has fewer than twenty */

struct decoder {
	struct defrag *defrag;
	struct decode_options options;
	struct decode_counters counters;
};

struct decoder *
decode_new(const struct decode_options *options)
{
	struct decoder *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return NULL;
	d->options = *options;
	d->defrag = defrag_new(options);
	if (d->defrag == NULL) {
		free(d);
		return NULL;
	}
	return d;
}

void
decode_free(struct decoder *decoder)
{
	if (decoder == NULL)
		return;
	defrag_free(decoder->defrag);
	free(decoder);
}

void
decode_clear(struct decoder *decoder)
{
	defrag_clear(decoder->defrag);
	decoder->counters = (struct decode_counters){0};
}

struct defrag_outcome
decode_defragment(struct decode_walk *w, const struct defrag_fragment *fragment)
{
	struct decoder *d = w->decoder;
	struct defrag_outcome outcome = defrag_add(d->defrag, fragment);
	const struct defrag_counters *count = defrag_count(d->defrag);
	d->counters.fragments = count->fragments;
	d->counters.reassembled = count->reassembled;
	d->counters.fragments_dropped = count->dropped;
	return outcome;
}

/* The one place where a packet is zeroed: all but `tcp`, `arp` and the anomalies, which have a say of their own
 * about what is defined. In parts, because a compiler makes one long clearing a slow instruction. */
static inline void
clear(struct packet *p)
{
	enum { PART = 64, END = offsetof(struct packet, tcp) };
	_Static_assert(END > 2 * PART && END <= 3 * PART, "the parts cover all of it");
	uint8_t *at = (uint8_t *)p;
	memset(at, 0, PART);
	memset(at + PART, 0, PART);
	memset(at + 2 * PART, 0, END - 2 * PART);
	p->anomaly_count = 0;
}

static inline void
begin(struct packet *p, const struct frame *frame)
{
	clear(p);
	p->time_ns = frame->time_ns;
	p->number = frame->number;
	p->frame = frame->data;
	p->wire_len = frame->wire_len;
	p->linktype = frame->linktype;
}

bool
decode_next_packet(struct decode_walk *w)
{
	if (!w->has_l3)
		return true;
	if (w->count == PACKET_LAYERS_MAX) {
		w->decoder->counters.too_deep++;
		decode_walk_anomaly(w, ANOMALY_TOO_MANY_LAYERS);
		w->next = DECODE_WALK_DONE;
		return false;
	}
	const struct packet *outer = w->p;
	struct packet *p = w->p + 1;
	clear(p);
	memcpy(p, outer, offsetof(struct packet, outer));
	p->kind = PACKET_OTHER;
	p->layer = w->count;
	p->outer = outer;
	p->wire_len = w->inner_frame_len != 0 ? w->inner_frame_len : w->wire_left;
	w->inner_frame_len = 0;
	if (w->ether_type != 0)
		p->ether_type = w->ether_type;
	w->p = p;
	w->count++;
	w->has_l3 = false;
	for (size_t i = 0; i < w->tunnel_vlan_count && p->vlan_count < PACKET_VLANS_MAX; i++)
		p->vlan[p->vlan_count++] = w->tunnel_vlan[i];
	w->tunnel_vlan_count = 0;
	return true;
}

static void
step_ip(struct decode_walk *w)
{
	struct cursor c = w->c;
	uint8_t version = cursor_u8(&c) >> 4;
	if (version == 4) {
		w->next = DECODE_WALK_IPV4;
	} else if (version == 6) {
		w->next = DECODE_WALK_IPV6;
	} else {
		if (w->wire_left > 0 && cursor_ok(&c))
			decode_walk_anomaly(w, ANOMALY_IPRAW_INVALID_IP_VERSION);
		w->next = DECODE_WALK_DONE;
	}
}

static void
step(struct decode_walk *w)
{
	switch ((enum decode_walk_next)w->next) {
	case DECODE_WALK_ETHERNET: decode_link_ethernet(w); return;
	case DECODE_WALK_ETHER_TYPE: decode_link_ether_type(w); return;
	case DECODE_WALK_IP: step_ip(w); return;
	case DECODE_WALK_IPV4: decode_ip4_step(w); return;
	case DECODE_WALK_IPV6: decode_ip6_step(w); return;
	case DECODE_WALK_IP_PROTO:
		if (LIKELY(w->ip_proto == IP_PROTO_TCP))
			decode_tcp_step(w);
		else if (w->ip_proto == IP_PROTO_UDP)
			decode_above_ip_udp(w);
		else
			decode_above_ip_other(w);
		return;
	case DECODE_WALK_PPP: decode_link_ppp(w); return;
	case DECODE_WALK_UDP_TUNNEL: decode_tunnel_udp(w); return;
	case DECODE_WALK_DONE:
	default: w->next = DECODE_WALK_DONE;
	}
}

size_t
decode_frame(struct decoder *decoder, const struct frame *frame, struct packet out[static PACKET_LAYERS_MAX])
{
	struct decode_walk w;
	w.decoder = decoder;
	w.p = out;
	w.c = cursor_of(frame->data);
	w.wire_left = frame->wire_len;
	w.ether_type = 0;
	w.ip_proto = 0;
	w.count = 1;
	w.has_l3 = false;
	w.inner_frame_len = 0;
	w.checksums = decoder->options.checksums == DECODE_CHECKSUMS_ON;
	w.vlan_tags = 0;
	w.tunnel_vlan_count = 0;
	if (UNLIKELY(w.wire_left < w.c.left)) /* a capture file that contradicts itself */
		w.wire_left = (uint32_t)w.c.left;
	begin(out, frame);
	defrag_begin_frame(decoder->defrag);
	if (LIKELY(frame->linktype == LINKTYPE_ETHERNET))
		decode_link_ethernet(&w);
	else if (!decode_link_start(&w, frame->linktype))
		decoder->counters.unknown_link++;
	if (LIKELY(w.next == DECODE_WALK_IPV4)) /* the path of nearly every frame, without the loop's detours */
		decode_ip4_step(&w);
	if (LIKELY(w.next == DECODE_WALK_IP_PROTO && w.ip_proto == IP_PROTO_TCP))
		decode_tcp_step(&w);
	unsigned steps = 0;
	while (w.next != DECODE_WALK_DONE && steps++ < STEPS_MAX)
		step(&w);
	if (UNLIKELY(w.next != DECODE_WALK_DONE)) {
		decoder->counters.too_deep++;
		decode_walk_anomaly(&w, ANOMALY_TOO_MANY_LAYERS);
	}
	return w.count;
}

const struct decode_counters *
decode_count(const struct decoder *decoder)
{
	return &decoder->counters;
}

void
decode_check(const struct decoder *decoder)
{
	defrag_check(decoder->defrag);
}

bool
decode_knows_link(uint16_t linktype)
{
	struct packet nothing = {0};
	return decode_link_start(&(struct decode_walk){.p = &nothing}, linktype);
}
