/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_move.h"

#include "core/json.h"
#include "incident/case_csv.h"
#include "incident/case_export.h"
#include "incident/case_json.h"

#include <errno.h>

int
incident_move_export(struct incident_session *s, struct diag *diag)
{
	const struct verb_options *o = &s->v.options;
	struct case_file file;
	enum case_format format = strcmp(o->format_cstr, "text") == 0 ? CASE_FORMAT_JSON
	                                                              : case_export_format(o->format_cstr);
	if (format == CASE_FORMATS)
		return diag_say(diag, -EINVAL, _("%s: \"%s\" was given, %s was expected"), "--format", o->format_cstr,
		    "csv | json | stix | misp | iodef");
	int r = incident_session_load(s, o->words[1], &file, NULL, diag);
	return r < 0 ? r : case_export_write(stdout, format, &file, incident_session_now_s(s), diag);
}

/* JSON begins with a brace; a table does not. */
static bool
is_json(struct bytes text)
{
	size_t n = 0;
	while (n < text.len && (text.at[n] == ' ' || text.at[n] == '\n' || text.at[n] == '\r' || text.at[n] == '\t'))
		n++;
	return n < text.len && text.at[n] == '{';
}

static bool
is_incident(const struct case_item *item)
{
	return strcmp(item->kind_cstr, "incident") == 0;
}

/* An item needs its incident, in the file or in the dossier. */
static int
put(struct incident_session *s, const struct case_item *item, int round, struct diag *diag)
{
	struct dossier_case_name found;
	int r = is_incident(item) ? 0 : dossier_case_find(s->v.dossier, item->incident_cstr, &found, diag);
	if (r == -ENOENT) {
		if (round == 1)
			fprintf(stderr,
			    text_in(s->v.options.language,
			        N_("beffroi: %s: its incident %s is neither in the file nor in the dossier\n")),
			    item->id_cstr, item->incident_cstr);
		return -EBADMSG;
	}
	return r == 0 ? dossier_case_put(s->v.dossier, item, diag) : r;
}

int
incident_move_import(struct incident_session *s, struct diag *diag)
{
	enum language language = s->v.options.language;
	struct case_read *read = arena_new(&s->arena, struct case_read, 1);
	struct case_item *items = arena_new(&s->arena, struct case_item, CASE_READ_ITEMS_MAX);
	size_t kept = 0;
	if (read == NULL || items == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	read->arena = &s->arena;
	read->items = items;
	int r = is_json(s->input) ? case_json_read(s->input, read, diag) : case_csv_read(s->input, read, diag);
	/* Incidents first, then what belongs to them; then all again, for arrows to what came later. */
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < read->count && r == 0; i++) {
			if (round < 2 && is_incident(&items[i]) != (round == 0))
				continue;
			r = put(s, &items[i], round, diag);
			kept += round < 2 && r == 0;
			read->bad_count += round < 2 && r == -EBADMSG;
			r = r == -EBADMSG ? 0 : r;
		}
	}
	if (r < 0)
		return r;
	for (size_t i = 0; i < read->bad_count && i < CASE_READ_BAD_MAX && read->bad[i].why_cstr[0] != '\0'; i++)
		fprintf(stderr, text_in(language, N_("beffroi: line or item %u is not taken: %s\n")), read->bad[i].line,
		    read->bad[i].why_cstr);
	if (s->v.json != NULL) {
		json_open_object(s->v.json, (struct bytes){0});
		json_u64(s->v.json, JSON_KEY("kept"), kept);
		json_u64(s->v.json, JSON_KEY("refused"), read->bad_count);
		json_close_object(s->v.json);
		json_newline(s->v.json);
	} else {
		fprintf(stdout, text_in(language, N_("%llu kept, %llu refused\n")), (unsigned long long)kept,
		    (unsigned long long)read->bad_count);
	}
	return 0;
}
