/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_session.h - what every word of `beffroi incident` works with: the open dossier, the data that ships, the zone,
 * the time, who speaks, and the desk (src/desk/) where all of it is done. Opened before the sandbox closes the door.
 */
#ifndef APP_INCIDENT_SESSION_H
#define APP_INCIDENT_SESSION_H

#include "app/verb_reading.h"
#include "core/zone.h"
#include "desk/desk.h"
#include "dossier/dossier_case.h"
#include "incident/vocabulary.h"
#include "record/case_fields.h"
#include "study/clocks.h"

struct incident_session {
	struct verb_reading v;
	struct desk desk;
	struct arena arena, law_arena;
	struct vocabulary vocabulary;
	const struct clocks *clocks;
	struct zone *zone;
	int64_t now_ns;
	char who_cstr[CASE_WHO_MAX];
	struct bytes input; /* of import */
};

enum incident_door {
	INCIDENT_SHUT, /* no dossier is needed */
	INCIDENT_READS,
	INCIDENT_WRITES, /* in one turn, from the beginning to the end */
	INCIDENT_SENDS,  /* reads, speaks to the network, then writes: nobody waits meanwhile */
};

/* v.options are parsed. 0, or a negative errno with diag. */
MUST_USE int incident_session_open(struct incident_session *s, enum incident_door door, struct diag *diag);
/* Closes all; what was written is kept when r >= 0, taken back else. The exit status. */
MUST_USE int incident_session_finish(struct incident_session *s, int r, const struct diag *diag);

/* An order about words[1], if there is such a word. False: no memory. */
MUST_USE bool incident_session_order(struct incident_session *s, enum operation_name operation, struct desk_order *out);
/* Does it, and writes its JSON, the same as the console gets; or its document. */
MUST_USE int incident_session_answer(struct incident_session *s, const struct desk_order *order, struct diag *diag);
/* Does it, and says so: as JSON, or as one line with the id and the sentence (NULL: nothing). */
MUST_USE int incident_session_do(
    struct incident_session *s, const struct desk_order *order, const char *sentence_cstr, struct diag *diag);
/* Writes text of a person to standard output, harmless for a terminal. */
void incident_session_say(struct incident_session *s, const char *text_cstr);

#endif
