/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_bundle.h"

#include "app/suricata_yaml.h"
#include "core/auto.h"
#include "core/cursor.h"
#include "core/text.h"
#include "core/writer.h"
#include "sandbox/memory_file.h"

#include <errno.h>
#include <stdlib.h>

enum { NAME_MAX_LEN = 4096 };

int
rules_bundle_make(const struct rules_files *files, const struct flat *said, size_t *size, struct diag *diag)
{
	size_t room = flat_room(said);
	for (size_t i = 0; i < files->count; i++)
		room += 9 + strlen(files->files[i].path_cstr) + 1 + files->files[i].len;
	AUTO_FREE uint8_t *bytes = malloc(room + 1);
	if (bytes == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	struct writer w = writer_of(bytes, room);
	flat_put(&w, said);
	for (size_t i = 0; i < files->count; i++) {
		struct bytes name = {(const uint8_t *)files->files[i].path_cstr, strlen(files->files[i].path_cstr) + 1};
		writer_u8(&w, (uint8_t)files->files[i].kind);
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
next_file(struct cursor *c, uint8_t *kind, const char **name_cstr, struct bytes *file)
{
	*kind = cursor_u8(c);
	struct bytes name = cursor_take(c, cursor_be32(c));
	*file = cursor_take(c, cursor_be32(c));
	*name_cstr = (const char *)name.at;
	return cursor_ok(c) && *kind < RULES_FILE_KINDS && name.len > 1 && name.len < NAME_MAX_LEN &&
	    bytes_find(name, '\0') == name.len - 1;
}

int
rules_bundle_load(int fd, size_t size, struct flat *said, struct rule_set *set, uint8_t **room, struct diag *diag)
{
	int r = memory_file_read(fd, size, room);
	if (r < 0)
		return diag_say(diag, r, "%s", text_error(-r));
	struct cursor files = cursor_of((struct bytes){*room, size});
	if (flat_take(&files, said) != PARSE_OK)
		return diag_say(diag, -EBADMSG, "%s", _("the rules did not arrive whole"));
	r = suricata_yaml_vars(said, &set->vars, diag);
	for (int wanted = RULES_FILE_KINDS - 1; wanted >= 0 && r == 0; wanted--) { /* rules last: they name the others */
		struct cursor c = files;
		while (c.left > 0 && r == 0) {
			uint8_t kind;
			const char *name_cstr;
			struct bytes file;
			if (!next_file(&c, &kind, &name_cstr, &file))
				return diag_say(diag, -EBADMSG, "%s", _("the rules did not arrive whole"));
			if (kind == wanted)
				r = rules_files_load_one(set, (enum rules_file_kind)kind, name_cstr, file, diag);
		}
	}
	return r;
}
