/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/incident_session.h - what every word of `beffroi incident` works with: the open dossier, the data that ships, the zone,
 * the time, and who speaks. Opened before the sandbox closes the door; one file of an incident at a time.
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
	struct arena arena, law_arena;
	struct vocabulary vocabulary;
	const struct clocks *clocks;
	struct zone *zone;
	int64_t now_ns;
	uint64_t made; /* things made in this run, for their ids */
	char who_cstr[CASE_WHO_MAX];
	struct desk desk;
	struct bytes input; /* of import */
};

enum incident_door { INCIDENT_SHUT /* no dossier is needed */, INCIDENT_READS, INCIDENT_WRITES };

/* v.options are parsed. 0, or a negative errno with diag. */
MUST_USE int incident_session_open(struct incident_session *s, enum incident_door door, struct diag *diag);
/* Closes all; what was written is kept when r >= 0, taken back else. The exit status. */
MUST_USE int incident_session_finish(struct incident_session *s, int r, const struct diag *diag);

/* Does an operation, and writes its JSON: the same as the console gets. */
MUST_USE int incident_session_answer(struct incident_session *s, const struct desk_order *order, struct diag *diag);
/* The file of the incident that an id means, or that the thing of this id belongs to; name may be NULL. */
MUST_USE int incident_session_load(struct incident_session *s, const char *id_cstr, struct case_file *out,
    struct dossier_case_name *name, struct diag *diag);
/* A name made from content: "TSK-" and 12 digits, in the arena. */
const char *incident_session_id(struct incident_session *s, const char *prefix_cstr, const char *text_cstr);
int64_t incident_session_now_s(const struct incident_session *s);
/* A text of the arena, as printf writes it. */
const char *incident_session_text(struct incident_session *s, const char *format, ...) PRINTF_LIKE(2, 3);
/* Writes text of a person to standard output, harmless for a terminal. */
void incident_session_say(struct incident_session *s, const char *text_cstr);

#endif
