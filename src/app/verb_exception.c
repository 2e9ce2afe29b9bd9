/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_exception.h"

#include "app/incident_session.h"
#include "cli/exception_view.h"
#include "core/civil.h"
#include "dossier/dossier_exception.h"
#include "record/alert_text.h"

#include <errno.h>

static const char help_cstr[] = N_(
    "Usage: beffroi exception WORD ... [options]\n"
    "\n"
    "Alerts that are normal here are kept aside: they stay in the dossier, are counted and can be listed, and are in no incident.\n"
    "\n"
    "  list                             which there are, until when, and how much each keeps aside\n"
    "  show ID                          one, with the alerts it keeps aside\n"
    "  add NAME=VALUE... why=\"TEXT\"    all that is given must hold of an alert:\n"
    "      sid=2019401                  number of a rule or detector\n"
    "      detector=beacon              name of a detector of ours\n"
    "      address=192.0.2.0/24         an address, a network or the name of a machine; side=source|target|either\n"
    "      pattern=\"backup.example\"     stands in what the alert says: a name, the text of a rule\n"
    "      until=2027-03-01             it ends by itself then (in 90 days; two years at most)\n"
    "  end ID                           from now on such alerts are told again\n"
    "\n"
    "  --as NAME            who makes it (else $USER)\n"
    "  --zone NAME          whose clock on the wall (Europe/Paris)\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done (no dossier, no such exception, a rule), 2 wrong usage.\n");

enum { NAME_MAX_BYTES = 32 };
#define SECOND_NS INT64_C(1000000000)

static void
day(int64_t at_ns, char out[static CIVIL_TEXT_MAX])
{
	(void)civil_write(at_ns / SECOND_NS, 0, CIVIL_UTC, out);
}

struct listing {
	struct incident_session *s;
	size_t count;
};

static void
list_one(void *context, const struct exception *e, uint64_t hidden)
{
	struct listing *l = context;
	exception_view_lines(&l->s->v.presenter, "", e, hidden, l->s->now_ns);
	l->count++;
}

static int
list(struct incident_session *s, struct diag *diag)
{
	struct desk_order order;
	struct listing l = {.s = s};
	if (!incident_session_order(s, OPERATION_EXCEPTION_LIST, &order))
		return desk_no_memory(diag);
	if (s->v.json != NULL)
		return incident_session_answer(s, &order, diag);
	int r = dossier_exception_each(s->v.dossier, list_one, &l, diag);
	if (r == 0 && l.count == 0)
		fputs(text_in(s->v.options.language,
		          N_("No exception: every alert is in an incident. beffroi exception add --help\n")),
		    stdout);
	return r;
}

static void
say_hidden(void *context, const struct kept_alert *kept)
{
	struct incident_session *s = context;
	const struct alert_text *text = alert_text_find(bytes_of_cstr(kept->alert.detector_cstr));
	char room[2048], when[CIVIL_TEXT_MAX], first[CIVIL_TEXT_MAX + 4];
	if (text == NULL)
		return;
	day(kept->alert.last_ns, when);
	(void)snprintf(first, sizeof(first), "  %s  ", when);
	(void)alert_text_fill(
	    s->v.options.language, text_in(s->v.options.language, text->what_cstr), &kept->alert, room, sizeof(room));
	present_paragraph(&s->v.presenter, first, 4, room);
}

static int
show(struct incident_session *s, struct diag *diag)
{
	struct desk_order order;
	struct exception e;
	uint64_t hidden = 0;
	const char *id_cstr = s->v.options.words[1];
	if (!incident_session_order(s, OPERATION_EXCEPTION_SHOW, &order))
		return desk_no_memory(diag);
	if (s->v.json != NULL)
		return incident_session_answer(s, &order, diag);
	int r = dossier_exception_find(s->v.dossier, id_cstr, &e, diag);
	if (r == 0)
		r = dossier_exception_hidden(s->v.dossier, id_cstr, &hidden, diag);
	if (r < 0)
		return r;
	exception_view_lines(&s->v.presenter, "", &e, hidden, s->now_ns);
	r = dossier_each_alert_aside(s->v.dossier, id_cstr, say_hidden, s, diag);
	return r < 0 ? r : 0;
}

static int
add(struct incident_session *s, struct diag *diag)
{
	const struct verb_options *o = &s->v.options;
	struct desk_order order;
	if (!desk_order_init(&order, OPERATION_EXCEPTION_ADD, &s->arena))
		return desk_no_memory(diag);
	for (size_t i = 1; i < o->word_count; i++) {
		struct bytes word = bytes_of_cstr(o->words[i]), name = bytes_first(word, bytes_find(word, '='));
		const char *name_cstr = (const char *)arena_dup(&s->arena, name).at;
		if (name.len == word.len || name.len >= NAME_MAX_BYTES ||
		    operation_takes(operation_of(OPERATION_EXCEPTION_ADD), name) == 0)
			return diag_say(diag, -EINVAL,
			    _("\"%.64s\": sid=, detector=, address=, side=, pattern=, until= or why= was expected"),
			    o->words[i]);
		if (name_cstr == NULL || !desk_order_add(&order, name_cstr, o->words[i] + name.len + 1))
			return desk_no_memory(diag);
	}
	return incident_session_do(s, &order, N_("made: such alerts are kept aside from now on"), diag);
}

static int
end(struct incident_session *s, struct diag *diag)
{
	struct desk_order order;
	if (!incident_session_order(s, OPERATION_EXCEPTION_END, &order))
		return desk_no_memory(diag);
	return incident_session_do(s, &order, N_("ended: such alerts are told again"), diag);
}

static const struct word {
	const char *name_cstr;
	enum incident_door door;
	size_t min, max; /* words in all */
	int (*run)(struct incident_session *s, struct diag *diag);
} words[] = {{"list", INCIDENT_READS, 1, 1, list}, {"show", INCIDENT_READS, 2, 2, show},
    {"add", INCIDENT_WRITES, 2, VERB_OPTIONS_WORDS_MAX, add}, {"end", INCIDENT_WRITES, 2, 2, end}};

int
verb_exception_main(int argc, char **argv)
{
	static struct incident_session s;
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &s.v.options, &status))
		return status;
	const struct verb_options *o = &s.v.options;
	for (size_t i = 0; i < LENGTH_OF(words); i++) {
		if (o->word_count == 0 || strcmp(o->words[0], words[i].name_cstr) != 0 || o->word_count < words[i].min ||
		    o->word_count > words[i].max)
			continue;
		int r = incident_session_open(&s, words[i].door, &diag);
		if (r == 0)
			r = words[i].run(&s, &diag);
		return incident_session_finish(&s, r, &diag);
	}
	return verb_options_refuse(o, N_("say what: beffroi exception list | show ID | add ... | end ID: see --help"));
}
