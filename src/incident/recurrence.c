/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/recurrence.h"

#include "incident/human_error.h"
#include "record/incident.h"

#include <stdio.h>

static bool
same_text(const char *a_cstr, const char *b_cstr)
{
	char a[2048], b[2048]; /* what follows does not make two causes different */
	return strcmp(human_error_fold(a_cstr, a, sizeof(a)), human_error_fold(b_cstr, b, sizeof(b))) == 0;
}

/* The same words, or the same control that failed. */
static bool
same_cause(const struct case_file *a, const struct case_file *b, char what[static RECURRENCE_WHAT_MAX])
{
	for (const struct case_item *x = NULL; (x = case_file_next(a, "cause", x)) != NULL;) {
		for (const struct case_item *y = NULL; (y = case_file_next(b, "cause", y)) != NULL;) {
			const char *control_cstr = case_file_value(x, "control");
			bool control = control_cstr[0] != '\0' && same_text(control_cstr, case_file_value(y, "control"));
			if (!control && !same_text(case_file_value(x, "text"), case_file_value(y, "text")))
				continue;
			(void)snprintf(what, RECURRENCE_WHAT_MAX, "%s", control ? control_cstr : case_file_value(x, "text"));
			return true;
		}
	}
	return false;
}

static bool
concerns(const struct incident *story, const struct addr *address)
{
	if (addr_is_zero(address))
		return false;
	for (size_t i = 0; i < story->victim_count; i++)
		if (addr_eq(&story->victims[i], address))
			return true;
	return addr_eq(&story->attacker, address);
}

static bool
same_asset(const struct case_file *a, const struct case_file *b, char what[static RECURRENCE_WHAT_MAX])
{
	const char *component_cstr = case_file_value(&a->incident, "component");
	if (component_cstr[0] != '\0' && same_text(component_cstr, case_file_value(&b->incident, "component"))) {
		(void)snprintf(what, RECURRENCE_WHAT_MAX, "%s", component_cstr);
		return true;
	}
	if (a->story == NULL || b->story == NULL)
		return false;
	for (size_t i = 0; i <= a->story->victim_count; i++) {
		const struct addr *address = i == 0 ? &a->story->attacker : &a->story->victims[i - 1];
		if (concerns(b->story, address)) {
			(void)addr_write(address, what);
			return true;
		}
	}
	return false;
}

static bool
has_technique(const struct case_file *file, struct bytes technique)
{
	struct bytes said = bytes_of_cstr(case_file_value(&file->incident, "techniques"));
	size_t at = technique.len == 0 ? said.len : bytes_find_all(said, technique);
	struct bytes rest = bytes_after(said, at + technique.len); /* T1110 is not T1110.001 */
	if (at < said.len && (rest.len == 0 || rest.at[0] == ' ' || rest.at[0] == ','))
		return true;
	for (size_t i = 0; file->story != NULL && i < file->story->part_count; i++)
		if (technique.len > 0 && bytes_eq(bytes_of_cstr(file->story->parts[i].strongest.technique_cstr), technique))
			return true;
	return false;
}

static bool
same_technique(const struct case_file *a, const struct case_file *b, char what[static RECURRENCE_WHAT_MAX])
{
	struct bytes said = bytes_of_cstr(case_file_value(&a->incident, "techniques")), found = {0};
	while (said.len > 0 && found.len == 0) {
		size_t n = 0;
		while (n < said.len && said.at[n] != ' ' && said.at[n] != ',')
			n++;
		found = has_technique(b, bytes_first(said, n)) ? bytes_first(said, n) : (struct bytes){0};
		said = bytes_after(said, n + 1);
	}
	for (size_t i = 0; a->story != NULL && i < a->story->part_count && found.len == 0; i++) {
		struct bytes technique = bytes_of_cstr(a->story->parts[i].strongest.technique_cstr);
		found = has_technique(b, technique) ? technique : (struct bytes){0};
	}
	if (found.len > 0)
		(void)snprintf(what, RECURRENCE_WHAT_MAX, "%.*s", (int)found.len, (const char *)found.at);
	return found.len > 0;
}

unsigned
recurrence_of(const struct case_file *a, const struct case_file *b, char what[static RECURRENCE_WHAT_MAX])
{
	unsigned found = 0;
	what[0] = '\0';
	/* The last one written is the one told: a cause says more than a machine, a machine more than a technique. */
	found |= same_technique(a, b, what) ? (unsigned)RECURRENCE_TECHNIQUE : 0;
	found |= same_asset(a, b, what) ? (unsigned)RECURRENCE_ASSET : 0;
	found |= same_cause(a, b, what) ? (unsigned)RECURRENCE_CAUSE : 0;
	return found;
}
