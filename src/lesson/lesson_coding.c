/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_coding.h"

static uint8_t
log_code(uint64_t value, unsigned bits)
{
	uint64_t steps = UINT64_C(1) << bits;
	if (value < steps)
		return (uint8_t)value;
	unsigned exponent = 63u - (unsigned)__builtin_clzll(value);
	uint64_t code = steps + (exponent - bits) * steps + ((value >> (exponent - bits)) & (steps - 1));
	return (uint8_t)(code < FLOW_CODE_MAX ? code : FLOW_CODE_MAX);
}

/* Small amounts finely, for there services differ; large ones as far as they go. */
static uint8_t
bytes_code(uint64_t value)
{
	static const unsigned fine_octaves = 12, fine_codes = 16 + 16 * 8;
	unsigned exponent = value == 0 ? 0 : 63u - (unsigned)__builtin_clzll(value);
	if (exponent < fine_octaves)
		return log_code(value, 4);
	uint64_t code = fine_codes + (exponent - fine_octaves) * 4 + ((value >> (exponent - 2)) & 3);
	return (uint8_t)(code < FLOW_CODE_MAX ? code : FLOW_CODE_MAX);
}

uint8_t
lesson_coding_number(const struct lesson_coding *coding, double value)
{
	static const double most = 4e18; /* a 64-bit number holds it */
	double scaled = coding->scale > 0 ? value * coding->scale : value;
	uint64_t whole = scaled >= most ? (uint64_t)most : (uint64_t)(scaled + 0.5);
	switch (coding->rule) {
	case LESSON_CODING_COUNT: return (uint8_t)(whole < FLOW_CODE_MAX ? whole : FLOW_CODE_MAX);
	case LESSON_CODING_LOG3: return log_code(whole, 3);
	case LESSON_CODING_LOG4: return log_code(whole, 4);
	case LESSON_CODING_LOG5: return log_code(whole, 5);
	case LESSON_CODING_BYTES: return bytes_code(whole);
	case LESSON_CODING_SHARE: return (uint8_t)(scaled >= 1 ? FLOW_CODE_MAX : scaled * FLOW_CODE_MAX + 0.5);
	case LESSON_CODING_NONE:
	case LESSON_CODING_WORD: break;
	}
	return FLOW_CODE_MISSING;
}

uint8_t
lesson_coding_word(const struct lesson_coding *coding, struct bytes word)
{
	struct bytes rest = bytes_of_cstr(coding->words_cstr);
	for (uint8_t i = 0; rest.len > 0 && i < FLOW_CODE_MISSING; i++) {
		struct bytes known = bytes_first(rest, bytes_find(rest, ' '));
		if (bytes_eq_nocase(known, word))
			return i;
		rest = bytes_after(rest, known.len + 1);
	}
	return FLOW_CODE_MISSING;
}
