/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/asset_history.h"

#include "core/json.h"
#include "core/terminal.h"
#include "dossier/dossier_history.h"
#include "dossier/dossier_machines_json.h"

static void
tell_line(void *context, const struct dossier_history_line *line)
{
	struct verb_reading *v = context;
	if (v->json != NULL) {
		struct json *j = v->json;
		json_open_object(j, (struct bytes){0});
		json_i64(j, JSON_KEY("seq"), line->seq);
		json_time(j, JSON_KEY("at"), line->at_ns);
		json_text(j, JSON_KEY("who"), line->who);
		json_text(j, JSON_KEY("action"), line->action);
		json_text(j, JSON_KEY("object"), line->object);
		if (line->before.at != NULL)
			json_text(j, JSON_KEY("before"), line->before);
		if (line->after.at != NULL)
			json_text(j, JSON_KEY("after"), line->after);
		json_close_object(j);
		verb_reading_flush(v);
		return;
	}
	char when[24], who[256], object[128];
	present_time(line->at_ns, when);
	(void)terminal_escape(line->who, who, sizeof(who));
	(void)terminal_escape(line->object, object, sizeof(object));
	printf("  %s  %-8.*s  %s  (%s)\n", when, (int)line->action.len, (const char *)line->action.at, object, who);
}

static void
tell_address(struct verb_reading *v, const struct dossier_machine *m)
{
	char first[24] = "-", last[24] = "-";
	if (m->last_ns > 0) {
		present_time(m->first_ns, first);
		present_time(m->last_ns, last);
	}
	printf(text_in(v->options.language, N_("  %-15s  seen from %s to %s\n")),
	    m->address_cstr[0] == '\0' ? "-" : m->address_cstr, first, last);
}

int
asset_history_tell(struct verb_reading *v, const struct dossier_machine *machine, struct diag *diag)
{
	if (v->json != NULL) {
		json_open_object(v->json, (struct bytes){0});
		dossier_machines_json(v->json, JSON_KEY("asset"), machine);
		json_open_array(v->json, JSON_KEY("changes"));
	} else {
		printf("%s\n", text_in(v->options.language, N_("Addresses:")));
		for (const struct dossier_machine *m = machine; m != NULL; m = m->next_same)
			tell_address(v, m);
		printf("%s\n", text_in(v->options.language, N_("Changes:")));
	}
	int r = 0;
	for (const struct dossier_machine *m = machine; m != NULL && r >= 0; m = m->next_same)
		r = dossier_history_each(v->dossier, m->id_cstr, tell_line, v, diag);
	if (r >= 0 && v->json != NULL) {
		json_close_array(v->json);
		json_close_object(v->json);
		json_newline(v->json);
	}
	return r < 0 ? r : 0;
}
