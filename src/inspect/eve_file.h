/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_file.h - a file as "fileinfo" events and the "files" of alerts say it. */
#ifndef INSPECT_EVE_FILE_H
#define INSPECT_EVE_FILE_H

#include "core/json.h"
#include "inspect/viewer.h"

struct eve_file {
	const struct view_file *file;
	struct bytes name, magic; /* magic: empty when not known */
	uint64_t tx_id;
	uint64_t stored; /* the number of the file among those kept; 0: it is not (yet) */
	bool storing;    /* it will be, when it is over */
	size_t sid_count;
	const uint32_t *sids; /* of the rules that wanted it kept */
	bool has_range;
	uint64_t start, end; /* of the range, inclusive */
};

/* The members, into an object that is open. */
void eve_file_write(struct json *json, const struct eve_file *file);

#endif
