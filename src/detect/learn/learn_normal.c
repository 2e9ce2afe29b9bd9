/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_normal.h"

#include "detect/learn/learn_drift.h"

enum {
	BITS_MAX = 255,
	SMOOTH = 16, /* a value counted once is 17 times as likely as one never counted */
	SCORE_STEP = 64,
	MILLION = 1000000,
};

bool
learn_normal_is_name(unsigned code)
{
	return code == FLOW_CODE_TCP_FLAGS_OPENER || code == FLOW_CODE_TCP_FLAGS_ANSWERER || code == FLOW_CODE_STATE ||
	    code == FLOW_CODE_IP_PROTOCOL || code == FLOW_CODE_SERVICE || code == FLOW_CODE_TLS_CERTIFICATE ||
	    code == FLOW_CODE_RECORD;
}

unsigned
learn_normal_bits(uint64_t part, uint64_t whole)
{
	/* The code of a size is its logarithm in eighths, so that a quotient is a difference. */
	unsigned of_part = flow_code_log(part), of_whole = flow_code_log(whole);
	unsigned bits = of_whole > of_part ? of_whole - of_part : 0;
	return bits < BITS_MAX ? bits : BITS_MAX;
}

struct learn_normal_score
learn_normal_score(const struct learn_normal *n, const struct flow_vector *v)
{
	/* Sixty-four times 65535 fit: the two bytes of each word are told apart once, at the end. */
	uint32_t both = 0, rarity = 0;
	for (unsigned i = 0; i < FLOW_CODES; i++) {
		uint32_t word = n->strange[i][v->code[i]];
		both += word;
		rarity += word & 0xff;
	}
	return (struct learn_normal_score){.rarity = rarity, .tail = (both - rarity) >> 8};
}

void
learn_normal_learn(struct learn_normal *n, const struct flow_vector *v)
{
	n->counted++;
	for (unsigned i = 0; i < FLOW_CODES; i++)
		n->counts[i][v->code[i]]++;
	if (n->counted < UINT32_MAX)
		return;
	/* Before a counter can overflow. */
	for (unsigned i = 0; i < FLOW_CODES; i++)
		for (unsigned k = 0; k < LEARN_NORMAL_VALUES; k++)
			n->counts[i][k] /= 2;
	n->counted /= 2;
}

unsigned
learn_normal_score_bin(struct learn_normal_score s)
{
	unsigned bin = (s.rarity + s.tail) / SCORE_STEP;
	return bin < LEARN_NORMAL_QUANTILES ? bin : LEARN_NORMAL_QUANTILES - 1;
}

void
learn_normal_note(struct learn_normal *n, struct learn_normal_score s)
{
	n->scores[learn_normal_score_bin(s)]++;
	n->scored++;
	if (n->scored < UINT32_MAX)
		return;
	for (unsigned i = 0; i < LEARN_NORMAL_QUANTILES; i++)
		n->scores[i] /= 2;
	n->scored /= 2;
}

unsigned
learn_normal_share(const struct learn_normal *n, struct learn_normal_score s)
{
	if (n->scored == 0)
		return MILLION;
	uint64_t above = 0;
	for (unsigned i = learn_normal_score_bin(s); i < LEARN_NORMAL_QUANTILES; i++)
		above += n->scores[i];
	return (unsigned)((above + 1) * MILLION / (n->scored + 1));
}

static void
fill_row(struct learn_normal *n, unsigned code)
{
	const uint32_t *counts = n->counts[code];
	uint16_t *strange = n->strange[code];
	uint64_t known = 0, below = 0;
	for (unsigned v = 0; v < FLOW_CODE_MISSING; v++)
		known += counts[v];
	strange[FLOW_CODE_MISSING] = 0;
	if (known == 0 || code == FLOW_CODE_RECORD) {
		memset(strange, 0, sizeof(n->strange[code]));
		return;
	}
	uint64_t whole = known * SMOOTH + LEARN_NORMAL_VALUES;
	for (unsigned v = 0; v < FLOW_CODE_MISSING; v++) {
		uint64_t left = below + counts[v], right = known - below;
		uint64_t tail = 2 * (left < right ? left : right) * SMOOTH + 1;
		unsigned rarity = learn_normal_bits((uint64_t)counts[v] * SMOOTH + 1, whole);
		unsigned far = learn_normal_is_name(code) ? rarity : tail >= whole ? 0 : learn_normal_bits(tail, whole);
		strange[v] = (uint16_t)(far << 8 | rarity);
		below += counts[v];
	}
}

