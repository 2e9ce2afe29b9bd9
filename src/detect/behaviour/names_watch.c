/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/names_watch.h"

#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

int
names_watch_start(struct names_watch *w, const struct tuning *tuning, const char *name_cstr, size_t key_size,
    size_t subject_size, size_t memory_bytes)
{
	w->window_ns = (int64_t)tuning_u64(tuning, name_cstr, "window_s") * 1000000000;
	w->repeat_ns = (int64_t)tuning_u64(tuning, name_cstr, "repeat_s") * 1000000000;
	w->subject_size = subject_size;
	w->subjects = keyed_table_new(key_size, subject_size, memory_bytes / 8 * 7);
	w->resolvers = keyed_table_new(sizeof(struct addr), sizeof(uint8_t), memory_bytes / 8);
	return w->subjects == NULL || w->resolvers == NULL ? -ENOMEM : 0;
}

void
names_watch_stop(void *state)
{
	struct names_watch *w = state;
	keyed_table_free(w->subjects);
	keyed_table_free(w->resolvers);
}

void
names_watch_resolver(struct names_watch *w, const struct addr *resolver)
{
	if (addr_eq(resolver, &w->last_resolver))
		return;
	w->last_resolver = *resolver;
	*(uint8_t *)keyed_table_get(w->resolvers, resolver, NULL) = 1;
}

void *
names_watch_subject(struct names_watch *w, const void *key, int64_t time_ns)
{
	bool is_new;
	struct names_subject *subject = keyed_table_get(w->subjects, key, &is_new);
	bool over = time_ns - subject->last_ns > w->window_ns ||
	    (!subject->told && time_ns - subject->first_ns > w->window_ns);
	if (is_new || over) {
		struct names_subject again = {.first_ns = time_ns, .told = subject->told, .told_ns = subject->told_ns};
		memset(subject, 0, w->subject_size);
		*subject = again;
	}
	if (time_ns > subject->last_ns)
		subject->last_ns = time_ns;
	return subject;
}

bool
names_watch_due(struct names_watch *w, struct names_subject *subject, const struct observation *o)
{
	if ((subject->told && o->time_ns - subject->told_ns < w->repeat_ns) || keyed_table_has(w->resolvers, &o->src))
		return false;
	subject->told = true;
	subject->told_ns = o->time_ns;
	return true;
}

void
names_watch_alert(
    struct alert *alert, const struct detector *detector, const struct names_subject *subject, const struct observation *o)
{
	detector_alert(alert, detector, o);
	alert->first_ns = subject->first_ns;
	alert->last_ns = subject->last_ns;
	alert->target = (struct addr){0};
	alert->source_port = alert->target_port = 0;
	alert->flow_id = 0;
	alert->app = APP_DNS;
}
