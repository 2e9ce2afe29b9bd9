/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/alert_text.h - what an alert says to people: four sentences per detector, in English here and in
 * French in data/po/fr.po.
 *
 * In a sentence, {name} stands for a fact of the alert, or for one of {source} {target} {targets} {count}
 * {source_port} {target_port} {duration}. What travels in facts is hostile text: it is escaped when filled in.
 */
#ifndef RECORD_ALERT_TEXT_H
#define RECORD_ALERT_TEXT_H

#include "core/text.h"
#include "record/alert.h"

struct alert_text {
	const char *detector_cstr;
	const char *title_cstr; /* five words or so, no variable: "Port scan of one machine" */
	const char *what_cstr;  /* what happened, with its figures */
	const char *why_cstr;   /* why it matters here */
	const char *todo_cstr;  /* what to do now */
};

/* All of them, for documents and tests; *count is their number. */
const struct alert_text *alert_text_all(size_t *count);
/* NULL for a name that is not a detector's. */
const struct alert_text *alert_text_find(struct bytes detector);
/* The static name of a known detector (a wire_known_detector), or NULL. */
const char *alert_text_known(struct bytes detector);

/* Fills a sentence (already in the reader's language) from the alert. Writes at most size - 1 bytes and a NUL. */
size_t alert_text_fill(enum language language, const char *sentence_cstr, const struct alert *alert, char *out, size_t size);
/* "critical", in the reader's language. */
const char *alert_text_severity(enum language language, unsigned severity);
/* "2 min 5 s", "3 h 10 min", "4 days". */
size_t alert_text_duration(enum language language, int64_t duration_ns, char *out, size_t size);

#endif
