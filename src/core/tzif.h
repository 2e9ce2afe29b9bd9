/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/tzif.h - a compiled time zone (RFC 9636): bytes in, value out. */
#ifndef CORE_TZIF_H
#define CORE_TZIF_H

#include "core/cursor.h"

enum { TZIF_TRANSITIONS_MAX = 2048, TZIF_TYPES_MAX = 64 };

/* When the rule of the footer (POSIX TZ) begins or ends summer time. */
struct tzif_change {
	enum { TZIF_MONTH_WEEK_DAY, TZIF_JULIAN, TZIF_ORDINAL } how;
	int month, week, day; /* 3.5.0: the last Sunday of March; how JULIAN or ORDINAL: day only */
	int32_t second;       /* of that day, on the clock that is about to change; may be negative or beyond the day */
};

struct tzif_rule {
	bool present, has_summer;
	int32_t standard_s, summer_s; /* east of Greenwich */
	struct tzif_change start, end;
};

struct tzif {
	size_t transition_count, type_count;
	int64_t at_s[TZIF_TRANSITIONS_MAX];
	uint8_t type[TZIF_TRANSITIONS_MAX];
	int32_t offset_s[TZIF_TYPES_MAX];
	struct tzif_rule rule;
};

/* What out holds is of use when PARSE_OK only. */
MUST_USE enum parse tzif_parse(struct bytes file, struct tzif *out);
MUST_USE enum parse tzif_parse_rule(struct bytes text, struct tzif_rule *out);
int32_t tzif_offset(const struct tzif *zone, int64_t utc_s);

#endif