/* The counts that a row in force stands for: 2^(-rarity) of a million. None for a code that was not known. */
static void
then_of(const struct learn_normal *n, unsigned code, uint32_t then[static LEARN_NORMAL_VALUES])
{
	unsigned any = 0;
	for (unsigned v = 0; v < LEARN_NORMAL_VALUES; v++)
		any |= n->strange[code][v];
	if (any == 0) {
		memset(then, 0, LEARN_NORMAL_VALUES * sizeof(*then));
		return;
	}
	/* 2^(-k/8), in 65536ths, with the same straight lines between powers of two that flow_code_log() has. */
	for (unsigned v = 0; v < LEARN_NORMAL_VALUES; v++) {
		unsigned bits = n->strange[code][v] & 0xff, whole = bits / 8, eighths = bits % 8;
		uint32_t share = 65536u * 8 / (8 + eighths);
		then[v] = whole < 32 ? (uint32_t)((uint64_t)share * 16 >> whole) : 0;
	}
	then[FLOW_CODE_MISSING] = 0;
}

enum learn_normal_adoption
learn_normal_adopt(struct learn_normal *n, enum learn_normal_who who, float psi[static FLOW_CODES])
{
	for (unsigned i = 0; i < FLOW_CODES; i++)
		psi[i] = 0;
	if (n->counted < LEARN_NORMAL_FIRST)
		return LEARN_NORMAL_TOO_FEW;
	if (n->adopted > 0) {
		uint32_t then[LEARN_NORMAL_VALUES], now[LEARN_NORMAL_VALUES];
		for (unsigned i = 0; i < FLOW_CODES; i++) {
			then_of(n, i, then);
			memcpy(now, n->counts[i], sizeof(now));
			now[FLOW_CODE_MISSING] = 0;
			psi[i] = learn_drift_psi(i, now, then);
		}
		unsigned worst;
		if (who == LEARN_NORMAL_BY_ITSELF && learn_drift_alarm(psi, &worst))
			return LEARN_NORMAL_CHANGED;
	}
	for (unsigned i = 0; i < FLOW_CODES; i++)
		fill_row(n, i);
	n->adopted = n->counted;
	for (unsigned i = 0; i < FLOW_CODES; i++)
		for (unsigned k = 0; k < LEARN_NORMAL_VALUES; k++)
			n->counts[i][k] /= 2;
	n->counted /= 2;
	memset(n->scores, 0, sizeof(n->scores));
	n->scored = 0;
	return LEARN_NORMAL_ADOPTED;
}

static uint8_t
quantile(const uint32_t counts[static LEARN_NORMAL_VALUES], uint64_t rank)
{
	unsigned v = 0;
	for (uint64_t below = counts[0]; below <= rank && v < FLOW_CODE_MAX; below += counts[v])
		v++;
	return (uint8_t)v;
}

bool
learn_normal_usual(const struct learn_normal *n, enum flow_code code, uint8_t *low, uint8_t *median, uint8_t *high)
{
	uint64_t known = 0;
	for (unsigned v = 0; v < FLOW_CODE_MISSING; v++)
		known += n->counts[code][v];
	if (known < LEARN_NORMAL_FIRST / 2)
		return false;
	*low = quantile(n->counts[code], known / 20);
	*median = quantile(n->counts[code], known / 2);
	*high = quantile(n->counts[code], known - 1 - known / 20);
	return true;
}
