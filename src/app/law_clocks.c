/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/law_clocks.h"

#include "core/auto.h"
#include "core/data_tree.h"

#include <fcntl.h>

enum { ARENA_BYTES = 8 << 20 };

/* Generated from data/law/clocks.yaml by tools/embed. */
extern const unsigned char clocks_yaml[];
extern const size_t clocks_yaml_len;

static int
read_file(const char *file_cstr, uint8_t *room, size_t *len, struct diag *diag)
{
	AUTO_CLOSE int fd = open(file_cstr, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return diag_say_at(diag, -errno, file_cstr, UINT64_MAX, "%s", text_error(errno));
	for (*len = 0; *len <= DATA_TREE_BYTES_MAX;) {
		ssize_t n = read(fd, room + *len, DATA_TREE_BYTES_MAX + 1 - *len);
		if (n < 0)
			return diag_say_at(diag, -errno, file_cstr, UINT64_MAX, "%s", text_error(errno));
		if (n == 0)
			return 0;
		*len += (size_t)n;
	}
	return 0; /* one byte too many: refused by the reader */
}

int
law_clocks_read(struct arena *arena, const char *file_cstr, const struct clocks **out, struct diag *diag)
{
	struct bytes text = {clocks_yaml, clocks_yaml_len};
	AUTO_FREE uint8_t *room = NULL;
	if (arena_init(arena, ARENA_BYTES) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (file_cstr != NULL) {
		room = malloc(DATA_TREE_BYTES_MAX + 1);
		if (room == NULL)
			return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
		int r = read_file(file_cstr, room, &text.len, diag);
		if (r < 0)
			return r;
		text.at = room;
	}
	return clocks_read(arena, text, file_cstr == NULL ? "clocks.yaml" : file_cstr, out, diag);
}
