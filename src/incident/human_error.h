/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/human_error.h - a cause that stops at a person is where the search begins, not where it ends. */
#ifndef INCIDENT_HUMAN_ERROR_H
#define INCIDENT_HUMAN_ERROR_H

#include "incident/vocabulary.h"

/* Whether the text blames somebody and names nothing that made the mistake possible, likely or unseen. */
bool human_error_blames(const struct vocabulary *v, const char *text_cstr);
/* For comparing texts: small letters, no accents, single spaces, straight apostrophes. Cut to the room. Returns out. */
const char *human_error_fold(const char *text_cstr, char *out, size_t size);

#endif
