/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/present.h - incidents for people (plain words, colour on terminals) and for programs (JSON). */
#ifndef CLI_PRESENT_H
#define CLI_PRESENT_H

#include "core/text.h"
#include "record/asset.h"
#include "record/incident.h"

#include <stdio.h>

struct presenter {
	FILE *out;
	enum language language;
	bool color;
	unsigned width; /* columns */
};

/* For this stream: colour and width of a terminal, or none and 100. */
struct presenter present_to(FILE *out, enum language language, bool color);

void present_incident(const struct presenter *p, const struct incident *incident);
/* Writes one paragraph, wrapped to the width, every line but the first indented. */
void present_paragraph(const struct presenter *p, const char *first_cstr, unsigned indent, const char *text_cstr);
/* "2026-03-03 08:15:02", in UTC. */
void present_time(int64_t time_ns, char out[static 24]);

#endif
