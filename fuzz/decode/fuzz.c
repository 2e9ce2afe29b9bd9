/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/decode - a script of frames for one decoder.
 *
 * First byte: overlap policy and checksums. Then, per frame: link type (an index), what the frame lacks of
 * its wire length, seconds since the one before, length (two bytes), bytes. The oracle: payloads lie in the
 * frame or in a datagram put together, counts are bounded, the defragmenter's structure holds, hosts of
 * a frame do not depend on what stands above IP.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/ensure.h"
#include "net/anomaly.h"
#include "net/decode/decode.h"
#include "net/decode/defrag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A fragmented tunnel gives two packets whose bytes are ours; anything else is in the frame. */
static void
check_packet(const struct packet *p, const struct frame *frame, bool in_datagram)
{
	const uint8_t *end = frame->data.at + frame->data.len;
	ENSURE(p->anomaly_count <= PACKET_ANOMALIES_MAX && p->vlan_count <= PACKET_VLANS_MAX);
	for (size_t i = 0; i < p->anomaly_count; i++)
		ENSURE(p->anomalies[i] < ANOMALY_COUNT);
	ENSURE(p->payload.len <= p->payload_wire_len);
	ENSURE(p->payload.len <= frame->data.len || in_datagram);
	if (p->payload.len > 0 && !in_datagram)
		ENSURE(p->payload.at >= frame->data.at && p->payload.at < end &&
		    p->payload.len <= (size_t)(end - p->payload.at));
	ENSURE(p->kind == PACKET_IP || (!p->has_transport && p->payload.len == 0));
	ENSURE(!(p->is_fragment && (p->has_transport || p->payload.len > 0 || p->was_fragmented)));
	ENSURE(p->kind != PACKET_IP || p->ip_version == 4 || p->ip_version == 6);
	uint8_t sum = 0;
	for (size_t i = 0; i < p->payload.len; i++) /* the sanitizer sees what is not there */
		sum ^= p->payload.at[i];
	volatile uint8_t sink = sum;
	(void)sink;
}

static void
run_frame(struct decoder *decoder, const struct frame *frame)
{
	struct packet out[PACKET_LAYERS_MAX];
	size_t count = decode_frame(decoder, frame, out);
	ENSURE(count >= 1 && count <= PACKET_LAYERS_MAX);
	bool in_datagram = false;
	for (size_t i = 0; i < count; i++) {
		in_datagram = in_datagram || out[i].was_fragmented;
		check_packet(&out[i], frame, in_datagram);
		ENSURE(out[i].number == frame->number && out[i].layer == i);
	}
	ENSURE(decode_shard_hash(frame) == decode_shard_hash(frame));
	decode_check(decoder);
}

/* A decoder as new: one is kept for each setup, since making one costs more than most scripts. */
static struct decoder *
new_decoder(uint8_t setup)
{
	static struct decoder *kept[2][OVERLAP_SOLARIS + 1];
	bool checksums = (setup & 0x80) != 0;
	struct decode_options options = {
	    .checksums = checksums ? DECODE_CHECKSUMS_ON : DECODE_CHECKSUMS_OFF,
	    .overlap = (enum overlap_policy)((setup & 0x7f) % (OVERLAP_SOLARIS + 1)),
	};
	struct decoder **decoder = &kept[checksums][options.overlap];
	if (*decoder != NULL)
		decode_clear(*decoder);
	else if ((*decoder = decode_new(&options)) == NULL)
		abort();
	return *decoder;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t links[] = {1, 101, 113, 276, 0, 108, 9, 50, 104, 228, 229, 12, 14, 147};
	struct cursor c = cursor_of((struct bytes){data, size});
	struct decoder *decoder = new_decoder(cursor_u8(&c));
	int64_t now_ns = 0;
	for (uint64_t number = 1; c.left > 0; number++) {
		uint8_t link = cursor_u8(&c), missing = cursor_u8(&c);
		now_ns += (int64_t)cursor_u8(&c) * 1000000000;
		size_t len = cursor_be16(&c);
		struct bytes bytes = cursor_take(&c, len < c.left ? len : c.left);
		uint8_t *exact = malloc(bytes.len > 0 ? bytes.len : 1); /* the sanitizer sees the first byte past it */
		if (exact == NULL)
			abort();
		if (bytes.len > 0)
			memcpy(exact, bytes.at, bytes.len);
		struct frame frame = {
		    .time_ns = now_ns,
		    .number = number,
		    .data = {exact, bytes.len},
		    .wire_len = (uint32_t)bytes.len + missing,
		    .linktype = links[link % LENGTH_OF(links)],
		};
		run_frame(decoder, &frame);
		free(exact);
	}
	const struct decode_counters *counters = decode_count(decoder);
	ENSURE(counters->reassembled <= counters->fragments && counters->fragments_dropped <= counters->fragments);
	return 0;
}
