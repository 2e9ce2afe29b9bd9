/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* lesson/lesson_labels.h - labels that stand beside the flows: rules by address, port, protocol and time, or one for all.
 *
 * A file of rules, YAML or CSV (beffroi-learn(1) describes both). The first rule that holds of a flow decides, else the default.
 */
#ifndef LESSON_LESSON_LABELS_H
#define LESSON_LESSON_LABELS_H

#include "lesson/lesson_state.h"

enum { LESSON_LABELS_RULES_MAX = 4096 };

struct lesson_labels;

/* CSV where the name ends in .csv, else YAML. 0, or a negative errno with diag (file, line, what was expected). */
MUST_USE int lesson_labels_read(struct bytes text, const char *file_cstr, struct lesson_labels **out, struct diag *diag);
void lesson_labels_free(struct lesson_labels *labels);
/* The rows of a file from first_row on get these labels, in place of their own. 0, -ENOSPC: too many families, -ENOMEM. */
MUST_USE int lesson_labels_apply(const struct lesson_labels *labels, struct lesson *lesson, size_t first_row);

#endif
