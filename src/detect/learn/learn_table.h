/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_table.h - labelled flows, as training and evaluation read them.
 *
 * The reader of a source owns the table and its columns (one allocation each, learn_table_free). A schema names what the
 * codes mean: "fv64" (record/flow_vector.h; what the sensor computes) or a data set's own columns coded the same way
 * ("unsw-nb15", "nsl-kdd"), which serve as yard-sticks and cannot be deployed.
 */
#ifndef DETECT_LEARN_LEARN_TABLE_H
#define DETECT_LEARN_LEARN_TABLE_H

#include "record/flow_vector.h"

#include <stddef.h>

enum learn_label { LEARN_BENIGN, LEARN_ATTACK, LEARN_UNKNOWN }; /* unknown: neither trained on nor scored */

enum { LEARN_NAMES_MAX = 1024, LEARN_NAME_SIZE = 48, LEARN_SCHEMA_SIZE = 24, LEARN_ROWS_MAX = 50000000 };

struct learn_names { /* families of attacks, or groups: captures, hosts, scenarios */
	uint32_t count;
	char (*name)[LEARN_NAME_SIZE]; /* NUL-terminated */
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

#endif
