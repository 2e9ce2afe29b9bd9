/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/import_story.h"

#include "core/text.h"
#include "detect/behaviour/asset_collector.h"
#include "detect/behaviour/behaviour.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>
#include <stdlib.h>

extern const unsigned char behaviour_ini[];
extern const size_t behaviour_ini_len;

enum {
	ALERTS_MAX = 100000,        /* as in a watch: a flood of alerts is one fact, not a million rows */
	WINDOW_BYTES = 128 << 20,   /* of observations that are put in order together */
	DETECTOR_BYTES = 128 << 20, /* what a watch with its usual memory gives them */
	ASSET_BYTES = 16 << 20,
	LIVE_BURST = 10000, /* alerts at once, and then as many each time it catches up, which is once a second */
	LIVE_PACE = 20,
};

enum origin { FROM_SENSOR, FROM_OURS, FOUND };

struct raised {
	struct alert alert;
	uint64_t order;
	enum origin origin;
};

struct ordered {
	int64_t time_ns;
	const struct observation *o; /* of one time: in memory order, which is that of the file */
};

struct import_story {
	struct tuning *tuning;
	struct behaviour *behaviour;
	struct asset_collector *assets;
	struct import_story_out out;
	enum import_story_pace pace;
	struct observation_buffer window;
	struct raised *raised;
	size_t raised_count, raised_room, live_left;
	bool out_of_memory;
	struct import_counts counts;
};

static void
raise_alert(struct import_story *s, const struct alert *alert, enum origin origin)
{
	if (s->pace == IMPORT_STORY_LIVE) {
		if (s->live_left == 0) {
			s->counts.over++;
			return;
		}
		s->live_left--;
		s->counts.found += origin == FOUND;
		s->out.alert(s->out.context, alert);
		return;
	}
	if (s->raised_count == ALERTS_MAX) {
		s->counts.over++;
		return;
	}
	if (s->raised_count == s->raised_room) {
		size_t room = s->raised_room == 0 ? 256 : 2 * s->raised_room;
		struct raised *more = reallocarray(s->raised, room, sizeof(*more));
		if (more == NULL) {
			s->out_of_memory = true;
			return;
		}
		s->raised = more;
		s->raised_room = room;
	}
	s->raised[s->raised_count] = (struct raised){*alert, s->raised_count, origin};
	s->raised_count++;
}

static void
hear_detector(void *context, const struct alert *alert)
{
	raise_alert(context, alert, FOUND);
}

struct import_story *
import_story_new(enum import_story_pace pace, const struct import_story_out *out, struct diag *diag)
{
	struct import_story *s = calloc(1, sizeof(*s));
	if (s == NULL)
		goto no_memory;
	s->tuning = tuning_new((struct bytes){behaviour_ini, behaviour_ini_len}, (struct bytes){0}, "", diag);
	if (s->tuning == NULL) {
		free(s);
		return NULL;
	}
	s->behaviour = behaviour_new(s->tuning, DETECTOR_BYTES, (struct alert_out){.say = hear_detector, .context = s});
	s->assets = asset_collector_new(ASSET_BYTES);
	s->out = *out;
	s->pace = pace;
	s->live_left = LIVE_BURST;
	s->window = (struct observation_buffer){.at = malloc(WINDOW_BYTES), .size = WINDOW_BYTES};
	if (s->behaviour != NULL && s->assets != NULL && s->window.at != NULL)
		return s;
	import_story_free(s);
no_memory:
	(void)diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	return NULL;
}

void
import_story_free(struct import_story *s)
{
	if (s == NULL)
		return;
	behaviour_free(s->behaviour);
	tuning_free(s->tuning);
	asset_collector_free(s->assets);
	free(s->window.at);
	free(s->raised);
	free(s);
}

static int
by_time(const void *left, const void *right)
{
	const struct ordered *a = left, *b = right;
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	return a->o < b->o ? -1 : a->o > b->o;
}

