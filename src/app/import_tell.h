/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/import_tell.h - the answer of `import`, while it works and at its end. */
#ifndef APP_IMPORT_TELL_H
#define APP_IMPORT_TELL_H

#include "app/event_intake.h"
#include "app/import_keeping.h"
#include "app/import_wire.h"
#include "app/messages.h"
#include "app/verb_reading.h"

enum { IMPORT_TELL_BAD_MAX = 20 };

struct import_told {
	uint64_t sums[IMPORT_SUMS];
	struct import_kept kept;
	struct event_intake_counts events;
	struct import_bad_line bad[IMPORT_TELL_BAD_MAX];
	size_t bad_count;
	uint64_t total_bytes; /* of the files; 0: unknown */
	bool shows_progress, progress_shown;
};

void import_tell_bad_line(struct import_told *told, enum language language, const struct import_bad_line *bad);
void import_tell_progress(struct import_told *told, enum language language, const struct progress *progress);
/* A sentence of the reader's, at the end of its work. */
void import_tell_notice(struct import_told *told, struct bytes text);
/* Live: one alert, at once. */
void import_tell_alert(const struct verb_reading *v, const struct alert *alert);
void import_tell_answer(struct verb_reading *v, struct import_told *told);

#endif
