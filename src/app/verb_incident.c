/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_incident.h"

#include "app/verb_reading.h"
#include "cli/incident_view.h"
#include "core/auto.h"
#include "core/json.h"

enum { TIMELINE_MAX = 20, PATH_TEXT_MAX = 640 };

static const char help_cstr[] = N_(
    "Usage: beffroi incident list [options]\n"
    "       beffroi incident show ID [options]\n"
    "\n"
    "Reads back the incidents that `beffroi watch` kept. ID may be shortened.\n"
    "\n"
    "  --alerts             show: every alert, not the first 20 only\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done (no dossier, no such incident), 2 wrong usage.\n");

static void
list_text(void *context, const struct incident *incident)
{
	struct verb_reading *v = context;
	incident_view_line(&v->presenter, incident);
}

static void
list_json(void *context, const struct incident *incident)
{
	struct verb_reading *v = context;
	present_incident_json(v->json, (struct bytes){0}, incident, v->options.language);
	verb_reading_flush(v);
}

static int
list(struct verb_reading *v, struct diag *diag)
{
	if (v->json != NULL) {
		json_open_object(v->json, (struct bytes){0});
		json_open_array(v->json, JSON_KEY("incidents"));
	}
	int count = dossier_each_incident(v->dossier, v->json != NULL ? list_json : list_text, v, diag);
	if (count < 0)
		return count;
	if (v->json != NULL) {
		json_close_array(v->json);
		json_close_object(v->json);
		json_newline(v->json);
	} else if (count == 0) {
		fputs(text_in(v->options.language, N_("No incident is kept here.\n")), stdout);
	} else {
		fputs(text_in(v->options.language, N_("\nThe whole story of one: beffroi incident show ID\n")), stdout);
	}
	return 0;
}

struct timeline {
	struct verb_reading *v;
	uint64_t shown, more;
};

static void
show_alert(void *context, const struct kept_alert *kept)
{
	struct timeline *t = context;
	struct verb_reading *v = t->v;
	char path[PATH_TEXT_MAX] = "";
	if (kept->evidence_cstr[0] != '\0')
		(void)snprintf(path, sizeof(path), "%s/%s", v->folder_cstr, kept->evidence_cstr);
	if (v->json != NULL) {
		incident_view_alert_json(v->json, (struct bytes){0}, &kept->alert, kept->id_cstr, path, v->options.language);
		verb_reading_flush(v);
	} else if (t->shown < TIMELINE_MAX || v->options.all_alerts) {
		incident_view_alert(&v->presenter, &kept->alert, path);
		t->shown++;
	} else {
		t->more++;
	}
}

static int
show(struct verb_reading *v, const char *id_cstr, struct diag *diag)
{
	AUTO_FREE struct incident *incident = malloc(sizeof(*incident));
	if (incident == NULL)
		return diag_say(diag, -ENOMEM, "%s", N_("not enough memory for the dossier"));
	int r = dossier_find_incident(v->dossier, id_cstr, incident, diag);
	if (r < 0)
		return r;
	enum language language = v->options.language;
	if (v->json != NULL) {
		json_open_object(v->json, (struct bytes){0});
		present_incident_json(v->json, JSON_KEY("incident"), incident, language);
		json_open_array(v->json, JSON_KEY("timeline"));
	} else {
		present_incident(&v->presenter, incident);
		incident_view_victims(&v->presenter, incident);
		fputs(text_in(language, N_("  Alerts, in order of time (UTC):\n")), stdout);
	}
	struct timeline t = {.v = v};
	r = dossier_each_alert(v->dossier, incident->id_cstr, show_alert, &t, diag);
	if (r < 0)
		return r;
	if (v->json != NULL) {
		json_close_array(v->json);
		json_close_object(v->json);
		json_newline(v->json);
	} else if (t.more > 0) {
		fprintf(stdout, text_in(language, N_("    ... and %llu more: --alerts shows them all\n")),
		    (unsigned long long)t.more);
	}
	return 0;
}

int
verb_incident_main(int argc, char **argv)
{
	struct verb_reading v = {0};
	struct diag diag = {.offset = UINT64_MAX};
	if (verb_options_parse(argc, argv, &v.options, &diag) < 0) {
		verb_options_complain(text_spoken(), &diag);
		return VERB_EXIT_USAGE;
	}
	const struct verb_options *o = &v.options;
	bool lists = o->word_count == 1 && strcmp(o->words[0], "list") == 0,
	     shows = o->word_count == 2 && strcmp(o->words[0], "show") == 0;
	if (o->help) {
		fputs(text_in(o->language, help_cstr), stdout);
		return VERB_EXIT_DONE;
	}
	if (!lists && !shows) {
		(void)diag_say(&diag, 0, "%s", N_("say what: beffroi incident list, or beffroi incident show ID"));
		verb_options_complain(o->language, &diag);
		return VERB_EXIT_USAGE;
	}
	int r = verb_reading_open(&v, &diag);
	if (r == 0)
		r = lists ? list(&v, &diag) : show(&v, o->words[1], &diag);
	return verb_reading_finish(&v, r, &diag);
}
