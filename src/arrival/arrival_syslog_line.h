/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_syslog_line.h - the frame of a line: when, which machine, which program, what it says. */
#ifndef ARRIVAL_ARRIVAL_SYSLOG_LINE_H
#define ARRIVAL_ARRIVAL_SYSLOG_LINE_H

#include "core/civil.h"

struct arrival_syslog_line {
	bool has_utc;  /* utc_ns is the moment; otherwise `wall` is what a clock on the wall showed */
	bool has_year; /* wall.year is said */
	int64_t utc_ns;
	struct civil wall;
	struct bytes host, program, message; /* in the line; the program without its process number */
};

/* False: not a line of a log. */
MUST_USE bool arrival_syslog_line_read(struct bytes line, struct arrival_syslog_line *out);

#endif
