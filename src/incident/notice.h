/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/notice.h - the draft of a legal notice: each sentence cites the field or item it was made from; what is not known
 * yet becomes a question. Templates: data/law/notices.yaml.
 */
#ifndef INCIDENT_NOTICE_H
#define INCIDENT_NOTICE_H

#include "core/zone.h"
#include "incident/vocabulary.h"
#include "record/case_file.h"

enum { NOTICE_TEXT_MAX = 4 * CASE_VALUE_MAX, NOTICE_CITES_MAX = 256 };

struct notice_sentence {
	bool is_question;
	const char *text_cstr;
	const char *cites_cstr; /* "INC-... aware_by aware", "ACT-..."; of a question: the fields to fill */
};

/* Says the sentences in order. Returns how many questions there are. */
size_t notice_write(const struct data_tree *template, const struct case_file *file, const struct zone *zone,
    enum language language, void (*say)(void *context, const struct notice_sentence *sentence), void *context);
/* A value as people read it in a document: words of a choice in their language, times of the place. Returns out, or value. */
const char *notice_value(const char *kind_cstr, const char *name_cstr, const char *value_cstr, const struct zone *zone,
    enum language language, char out[static CIVIL_TEXT_MAX]);

#endif
