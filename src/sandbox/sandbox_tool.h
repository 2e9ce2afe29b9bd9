/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sandbox/sandbox_tool.h - a program of the system that makes one thing of another, bytes in and bytes out, and may do nothing else:
 * it reads what is installed, writes in a temporary folder only, has no network, no privilege, and ends in time. */
#ifndef SANDBOX_SANDBOX_TOOL_H
#define SANDBOX_SANDBOX_TOOL_H

#include "core/bytes.h"
#include "core/diag.h"

enum { SANDBOX_TOOL_PATH_MAX = 256, SANDBOX_TOOL_BYTES_MAX = 128 << 20 };

struct sandbox_tool {
	const char *const
	    *arguments; /* arguments[0] is its name; NULL at the end. Text comes by standard input, leaves by the output. */
	unsigned seconds;
	uint64_t memory_bytes;
};

/* Where a program is among those that are installed (/usr/local/bin, /usr/bin, /bin); false when it is not. */
bool sandbox_tool_find(const char *name_cstr, char out[static SANDBOX_TOOL_PATH_MAX]);
/* *out is the caller's to free(). 0, or a negative errno with diag: it is not there (-ENOENT), took too long (-ETIME), or failed, with
 * its own words. */
MUST_USE int
sandbox_tool_run(const struct sandbox_tool *tool, struct bytes in, char **out, size_t *out_len, struct diag *diag);

#endif
