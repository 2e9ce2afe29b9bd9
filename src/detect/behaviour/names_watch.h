/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/names_watch.h - what the detectors of DNS names share: subjects (a machine, or a machine with a domain)
 * that are judged within a window and told with restraint, and the resolvers, which ask for others and are not blamed.
 */
#ifndef DETECT_BEHAVIOUR_NAMES_WATCH_H
#define DETECT_BEHAVIOUR_NAMES_WATCH_H

#include "detect/behaviour/detector.h"

struct keyed_table; /* detect/behaviour/keyed_table.h */

/* A detector's state begins with it, and may have names_watch_stop() as its stop. */
struct names_watch {
	struct keyed_table *subjects, *resolvers;
	size_t subject_size;
	int64_t window_ns, repeat_ns;
	struct addr last_resolver;
};

/* A subject begins with it. */
struct names_subject {
	int64_t first_ns, last_ns, told_ns;
	bool told;
};

/* 0 or -ENOMEM. window_s and repeat_s are in the detector's section of the tuning. */
MUST_USE int names_watch_start(struct names_watch *watch, const struct tuning *tuning, const char *name_cstr,
    size_t key_size, size_t subject_size, size_t memory_bytes);
void names_watch_stop(void *state);

void names_watch_resolver(struct names_watch *watch, const struct addr *resolver);
/* The subject with this key, seen at this time; where its window is over it begins again, but for what was told. */
void *names_watch_subject(struct names_watch *watch, const void *key, int64_t time_ns);
/* Whether an alert about it is due now; it is told then. */
bool names_watch_due(struct names_watch *watch, struct names_subject *subject, const struct observation *o);
/* The alert, without the resolver, which is no victim. */
void names_watch_alert(
    struct alert *alert, const struct detector *detector, const struct names_subject *subject, const struct observation *o);

#endif
