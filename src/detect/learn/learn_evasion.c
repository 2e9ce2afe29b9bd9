/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_evasion.h"

#include "core/bytes.h"

static unsigned
draw(uint64_t *at, unsigned below)
{
	*at = *at * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((*at >> 33) % below);
}

static void
move(struct flow_vector *v, enum flow_code code, int by)
{
	if (v->code[code] == FLOW_CODE_MISSING)
		return;
	int to = v->code[code] + by;
	v->code[code] = (uint8_t)(to < 0 ? 0 : to > FLOW_CODE_MAX ? FLOW_CODE_MAX : to);
}

enum { OCTAVE = 8, OCTAVES = 3 };

void
learn_evasion_add(struct flow_vector *v, uint64_t *at)
{
	/* Up to eight times as much of each, and what follows from it. */
	int packets = draw(at, 2) ? (int)draw(at, OCTAVES * OCTAVE) : 0,
	    bytes = draw(at, 2) ? (int)draw(at, OCTAVES * OCTAVE) : 0;
	int time = draw(at, 2) ? (int)draw(at, OCTAVES * OCTAVE) : 0;
	int volume = packets > bytes ? packets : bytes;
	move(v, FLOW_CODE_PACKETS_OPENER, packets);
	move(v, FLOW_CODE_BYTES_OPENER, volume);
	move(v, FLOW_CODE_PAYLOAD_OPENER, volume);
	move(v, FLOW_CODE_PAYLOAD_MEAN_OPENER, volume - packets);
	move(v, FLOW_CODE_ASYMMETRY, -volume / 2); /* four steps per octave */
	if (bytes > packets)
		move(v, FLOW_CODE_SIZE_MAX_OPENER, (int)draw(at, OCTAVE * 2));
	move(v, FLOW_CODE_DURATION, time);
	move(v, FLOW_CODE_GAP_MAX_OPENER, time);
	move(v, FLOW_CODE_GAP_MEAN_OPENER, time > packets ? time - packets : 0);
	move(v, FLOW_CODE_GAP_DEVIATION_OPENER, time / 2);
	/* A first message of another length is an addition too. */
	if (draw(at, 4) == 0)
		move(v, (enum flow_code)(FLOW_CODE_FIRST_SIZE_1 + draw(at, 8)), (int)draw(at, OCTAVE));
}

/* A count of packets as its code, with each one lost by a share. */
static int
lose(uint8_t code, double share, uint64_t *at)
{
	if (code == 0 || code == FLOW_CODE_MISSING)
		return 0;
	unsigned exponent = (code - 1u) / 8, steps = (code - 1u) % 8;
	uint64_t packets = exponent >= 3 ? (uint64_t)(8 + steps) << (exponent - 3) : (8u + steps) >> (3 - exponent);
	uint64_t left = packets;
	if (packets <= 64)
		for (uint64_t i = 0; i < packets; i++)
			left -= draw(at, 1000000) < share * 1e6;
	else
		left = (uint64_t)((double)packets * (1 - share));
	return (int)flow_code_log(left > 0 ? left : 1) - (int)code;
}

void
learn_evasion_lose(struct flow_vector *v, double share, uint64_t *at)
{
	int opener = lose(v->code[FLOW_CODE_PACKETS_OPENER], share, at),
	    answerer = lose(v->code[FLOW_CODE_PACKETS_ANSWERER], share, at);
	move(v, FLOW_CODE_PACKETS_OPENER, opener);
	move(v, FLOW_CODE_BYTES_OPENER, opener);
	move(v, FLOW_CODE_PAYLOAD_OPENER, opener);
	move(v, FLOW_CODE_GAP_MEAN_OPENER, -opener);
	move(v, FLOW_CODE_PACKETS_ANSWERER, answerer);
	move(v, FLOW_CODE_BYTES_ANSWERER, answerer);
	move(v, FLOW_CODE_PAYLOAD_ANSWERER, answerer);
	move(v, FLOW_CODE_GAP_MEAN_ANSWERER, -answerer);
	for (unsigned i = 0; i < 8; i++) {
		if (draw(at, 1000000) >= share * 1e6)
			continue;
		/* The messages behind it come one place earlier; nothing is known of the one behind the last. */
		memmove(&v->code[FLOW_CODE_FIRST_SIZE_1 + i], &v->code[FLOW_CODE_FIRST_SIZE_1 + i + 1], 7 - i);
	}
	/* SYN or its answer lost: how long it took is not known. */
	if (draw(at, 1000000) < 2 * share * 1e6)
		v->code[FLOW_CODE_HANDSHAKE] = FLOW_CODE_MISSING;
}
