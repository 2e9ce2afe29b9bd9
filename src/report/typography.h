/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/typography.h - how each language writes: spaces that do not break, dates, numbers, lengths of time. */
#ifndef REPORT_TYPOGRAPHY_H
#define REPORT_TYPOGRAPHY_H

#include "core/text.h"
#include "core/zone.h"

enum { TYPOGRAPHY_NUMBER_MAX = 48, TYPOGRAPHY_TIME_MAX = 64 };

/* In French the space before : ; ? ! % and inside « » becomes one that does not break; no space is added, for the text may be a
 * person's. out takes up to typography_room(text) bytes; ends in NUL. Returns its length. */
size_t typography_room(struct bytes text);
/* Whether a French space that stands before this must not break. */
bool typography_binds(struct bytes rest);
size_t typography_spaces(enum language language, struct bytes text, char *out);

/* "27/11/2026", "2026-11-27". */
const char *
typography_date(enum language language, const struct zone *zone, int64_t at_s, char out[static TYPOGRAPHY_TIME_MAX]);
/* "27/11/2026 11:00", on the wall of the zone. */
const char *
typography_time(enum language language, const struct zone *zone, int64_t at_s, char out[static TYPOGRAPHY_TIME_MAX]);
/* The same with the offset of the zone, where an hour more or less counts: "27/11/2026 11:00 (UTC+01:00)". */
const char *
typography_exact(enum language language, const struct zone *zone, int64_t at_s, char out[static TYPOGRAPHY_TIME_MAX]);
/* "12 345" with spaces that do not break, "12,345". */
const char *typography_number(enum language language, uint64_t value, char out[static TYPOGRAPHY_NUMBER_MAX]);
/* "3.2 GB", "3,2 Go". */
const char *typography_size(enum language language, uint64_t size_bytes, char out[static TYPOGRAPHY_NUMBER_MAX]);

#endif
