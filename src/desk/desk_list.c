/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_list.h"

#include "desk/desk_file.h"
#include "incident/lifecycle.h"
#include "incident/story_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { USUAL = 50, VICTIMS_SHOWN = 8 };

int
desk_list_limit(struct desk *desk, const struct desk_order *order, size_t usual, size_t *out, struct diag *diag)
{
	const char *text_cstr = desk_order_value(order, "limit");
	char *end;
	if (text_cstr[0] == '\0') {
		*out = usual;
		return 0;
	}
	unsigned long long value = strtoull(text_cstr, &end, 10);
	if (text_cstr[0] < '0' || text_cstr[0] > '9' || *end != '\0' || value < 1 || value > DESK_LIST_MAX)
		return desk_refuse(
		    desk, diag, "limit", desk_text(desk, _("a number from 1 to %d was expected"), DESK_LIST_MAX));
	*out = (size_t)value;
	return 0;
}

/* Gravest first, then latest, then by id: a position in it is a cursor. */
static int
compare(const void *a, const void *b)
{
	const struct dossier_brief *x = a, *y = b;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->last_ns != y->last_ns)
		return x->last_ns > y->last_ns ? -1 : 1;
	return strcmp(x->id_cstr, y->id_cstr);
}

/* "3.1772524800000000000.INC-0123456789ab": the last one that was given out. */
static int
read_cursor(struct desk *desk, const struct desk_order *order, struct dossier_brief *out, struct diag *diag)
{
	const char *text_cstr = desk_order_value(order, "after");
	char *end = NULL;
	if (text_cstr[0] == '\0')
		return 0;
	out->severity = (unsigned)strtoul(text_cstr, &end, 10);
	if (*end == '.')
		out->last_ns = (int64_t)strtoll(end + 1, &end, 10);
	if (*end != '.' || strlen(end + 1) >= sizeof(out->id_cstr))
		return desk_refuse(desk, diag, "after", _("give what \"next\" of the answer before it says"));
	(void)snprintf(out->id_cstr, sizeof(out->id_cstr), "%s", end + 1);
	return 1;
}

static const char *
state_of(const struct dossier_brief *b)
{
	return b->state_cstr[0] == '\0' ? "new" : b->state_cstr;
}

static const char *
title_of(const struct desk *desk, const struct dossier_brief *b)
{
	return b->title_cstr[0] != '\0' || b->detector_cstr[0] == '\0' ? b->title_cstr
	                                                               : story_json_title(desk->language, b->detector_cstr);
}

/* "new,qualified"; "open": all that are not over. */
static bool
has_state(const char *wanted_cstr, const struct dossier_brief *b)
{
	struct bytes left = bytes_of_cstr(wanted_cstr);
	const struct lifecycle_state *state = lifecycle_find(state_of(b));
	while (left.len > 0) {
		struct bytes word = bytes_first(left, bytes_find(left, ','));
		left = bytes_after(left, word.len + 1);
		bool is_open = state != NULL && state < lifecycle_find("closed");
		if (bytes_eq(word, bytes_of_cstr(state_of(b))) || (is_open && bytes_eq(word, BYTES("open"))))
			return true;
	}
	return false;
}

/* In small letters: ASCII only, the rest as it is written. */
static bool
contains(const char *text_cstr, const char *wanted_cstr)
{
	return strcasestr(text_cstr, wanted_cstr) != NULL;
}

static bool
has_text(const struct desk *desk, const char *wanted_cstr, const struct dossier_brief *b)
{
	char address[ADDR_TEXT_MAX] = "";
	if (!addr_is_zero(&b->attacker))
		addr_write(&b->attacker, address);
	return contains(title_of(desk, b), wanted_cstr) || contains(b->id_cstr, wanted_cstr) ||
	    contains(b->category_cstr, wanted_cstr) || contains(b->owner_cstr, wanted_cstr) ||
	    contains(address, wanted_cstr);
}

static bool
is_wanted(const struct desk *desk, const struct desk_order *order, const struct dossier_brief *b)
{
	const char *state_cstr = desk_order_value(order, "state"), *severity_cstr = desk_order_value(order, "severity"),
	           *category_cstr = desk_order_value(order, "category"), *owner_cstr = desk_order_value(order, "owner"),
	           *q_cstr = desk_order_value(order, "q");
	struct case_field fields[] = {{"restricted_to", b->restricted_cstr}, {"exercise", b->exercise_cstr}};
	struct case_item seen = {.field_count = LENGTH_OF(fields), .fields = fields};
	return desk_file_may_see(desk, &seen) && (state_cstr[0] == '\0' || has_state(state_cstr, b)) &&
	    (severity_cstr[0] == '\0' || strcmp(severity_cstr, alert_severity_word(b->severity)) == 0) &&
	    (category_cstr[0] == '\0' || strncmp(b->category_cstr, category_cstr, strlen(category_cstr)) == 0) &&
	    (owner_cstr[0] == '\0' || strcmp(b->owner_cstr, owner_cstr) == 0) &&
	    (q_cstr[0] == '\0' || has_text(desk, q_cstr, b));
}

