/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/report_options.h - the command line of `beffroi report`. */
#ifndef CLI_REPORT_OPTIONS_H
#define CLI_REPORT_OPTIONS_H

#include "core/diag.h"
#include "core/text.h"

enum { REPORT_OPTIONS_COVER_MAX = 16 };

struct report_options {
	enum language language;
	bool help, is_public, quiet, color;
	const char *what_cstr;     /* "incident", "period", "committee"; NULL: nothing was said */
	const char *incident_cstr; /* NULL: none */
	const char *kind_cstr;     /* management | technical | notice */
	const char *format_cstr;   /* html | xlsx | odt | docx | pdf */
	const char *output_cstr;   /* NULL: a name is made; "-": standard output */
	const char *from_cstr, *to_cstr, *notice_cstr, *dossier_cstr, *zone_cstr, *clocks_cstr;
	const char *cover[REPORT_OPTIONS_COVER_MAX]; /* NAME=VALUE */
	size_t cover_count;
};

/* argv[0] is the verb. 0, or -EINVAL with diag. */
MUST_USE int report_options_parse(int argc, char **argv, struct report_options *out, struct diag *diag);

#endif
