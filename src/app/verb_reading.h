/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_reading.h - what the verbs that read the dossier share: options, the sandbox, the open dossier, the way out. */
#ifndef APP_VERB_READING_H
#define APP_VERB_READING_H

#include "cli/present.h"
#include "cli/verb_options.h"
#include "dossier/dossier.h"

struct json;

enum { VERB_READING_FOLDER_MAX = 480 };

struct verb_reading {
	struct verb_options options;
	struct presenter presenter;
	struct dossier *dossier;
	char folder_cstr[VERB_READING_FOLDER_MAX]; /* or the address of its server, without a password */
	bool is_remote;                            /* it is such an address */
	struct json *json;                         /* a writer over `room`; flushed by verb_reading_flush() */
};

/* Only the way to tell: for what needs no dossier. The sandbox is not entered. 0 or a negative errno with diag. */
MUST_USE int verb_reading_speak(struct verb_reading *v, struct diag *diag);
/* Gives up all rights but reading this dossier, then opens it. 0 or a negative errno with diag. */
MUST_USE int verb_reading_open(struct verb_reading *v, struct diag *diag);
/* The same for a verb that writes the dossier, or carries something from or to the folder other_cstr (NULL: none). */
struct verb_rights {
	enum dossier_mode mode;
	bool makes; /* the folder of the dossier is made when it is not there */
	const char *other_cstr;
	bool writes_other;
};
/* Finds the folder or reaches the server, and gives up all other rights. The dossier is not entered yet. */
MUST_USE int verb_reading_enter(struct verb_reading *v, const struct verb_rights *rights, struct diag *diag);
MUST_USE int verb_reading_open_as(struct verb_reading *v, const struct verb_rights *rights, struct diag *diag);
/* Writes out what the JSON writer holds and empties it; the document goes on. */
void verb_reading_flush(struct verb_reading *v);
/* Closes, writes out, and gives the exit status. r < 0: diag says why. */
MUST_USE int verb_reading_finish(struct verb_reading *v, int r, const struct diag *diag);

#endif
