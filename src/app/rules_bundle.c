/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_bundle.h"

#include "core/auto.h"
#include "core/cursor.h"
#include "core/text.h"
#include "core/writer.h"
#include "sandbox/memory_file.h"

#include <errno.h>
#include <stdlib.h>

enum { NAME_MAX_LEN = 4096 };

int
rules_bundle_make(const struct rules_files *files, const struct rule_vars *vars, size_t *size, struct diag *diag)
{
	size_t room = 4;
	for (size_t i = 0; i < vars->count; i++)
		room += 8 + vars->vars[i].name.len + vars->vars[i].value.len;
	for (size_t i = 0; i < files->count; i++)
		room += 8 + strlen(files->files[i].path_cstr) + 1 + files->files[i].len;
	AUTO_FREE uint8_t *bytes = malloc(room + 1);
	if (bytes == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	struct writer w = writer_of(bytes, room);
	writer_be32(&w, (uint32_t)vars->count);
	for (size_t i = 0; i < vars->count; i++) {
		writer_be32(&w, (uint32_t)vars->vars[i].name.len);
		writer_put(&w, vars->vars[i].name);
		writer_be32(&w, (uint32_t)vars->vars[i].value.len);
		writer_put(&w, vars->vars[i].value);
	}
	for (size_t i = 0; i < files->count; i++) {
		struct bytes name = {(const uint8_t *)files->files[i].path_cstr, strlen(files->files[i].path_cstr) + 1};
		writer_be32(&w, (uint32_t)name.len);
		writer_put(&w, name);
		writer_be32(&w, (uint32_t)files->files[i].len);
		writer_put(&w, (struct bytes){files->files[i].bytes, files->files[i].len});
	}
	*size = room;
	int fd = memory_file_make(writer_written(&w));
	return fd < 0 ? diag_say(diag, fd, "%s", text_error(-fd)) : fd;
}

/* One file: its name ends in NUL, so that the set can borrow it. */
static bool
next_file(struct cursor *c, const char **name_cstr, struct bytes *file)
{
	struct bytes name = cursor_take(c, cursor_be32(c));
	*file = cursor_take(c, cursor_be32(c));
	*name_cstr = (const char *)name.at;
	return cursor_ok(c) && name.len > 1 && name.len < NAME_MAX_LEN && bytes_find(name, '\0') == name.len - 1;
}

static bool
is_classes(const char *name_cstr)
{
	struct bytes name = bytes_of_cstr(name_cstr), wanted = BYTES("classification.config");
	return name.len >= wanted.len && bytes_eq(bytes_after(name, name.len - wanted.len), wanted);
}

int
rules_bundle_load(int fd, size_t size, struct rule_set *set, uint8_t **room, struct diag *diag)
{
	int r = memory_file_read(fd, size, room);
	if (r < 0)
		return diag_say(diag, r, "%s", text_error(-r));
	struct cursor files = cursor_of((struct bytes){*room, size});
	for (uint32_t left = cursor_be32(&files); left > 0; left--) {
		struct bytes name = cursor_take(&files, cursor_be32(&files)),
		             value = cursor_take(&files, cursor_be32(&files));
		if (!cursor_ok(&files) || !rule_vars_set(&set->vars, name, value))
			return diag_say(diag, -EBADMSG, "%s", _("the rules did not arrive whole"));
	}
	for (int classes = 1; classes >= 0 && r == 0; classes--) {
		struct cursor c = files;
		while (c.left > 0 && r == 0) {
			const char *name_cstr;
			struct bytes file;
			if (!next_file(&c, &name_cstr, &file))
				return diag_say(diag, -EBADMSG, "%s", _("the rules did not arrive whole"));
			if (is_classes(name_cstr) != (classes == 1))
				continue;
			r = classes == 1 ? rule_set_read_classes(set, name_cstr, file, diag)
			                 : rule_set_read(set, name_cstr, file, diag);
		}
	}
	return r;
}
