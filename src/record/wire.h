/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/wire.h - records as bytes between roles: written by one, read as hostile by the other. */
#ifndef RECORD_WIRE_H
#define RECORD_WIRE_H

#include "core/cursor.h"
#include "core/writer.h"
#include "record/alert.h"
#include "record/asset.h"
#include "record/incident.h"
#include "record/machine.h"

/* Names of detectors are a closed list: the reader gives back the pointer of its own list for a known one, and answers
 * PARSE_BAD for another. */
typedef const char *wire_known_detector(struct bytes name); /* a function type: the one typedef, for callbacks */

/* What writer_field() wrote: a text of at most size - 1 bytes, NUL-terminated; a longer one, or a NUL inside, is PARSE_BAD. */
void wire_get_cstr(struct cursor *c, char *out, size_t size);

void wire_put_alert(struct writer *w, const struct alert *alert);
MUST_USE enum parse wire_get_alert(struct cursor *c, wire_known_detector *known, struct alert *out);
void wire_put_asset(struct writer *w, const struct asset *asset);
MUST_USE enum parse wire_get_asset(struct cursor *c, struct asset *out);
void wire_put_machine(struct writer *w, const struct machine *machine);
MUST_USE enum parse wire_get_machine(struct cursor *c, struct machine *out);
void wire_put_incident(struct writer *w, const struct incident *incident);
MUST_USE enum parse wire_get_incident(struct cursor *c, wire_known_detector *known, struct incident *out);

#endif
