/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/case_file.h"

#include "core/civil.h"

#include <stdio.h>

const char *
case_file_value(const struct case_item *item, const char *name_cstr)
{
	for (size_t i = 0; i < item->field_count; i++)
		if (strcmp(item->fields[i].name_cstr, name_cstr) == 0)
			return item->fields[i].value_cstr;
	return "";
}

bool
case_file_says(const struct case_item *item, const char *name_cstr, const char *value_cstr)
{
	return strcmp(case_file_value(item, name_cstr), value_cstr) == 0;
}

const struct case_item *
case_file_find(const struct case_file *file, const char *id_cstr)
{
	if (strcmp(file->incident.id_cstr, id_cstr) == 0)
		return &file->incident;
	for (size_t i = 0; i < file->item_count; i++)
		if (strcmp(file->items[i].id_cstr, id_cstr) == 0)
			return &file->items[i];
	return NULL;
}

const struct case_item *
case_file_next(const struct case_file *file, const char *kind_cstr, const struct case_item *after)
{
	for (size_t i = after == NULL ? 0 : (size_t)(after - file->items) + 1; i < file->item_count; i++)
		if (strcmp(file->items[i].kind_cstr, kind_cstr) == 0)
			return &file->items[i];
	return NULL;
}

bool
case_file_time(const struct case_item *item, const char *name_cstr, int64_t *out_s)
{
	struct civil c = {0};
	int used = 0;
	const char *text_cstr = case_file_value(item, name_cstr);
	if (sscanf(text_cstr, "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &c.year, &c.month, &c.day, &c.hour, &c.minute, &c.second,
	        &used) != 6 ||
	    used != 20 || text_cstr[used] != '\0' || !civil_valid(&c))
		return false;
	*out_s = civil_seconds(&c);
	return true;
}
