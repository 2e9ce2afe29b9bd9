/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/import_source.h"

#include "arrival/arrival_csv.h"
#include "arrival/arrival_event.h"
#include "arrival/arrival_nmap.h"
#include "arrival/arrival_syslog.h"
#include "arrival/arrival_zeek.h"
#include "core/json_value.h"
#include "core/zone.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct import_source {
	struct import_config config;
	struct import_source_out out;
	struct import_story *story;
	struct arrival_zeek *zeek;
	struct zone *zone;
	struct arrival_syslog *syslog;
	struct arrival_csv *csv;
	struct arrival_nmap *nmap;
	bool nmap_over;         /* nothing more is read of this file */
	struct machine machine; /* 6 kB, not on the stack */
	uint8_t *pending;       /* csv: lines of a record whose quote is not closed yet */
	size_t pending_len;
	uint64_t pending_number;       /* of its first line */
	struct json_value_list values; /* of one line */
	uint64_t number;               /* of the line, in its file */
	uint64_t sums[IMPORT_SUMS];
};

static void
hear_machine(void *context, const struct machine *machine)
{
	struct import_source *s = context;
	s->sums[IMPORT_MACHINES]++;
	s->sums[IMPORT_EVENTS]++;
	s->out.machine(s->out.context, machine);
}

/* What this format needs. */
static int
start(struct import_source *s, struct diag *diag)
{
	const struct import_config *c = &s->config;
	bool made = true;
	int r = c->format == IMPORT_SYSLOG || c->format == IMPORT_CSV ? zone_open(&s->zone, c->zone_cstr, diag) : 0;
	if (r < 0)
		return r;
	if (c->format == IMPORT_ZEEK)
		made = (s->zeek = arrival_zeek_new()) != NULL;
	if (c->format == IMPORT_SYSLOG)
		made = (s->syslog = arrival_syslog_new(
		            &(struct arrival_syslog_options){.zone = s->zone, .now_s = c->now_s, .year = c->year})) != NULL;
	if (c->format == IMPORT_CSV) {
		made = (s->pending = malloc(ARRIVAL_CSV_RECORD_MAX)) != NULL;
		r = made ? arrival_csv_new(&s->csv, c->columns_cstr, s->zone, diag) : 0;
	}
	if (r < 0)
		return r;
	return made ? 0 : diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
}

struct import_source *
import_source_new(const struct import_config *config, const struct import_source_out *out, struct diag *diag)
{
	struct import_source *s = calloc(1, sizeof(*s));
	if (s == NULL) {
		(void)diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
		return NULL;
	}
	s->config = *config;
	s->out = *out;
	if (start(s, diag) == 0)
		s->story = import_story_new(config->live ? IMPORT_STORY_LIVE : IMPORT_STORY_AT_END, &out->story, diag);
	if (s->story != NULL)
		return s;
	import_source_free(s);
	return NULL;
}

void
import_source_free(struct import_source *s)
{
	if (s == NULL)
		return;
	import_story_free(s->story);
	arrival_zeek_free(s->zeek);
	arrival_syslog_free(s->syslog);
	arrival_csv_free(s->csv);
	arrival_nmap_free(s->nmap);
	free(s->pending);
	zone_free(s->zone);
	json_value_list_done(&s->values);
	free(s);
}

void
import_source_name(struct import_source *s, struct bytes name, const struct addr *address)
{
	if (s->syslog != NULL)
		arrival_syslog_name(s->syslog, name, address);
}

void
import_source_begin(struct import_source *s, const char *name_cstr)
{
	(void)name_cstr;
	s->number = 0;
	if (s->zeek != NULL)
		arrival_zeek_begin(s->zeek);
	if (s->syslog != NULL)
		arrival_syslog_begin(s->syslog);
	if (s->csv != NULL)
		arrival_csv_begin(s->csv);
	if (s->config.format == IMPORT_NMAP) {
		arrival_nmap_free(s->nmap);
		s->nmap = arrival_nmap_new(hear_machine, s);
		s->nmap_over = s->nmap == NULL;
	}
}

static int
read_record(struct import_source *s, struct bytes record, struct arrival *out, struct diag *diag)
{
	int said = arrival_csv_read(s->csv, record, out, &s->machine, diag);
	if (said < 0)
		return said;
	s->sums[IMPORT_EVENTS] -= said != ARRIVAL_CSV_ARRIVAL; /* not of that kind, or hear_machine() counts it */
	if (said == ARRIVAL_CSV_MACHINE)
		hear_machine(s, &s->machine);
	return 1;
}

/* How often the line says it; 0: nothing that anybody here understands. */
static int
read_line(struct import_source *s, struct bytes line, struct arrival *out, struct diag *diag)
{
	int r = 0;
	switch ((enum import_format)s->config.format) {
	case IMPORT_EVE: r = arrival_eve_read(&s->values, line, out, diag); break;
	case IMPORT_ZEEK: r = arrival_zeek_read(s->zeek, &s->values, line, out, diag); break;
	case IMPORT_SYSLOG: return arrival_syslog_read(s->syslog, line, out, diag);
	case IMPORT_CSV: return read_record(s, line, out, diag);
	case IMPORT_NMAP:
	case IMPORT_FORMATS: break;
	}
	return r < 0 ? r : 1;
}

/* EVE as it is, what came in another form as EVE has it. */
static void
keep_event(const struct import_source *s, struct bytes line, const struct arrival *arrival)
{
	static const char *const origins[IMPORT_FORMATS] = {"eve", "zeek", "syslog", "nmap", "csv"};
	char room[8192];
	struct json j = json_of(room, sizeof(room));
	if (s->config.format == IMPORT_EVE)
		s->out.event(s->out.context, line);
	else if (arrival_event_write(&j, arrival, origins[s->config.format]))
		s->out.event(s->out.context, json_written(&j));
}

