/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/case_check.h"

#include "core/text.h"
#include "record/case_fields.h"

#include <stdio.h>

void
case_check_refuse(struct case_read *out, unsigned line, const char *why_cstr)
{
	if (out->bad_count < CASE_READ_BAD_MAX) {
		out->bad[out->bad_count].line = line;
		(void)snprintf(out->bad[out->bad_count].why_cstr, sizeof(out->bad[0].why_cstr), "%s", why_cstr);
	}
	out->bad_count++;
}

/* A prefix and hexadecimal digits: nothing else becomes the name of an object. */
static bool
is_id(const char *id_cstr, const char *prefix_cstr)
{
	size_t prefix = strlen(prefix_cstr), len = strlen(id_cstr);
	if (len <= prefix || len >= CASE_ID_MAX || strncmp(id_cstr, prefix_cstr, prefix) != 0)
		return false;
	for (const char *c = id_cstr + prefix; *c != '\0'; c++)
		if (!((*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'f')))
			return false;
	return true;
}

static const char *
complaint_of(const struct case_item *item)
{
	static struct diag diag; /* one thread imports */
	const struct case_kind *kind = case_fields_kind(item->kind_cstr);
	static const struct case_field_def by = {"by", CASE_LINE, "", NULL};
	if (kind == NULL)
		return _("this kind of item is not known");
	if (!is_id(item->id_cstr, kind->prefix_cstr) || !is_id(item->incident_cstr, "INC-"))
		return _("an id is not of the form that beffroi gives: PREFIX- and digits");
	if (strcmp(item->kind_cstr, "incident") == 0 && strcmp(item->id_cstr, item->incident_cstr) != 0)
		return _("an incident belongs to itself");
	if (item->at_ns < 0 || strlen(item->by_cstr) >= CASE_WHO_MAX || case_fields_check(&by, item->by_cstr, &diag) < 0)
		return _("when or by whom it was written down makes no sense");
	for (size_t i = 0; i < item->field_count; i++) {
		const struct case_field_def *def = case_fields_find(kind, item->fields[i].name_cstr);
		if (def == NULL) {
			(void)diag_say(&diag, 0, _("there is no field \"%.60s\" there"), item->fields[i].name_cstr);
			return diag.text_cstr;
		}
		if (case_fields_check(def, item->fields[i].value_cstr, &diag) < 0)
			return diag.text_cstr;
		for (size_t before = 0; before < i; before++)
			if (strcmp(item->fields[before].name_cstr, item->fields[i].name_cstr) == 0)
				return _("this name is there twice");
	}
	return NULL;
}

void
case_check_take(struct case_read *out, unsigned line, const struct case_item *item)
{
	const char *why_cstr = complaint_of(item);
	if (why_cstr == NULL && out->count == CASE_READ_ITEMS_MAX)
		why_cstr = _("too many entries in one file");
	struct case_field *fields = why_cstr != NULL ? NULL
	                                             : arena_new(out->arena, struct case_field, item->field_count + 1);
	if (why_cstr == NULL && fields == NULL)
		why_cstr = _("not enough memory");
	if (why_cstr != NULL) {
		case_check_refuse(out, line, why_cstr);
		return;
	}
	for (size_t i = 0; i < item->field_count; i++)
		fields[i] = item->fields[i];
	out->items[out->count] = *item;
	out->items[out->count++].fields = fields;
}
