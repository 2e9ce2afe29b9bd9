/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_dataset.h - named sets of values that rules ask for, and may add to: dataset and datarep. User guide: "Datasets".
 *
 * A set is known by its name to all rules; its first mention says its type and the file it begins with. Sets to which a rule
 * adds are shared by all workers under a lock, and bounded; the others never change. What is added lasts as long as the run, and longer where the rule
 * names a file for it (save, state).
 */
#ifndef DETECT_RULES_RULE_DATASET_H
#define DETECT_RULES_RULE_DATASET_H

#include "core/arena.h"
#include "core/diag.h"
#include "core/writer.h"
#include "detect/rules/rule.h"

enum {
	RULE_DATASETS_MAX = 512,
	RULE_DATASET_ADDED_MAX = 65536,
	RULE_DATASET_ADDED_BYTES = 8 << 20,
	RULE_DATASET_FILE_MAX = 64
};

struct rule_dataset_table;

struct rule_datasets {
	struct arena *arena;
	uint64_t hash_key;
	size_t count;
	struct rule_dataset_table **tables; /* NULL: there is none yet */
};

/* The set that a rule means, made when it is new; `file`: the text of its file (at NULL: it has none). *odd_lines: how many lines of it
 * are no values. 0, -EINVAL (the name is that of a set of another type), -ENOMEM, -E2BIG, with diag. */
MUST_USE int rule_dataset_get(struct rule_datasets *sets, const struct rule_dataset *wanted, bool is_datarep,
    struct bytes file, struct rule_dataset_table **out, size_t *odd_lines, struct diag *diag);
/* NULL: there is none with this name. */
struct rule_dataset_table *rule_dataset_find(const struct rule_datasets *sets, struct bytes name);

/* Whether it may be kept under this name: letters, digits, - _ and ., no folder. */
bool rule_dataset_is_file(struct bytes name);
/* The file that it is to be kept in, when it is: a rule changes it, and it has one. */
bool rule_dataset_is_kept(const struct rule_dataset_table *table, struct bytes *file);
/* Its values as lines of such a file, as many as there is room for; *place: where to go on, 0 first. True: there are more. */
bool rule_dataset_put_lines(struct rule_dataset_table *table, uint32_t *place, struct writer *w);
/* What a set of the generation before had, into the one of the same name and type. */
void rule_dataset_inherit(const struct rule_datasets *sets, const struct rule_datasets *before);
/* A rule adds to it; whether something is in it, or may be. */
void rule_dataset_note_setter(struct rule_dataset_table *table);
bool rule_dataset_can_hold(const struct rule_dataset_table *table);
/* Whether the value in these bytes is as the rule says; set and unset change it. */
bool rule_dataset_holds(const struct rule_dataset *wanted, bool is_datarep, struct bytes data);

#endif
