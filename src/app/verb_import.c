/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_import.h"

#include "app/import_story.h"
#include "app/verb_reading.h"
#include "core/auto.h"
#include "core/json.h"
#include "core/json_value.h"

#include <fcntl.h>

enum { COMPLAINTS_MAX = 20 };

static const char help_cstr[] = N_(
    "Usage: beffroi import eve FILE|- [options]\n"
    "\n"
    "Reads what another sensor wrote (Suricata's EVE JSON, one event a line; - is the standard input). Its alerts become\n"
    "alerts and incidents of the dossier; its flows, dns, tls, http, ssh and ftp events go to the detectors of watch.\n"
    "What is imported a second time adds nothing.\n"
    "\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi; made when it is not there)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done, 2 wrong usage, 4 done but for lines that are not right (told one by one).\n");

struct bad_line {
	uint64_t number;
	char reason_cstr[DIAG_TEXT_MAX];
};

struct import {
	const char *file_cstr;
	FILE *file;
	struct import_story *story;
	struct json_value_list values;
	struct import_counts counts;
	uint64_t lines, events, bad;
	struct bad_line bad_lines[COMPLAINTS_MAX];
};

static void
take_line(struct import *m, struct bytes line, enum language language)
{
	struct arrival arrival;
	struct diag wrong = {.offset = UINT64_MAX};
	m->lines++;
	while (line.len > 0 && (line.at[line.len - 1] == '\n' || line.at[line.len - 1] == '\r'))
		line.len--;
	if (line.len == 0)
		return;
	if (arrival_eve_read(&m->values, line, &arrival, &wrong) == 0) {
		m->events++;
		import_story_hear(m->story, &arrival, m->lines);
		return;
	}
	if (m->bad < COMPLAINTS_MAX) {
		struct bad_line *bad = &m->bad_lines[m->bad];
		bad->number = m->lines;
		(void)snprintf(bad->reason_cstr, sizeof(bad->reason_cstr), "%s", wrong.text_cstr);
		(void)snprintf(wrong.file_cstr, sizeof(wrong.file_cstr), "%s", m->file_cstr);
		wrong.line = m->lines > UINT32_MAX ? UINT32_MAX : (unsigned)m->lines;
		verb_options_complain(language, &wrong);
	}
	m->bad++;
}

