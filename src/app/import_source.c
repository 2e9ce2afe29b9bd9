/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/import_source.h"

#include "arrival/arrival_zeek.h"
#include "core/json_value.h"

#include <errno.h>
#include <stdlib.h>

struct import_source {
	struct import_config config;
	struct import_source_out out;
	struct import_story *story;
	struct arrival_zeek *zeek;
	struct json_value_list values; /* of one line */
	uint64_t number;               /* of the line, in its file */
	uint64_t sums[IMPORT_SUMS];
};

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
	s->zeek = config->format == IMPORT_ZEEK ? arrival_zeek_new() : NULL;
	if (config->format == IMPORT_ZEEK && s->zeek == NULL) {
		(void)diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
		import_source_free(s);
		return NULL;
	}
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
	json_value_list_done(&s->values);
	free(s);
}

void
import_source_begin(struct import_source *s, const char *name_cstr)
{
	(void)name_cstr;
	s->number = 0;
	if (s->zeek != NULL)
		arrival_zeek_begin(s->zeek);
}

static int
read_line(struct import_source *s, struct bytes line, struct arrival *out, struct diag *diag)
{
	switch ((enum import_format)s->config.format) {
	case IMPORT_EVE: return arrival_eve_read(&s->values, line, out, diag);
	case IMPORT_ZEEK: return arrival_zeek_read(s->zeek, &s->values, line, out, diag);
	case IMPORT_SYSLOG:
	case IMPORT_NMAP:
	case IMPORT_CSV:
	case IMPORT_FORMATS: break;
	}
	return 0;
}

void
import_source_line(struct import_source *s, struct bytes line)
{
	struct arrival arrival = {.kind = ARRIVAL_NOTHING};
	struct diag wrong = {.offset = UINT64_MAX};
	s->number++;
	s->sums[IMPORT_LINES]++;
	if (line.len == 0)
		return;
	if (read_line(s, line, &arrival, &wrong) < 0) {
		s->sums[IMPORT_BAD]++;
		s->out.complain(s->out.context, s->number, wrong.text_cstr);
		return;
	}
	s->sums[IMPORT_EVENTS]++;
	if (s->config.format == IMPORT_EVE)
		s->out.event(s->out.context, line);
	import_story_hear(s->story, &arrival, s->sums[IMPORT_LINES]);
}

void
import_source_finish(struct import_source *s)
{
	(void)s;
}

void
import_source_catch_up(struct import_source *s)
{
	import_story_catch_up(s->story);
	s->out.pause(s->out.context);
}

int
import_source_end(struct import_source *s, uint64_t sums[static IMPORT_SUMS], struct diag *diag)
{
	struct import_counts counts;
	int r = import_story_end(s->story, &counts, diag);
	if (r < 0)
		return r;
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
