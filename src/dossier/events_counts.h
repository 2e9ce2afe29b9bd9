/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/events_counts.h - what many events add up to: how many of each type, traffic by application in steps of five minutes,
 * and who talked most. Bounded, whatever strangers send: what has no room of its own is "other", or is not told apart.
 */
#ifndef DOSSIER_EVENTS_COUNTS_H
#define DOSSIER_EVENTS_COUNTS_H

#include "dossier/events_line.h"

enum {
	EVENTS_SLOT_SECONDS = 300,
	EVENTS_SLOTS = 86400 / EVENTS_SLOT_SECONDS,
	EVENTS_COUNTS_TYPES = 48,
	EVENTS_COUNTS_APPS = 32,
	EVENTS_COUNTS_HOSTS = 4096, /* of one block: two a line */
};

struct events_traffic {
	uint64_t flows, bytes[2]; /* from who began the flow, and back; of a host: sent and received */
};

struct events_host {
	struct addr address;
	bool used;
	struct events_traffic traffic;
};

struct events_counts {
	int64_t day_ns; /* its beginning */
	struct {
		char name_cstr[EVENTS_TYPE_MAX + 1];
		uint64_t events;
	} types[EVENTS_COUNTS_TYPES];
	size_t type_count;
	struct {
		char name_cstr[EVENTS_APP_MAX + 1];
		struct events_traffic slots[EVENTS_SLOTS];
	} apps[EVENTS_COUNTS_APPS];
	size_t app_count;
	struct events_host hosts[2 * EVENTS_COUNTS_HOSTS];
	size_t host_count;
};

MUST_USE struct events_counts *events_counts_new(int64_t day_ns); /* NULL: no memory; freed by free() */
void events_counts_add(struct events_counts *counts, const struct events_line *line);
void events_counts_forget(struct events_counts *counts);

#endif
