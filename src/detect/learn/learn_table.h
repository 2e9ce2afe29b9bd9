/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_table.h - labelled flows, as training and evaluation read them.
 *
 * The reader of a source owns the table and its columns (one allocation each, learn_table_free). A schema names what the
 * codes mean: "fv64" (record/flow_vector.h; what the sensor computes) or a data set's own columns coded the same way
 * ("unsw-nb15", "nsl-kdd"), which serve as yard-sticks and cannot be deployed.
 */
#ifndef DETECT_LEARN_LEARN_TABLE_H
#define DETECT_LEARN_LEARN_TABLE_H

#include "core/bytes.h"
#include "record/flow_vector.h"

enum learn_label { LEARN_BENIGN, LEARN_ATTACK, LEARN_UNKNOWN }; /* unknown: neither trained on nor scored */

enum { LEARN_NAMES_MAX = 1024, LEARN_NAME_SIZE = 48, LEARN_SCHEMA_SIZE = 24, LEARN_ROWS_MAX = 50000000 };

struct learn_names { /* families of attacks, or groups: captures, hosts, scenarios */
	uint32_t count;
	char (*name)[LEARN_NAME_SIZE]; /* NUL-terminated */
	uint16_t *slots;               /* finds a name */
};

struct learn_table {
	char schema[LEARN_SCHEMA_SIZE];
	uint64_t present;            /* bit i: code i is known for at least one row */
	size_t rows, room;           /* filled, allocated */
	struct flow_vector *vectors; /* rows x 64 codes, FLOW_CODE_MISSING where a row does not know */
	uint8_t *labels;             /* enum learn_label */
	uint16_t *families;          /* index into family_names; 0 is "benign" */
	uint16_t *groups;            /* index into group_names: the capture, host or file that a row came from */
	int64_t *times_ns;           /* start of the flow, 0: not known; orders rows for time splits, never a feature */
	uint32_t *hosts;             /* pseudonym of the source machine, 0: not known; for incidents by host and hour */
	struct learn_names family_names, group_names;
	char code_names[FLOW_CODES][LEARN_NAME_SIZE]; /* of this schema, for people */
};

struct learn_row {
	struct flow_vector vector;
	enum learn_label label;
	uint16_t family, group;
	uint32_t host;
	int64_t time_ns;
};

/* Empty; family 0 is there. 0 or -ENOMEM. */
MUST_USE int learn_table_new(const char *schema_cstr, struct learn_table **out);
void learn_table_free(struct learn_table *table);
/* Room for so many rows in all. 0, -ENOMEM, -E2BIG: more than LEARN_ROWS_MAX. */
MUST_USE int learn_table_reserve(struct learn_table *table, size_t rows);
MUST_USE int learn_table_add(struct learn_table *table, const struct learn_row *row);
/* All rows are in: says which codes are present. */
void learn_table_finish(struct learn_table *table);
/* The index of a name, which is added when it is new (cut to LEARN_NAME_SIZE); -ENOSPC: LEARN_NAMES_MAX are there. */
MUST_USE int learn_table_family(struct learn_table *table, struct bytes name);
MUST_USE int learn_table_group(struct learn_table *table, struct bytes name);

#endif
