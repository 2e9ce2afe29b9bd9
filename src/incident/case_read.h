/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/case_read.h - what the readers of CSV and JSON give back: items that may be kept, and what was wrong with the others. */
#ifndef INCIDENT_CASE_READ_H
#define INCIDENT_CASE_READ_H

#include "core/arena.h"
#include "core/diag.h"
#include "record/case_file.h"

enum { CASE_READ_BYTES_MAX = 64 << 20, CASE_READ_ITEMS_MAX = 100000, CASE_READ_BAD_MAX = 100 };

struct case_read_bad {
	unsigned line; /* of a CSV file; of JSON the number of the item, from 1 */
	char why_cstr[200];
};

struct case_read {
	struct arena *arena; /* the items live here */
	size_t count, bad_count;
	struct case_item *items; /* CASE_READ_ITEMS_MAX; incidents come before what belongs to them, as they were written */
	struct case_read_bad bad[CASE_READ_BAD_MAX]; /* beyond that they are counted */
};

#endif