static void
take_line(struct import_source *s, struct bytes line, uint64_t number)
{
	struct arrival arrival = {.kind = ARRIVAL_NOTHING};
	struct diag wrong = {.offset = UINT64_MAX};
	if (line.len == 0)
		return;
	int times = read_line(s, line, &arrival, &wrong);
	if (times < 0) {
		s->sums[IMPORT_BAD]++;
		s->out.complain(s->out.context, number, wrong.text_cstr);
		return;
	}
	s->sums[times == 0 ? IMPORT_STRANGE : IMPORT_EVENTS]++;
	keep_event(s, line, &arrival);
	for (int i = 0; i < times; i++)
		import_story_hear(s->story, &arrival, s->sums[IMPORT_LINES]);
}

/* The first of the pending lines, or several when a quote goes over their ends. */
static void
take_pending(struct import_source *s, size_t len)
{
	struct bytes pending = {s->pending, s->pending_len}, record = bytes_first(pending, len);
	take_line(s, record, s->pending_number);
	for (size_t at = 0; at < len; at++)
		s->pending_number += s->pending[at] == '\n';
	s->pending_number++;
	size_t taken = len + 1 < pending.len ? len + 1 : pending.len;
	memmove(s->pending, s->pending + taken, pending.len - taken);
	s->pending_len -= taken;
}

/* Whole records are read. Where no more can be waited for, a line whose quote is never closed is a fault, and the others may still
 * be right. */
static void
settle(struct import_source *s, bool waits)
{
	while (s->pending_len > 0) {
		struct bytes pending = {s->pending, s->pending_len};
		size_t end = arrival_csv_record_end(s->csv, pending);
		if (end > pending.len && waits)
			return;
		take_pending(s, end > pending.len ? bytes_find(pending, '\n') : end);
	}
}

static void
take_csv_line(struct import_source *s, struct bytes line)
{
	if (s->pending_len > 0 &&
	    (s->number - s->pending_number >= ARRIVAL_CSV_LINES_MAX ||
	        line.len + 1 > ARRIVAL_CSV_RECORD_MAX - s->pending_len))
		settle(s, false);
	if (line.len > ARRIVAL_CSV_RECORD_MAX || (line.len == 0 && s->pending_len == 0)) {
		take_line(s, line, s->number);
		return;
	}
	if (s->pending_len > 0)
		s->pending[s->pending_len++] = '\n';
	else
		s->pending_number = s->number;
	memcpy(s->pending + s->pending_len, line.at, line.len);
	s->pending_len += line.len;
	settle(s, true);
}

void
import_source_line(struct import_source *s, struct bytes line)
{
	s->number++;
	s->sums[IMPORT_LINES]++;
	if (s->csv != NULL)
		take_csv_line(s, line);
	else
		take_line(s, line, s->number);
}

bool
import_source_has_lines(const struct import_source *s)
{
	return s->config.format != IMPORT_NMAP;
}

void
import_source_bytes(struct import_source *s, struct bytes bytes, bool last)
{
	struct diag wrong = {.offset = UINT64_MAX};
	for (size_t at = 0; at < bytes.len; at++)
		s->sums[IMPORT_LINES] += bytes.at[at] == '\n';
	if (s->nmap_over || arrival_nmap_feed(s->nmap, bytes, last, &wrong) == 0)
		return;
	s->nmap_over = true;
	s->sums[IMPORT_BAD]++;
	s->out.complain(s->out.context, wrong.line, wrong.text_cstr);
}

void
import_source_finish(struct import_source *s)
{
	if (s->csv != NULL)
		settle(s, false);
}

void
import_source_catch_up(struct import_source *s)
{
	import_story_catch_up(s->story);
	s->out.pause(s->out.context);
}

/* What could have been said of more. */
static void
tell_unknown(const struct import_source *s)
{
	enum { NAMES_TOLD = 8 };
	char names[256], text[512];
	if (s->syslog == NULL)
		return;
	const struct arrival_tally *strangers = arrival_syslog_strangers(s->syslog),
	                           *unknown = arrival_syslog_unknown(s->syslog);
	if (strangers->count > 0) {
		(void)snprintf(text, sizeof(text),
		    _("nobody knows the address of machines that told log-ins: %s; --host NAME=ADDRESS says it"),
		    arrival_tally_text(strangers, NAMES_TOLD, names, sizeof(names)));
		s->out.notice(s->out.context, text);
	}
	if (unknown->count > 0) {
		(void)snprintf(text, sizeof(text), _("not understood, by program: %s"),
		    arrival_tally_text(unknown, NAMES_TOLD, names, sizeof(names)));
		s->out.notice(s->out.context, text);
	}
}

int
import_source_end(struct import_source *s, uint64_t sums[static IMPORT_SUMS], struct diag *diag)
{
	struct import_counts counts;
	int r = import_story_end(s->story, &counts, diag);
	if (r < 0)
		return r;
	tell_unknown(s);
	s->sums[IMPORT_OBSERVATIONS] = counts.observations;
	s->sums[IMPORT_ALERTS] = counts.alerts;
	s->sums[IMPORT_FOUND] = counts.found;
	s->sums[IMPORT_OVER] = counts.over;
	memcpy(sums, s->sums, sizeof(s->sums));
	return 0;
}

uint64_t
import_source_lines(const struct import_source *s)
{
	return s->sums[IMPORT_LINES];
}
