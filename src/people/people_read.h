/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* people/people_read.h - who read what: reads of personal data and what leaves the dossier, as lines of the journal. */
#ifndef PEOPLE_PEOPLE_READ_H
#define PEOPLE_PEOPLE_READ_H

#include "people/people.h"

/* Personal data of an object, or of a list ("alerts", "events", "assets"), was shown: told once per person, object and hour. */
MUST_USE int people_read_tell(
    struct people *people, const struct person *person, const char *object_cstr, int64_t now_ns, struct diag *diag);
/* An export, a report, a piece of evidence left: told each time. what_cstr: its form ("csv", "pdf"). */
MUST_USE int people_read_took(
    struct people *people, const struct person *person, const char *object_cstr, const char *what_cstr, struct diag *diag);

#endif
