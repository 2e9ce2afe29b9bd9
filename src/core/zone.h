/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/zone.h - what the clock on the wall of a place says, from the system's tzdata (TZif, RFC 9636).
 *
 * The process's own TZ is neither read nor changed: several zones live side by side, in any thread. zone_read() is pure.
 */
#ifndef CORE_ZONE_H
#define CORE_ZONE_H

#include "core/civil.h"
#include "core/diag.h"

enum { ZONE_NAME_MAX = 64 };

struct zone;

/* The zone of a name ("Europe/Paris"; "UTC" needs no file). 0, or a negative errno with diag. */
MUST_USE int zone_open(struct zone **out, const char *name_cstr, struct diag *diag);
/* The zone of the bytes of a TZif file; NULL when they are none, or no memory. */
MUST_USE struct zone *zone_read(struct bytes tzif, const char *name_cstr);
void zone_free(struct zone *zone);
const char *zone_name(const struct zone *zone);

/* Seconds east of Greenwich at that moment. */
int32_t zone_offset(const struct zone *zone, int64_t utc_s);

/* The moments at which that wall clock shows this: none when it is skipped in spring, two when it is repeated in autumn. In
 * order of time. Where there is none, out[0] is the moment that many minutes after the change. */
int zone_moments(const struct zone *zone, const struct civil *wall, int64_t out[static 2]);

/* RFC 3339 with an offset or Z, or a local time of the zone ("2026-10-24 12:00"; T or a space, seconds optional; a date alone is
 * not a time). 0, or -EINVAL with diag: not a time, skipped, or told twice (both are said). */
MUST_USE int zone_parse_time(const struct zone *zone, const char *text_cstr, int64_t *out_s, struct diag *diag);
/* In local time, with its offset. Returns out. */
const char *zone_write(const struct zone *zone, int64_t utc_s, char out[static CIVIL_TEXT_MAX]);

#endif
