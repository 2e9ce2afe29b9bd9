/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/events_view.h - what the events of a time add up to, for a picture of the traffic. Read from sums that each day keeps:
 * no event is looked at, so that a month costs no more than a moment.
 */
#ifndef DOSSIER_EVENTS_VIEW_H
#define DOSSIER_EVENTS_VIEW_H

#include "core/diag.h"
#include "dossier/events_counts.h"

struct dossier;

enum { EVENTS_VIEW_APPS = 40, EVENTS_VIEW_STEPS_MAX = 1000 };

struct events_view {
	int64_t from_ns, step_ns; /* from_ns is rounded down to a step */
	size_t steps;
	struct {
		char name_cstr[EVENTS_APP_MAX + 1];
		struct events_traffic all;
	} apps[EVENTS_VIEW_APPS]; /* the largest first; the last one may be "other" */
	size_t app_count;
	struct events_traffic *traffic; /* [step * EVENTS_VIEW_APPS + app] */
	/* Of whole days: those that the time touches. */
	struct events_host *hosts; /* the largest first */
	size_t host_count;
	struct {
		char name_cstr[EVENTS_TYPE_MAX + 1];
		uint64_t events;
	} types[EVENTS_COUNTS_TYPES]; /* the most frequent first */
	size_t type_count;
	uint64_t events;
};

/* step_s 0: a fitting one; otherwise a multiple of EVENTS_SLOT_SECONDS is made of it. 0; -EINVAL with diag: too many steps; another
 * negative errno with diag. */
MUST_USE int events_view_read(struct dossier *dossier, int64_t from_ns, int64_t to_ns, int64_t step_s, size_t hosts_max,
    struct events_view *out, struct diag *diag);
void events_view_done(struct events_view *view);

/* When the latest day that is kept ends; 0: there is none. No day is opened for that. 0 or a negative errno with diag. */
MUST_USE int events_view_end(struct dossier *dossier, int64_t *out_ns, struct diag *diag);

/* Days that are kept, the latest first. */
struct events_day_info {
	char day_cstr[11]; /* "2026-03-03" */
	uint64_t events, bytes /* on the disk */;
};
/* *out is to be freed. */
MUST_USE int events_view_days(struct dossier *dossier, struct events_day_info **out, size_t *count, struct diag *diag);

#endif