/* Sensors write a flow when it is over, and several threads write as they come. */
static void
hear_window(struct import_story *s)
{
	struct ordered *order = reallocarray(NULL, s->window.count + 1, sizeof(*order));
	size_t at = 0, count = 0;
	if (order == NULL) {
		s->out_of_memory = true;
		return;
	}
	for (const struct observation *o; (o = observation_next(&s->window, &at)) != NULL;)
		order[count++] = (struct ordered){o->time_ns, o};
	qsort(order, count, sizeof(*order), by_time);
	for (size_t i = 0; i < count; i++) {
		asset_collector_observe(s->assets, order[i].o);
		behaviour_observe(s->behaviour, order[i].o);
	}
	free(order);
	s->window.used = 0;
	s->window.count = 0;
}

void
import_story_hear(struct import_story *s, const struct arrival *arrival, uint64_t line)
{
	if (arrival->kind == ARRIVAL_ALERT) {
		s->counts.alerts++;
		raise_alert(s, &arrival->alert, arrival->is_ours ? FROM_OURS : FROM_SENSOR);
	}
	if (arrival->kind != ARRIVAL_OBSERVATION)
		return;
	enum observation_kind kind = (enum observation_kind)arrival->observation.kind;
	size_t size = observation_size(kind);
	if (s->window.size - s->window.used < size)
		hear_window(s);
	struct observation *o = observation_add(&s->window, kind);
	if (o == NULL)
		return; /* one always fits an empty window */
	memcpy(o, &arrival->observation, size);
	o->number = line;
	s->counts.observations++;
}

/* ---- the end ---- */

static int
by_moment(const void *left, const void *right)
{
	const struct raised *a = left, *b = right;
	if (a->alert.last_ns != b->alert.last_ns)
		return a->alert.last_ns < b->alert.last_ns ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* What one of our detectors says of somebody, by whose name. */
static int
by_finding(const void *left, const void *right)
{
	const struct alert *const *a = left, *const *b = right;
	int c = strcmp((*a)->detector_cstr, (*b)->detector_cstr);
	return c != 0 ? c : addr_compare(&(*a)->source, &(*b)->source);
}

/* The file was written by a watch of ours: what its detectors said there is not said again of the same machine. */
static int
drop_repeated(struct import_story *s)
{
	const struct alert **ours = reallocarray(NULL, s->raised_count + 1, sizeof(const struct alert *));
	size_t ours_count = 0, kept = 0;
	if (ours == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < s->raised_count; i++)
		if (s->raised[i].origin == FROM_OURS)
			ours[ours_count++] = &s->raised[i].alert;
	qsort(ours, ours_count, sizeof(const struct alert *), by_finding);
	for (size_t i = 0; i < s->raised_count; i++) {
		const struct alert *alert = &s->raised[i].alert;
		bool repeated = s->raised[i].origin == FOUND &&
		    bsearch(&alert, ours, ours_count, sizeof(const struct alert *), by_finding) != NULL;
		if (repeated)
			s->raised[i].order = UINT64_MAX;
	}
	free(ours);
	for (size_t i = 0; i < s->raised_count; i++)
		if (s->raised[i].order != UINT64_MAX)
			s->raised[kept++] = s->raised[i];
	s->raised_count = kept;
	return 0;
}

void
import_story_catch_up(struct import_story *s)
{
	if (s->window.count > 0)
		hear_window(s);
	s->live_left = s->live_left + LIVE_PACE < LIVE_BURST ? s->live_left + LIVE_PACE : LIVE_BURST;
}

int
import_story_end(struct import_story *s, struct import_counts *out, struct diag *diag)
{
	hear_window(s);
	behaviour_finish(s->behaviour);
	if (s->out_of_memory || drop_repeated(s) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (s->raised_count > 0)
		qsort(s->raised, s->raised_count, sizeof(*s->raised), by_moment);
	asset_collector_each(s->assets, s->out.asset, s->out.context);
	for (size_t i = 0; i < s->raised_count; i++) {
		s->counts.found += s->raised[i].origin == FOUND;
		s->out.alert(s->out.context, &s->raised[i].alert);
	}
	*out = s->counts;
	return 0;
}
