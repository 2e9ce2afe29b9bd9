/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_file.h - what rules ask of a file as a whole: its size, its hashes, that it be kept. */
#ifndef DETECT_RULES_RULE_FILE_H
#define DETECT_RULES_RULE_FILE_H

#include "core/arena.h"
#include "core/diag.h"
#include "detect/rules/rule.h"

/* view: what VIEW_FILE shows, a struct view_file (inspect/viewer.h). */
bool rule_file_holds(const struct rule_file_test *test, struct bytes view);
/* Whether all tests of the rule hold of one file. */
bool rule_file_fits(const struct rule *rule, struct bytes view);

/* A text with one hash in each line, in hexadecimal; "#" begins a comment, and what follows the hash is passed over. In the arena.
 * NULL with diag: what is wrong in which line, or no memory. */
MUST_USE const struct rule_hashes *
rule_file_read_hashes(struct arena *arena, struct bytes text, size_t hash_bytes, struct diag *diag);

#endif
