/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_bundle.h"

#include "app/suricata_yaml.h"
#include "core/auto.h"
#include "core/cursor.h"
#include "core/text.h"
#include "core/writer.h"
#include "sandbox/memory_file.h"

#include <errno.h>
#include <stdio.h>
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

/* The data sets of the settings: "datasets.NAME.type". */
static int
declare_datasets(const struct flat *said, struct rule_set *set, struct diag *diag)
{
	static const char *const types[] = {"string", "md5", "sha256", "ipv4", "ip"};
	int r = 0;
	for (size_t i = 0; i < said->count && r == 0; i++) {
		struct rule_dataset d = {.name = flat_part(said->pairs[i].key, 1)};
		char key[FLAT_KEY_MAX + 16];
		if (!flat_matches(said->pairs[i].key, "datasets.*.type"))
			continue;
		for (unsigned k = 0; k < LENGTH_OF(types); k++)
			if (bytes_eq(said->pairs[i].value, bytes_of_cstr(types[k])))
				d.type = k;
		for (size_t k = 0; k < 2; k++) {
			(void)snprintf(key, sizeof(key), "datasets.%.*s.%s", (int)d.name.len, (const char *)d.name.at,
			    k == 0 ? "state" : "load");
			(void)flat_get(said, key, &d.load);
			if (k == 0 && rule_dataset_is_file(d.load))
				d.save = d.load;
		}
		r = rule_set_add_dataset(set, &d, diag);
	}
	return r;
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
	for (size_t turn = 0; turn < RULES_FILE_KINDS && r == 0; turn++) {
		struct cursor c = files;
		if (rules_files_order(turn) == RULES_FILE_RULES)
			r = declare_datasets(said, set, diag);
		while (c.left > 0 && r == 0) {
			uint8_t kind;
			const char *name_cstr;
			struct bytes file;
			if (!next_file(&c, &kind, &name_cstr, &file))
				return diag_say(diag, -EBADMSG, "%s", _("the rules did not arrive whole"));
			if (kind == (uint8_t)rules_files_order(turn))
				r = rules_files_load_one(set, (enum rules_file_kind)kind, name_cstr, file, diag);
		}
	}
	if (r == 0)
		rule_set_close(set);
	return r;
}

int
rules_bundle_settings(int fd, size_t size, struct flat *said, struct diag *diag)
{
	struct bytes mapped;
	int r = memory_file_map(fd, size, &mapped);
	if (r < 0)
		return diag_say(diag, r, "%s", text_error(-r));
	struct cursor c = cursor_of(mapped);
	enum parse parse = flat_take(&c, said);
	memory_file_unmap(mapped);
	return parse == PARSE_OK ? 0 : diag_say(diag, -EBADMSG, "%s", _("the rules did not arrive whole"));
}
