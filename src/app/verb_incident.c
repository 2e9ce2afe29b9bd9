/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_incident.h"

#include "app/incident_law.h"
#include "app/incident_move.h"
#include "app/incident_playbook.h"
#include "app/incident_read.h"
#include "app/incident_send.h"
#include "app/incident_session.h"
#include "app/incident_timeline.h"
#include "app/incident_write.h"

#include <errno.h>

static const char help_cstr[] = N_(
    "Usage: beffroi incident WORD [ID] [\"TEXT\"] [NAME=VALUE ...] [options]\n"
    "\n"
    "Reading:  list, show ID, timeline ID, causes ID, clock ID, similar ID, stats, categories, fields\n"
    "          playbook ID | NAME, notice ID gdpr | nis2, export ID\n"
    "Opening:  open ALERT-ID, or open \"TITLE\" category=phishing severity=3 seen=TIME reporter=NAME\n"
    "          aware ID by=NAME why=\"TEXT\" at=TIME     starts the legal clocks\n"
    "Working:  set ID NAME=VALUE...                    of an incident, or of anything in its file\n"
    "          log | comment | lesson ID \"TEXT\"\n"
    "          task ID \"TITLE\" owner=NAME due=TIME     playbook ID tasks makes them\n"
    "          evidence ID \"TITLE\" sha256=... place=... custody ID proof=ID to=NAME why=\"TEXT\"\n"
    "          cause ID \"TEXT\" parent=ID ishikawa=... root=yes proof=ID\n"
    "          action ID \"TITLE\" cause=ID owner=NAME due=TIME\n"
    "          relate ID OTHER-ID how=same-cause, merge ID OTHER-ID, split ID THING-ID... title=\"TEXT\"\n"
    "          start ID PROFILE, notified ID profile=gdpr step=notification sent=TIME\n"
    "          send ID glpi | webhook                 as connectors.yaml of the dossier has it\n"
    "          set ID state=closed, reopen ID \"WHY\", import FILE\n"
    "\n"
    "An ID may be shortened. Times: 2026-10-24T12:00:00+02:00, or local, or now.\n"
    "\n"
    "  --as NAME            who writes (else $USER)\n"
    "  --zone NAME          whose clock on the wall (Europe/Paris)\n"
    "  --clocks FILE        a table of legal clocks of your own\n"
    "  --dry-run            send: only show what would be sent\n"
    "  --connectors FILE    send: another file than that of the dossier\n"
    "  --alerts             show: every alert, not the first 20 only\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text); export: csv|json|stix|misp|iodef (json)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done (no dossier, no such incident, a rule), 2 wrong usage.\n");

struct word {
	const char *name_cstr;
	enum incident_door door;
	size_t min, max; /* words in all */
	int (*run)(struct incident_session *s, struct diag *diag);
};

static const struct word words[] = {{"list", INCIDENT_READS, 1, 1, incident_read_list},
    {"show", INCIDENT_READS, 2, 2, incident_read_show}, {"clock", INCIDENT_READS, 2, 2, incident_law_clock},
    {"timeline", INCIDENT_READS, 2, 2, incident_timeline_show}, {"causes", INCIDENT_READS, 2, 2, incident_timeline_causes},
    {"similar", INCIDENT_READS, 2, 2, incident_read_similar}, {"stats", INCIDENT_READS, 1, 1, incident_read_stats},
    {"categories", INCIDENT_SHUT, 1, 1, incident_read_categories}, {"fields", INCIDENT_SHUT, 1, 1, incident_read_fields},
    {"notice", INCIDENT_READS, 2, 3, incident_law_notice}, {"export", INCIDENT_READS, 2, 2, incident_move_export},
    {"send", INCIDENT_SENDS, 3, 3, incident_send}, {"import", INCIDENT_WRITES, 2, 2, incident_move_import},
    {"open", INCIDENT_WRITES, 1, SIZE_MAX, incident_write_open}, {"set", INCIDENT_WRITES, 2, SIZE_MAX, incident_write_set},
    {"aware", INCIDENT_WRITES, 2, SIZE_MAX, incident_write_aware}, {"reopen", INCIDENT_WRITES, 2, 3, incident_write_reopen},
    {"merge", INCIDENT_WRITES, 3, 3, incident_write_merge}, {"split", INCIDENT_WRITES, 3, SIZE_MAX, incident_write_split},
    {"playbook", INCIDENT_SHUT, 1, 2, incident_playbook_print}, {"playbook", INCIDENT_READS, 2, 3, incident_playbook_of},
    {"playbook", INCIDENT_WRITES, 3, 4, incident_playbook_tasks}};

/* A playbook is printed by its name, belongs to an incident, or becomes its tasks. */
static const struct word *
find_playbook(const struct verb_options *o)
{
	const struct word *first = &words[LENGTH_OF(words) - 3];
	bool tasks = o->word_count > 2 && strcmp(o->words[o->word_count - 1], "tasks") == 0;
	bool has_id = o->word_count > 1 &&
	    (bytes_eq_nocase(bytes_first(bytes_of_cstr(o->words[1]), 4), BYTES("INC-")) || o->word_count > 2 ||
	        strspn(o->words[1], "0123456789abcdef") == strlen(o->words[1]));
	return tasks ? first + 2 : has_id ? first + 1 : first;
}

static const struct word *
find(const struct verb_options *o)
{
	static const struct word add = {"", INCIDENT_WRITES, 2, SIZE_MAX, incident_write_add};
	const char *name_cstr = o->word_count == 0 ? "" : o->words[0];
	if (strcmp(name_cstr, "playbook") == 0)
		return find_playbook(o);
	if (case_fields_verb(name_cstr) != NULL)
		return &add;
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if (strcmp(words[i].name_cstr, name_cstr) == 0)
			return &words[i];
	return NULL;
}

int
verb_incident_main(int argc, char **argv)
{
	static struct incident_session s;
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &s.v.options, &status))
		return status;
	const struct verb_options *o = &s.v.options;
	const struct word *word = find(o);
	if (word == NULL || o->word_count < word->min || o->word_count > word->max)
		return verb_options_refuse(
		    o, N_("say what: beffroi incident list, or beffroi incident show ID; --help tells more"));
	int r = incident_session_open(&s, word->door, &diag);
	if (r == 0)
		r = word->run(&s, &diag);
	status = incident_session_finish(&s, r, &diag);
	return r == -EINVAL && status == VERB_EXIT_FAILED ? VERB_EXIT_USAGE : status;
}
