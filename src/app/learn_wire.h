/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_wire.h - what `beffroi learn` and the reader of its tables say to each other: text that strangers wrote is read by a
 * process that can open nothing, and comes back as a set (detect/learn/learn_table_file.h), which is checked like any other.
 *
 *	verb   -> reader  CONFIG (with the memory file for the set), LABELS (with their file), CAPTURE (a table, with its file), END
 *	reader -> verb    FAULT when it had to stop; at last SUMMARY: the account
 */
#ifndef APP_LEARN_WIRE_H
#define APP_LEARN_WIRE_H

#include "core/cursor.h"
#include "core/text.h"
#include "core/writer.h"
#include "lesson/lesson.h"

enum { LEARN_WIRE_MAPPING_MAX = 32 };

struct learn_reader_config {
	char mapping_cstr[LEARN_WIRE_MAPPING_MAX];
	uint64_t rows_max; /* 0: the reader's own limit */
	enum language language;
};

void learn_wire_put_config(struct writer *w, const struct learn_reader_config *config);
MUST_USE enum parse learn_wire_get_config(struct bytes body, struct learn_reader_config *out);
void learn_wire_put_fault(struct writer *w, const struct diag *diag);
MUST_USE enum parse learn_wire_get_fault(struct bytes body, struct diag *out);
void learn_wire_put_account(struct writer *w, const struct lesson_account *account);
MUST_USE enum parse learn_wire_get_account(struct bytes body, struct lesson_account *out);

#endif
