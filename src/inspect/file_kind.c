/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/file_kind.h"

#include "core/text.h"

#include <errno.h>
#include <magic.h>
#include <stdlib.h>

enum { LOOKED_AT_MAX = 65536 };

struct file_kind {
	magic_t magic;
};

/* Far above what files that people make need, and far below libmagic's own. */
static const struct {
	int what;
	size_t max;
} limits[] = {
    {MAGIC_PARAM_INDIR_MAX, 15},
    {MAGIC_PARAM_NAME_MAX, 40},
    {MAGIC_PARAM_ELF_PHNUM_MAX, 128},
    {MAGIC_PARAM_ELF_SHNUM_MAX, 512},
    {MAGIC_PARAM_ELF_NOTES_MAX, 32},
    {MAGIC_PARAM_REGEX_MAX, 4096},
    {MAGIC_PARAM_BYTES_MAX, LOOKED_AT_MAX},
    {MAGIC_PARAM_ENCODING_MAX, 8192},
};

int
file_kind_new(struct file_kind **out, struct diag *diag)
{
	struct file_kind *k = calloc(1, sizeof(*k));
	/* What is packed is not unpacked, and no other program is asked. */
	if (k == NULL || (k->magic = magic_open(MAGIC_NO_CHECK_COMPRESS)) == NULL) {
		free(k);
		return diag_say(diag, -ENOMEM, "%s", text_error(ENOMEM));
	}
	bool ok = magic_load(k->magic, NULL) == 0;
	for (size_t i = 0; i < LENGTH_OF(limits) && ok; i++)
		ok = magic_setparam(k->magic, limits[i].what, &limits[i].max) == 0;
	if (!ok) {
		const char *why_cstr = magic_error(k->magic);
		(void)diag_say(diag, -ENOENT, _("kinds of files cannot be told: %s"), why_cstr == NULL ? "?" : why_cstr);
		file_kind_free(k);
		return -ENOENT;
	}
	*out = k;
	return 0;
}

void
file_kind_free(struct file_kind *k)
{
	if (k == NULL)
		return;
	magic_close(k->magic);
	free(k);
}

size_t
file_kind_find(const struct file_kind *k, struct bytes beginning, char text[static FILE_KIND_TEXT_MAX])
{
	beginning = bytes_first(beginning, LOOKED_AT_MAX);
	const char *said_cstr = beginning.len == 0 ? NULL : magic_buffer(k->magic, beginning.at, beginning.len);
	if (said_cstr == NULL)
		return 0;
	struct bytes said = bytes_first(bytes_of_cstr(said_cstr), FILE_KIND_TEXT_MAX);
	if (said.len > 0)
		memcpy(text, said.at, said.len);
	return said.len;
}
