/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_move.h"

#include "desk/desk_move.h"

#include <errno.h>

int
incident_move_export(struct incident_session *s, struct diag *diag)
{
	const char *format_cstr = s->v.options.format_cstr;
	struct desk_order order;
	if (!incident_session_order(s, OPERATION_INCIDENT_EXPORT, &order) ||
	    !desk_order_add(&order, "format", strcmp(format_cstr, "text") == 0 ? "json" : format_cstr))
		return desk_no_memory(diag);
	int r = incident_session_do(s, &order, NULL, diag);
	if (r == 0 && s->v.json == NULL)
		(void)fwrite(s->desk.document.body.at, 1, s->desk.document.body.len, stdout);
	return r;
}

int
incident_move_import(struct incident_session *s, struct diag *diag)
{
	enum language language = s->v.options.language;
	struct desk_moved moved;
	int r = desk_move_import(&s->desk, s->input, &moved, diag);
	if (r < 0)
		return r;
	const struct case_read *read = moved.read;
	for (size_t i = 0; i < moved.orphan_count && i < CASE_READ_BAD_MAX; i++)
		fprintf(stderr,
		    text_in(language, N_("beffroi: %s: its incident %s is neither in the file nor in the dossier\n")),
		    moved.orphans[i]->id_cstr, moved.orphans[i]->incident_cstr);
	for (size_t i = 0; i < read->bad_count && i < CASE_READ_BAD_MAX && read->bad[i].why_cstr[0] != '\0'; i++)
		fprintf(stderr, text_in(language, N_("beffroi: line or item %u is not taken: %s\n")), read->bad[i].line,
		    read->bad[i].why_cstr);
	uint64_t refused = read->bad_count + moved.orphan_count;
	if (s->v.json == NULL) {
		fprintf(stdout, text_in(language, N_("%llu kept, %llu refused\n")), (unsigned long long)moved.kept,
		    (unsigned long long)refused);
		return 0;
	}
	json_open_object(s->v.json, (struct bytes){0});
	json_u64(s->v.json, JSON_KEY("kept"), moved.kept);
	json_u64(s->v.json, JSON_KEY("refused"), refused);
	json_close_object(s->v.json);
	json_newline(s->v.json);
	return 0;
}
