/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_set_write.h"

#include "core/auto.h"
#include "core/text.h"
#include "detect/learn/learn_table_file.h"

#include <fcntl.h>
#include <stdio.h>

enum { ROWS_AT_ONCE = 4096 };

static int
put(int fd, struct writer *w)
{
	struct bytes rest = writer_written(w);
	while (rest.len > 0) {
		ssize_t n = write(fd, rest.at, rest.len);
		if (n < 0 && errno != EINTR)
			return -errno;
		rest = bytes_after(rest, n > 0 ? (size_t)n : 0);
	}
	w->len = 0;
	return 0;
}

int
learn_set_write_to(int fd, const struct learn_table *table)
{
	size_t size = LEARN_TABLE_FILE_HEAD + LEARN_TABLE_FILE_NAMES_MAX + ROWS_AT_ONCE * LEARN_TABLE_FILE_ROW;
	AUTO_FREE uint8_t *room = malloc(size);
	if (room == NULL)
		return -ENOMEM;
	struct writer w = writer_of(room, size);
	learn_table_file_put_head(&w, table);
	learn_table_file_put_names(&w, table);
	for (size_t i = 0; i < table->rows; i++) {
		learn_table_file_put_row(&w, table, i);
		int r = i % ROWS_AT_ONCE == ROWS_AT_ONCE - 1 ? put(fd, &w) : 0;
		if (r < 0)
			return r;
	}
	return put(fd, &w);
}

int
learn_set_write(const char *file_cstr, const struct learn_table *table, struct diag *diag)
{
	char part_cstr[4096];
	int n = snprintf(part_cstr, sizeof(part_cstr), "%s.part", file_cstr);
	if (n < 0 || (size_t)n >= sizeof(part_cstr))
		return diag_say_at(diag, -ENAMETOOLONG, file_cstr, UINT64_MAX, "%s", text_error(ENAMETOOLONG));
	AUTO_CLOSE int fd = open(part_cstr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	int r = fd < 0 ? -errno : learn_set_write_to(fd, table);
	if (r == 0 && (fsync(fd) < 0 || rename(part_cstr, file_cstr) < 0))
		r = -errno;
	if (r < 0 && fd >= 0)
		(void)unlink(part_cstr);
	return r < 0 ? diag_say_at(diag, r, file_cstr, UINT64_MAX, "%s", text_error(-r)) : 0;
}
