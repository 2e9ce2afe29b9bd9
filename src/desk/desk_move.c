/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_move.h"

#include "core/auto.h"
#include "desk/desk_file.h"
#include "incident/case_csv.h"
#include "incident/case_export.h"
#include "incident/case_json.h"

int
desk_move_export(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	static const struct {
		const char *type_cstr, *ending_cstr;
	} kinds[] = {[CASE_FORMAT_CSV] = {"text/csv; charset=utf-8", ".csv"},
	    [CASE_FORMAT_JSON] = {"application/json", ".json"},
	    [CASE_FORMAT_STIX] = {"application/stix+json;version=2.1", ".stix.json"},
	    [CASE_FORMAT_MISP] = {"application/json", ".misp.json"},
	    [CASE_FORMAT_IODEF] = {"application/xml", ".iodef.xml"}};
	struct case_file file;
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	(void)out;
	enum case_format format = case_export_format(desk_order_value(order, "format"));
	if (format == CASE_FORMATS)
		return diag_say(diag, -EINVAL, _("%s: \"%s\" was given, %s was expected"), "--format",
		    desk_order_value(order, "format"), "csv | json | stix | misp | iodef");
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	if (r < 0)
		return r;
	FILE *memory = open_memstream(&text, &len);
	if (memory == NULL)
		return desk_no_memory(diag);
	r = case_export_write(memory, format, &file, desk_now_s(desk), diag);
	if (fclose(memory) != 0 && r == 0)
		r = desk_no_memory(diag);
	if (r < 0)
		return r;
	desk->document.body = arena_dup(desk->arena, (struct bytes){(const uint8_t *)text, len});
	desk->document.content_type_cstr = kinds[format].type_cstr;
	(void)snprintf(desk->document.name_cstr, sizeof(desk->document.name_cstr), "%s%s", file.incident.id_cstr,
	    kinds[format].ending_cstr);
	return desk->document.body.at == NULL ? desk_no_memory(diag) : 0;
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

/* An item needs its incident, in the file or in the dossier: -ENODATA when it has none. */
static int
put(struct desk *desk, const struct case_item *item, struct diag *diag)
{
	struct dossier_case_name found;
	int r = is_incident(item) ? 0 : dossier_case_find(desk->dossier, item->incident_cstr, &found, diag);
	if (r == -ENOENT)
		return -ENODATA;
	return r == 0 ? dossier_case_put(desk->dossier, item, diag) : r;
}

int
desk_move_import(struct desk *desk, struct bytes text, struct desk_moved *out, struct diag *diag)
{
	struct case_read *read = arena_new(desk->arena, struct case_read, 1);
	struct case_item *items = arena_new(desk->arena, struct case_item, CASE_READ_ITEMS_MAX);
	if (read == NULL || items == NULL)
		return desk_no_memory(diag);
	*out = (struct desk_moved){.read = read};
	read->arena = desk->arena;
	read->items = items;
	int r = is_json(text) ? case_json_read(text, read, diag) : case_csv_read(text, read, diag);
	/* Incidents first, then what belongs to them; then all again, for arrows to what came later. */
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < read->count && r == 0; i++) {
			if (round < 2 && is_incident(&items[i]) != (round == 0))
				continue;
			r = put(desk, &items[i], diag);
			if (r == -ENODATA && round < 2 && out->orphan_count++ < CASE_READ_BAD_MAX)
				out->orphans[out->orphan_count - 1] = &items[i];
			out->kept += round < 2 && r == 0;
			r = r == -ENODATA ? 0 : r;
		}
	}
	return r;
}
