/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/series.h - events of one kind between the same ends, counted within a window, told with restraint.
 *
 * The window slides by halves: what happens within half of it is always seen together. A series that was told grows
 * until it has been silent for the window and for repeat_s: a continuing attack is one alert, one more each repeat_s with
 * the new totals, and one at the next minute when it is four times what was told. Times may come out of order.
 */
#ifndef DETECT_BEHAVIOUR_SERIES_H
#define DETECT_BEHAVIOUR_SERIES_H

#include "detect/behaviour/detector.h"

struct tuning; /* detect/behaviour/tuning.h */

enum { SERIES_WORDS = 8, SERIES_PORTS = 8, SERIES_HOSTS = 3, SERIES_EXTRA = 4 };

struct series_key { /* zero: many, or it does not matter */
	struct addr source, target;
	uint16_t port, kind;
};
_Static_assert(sizeof(struct series_key) == 36, "compared as bytes: no padding");

struct series {
	int64_t half_ns;              /* when the current half of the window began */
	int64_t first_ns[2], last_ns; /* first of the current half and of the one before; last of all */
	int64_t told_ns;
	uint64_t told; /* the measure when it was last told, 0: not yet */
	uint64_t count[2];
	uint64_t members[2][SERIES_WORDS];
	uint64_t number;              /* packet of the last event that had one */
	uint64_t extra[SERIES_EXTRA]; /* the detector's own; zero at the beginning */
	uint32_t member_bits;         /* set in either half */
	uint16_t vlan, source_port;
	uint8_t ip_proto, port_count, host_count;
	uint16_t ports[SERIES_PORTS]; /* the first ones */
	struct addr hosts[SERIES_HOSTS];
};

enum series_measure { SERIES_COUNT, SERIES_DISTINCT };

struct series_table;

struct series_options {
	const struct detector *detector;
	const struct tuning *tuning;
	const char
	    *threshold_cstr; /* name of the threshold in the detector's section; window_s and repeat_s stand there too */
	enum series_measure measure;
	size_t memory_bytes;
	/* Completes an alert: facts, severity, confidence. May be NULL. */
	void (*dress)(const struct series_key *key, const struct series *series, struct alert *alert);
};

MUST_USE struct series_table *series_table_new(const struct series_options *options); /* NULL: no memory */
void series_table_free(struct series_table *table);

/* One more event of `amount` at time_ns, about a member (a port, a host): distinct members are counted. */
struct series *series_note(struct series_table *table, const struct series_key *key, const struct observation *o,
    int64_t time_ns, uint64_t amount, struct bytes member);
/* NULL when there is none going on at that time. */
struct series *series_find(struct series_table *table, const struct series_key *key, int64_t time_ns);
void series_forget(struct series_table *table, const struct series_key *key);

uint64_t series_count(const struct series *series);
/* Linear counting over 512 bits: exact for a few, 10 % up to 2000; beyond, each event counts as a new one. */
uint64_t series_distinct(const struct series *series);
int64_t series_first(const struct series *series);
/* The threshold is reached. */
bool series_enough(const struct series_table *table, const struct series *series);
/* Says it when it is due: call after series_note(), when nothing else speaks against it. True when it was said. */
bool
series_tell(struct series_table *table, const struct series_key *key, struct series *series, const struct alert_out *out);
/* Says it now. */
void
series_say(struct series_table *table, const struct series_key *key, struct series *series, const struct alert_out *out);
/* For a detector whose state begins with a struct series_table *. Its tick: what has grown fourfold since it was told. */
void series_detector_tick(void *state, int64_t now_ns, const struct alert_out *out);
/* Its stop, when it keeps nothing else. */
void series_detector_stop(void *state);

/* Examples for people: the first few, each once. */
void series_keep_port(struct series *series, uint16_t port);
void series_keep_host(struct series *series, const struct addr *host);
/* Facts from them: "22, 80, 443". */
void series_fact_ports(const struct series *series, const char *name_cstr, struct alert *alert);
void series_fact_hosts(const struct series *series, const char *name_cstr, struct alert *alert);
/* Events per minute, at least 1. */
void series_fact_rate(const struct series *series, const char *name_cstr, struct alert *alert);

#endif
