/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/tar_read.h - files out of a tar archive (POSIX.1-1988 ustar) that lies in memory, written by a stranger. */
#ifndef CORE_TAR_READ_H
#define CORE_TAR_READ_H

#include "core/cursor.h"

struct tar_read_member {
	struct bytes name; /* as the archive says it: hostile */
	struct bytes data; /* borrowed */
};

/* The next regular file; folders, links, and names longer than a header holds are passed over. PARSE_OK; PARSE_SHORT: the archive is at
 * its end; PARSE_BAD: this is no header, or its file is not whole. */
MUST_USE enum parse tar_read_next(struct cursor *archive, struct tar_read_member *out);

#endif
