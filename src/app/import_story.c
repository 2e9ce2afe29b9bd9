/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/import_story.h"

#include "core/text.h"
#include "detect/behaviour/asset_collector.h"
#include "detect/behaviour/behaviour.h"
#include "detect/behaviour/tuning.h"
#include "dossier/dossier.h"
#include "incident/incident_grouping.h"

#include <errno.h>
#include <stdlib.h>

extern const unsigned char behaviour_ini[];
extern const size_t behaviour_ini_len;

enum {
	ALERTS_MAX = 100000,        /* as in a watch: a flood of alerts is one fact, not a million rows */
	WINDOW_BYTES = 128 << 20,   /* of observations that are put in order together */
	DETECTOR_BYTES = 128 << 20, /* what a watch with its usual memory gives them */
	ASSET_BYTES = 16 << 20,
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
	struct incident_grouping *grouping;
	struct observation_buffer window;
	struct raised *raised;
	size_t raised_count, raised_room;
	bool out_of_memory;
	struct import_counts counts;
	/* while the dossier is written */
	struct dossier *dossier;
	struct diag *diag;
	int error;
};

static void
raise_alert(struct import_story *s, const struct alert *alert, enum origin origin)
{
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
import_story_new(struct diag *diag)
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
	s->grouping = incident_grouping_new();
	s->window = (struct observation_buffer){.at = malloc(WINDOW_BYTES), .size = WINDOW_BYTES};
	if (s->behaviour != NULL && s->assets != NULL && s->grouping != NULL && s->window.at != NULL)
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
	incident_grouping_free(s->grouping);
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

static void
put_asset(void *context, const struct asset *asset)
{
	struct import_story *s = context;
	s->counts.machines++;
	if (s->error == 0)
		s->error = dossier_put_asset(s->dossier, asset, NULL, s->diag);
}

static void
put_alert(struct import_story *s, const struct alert *alert)
{
	const struct incident *incident = incident_grouping_add(s->grouping, alert);
	bool is_new = false;
	if (incident == NULL || s->error < 0)
		return;
	s->error = dossier_put_alert(s->dossier, incident->id_cstr, alert, (struct bytes){0}, &is_new, s->diag);
	s->counts.new_alerts += is_new;
}

static void
put_incident(void *context, const struct incident *incident)
{
	struct import_story *s = context;
	bool is_new = false;
	s->counts.incidents++;
	if (s->error == 0)
		s->error = dossier_put_incident(s->dossier, incident, &is_new, s->diag);
	s->counts.new_incidents += is_new;
}

int
import_story_end(struct import_story *s, struct dossier *dossier, struct import_counts *out, struct diag *diag)
{
	s->dossier = dossier;
	s->diag = diag;
	hear_window(s);
	behaviour_finish(s->behaviour);
	if (s->out_of_memory || drop_repeated(s) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	qsort(s->raised, s->raised_count, sizeof(*s->raised), by_moment);
	asset_collector_each(s->assets, put_asset, s);
	for (size_t i = 0; i < s->raised_count; i++) {
		s->counts.found += s->raised[i].origin == FOUND;
		put_alert(s, &s->raised[i].alert);
	}
	incident_grouping_each(s->grouping, put_incident, s);
	*out = s->counts;
	return s->error;
}
