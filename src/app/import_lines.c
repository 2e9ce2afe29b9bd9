/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/import_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROOM = 2 * IMPORT_LINES_MAX, BLOCK = 256 << 10 };

int
import_lines_init(struct import_lines *l)
{
	uint8_t *room = malloc(ROOM);
	if (room == NULL)
		return -ENOMEM;
	*l = (struct import_lines){.room = room};
	return 0;
}

void
import_lines_done(struct import_lines *l)
{
	free(l->room);
	*l = (struct import_lines){0};
}

ssize_t
import_lines_fill(struct import_lines *l, int fd)
{
	/* At most a line's length is ever left over, so that there is always room for more. */
	if (l->at > 0) {
		memmove(l->room, l->room + l->at, l->end - l->at);
		l->end -= l->at;
		l->at = 0;
	}
	size_t room = ROOM - l->end;
	ssize_t n;
	do
		n = read(fd, l->room + l->end, room < BLOCK ? room : BLOCK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	l->end += (size_t)n;
	return n;
}

/* The bytes up to an end of line, or all that is there. */
static struct bytes
give(struct import_lines *l, size_t len, size_t with_end)
{
	struct bytes line = {l->room + l->at, len};
	l->at += with_end;
	l->searched = 0;
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

bool
import_lines_take(struct import_lines *l, bool at_end, struct bytes *out)
{
	for (;;) {
		struct bytes rest = {l->room + l->at, l->end - l->at};
		size_t len = l->searched + bytes_find(bytes_after(rest, l->searched), '\n');
		bool whole = len < rest.len;
		if (l->skipping) {
			l->at += whole ? len + 1 : rest.len;
			l->searched = 0;
			l->skipping = !whole;
			if (!whole)
				return false;
			continue;
		}
		if (!whole && rest.len <= IMPORT_LINES_MAX && (!at_end || rest.len == 0)) {
			l->searched = rest.len;
			return false;
		}
		if (len > IMPORT_LINES_MAX) {
			*out = give(l, IMPORT_LINES_MAX + 1, whole ? len + 1 : rest.len);
			l->skipping = !whole;
			return true;
		}
		*out = give(l, len, whole ? len + 1 : len);
		return true;
	}
}

struct bytes
import_lines_all(struct import_lines *l)
{
	struct bytes all = {l->room + l->at, l->end - l->at};
	l->at = l->end;
	l->searched = 0;
	return all;
}
