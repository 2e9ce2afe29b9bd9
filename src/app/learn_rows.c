/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_rows.h"

#include "core/auto.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>

enum { PATH_ROOM = 4096 };

static void
path_of(char *out, const char *folder_cstr, const struct learn_fold *fold)
{
	int n = snprintf(out, PATH_ROOM, "%s/%s-", folder_cstr, learn_fold_word(fold->kind));
	size_t at = n < 0 ? 0 : (size_t)n;
	/* The name of a group is a stranger's. */
	for (const char *c = fold->name_cstr; *c != '\0' && at < PATH_ROOM - 8; c++)
		out[at++] = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || *c == '-'
		    ? *c
		    : '_';
	(void)snprintf(out + at, PATH_ROOM - at, ".csv");
}

int
learn_rows_keep(const char *folder_cstr, const struct learn_table *t, const struct learn_fold *fold, const uint8_t *parts,
    struct diag *diag)
{
	static const char *const words[] = {"none", "train", "kept", "test", "repeat"};
	char path[PATH_ROOM];
	if (strlen(folder_cstr) > PATH_ROOM / 2)
		return diag_say(diag, -ENAMETOOLONG, _("the name of the folder is too long"));
	path_of(path, folder_cstr, fold);
	AUTO_FCLOSE FILE *f = fopen(path, "we");
	if (f == NULL)
		return diag_say_at(diag, -errno, path, UINT64_MAX, _("cannot be written: %s"), text_error(errno));
	fputs("part,label", f);
	for (unsigned i = 0; i < FLOW_CODES; i++)
		if (t->present >> i & 1)
			fprintf(f, ",c%u", i);
	fputs("\n", f);
	for (size_t row = 0; row < t->rows; row++) {
		if (parts[row] == LEARN_SUITE_NOWHERE)
			continue;
		fprintf(f, "%s,%u", words[parts[row]], t->labels[row]);
		for (unsigned i = 0; i < FLOW_CODES; i++)
			if (t->present >> i & 1)
				fprintf(f, ",%u", t->vectors[row].code[i]);
		fputs("\n", f);
	}
	return fflush(f) == 0 && ferror(f) == 0
	    ? 0
	    : diag_say_at(diag, -EIO, path, UINT64_MAX, _("cannot be written: %s"), text_error(errno));
}
