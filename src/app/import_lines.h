/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/import_lines.h - lines out of a descriptor, in blocks. A line beyond the limit is read away, not kept. */
#ifndef APP_IMPORT_LINES_H
#define APP_IMPORT_LINES_H

#include "core/bytes.h"

#include <sys/types.h>

enum { IMPORT_LINES_MAX = 1 << 20 /* bytes of a line; one byte more is given out of a longer one, so that it shows */ };

struct import_lines {
	uint8_t *room;
	size_t at, end, searched; /* room[at..end) is not given out; its first `searched` bytes hold no end of line */
	bool skipping;            /* the rest of a line that was too long */
};

/* 0 or -ENOMEM. */
MUST_USE int import_lines_init(struct import_lines *lines);
void import_lines_done(struct import_lines *lines);
/* One read(2) more: the bytes that came, 0 at the end, or -errno (-EAGAIN: none yet). */
MUST_USE ssize_t import_lines_fill(struct import_lines *lines, int fd);
/* The next line, without its end; valid until the next fill. False: more bytes are wanted, or at_end there are no more. */
MUST_USE bool import_lines_take(struct import_lines *lines, bool at_end, struct bytes *out);
/* All that is there, whatever lines it has; valid until the next fill. */
struct bytes import_lines_all(struct import_lines *lines);

#endif