/* A line beyond the limit is read away, not kept. The last one may lack its end. */
static int
read_lines(struct import *m, enum language language, struct diag *diag)
{
	enum { ROOM = ARRIVAL_EVE_LINE_MAX + 2 };
	AUTO_FREE char *line = malloc(ROOM);
	size_t len = 0;
	int c;
	if (line == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	while ((c = getc_unlocked(m->file)) != EOF) {
		if (c != '\n') {
			if (len < ROOM)
				line[len++] = (char)c;
			continue;
		}
		take_line(m, (struct bytes){(const uint8_t *)line, len}, language);
		len = 0;
	}
	if (len > 0)
		take_line(m, (struct bytes){(const uint8_t *)line, len}, language);
	if (ferror(m->file))
		return diag_say_at(diag, -EIO, m->file_cstr, UINT64_MAX, "%s", text_error(errno));
	return 0;
}

static void
tell_json(struct verb_reading *v, const struct import *m)
{
	struct json *j = v->json;
	json_open_object(j, (struct bytes){0});
	json_u64(j, JSON_KEY("lines"), m->lines);
	json_u64(j, JSON_KEY("events"), m->events);
	json_u64(j, JSON_KEY("observations"), m->counts.observations);
	json_u64(j, JSON_KEY("alerts"), m->counts.alerts);
	json_u64(j, JSON_KEY("alerts_found"), m->counts.found);
	json_u64(j, JSON_KEY("alerts_over"), m->counts.over);
	json_u64(j, JSON_KEY("alerts_new"), m->counts.new_alerts);
	json_u64(j, JSON_KEY("incidents"), m->counts.incidents);
	json_u64(j, JSON_KEY("incidents_new"), m->counts.new_incidents);
	json_u64(j, JSON_KEY("machines"), m->counts.machines);
	json_u64(j, JSON_KEY("bad"), m->bad);
	json_open_array(j, JSON_KEY("bad_lines"));
	for (size_t i = 0; i < m->bad && i < COMPLAINTS_MAX; i++) {
		json_open_object(j, (struct bytes){0});
		json_u64(j, JSON_KEY("line"), m->bad_lines[i].number);
		json_cstr(j, JSON_KEY("reason"), m->bad_lines[i].reason_cstr);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
	json_newline(j);
}

static void
tell_text(const struct import *m)
{
	const struct import_counts *c = &m->counts;
	printf(
	    _("Lines read: %llu, events understood: %llu\n"), (unsigned long long)m->lines, (unsigned long long)m->events);
	printf(_("Alerts of the sensor: %llu; found by our detectors in its events: %llu; new in the dossier: %llu\n"),
	    (unsigned long long)c->alerts, (unsigned long long)c->found, (unsigned long long)c->new_alerts);
	printf(_("Incidents: %llu, of which new: %llu\n"), (unsigned long long)c->incidents,
	    (unsigned long long)c->new_incidents);
	if (c->over > 0)
		printf(_("Alerts beyond the 100000 that one import keeps: %llu; split the file to keep them\n"),
		    (unsigned long long)c->over);
	if (c->incidents > 0)
		fputs(_("See them: beffroi incident list\n"), stdout);
}

static int
run(struct verb_reading *v, struct import *m, struct diag *diag)
{
	const struct verb_rights rights = {.mode = DOSSIER_WRITE, .makes = true};
	int r = verb_reading_open_as(v, &rights, diag);
	if (r < 0)
		return r;
	dossier_act_as(v->dossier, "import eve");
	m->story = import_story_new(diag);
	if (m->story == NULL)
		return -ENOMEM;
	r = read_lines(m, v->options.language, diag);
	if (r == 0)
		r = import_story_end(m->story, v->dossier, &m->counts, diag);
	import_story_free(m->story);
	json_value_list_done(&m->values);
	if (r < 0)
		return r;
	if (m->bad > 0)
		fprintf(stderr,
		    text_plural(v->options.language, m->bad, N_("beffroi: %llu line is not right and was left out\n"),
		        N_("beffroi: %llu lines are not right and were left out\n")),
		    (unsigned long long)m->bad);
	if (v->json != NULL)
		tell_json(v, m);
	else
		tell_text(m);
	return 0;
}

/* The file is opened before all rights to open files are given up. */
static int
open_file(struct import *m, const char *file_cstr, struct diag *diag)
{
	bool is_input = strcmp(file_cstr, "-") == 0;
	m->file_cstr = is_input ? "-" : file_cstr;
	int fd = is_input ? dup(STDIN_FILENO) : open(file_cstr, O_RDONLY | O_CLOEXEC);
	m->file = fd < 0 ? NULL : fdopen(fd, "r");
	if (m->file != NULL)
		return 0;
	int error = errno;
	if (fd >= 0)
		close(fd);
	return diag_say_at(diag, -error, m->file_cstr, UINT64_MAX, "%s", text_error(error));
}

int
verb_import_main(int argc, char **argv)
{
	static struct import m;
	struct verb_reading v = {0};
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &v.options, &status))
		return status;
	const struct verb_options *o = &v.options;
	if (o->word_count != 2 || strcmp(o->words[0], "eve") != 0)
		return verb_options_refuse(o, N_("say what: beffroi import eve FILE, or - for the standard input"));
	int r = open_file(&m, o->words[1], &diag);
	if (r == 0)
		r = run(&v, &m, &diag);
	status = verb_reading_finish(&v, r, &diag);
	if (m.file != NULL)
		fclose(m.file);
	return status == VERB_EXIT_DONE && m.bad > 0 ? VERB_EXIT_PARTLY : status;
}
