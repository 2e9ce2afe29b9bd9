/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A script of operations on one direction of a connection, against the byte-map oracle of the property tests.
 *
 *	[policy 1][first sequence number 4][window 2] then operations of 5 bytes: [kind 1][place 2][length 1][content 1]
 */
#include "../../tests/support/stream_oracle.h"

#include "core/cursor.h"

enum { OPERATIONS_MAX = 100, PLACE_MAX = 512, SKIP_MAX = 128 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct rig *rig;

/* One content for a place, whatever the cut; or another, to differ. */
ORACLE_NOT_EXPLORED static void
fill(uint8_t *out, uint32_t at, uint32_t len, uint8_t content)
{
	for (uint32_t i = 0; i < len; i++)
		out[i] = content < 128 ? (uint8_t)((at + i) * 31) : content;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_of((struct bytes){data, size});
	unsigned policy = cursor_u8(&c) % 7;
	uint32_t first_seq = cursor_be32(&c);
	uint32_t window = cursor_be16(&c);
	if (!cursor_ok(&c))
		return 0;
	if (rig == NULL)
		rig = rig_new(1 << 20, 0);
	rig_start(rig, first_seq, (enum reassembly_policy)policy, window);
	for (size_t i = 0; i < OPERATIONS_MAX && c.left >= 5; i++) {
		uint8_t kind = cursor_u8(&c);
		uint32_t place = cursor_be16(&c) % PLACE_MAX;
		uint32_t len = cursor_u8(&c);
		uint8_t content = cursor_u8(&c);
		uint8_t bytes[1024];
		if (rig->oracle.front > ORACLE_SPAN / 2)
			break;
		switch (kind % 8) {
		case 0: /* a repetition or a segment from before */
			place = place < rig->oracle.front ? rig->oracle.front - place : 0;
			break;
		case 1:
		case 2: /* the next one */ place = rig->oracle.front; break;
		case 3: rig_consume(rig, place); continue;
		case 4: rig_skip_hole(rig); continue;
		case 5: rig_skip(rig, place % SKIP_MAX); continue;
		default: /* ahead */ place += rig->oracle.front; break;
		}
		len = kind >= 240 ? len * 4 : len % 64; /* short ones: the same cases, ten times as fast */
		fill(bytes, place, len, content);
		rig_add(rig, place, (struct bytes){bytes, len}, (kind & 64) != 0 ? len / 2 : 0);
	}
	rig_stop(rig);
	return 0;
}
