/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/hosts.h - what every detector wants to know first about the two ends of a flow.
 *
 * Looked up once per observation for all detectors together: a detector that looked up its own table for each of a
 * million flows would cost more than reading the packets. Counters cover the current and the previous minute of the
 * capture; distinct counts are linear counting over 128 bits (Whang, Vander-Zanden, Taylor 1990): exact for a few,
 * within 10 % up to about 200, then "at least that".
 *
 * An end of a flow that failed is not remembered before its second flow: seen->source or seen->target is then a host that
 * knows of this flow alone.
 *
 * A detector reads these, and only when its cheap test says "perhaps" does it open a table of its own.
 */
#ifndef DETECT_BEHAVIOUR_HOSTS_H
#define DETECT_BEHAVIOUR_HOSTS_H

#include "record/observation.h"

enum { HOSTS_BUCKET_S = 60, HOSTS_BITMAP_WORDS = 2 };

/* One minute of a host. Flows are counted when they end: only then is it known what became of them. */
struct host_minute {
	uint32_t flows;                              /* that it opened */
	uint32_t failed;                             /* of those: nobody answered, or refused */
	uint32_t received;                           /* flows that others opened towards it */
	uint32_t received_failed;                    /* of those: it did not answer, or refused */
	uint64_t bytes_out, bytes_in;                /* IP bytes, in either role */
	uint64_t targets[HOSTS_BITMAP_WORDS];        /* distinct hosts it opened flows to */
	uint64_t failed_targets[HOSTS_BITMAP_WORDS]; /* distinct hosts that did not answer it or refused */
	uint64_t failed_ports[HOSTS_BITMAP_WORDS];   /* distinct (port, protocol) of those */
	uint64_t sources[HOSTS_BITMAP_WORDS];        /* distinct hosts that opened flows to it */
};

struct host {
	int64_t first_ns, last_ns; /* first and last seen */
	int64_t minute;            /* of `now`: capture time in minutes */
	struct host_minute now, before;
	uint32_t marks; /* bits that detectors own: see enum host_mark */
	uint32_t flows_total;
};

enum host_mark { HOST_MARK_ATTACKED = 1 /* somebody guesses its passwords */ };

struct hosts;

MUST_USE struct hosts *hosts_new(size_t memory_bytes); /* NULL: no memory */
void hosts_free(struct hosts *hosts);

/* Takes an OBSERVATION_FLOW_END into account; gives both ends back, valid until the next call. */
struct host_pair {
	struct host *source, *target;
};
struct host_pair hosts_flow(struct hosts *hosts, const struct observation *o);
/* A FLOW_END that hosts_flow() will soon get: brings its hosts towards the cache; first stage 0, a little later 1. */
void hosts_prefetch(const struct hosts *hosts, const struct observation *o, unsigned stage);

/* Distinct members of one bitmap, or of two minutes together. */
uint32_t hosts_distinct(const uint64_t now[static HOSTS_BITMAP_WORDS], const uint64_t before[static HOSTS_BITMAP_WORDS]);
/* Nobody answered, or the answer was no. */
bool hosts_flow_failed(const struct observed_flow *flow, uint8_t ip_proto);

#endif
