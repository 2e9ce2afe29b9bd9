/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/report_words.h - words and figures that several reports use. */
#ifndef REPORT_REPORT_WORDS_H
#define REPORT_REPORT_WORDS_H

#include "report/report.h"

/* Of 4: "serious (3 of 4)". */
const char *report_words_severity(struct doc *d, unsigned severity);
enum doc_tone report_words_tone(unsigned severity);
/* What people decided, else what the alerts say; 0: nobody said. */
unsigned report_words_severity_of(const struct case_file *file);
/* A field as people read it: words of choices in the language of the document, times on the wall; "" when it was not said. */
const char *report_words_field(struct doc *d, const struct case_item *item, const char *name_cstr);
/* "2 h 5 min"; from one field to another; "" when one of them was not said. */
const char *report_words_between(struct doc *d, const struct case_item *item, const char *from_cstr, const char *to_cstr);
const char *report_words_duration(struct doc *d, int64_t seconds);
/* The title people gave, else that of the most telling alert. */
const char *report_words_title(struct doc *d, const struct case_file *file);
/* One sentence of an alert ("what", "why", "todo"), filled. */
enum report_words_sentence { REPORT_WORDS_WHAT, REPORT_WORDS_WHY, REPORT_WORDS_TODO };
const char *report_words_alert(struct doc *d, const struct alert *alert, enum report_words_sentence which);
const char *report_words_alert_title(struct doc *d, const struct alert *alert);
/* "27/10/2026 11:00 (UTC+01:00)". */
const char *report_words_exact(struct doc *d, int64_t at_s);
const char *report_words_time(struct doc *d, int64_t at_s);
/* "sent in time", "2 h left". */
const char *report_words_clock(struct doc *d, const struct report_clock *clock, int64_t now_s);
enum doc_tone report_words_clock_tone(enum report_clock_state state);

#endif
