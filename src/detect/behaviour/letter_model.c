/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/letter_model.h"

#include "detect/behaviour/letter_pairs.h"

enum {
	LABEL_MIN = 6,       /* shorter says nothing */
	USUAL_SURPRISE = 64, /* sixteenths of a bit per letter: four bits, as in words */
	USUAL_LENGTH = 10,
	LENGTH_POINTS = 2,
	TURN_POINTS = 6, /* each change between letters and digits */
	USUAL_RUN = 4,
	RUN_POINTS = 4, /* consonants in a row */
};

static bool
is_vowel(uint8_t c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

unsigned
letter_model_points(struct bytes label)
{
	if (label.len < LABEL_MIN)
		return 0;
	unsigned surprise = 0, pairs = 0, turns = 0, run = 0, run_max = 0, before = 0;
	for (size_t i = 0; i < label.len; i++) {
		uint8_t c = label.at[i];
		bool digit = c >= '0' && c <= '9';
		unsigned letter = c >= 'a' && c <= 'z' ? c - 'a' + 1u : 0;
		if (i > 0 && c != '-') {
			uint8_t last = label.at[i - 1];
			turns += digit != (last >= '0' && last <= '9');
		}
		if (letter != 0) {
			surprise += letter_pairs[before][letter];
			pairs++;
			run = is_vowel(c) ? 0 : run + 1;
			run_max = run > run_max ? run : run_max;
		} else {
			run = 0;
		}
		before = letter;
	}
	unsigned mean = pairs == 0 ? 0 : surprise / pairs;
	unsigned points = mean > USUAL_SURPRISE ? mean - USUAL_SURPRISE : 0;
	points += label.len > USUAL_LENGTH ? (unsigned)(label.len - USUAL_LENGTH) * LENGTH_POINTS : 0;
	points += turns * TURN_POINTS;
	points += run_max > USUAL_RUN ? (run_max - USUAL_RUN) * RUN_POINTS : 0;
	return points;
}
