/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/people_verb.h - what `beffroi user` and `beffroi token` share: the open dossier, its people, the time, and who does it. */
#ifndef APP_PEOPLE_VERB_H
#define APP_PEOPLE_VERB_H

#include "app/verb_reading.h"
#include "people/people.h"

struct people_verb {
	struct verb_reading v;
	struct people people;
	int64_t now_ns;
	char by_cstr[64]; /* for the journal: nobody has logged in, the machine knows a number */
};

enum people_verb_door { PEOPLE_VERB_SHUT /* no dossier is needed */, PEOPLE_VERB_READS, PEOPLE_VERB_WRITES };

/* v.options are parsed. 0 or a negative errno with diag. */
MUST_USE int people_verb_open(struct people_verb *s, enum people_verb_door door, struct diag *diag);
/* The exit status. */
MUST_USE int people_verb_finish(struct people_verb *s, int r, const struct diag *diag);
/* The value of NAME=VALUE among the words from `from` on; NULL when there is none. */
const char *people_verb_value(const struct people_verb *s, size_t from, const char *name_cstr);
/* The first word from `from` on that is none of the names (NULL at the end) with a value; NULL: all are. */
const char *people_verb_odd(const struct people_verb *s, size_t from, const char *const *names);
/* Text of a person, harmless for a terminal, and padded to a width in characters. */
void people_verb_say(const char *text_cstr, size_t width);

#endif
