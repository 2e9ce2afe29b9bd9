/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/tuning.h"

#include "core/ensure.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { ENTRIES_MAX = 512, NAME_MAX_LEN = 48 };

struct entry {
	char detector_cstr[NAME_MAX_LEN], name_cstr[NAME_MAX_LEN];
	uint64_t value;
};

struct tuning {
	size_t count;
	struct entry entries[ENTRIES_MAX];
};

static struct entry *
find(struct tuning *t, const char *detector_cstr, const char *name_cstr)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->entries[i].detector_cstr, detector_cstr) == 0 &&
		    strcmp(t->entries[i].name_cstr, name_cstr) == 0)
			return &t->entries[i];
	return NULL;
}

static bool
copy_name(char out[static NAME_MAX_LEN], struct bytes name)
{
	if (name.len == 0 || name.len >= NAME_MAX_LEN)
		return false;
	memcpy(out, name.at, name.len);
	out[name.len] = '\0';
	return true;
}

static bool
parse_u64(struct bytes text, uint64_t *out)
{
	uint64_t value = 0;
	if (text.len == 0 || text.len > 18)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text.at[i] - '0');
	}
	*out = value;
	return true;
}

static int
fail(struct diag *diag, const char *file_cstr, unsigned line, const char *expected_cstr)
{
	int r = diag_say_at(diag, -EINVAL, file_cstr, UINT64_MAX, "%s", expected_cstr);
	if (diag != NULL)
		diag->line = line;
	return r;
}

struct line_reader {
	const char *file_cstr;
	unsigned line;
	bool may_add;
	char section_cstr[NAME_MAX_LEN];
};

static int
read_line(struct tuning *t, struct line_reader *r, struct bytes line, struct diag *diag)
{
	if (line.len == 0 || line.at[0] == '#' || line.at[0] == ';')
		return 0;
	if (line.at[0] == '[') {
		if (line.at[line.len - 1] != ']' ||
		    !copy_name(r->section_cstr, bytes_first(bytes_after(line, 1), line.len - 2)))
			return fail(diag, r->file_cstr, r->line, _("expected [detector-name]"));
		return 0;
	}
	size_t equal = bytes_find(line, '=');
	char name_cstr[NAME_MAX_LEN];
	uint64_t value;
	if (equal == line.len || !copy_name(name_cstr, bytes_trim(bytes_first(line, equal))) ||
	    !parse_u64(bytes_trim(bytes_after(line, equal + 1)), &value))
		return fail(diag, r->file_cstr, r->line, _("expected `name = whole number`"));
	struct entry *entry = find(t, r->section_cstr, name_cstr);
	if (entry == NULL && !r->may_add)
		return fail(diag, r->file_cstr, r->line, _("unknown name: `beffroi tuning` prints the names there are"));
	if (entry == NULL) {
		if (t->count == ENTRIES_MAX)
			return fail(diag, r->file_cstr, r->line, _("too many entries"));
		entry = &t->entries[t->count++];
		memcpy(entry->detector_cstr, r->section_cstr, sizeof(entry->detector_cstr));
		memcpy(entry->name_cstr, name_cstr, sizeof(entry->name_cstr));
	}
	entry->value = value;
	return 0;
}

static int
read_text(struct tuning *t, struct bytes text, const char *file_cstr, bool may_add, struct diag *diag)
{
	struct line_reader r = {.file_cstr = file_cstr, .may_add = may_add};
	while (text.len > 0) {
		size_t end = bytes_find(text, '\n');
		struct bytes line = bytes_first(text, end);
		if (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		r.line++;
		int error = read_line(t, &r, bytes_trim(line), diag);
		if (error < 0)
			return error;
		text = bytes_after(text, end + 1);
	}
	return 0;
}

struct tuning *
tuning_new(struct bytes shipped, struct bytes site, const char *site_file_cstr, struct diag *diag)
{
	struct tuning *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	if (read_text(t, shipped, "behaviour.ini", true, diag) < 0 || read_text(t, site, site_file_cstr, false, diag) < 0) {
		free(t);
		return NULL;
	}
	return t;
}

void
tuning_free(struct tuning *t)
{
	free(t);
}

uint64_t
tuning_u64(const struct tuning *t, const char *detector_cstr, const char *name_cstr)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->entries[i].detector_cstr, detector_cstr) == 0 &&
		    strcmp(t->entries[i].name_cstr, name_cstr) == 0)
			return t->entries[i].value;
	fprintf(stderr, "beffroi: bug: no tuning %s.%s\n", detector_cstr, name_cstr);
	ENSURE(false); /* a name in the code is missing from data/tuning/behaviour.ini */
	return 0;
}
