/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report_extremes KIND LANGUAGE TEXT   A document of the made-up incident in which every text is TEXT and everything is there as often
 * as it fits, as HTML on standard output: for tests that count pages. */
#include "report_sample.h"

#include <stdlib.h>

static struct report_sample sample;

static void
multiply(struct report_sample *s)
{
	static char ids[REPORT_SAMPLE_ITEMS][32];
	static const char *const kinds[] = {"task", "action", "lesson", "cause"};
	static const char *const prefixes[] = {"TSK", "ACT", "LES", "CAU"};
	for (size_t i = s->file.item_count; i < REPORT_SAMPLE_ITEMS; i++) {
		size_t kind = i % LENGTH_OF(kinds);
		(void)snprintf(ids[i], sizeof(ids[i]), "%s-9%011zx", prefixes[kind], i);
		struct case_item *item = report_sample_item(s, ids[i], kinds[kind], 1793024000 + (int64_t)i);
		report_sample_field(item, kind < 2 ? "title" : "text", s->evil_cstr);
		report_sample_field(item, "owner", s->evil_cstr);
		report_sample_field(item, "due", "2026-10-27T16:00:00Z");
		report_sample_field(item, "root", "yes");
	}
	for (size_t i = 0; i < REPORT_SAMPLE_ITEMS; i++) {
		s->briefs[i] = s->briefs[i % 6];
		s->due[i] = s->due[i % 6];
	}
	s->in.period.incident_count = s->in.period.due_count = REPORT_SAMPLE_ITEMS;
}

int
main(int argc, char **argv)
{
	struct zone *zone = NULL;
	struct report_document made = {.len = 0};
	struct diag diag = {.offset = 0};
	unsigned kind = 0;
	if (argc != 4 || zone_open(&zone, "Europe/Paris", &diag) < 0)
		return 2;
	while (report_kind_word(kind) != NULL && strcmp(report_kind_word(kind), argv[1]) != 0)
		kind++;
	report_sample_make(&sample, text_language_of(argv[2]), zone, argv[3]);
	multiply(&sample);
	if (report_kind_word(kind) == NULL || report_make((enum report_kind)kind, REPORT_HTML, &sample.in, &made, &diag) < 0)
		return 1;
	bool written = fwrite(made.at, 1, made.len, stdout) == made.len;
	free(made.at);
	zone_free(zone);
	return written ? 0 : 1;
}
