/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_sheet.h"

#include "app/learn_keep.h"
#include "core/auto.h"
#include "core/data_read.h"

#include <stdio.h>

enum { ARENA_BYTES = 4 << 20 };

static const char *const keys[LEARN_SHEET_ENTRIES + 1] = {
    "name", "origin", "licence", "period", "labels", "personal_data", "limits", "contact", NULL};
static const char *const labels[LEARN_SHEET_ENTRIES] = {N_("Name"), N_("Origin"), N_("Licence"), N_("Period"),
    N_("Who labelled it, and how"), N_("Personal data"), N_("What it is not good for"), N_("Contact")};

const char *
learn_sheet_key(enum learn_sheet_entry entry)
{
	return keys[entry];
}

const char *
learn_sheet_label(enum learn_sheet_entry entry)
{
	return labels[entry];
}

static int
read_entries(const struct data_read *read, const struct data_tree *root, struct learn_sheet *s)
{
	int r = data_read_keys(read, root, keys);
	for (size_t i = 0; i < LEARN_SHEET_ENTRIES && r == 0; i++) {
		const char *value_cstr;
		r = data_read_word(read, root, keys[i], &value_cstr);
		if (r == 0 && (size_t)snprintf(s->text[i], sizeof(s->text[i]), "%s", value_cstr) >= sizeof(s->text[i]))
			r = data_read_complain(
			    read, data_tree_find(root, keys[i]), _("at most 1023 bytes were expected"), keys[i]);
	}
	return r;
}

int
learn_sheet_read(const char *file_cstr, struct learn_sheet *out, struct diag *diag)
{
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len = 0;
	struct arena arena;
	const struct data_tree *root;
	const struct data_read read = {.file_cstr = file_cstr, .diag = diag};
	struct learn_sheet s = {.given = true};
	int r = learn_keep_read(file_cstr, DATA_TREE_BYTES_MAX, &bytes, &len, diag);
	if (r < 0)
		return r;
	if (arena_init(&arena, ARENA_BYTES) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	r = data_tree_read(&arena, (struct bytes){bytes, len}, file_cstr, &root, diag);
	if (r == 0)
		r = read_entries(&read, root, &s);
	arena_done(&arena);
	if (r == 0)
		*out = s;
	return r;
}
