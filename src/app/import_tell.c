/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/import_tell.h"

#include "core/json.h"
#include "core/terminal.h"
#include "record/alert_text.h"

static void
clear_progress(struct import_told *told)
{
	if (told->progress_shown)
		fputs("\r\033[K", stderr);
	told->progress_shown = false;
}

void
import_tell_bad_line(struct import_told *told, enum language language, const struct import_bad_line *bad)
{
	struct diag diag = {.offset = UINT64_MAX, .line = bad->line > UINT32_MAX ? UINT32_MAX : (unsigned)bad->line};
	if (told->bad_count == IMPORT_TELL_BAD_MAX)
		return;
	told->bad[told->bad_count++] = *bad;
	(void)snprintf(diag.file_cstr, sizeof(diag.file_cstr), "%s", bad->file_cstr);
	(void)snprintf(diag.text_cstr, sizeof(diag.text_cstr), "%s", bad->reason_cstr);
	clear_progress(told);
	verb_options_complain(language, &diag);
}

void
import_tell_progress(struct import_told *told, enum language language, const struct progress *p)
{
	if (!told->shows_progress)
		return;
	clear_progress(told);
	if (told->total_bytes > 0)
		fprintf(stderr, "%3.0f %%  ", (double)p->bytes * 100 / (double)told->total_bytes);
	fprintf(
	    stderr, text_in(language, N_("%.0f MB, lines: %llu")), (double)p->bytes / 1e6, (unsigned long long)p->packets);
	fflush(stderr);
	told->progress_shown = true;
}

void
import_tell_notice(struct import_told *told, struct bytes text)
{
	char safe[2048];
	(void)terminal_escape(text, safe, sizeof(safe));
	clear_progress(told);
	fprintf(stderr, "beffroi: %s\n", safe);
}

void
import_tell_alert(const struct verb_reading *v, const struct alert *alert)
{
	const struct alert_text *text = alert_text_find(bytes_of_cstr(alert->detector_cstr));
	enum language language = v->options.language;
	char when[24], first[64], room[2048];
	if (text == NULL || v->json != NULL)
		return;
	present_time(alert->last_ns, when);
	(void)snprintf(first, sizeof(first), "%s  %s: ", when + 11, alert_text_severity(language, alert->severity));
	(void)alert_text_fill(language, text_in(language, text->what_cstr), alert, room, sizeof(room));
	present_paragraph(&v->presenter, first, 10, room);
	fflush(stdout);
}

static void
tell_json(struct verb_reading *v, const struct import_told *told)
{
	struct json *j = v->json;
	json_open_object(j, (struct bytes){0});
	json_u64(j, JSON_KEY("lines"), told->sums[IMPORT_LINES]);
	json_u64(j, JSON_KEY("events"), told->sums[IMPORT_EVENTS]);
	json_u64(j, JSON_KEY("events_kept"), told->events.kept.kept);
	json_u64(j, JSON_KEY("events_known"), told->events.kept.known);
	json_u64(j, JSON_KEY("events_refused"), told->events.refused);
	json_u64(j, JSON_KEY("observations"), told->sums[IMPORT_OBSERVATIONS]);
	json_u64(j, JSON_KEY("alerts"), told->sums[IMPORT_ALERTS]);
	json_u64(j, JSON_KEY("alerts_found"), told->sums[IMPORT_FOUND]);
	json_u64(j, JSON_KEY("alerts_over"), told->sums[IMPORT_OVER]);
	json_u64(j, JSON_KEY("alerts_new"), told->kept.new_alerts);
	json_u64(j, JSON_KEY("alerts_aside"), told->kept.aside);
	json_u64(j, JSON_KEY("incidents"), told->kept.incidents);
	json_u64(j, JSON_KEY("incidents_new"), told->kept.new_incidents);
	json_u64(j, JSON_KEY("machines"), told->kept.machines);
	json_u64(j, JSON_KEY("not_understood"), told->sums[IMPORT_STRANGE]);
	json_u64(j, JSON_KEY("bad"), told->sums[IMPORT_BAD]);
	json_open_array(j, JSON_KEY("bad_lines"));
	for (size_t i = 0; i < told->bad_count; i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("file"), told->bad[i].file_cstr);
		json_u64(j, JSON_KEY("line"), told->bad[i].line);
		json_cstr(j, JSON_KEY("reason"), told->bad[i].reason_cstr);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
	json_newline(j);
}

static void
tell_text(const struct import_told *told)
{
	const uint64_t *sums = told->sums;
	const struct import_kept *k = &told->kept;
	printf(_("Lines read: %llu, events understood: %llu\n"), (unsigned long long)sums[IMPORT_LINES],
	    (unsigned long long)sums[IMPORT_EVENTS]);
	if (told->events.kept.kept + told->events.kept.known > 0)
		printf(_("Events kept: %llu, known from an import before: %llu\n"),
		    (unsigned long long)told->events.kept.kept, (unsigned long long)told->events.kept.known);
	if (told->events.refused > 0)
		printf(_("Events without a time, which were not kept: %llu\n"), (unsigned long long)told->events.refused);
	if (sums[IMPORT_STRANGE] > 0)
		printf(_("Lines that say nothing we understand: %llu\n"), (unsigned long long)sums[IMPORT_STRANGE]);
	printf(_("Alerts of the sensor: %llu; found by our detectors in its events: %llu; new in the dossier: %llu\n"),
	    (unsigned long long)sums[IMPORT_ALERTS], (unsigned long long)sums[IMPORT_FOUND],
	    (unsigned long long)k->new_alerts);
	printf(_("Incidents: %llu, of which new: %llu\n"), (unsigned long long)k->incidents,
	    (unsigned long long)k->new_incidents);
	if (sums[IMPORT_OVER] > 0)
		printf(_("Alerts beyond the 100000 that one import keeps: %llu; split the file to keep them\n"),
		    (unsigned long long)sums[IMPORT_OVER]);
	if (k->aside > 0)
		printf(_("Alerts kept aside by exceptions: %llu: beffroi exception list\n"), (unsigned long long)k->aside);
	if (k->incidents > 0)
		fputs(_("See them: beffroi incident list\n"), stdout);
}

void
import_tell_answer(struct verb_reading *v, struct import_told *told)
{
	uint64_t bad = told->sums[IMPORT_BAD];
	clear_progress(told);
	if (bad > 0)
		fprintf(stderr,
		    text_plural(v->options.language, bad, N_("beffroi: %llu line is not right and was left out\n"),
		        N_("beffroi: %llu lines are not right and were left out\n")),
		    (unsigned long long)bad);
	if (v->json != NULL)
		tell_json(v, told);
	else
		tell_text(told);
}
