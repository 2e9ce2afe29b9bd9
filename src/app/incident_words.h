/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_words.h - the words of a command line as fields: name=value, and one text without a name for the main field. */
#ifndef APP_INCIDENT_WORDS_H
#define APP_INCIDENT_WORDS_H

#include "app/incident_session.h"

/* Reads words[from..] for a thing of that kind: names are known, values checked; times are read in the zone ("now" is now), ids
 * completed, categories and severities understood by their names. Fields live in the arena. */
MUST_USE int incident_words_read(
    struct incident_session *s, const struct case_kind *kind, size_t from, struct case_item *out, struct diag *diag);
/* Sets a field of an item that is being made: the value lives as long as the arena. */
void incident_words_set(struct case_item *item, const char *name_cstr, const char *value_cstr);
/* The item as it will be: `before` with the fields of `change` on top. In the arena. */
MUST_USE int incident_words_merge(struct incident_session *s, const struct case_item *before, const struct case_item *change,
    struct case_item *out, struct diag *diag);

#endif
