/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/weakness.h - the same weakness of the same machine is one finding, with a count, told again after repeat_s. */
#ifndef DETECT_BEHAVIOUR_WEAKNESS_H
#define DETECT_BEHAVIOUR_WEAKNESS_H

#include "detect/behaviour/detector.h"

struct keyed_table; /* detect/behaviour/keyed_table.h */

struct weakness_key {
	struct addr machine;
	uint16_t port, what; /* what: the detector's own */
};
_Static_assert(sizeof(struct weakness_key) == 20, "compared as bytes: no padding");

struct weakness {
	int64_t first_ns, last_ns, told_ns;
	uint64_t count;
	bool told;
};

/* A detector's: its state begins with it, and may have weakness_stop() as its stop. */
struct weakness_set {
	struct keyed_table *table; /* weakness_key -> weakness */
	int64_t repeat_ns;
};

/* 0 or -ENOMEM. repeat_s is in the detector's section of the tuning. */
MUST_USE int
weakness_start(struct weakness_set *set, const struct tuning *tuning, const char *name_cstr, size_t memory_bytes);
void weakness_stop(void *state);
/* Seen once more. True when it is time to tell it; *out is it, with its totals. */
bool weakness_note(struct weakness_set *set, const struct weakness_key *key, int64_t time_ns, const struct weakness **out);
/* Times and count of the finding. */
void weakness_dress(const struct weakness *weakness, struct alert *alert);
/* A fact "2025-12-01" from Unix seconds (UTC). */
void weakness_fact_date(struct alert *alert, const char *name_cstr, int64_t unix_s);

#endif