int
desk_list_select(
    struct desk *desk, const struct desk_order *order, struct dossier_brief **out, size_t *count, struct diag *diag)
{
	struct dossier_brief *all = NULL;
	size_t n = 0, kept = 0;
	int r = dossier_brief_all(desk->dossier, desk->arena, &all, &n, diag);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (is_wanted(desk, order, &all[i]))
			all[kept++] = all[i];
	if (kept > 1)
		qsort(all, kept, sizeof(*all), compare);
	*out = all;
	*count = kept;
	return 0;
}

static int
brief_json(struct desk *desk, struct json *out, const struct dossier_brief *b, struct diag *diag)
{
	struct arena before = *desk->arena;
	struct case_file file;
	struct desk_deadline next;
	int r = dossier_case_load(desk->dossier, desk->arena, b->id_cstr, &file, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("id"), b->id_cstr);
	json_cstr(out, JSON_KEY("title"), desk_cut(desk, title_of(desk, b), DESK_LIST_TEXT));
	json_cstr(out, JSON_KEY("category"), b->category_cstr);
	json_cstr(out, JSON_KEY("severity"), alert_severity_word(b->severity));
	json_cstr(out, JSON_KEY("state"), state_of(b));
	json_cstr(out, JSON_KEY("owner"), desk_cut(desk, b->owner_cstr, DESK_LIST_TEXT));
	json_bool(out, JSON_KEY("is_written"), file.incident.field_count > 0 || file.item_count > 0);
	desk_json_time(out, JSON_KEY("first"), b->first_ns);
	desk_json_time(out, JSON_KEY("last"), b->last_ns);
	json_cstr(out, JSON_KEY("seen"), b->seen_cstr[0] == '\0' ? NULL : b->seen_cstr);
	json_u64(out, JSON_KEY("alerts"), b->alerts);
	if (!addr_is_zero(&b->attacker))
		json_addr(out, JSON_KEY("attacker"), &b->attacker);
	json_open_array(out, JSON_KEY("victims"));
	for (size_t i = 0; i < file.story->victim_count && i < VICTIMS_SHOWN; i++)
		json_addr(out, (struct bytes){0}, &file.story->victims[i]);
	json_close_array(out);
	json_u64(out, JSON_KEY("victims_total"), b->victims);
	bool due = desk_file_next_deadline(desk, &file, &next);
	if (due) {
		desk_json_time(out, JSON_KEY("next_deadline"), next.due_s * 1000000000);
		json_cstr(out, JSON_KEY("next_clock"), next.profile_cstr);
	}
	json_bool(out, JSON_KEY("late"), due && next.late);
	json_close_object(out);
	*desk->arena = before;
	desk_flush(desk, out);
	return 0;
}

int
desk_list_incidents(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct dossier_brief *all = NULL, from = {0};
	size_t count = 0, limit = 0, first = 0;
	int has_cursor = read_cursor(desk, order, &from, diag);
	int r = has_cursor < 0 ? has_cursor : desk_list_limit(desk, order, USUAL, &limit, diag);
	if (r == 0)
		r = desk_list_select(desk, order, &all, &count, diag);
	if (r < 0)
		return r;
	if (desk->flush != NULL && !desk_order_has(order, "limit"))
		limit = count; /* on the terminal: all */
	while (has_cursor > 0 && first < count && compare(&all[first], &from) <= 0)
		first++;
	size_t end = limit < count - first ? first + limit : count;
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("incidents"));
	for (size_t i = first; i < end && r == 0; i++) {
		r = brief_json(desk, out, &all[i], diag);
		if (desk->flush == NULL && json_length(out) > DESK_LIST_BYTES)
			end = i + 1;
	}
	json_close_array(out);
	if (end < count && end > first) {
		const struct dossier_brief *last = &all[end - 1];
		json_cstr(out, JSON_KEY("next"),
		    desk_text(desk, "%u.%lld.%s", last->severity, (long long)last->last_ns, last->id_cstr));
	}
	json_u64(out, JSON_KEY("total"), count);
	json_close_object(out);
	return r;
}
