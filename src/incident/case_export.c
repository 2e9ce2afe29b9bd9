/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/case_export.h"

#include "core/civil.h"
#include "core/text.h"
#include "incident/case_csv.h"
#include "incident/case_iodef.h"
#include "incident/case_json.h"
#include "incident/case_misp.h"
#include "incident/case_stix.h"
#include "record/incident.h"

#include <errno.h>
#include <stdlib.h>

/* A byte becomes six at most (\u00xx); beside its texts each thing takes less than this, addresses included. */
enum { ROOM_OF_ITEM = 4096, ROOM_OF_STORY = 65536, ESCAPED = 6, TECHNIQUES_MAX = 64 };

static const char *const names[] = {[CASE_FORMAT_CSV] = "csv",
    [CASE_FORMAT_JSON] = "json",
    [CASE_FORMAT_STIX] = "stix",
    [CASE_FORMAT_MISP] = "misp",
    [CASE_FORMAT_IODEF] = "iodef"};

enum case_format
case_export_format(const char *name_cstr)
{
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (strcmp(names[i], name_cstr) == 0)
			return (enum case_format)i;
	return CASE_FORMATS;
}

static size_t
size_of(const struct case_item *item)
{
	size_t size = ROOM_OF_ITEM;
	for (size_t i = 0; i < item->field_count; i++)
		size += 2 * ESCAPED * strlen(item->fields[i].value_cstr) + 128;
	return size;
}

bool
case_export_room(const struct case_file *file, struct json *out)
{
	size_t size = ROOM_OF_STORY + size_of(&file->incident);
	for (size_t i = 0; i < file->item_count; i++)
		size += size_of(&file->items[i]);
	char *room = malloc(size);
	if (room != NULL)
		*out = json_of(room, size);
	return room != NULL;
}

const char *
case_export_time(int64_t seconds, char out[static CASE_EXPORT_TIME])
{
	(void)civil_write(seconds, 0, CIVIL_UTC, out);
	(void)snprintf(out + 19, CASE_EXPORT_TIME - 19, ".000Z");
	return out;
}

const char *
case_export_title(const struct case_file *file)
{
	const char *title_cstr = case_file_value(&file->incident, "title");
	return title_cstr[0] == '\0' ? file->incident.id_cstr : title_cstr;
}

struct seen {
	char technique[TECHNIQUES_MAX][12];
	size_t count;
};

/* "T1110", "T1110.001"; what has another form is no technique. */
static bool
is_new(struct seen *seen, struct bytes word)
{
	char *kept = seen->technique[seen->count];
	if (word.len < 5 || word.len >= sizeof(seen->technique[0]) || word.at[0] != 'T' || seen->count + 1 == TECHNIQUES_MAX)
		return false;
	for (size_t i = 1; i < word.len; i++)
		if ((word.at[i] < '0' || word.at[i] > '9') && word.at[i] != '.')
			return false;
	(void)snprintf(kept, sizeof(seen->technique[0]), "%.*s", (int)word.len, (const char *)word.at);
	for (size_t i = 0; i < seen->count; i++)
		if (strcmp(seen->technique[i], kept) == 0)
			return false;
	seen->count++;
	return true;
}

void
case_export_techniques(const struct case_file *file, void (*each)(void *context, const char *technique_cstr), void *context)
{
	struct seen seen = {.count = 0};
	struct bytes said = bytes_of_cstr(case_file_value(&file->incident, "techniques"));
	for (size_t i = 0; file->story != NULL && i < file->story->part_count; i++)
		if (is_new(&seen, bytes_of_cstr(file->story->parts[i].strongest.technique_cstr)))
			each(context, seen.technique[seen.count - 1]);
	while (said.len > 0) {
		size_t n = 0;
		while (n < said.len && said.at[n] != ' ' && said.at[n] != ',')
			n++;
		if (is_new(&seen, bytes_first(said, n)))
			each(context, seen.technique[seen.count - 1]);
		said = bytes_after(said, n + 1);
	}
}

int
case_export_write(FILE *out, enum case_format format, const struct case_file *file, int64_t now_s, struct diag *diag)
{
	struct json j;
	switch (format) {
	case CASE_FORMAT_CSV: case_csv_write(out, file); return 0;
	case CASE_FORMAT_IODEF: case_iodef_write(out, file, now_s); return 0;
	case CASE_FORMAT_JSON:
	case CASE_FORMAT_STIX:
	case CASE_FORMAT_MISP:
	case CASE_FORMATS: break;
	}
	if (!case_export_room(file, &j))
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (format == CASE_FORMAT_JSON)
		case_json_write(&j, file);
	else if (format == CASE_FORMAT_STIX)
		case_stix_write(&j, file);
	else
		case_misp_write(&j, file);
	json_newline(&j);
	bool whole = json_ok(&j);
	if (whole)
		(void)fwrite(j.start, 1, json_length(&j), out);
	free(j.start);
	return whole ? 0 : diag_say(diag, -E2BIG, "%s", _("the file of this incident is too large for this format"));
}
