/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_tally.h - how often which name: a few dozen of them, the others together. */
#ifndef ARRIVAL_ARRIVAL_TALLY_H
#define ARRIVAL_ARRIVAL_TALLY_H

#include "core/bytes.h"

enum { ARRIVAL_TALLY_NAMES_MAX = 64, ARRIVAL_TALLY_NAME_MAX = 48 };

struct arrival_tally {
	size_t count;
	uint64_t others; /* of names beyond those */
	struct arrival_tally_name {
		uint64_t times;
		size_t len;
		char text[ARRIVAL_TALLY_NAME_MAX];
	} names[ARRIVAL_TALLY_NAMES_MAX];
};

void arrival_tally_add(struct arrival_tally *tally, struct bytes name);
/* "postfix 120, cron 30": the most frequent ones, at most that many. Returns out. */
const char *arrival_tally_text(const struct arrival_tally *tally, size_t most, char *out, size_t size);

#endif
