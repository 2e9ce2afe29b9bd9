/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_words.h - the words of a command line as fields of an order: name=value, and one text without a name for the main
 * field of the kind. */
#ifndef APP_INCIDENT_WORDS_H
#define APP_INCIDENT_WORDS_H

#include "app/incident_session.h"

MUST_USE int incident_words_read(
    struct incident_session *s, const struct case_kind *kind, size_t from, struct desk_order *order, struct diag *diag);
/* "name=value", when it is; the texts live as long as the arena. */
bool incident_words_split(struct incident_session *s, const char *word_cstr, struct desk_input *out);

#endif
