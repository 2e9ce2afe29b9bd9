/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/present.h - incidents for people (plain words, colour on terminals) and for programs (JSON). */
#ifndef CLI_PRESENT_H
#define CLI_PRESENT_H

#include "core/text.h"
#include "record/asset.h"
#include "record/incident.h"

#include <stdio.h>

struct json;

struct presenter {
	FILE *out;
	enum language language;
	bool color;
	unsigned width; /* columns */
};

/* For this stream: colour and width of a terminal, or none and 100. */
struct presenter present_to(FILE *out, enum language language, bool color);

void present_incident(const struct presenter *p, const struct incident *incident);
/* The JSON object of an incident, with its sentences in the given language. `key` as in core/json.h. */
void present_incident_json(struct json *j, struct bytes key, const struct incident *incident, enum language language);
/* The same, left open for more; title_cstr: what people called it, empty when they did not. */
void present_incident_json_open(
    struct json *j, struct bytes key, const struct incident *incident, const char *title_cstr, enum language language);
const char *present_severity(enum language language, unsigned severity);
/* "critical": the word of --fail-on and of JSON, never translated. */
const char *present_severity_word(unsigned severity);
/* Writes one paragraph, wrapped to the width, every line but the first indented. */
void present_paragraph(const struct presenter *p, const char *first_cstr, unsigned indent, const char *text_cstr);
/* "2026-03-03 08:15:02", in UTC. */
void present_time(int64_t time_ns, char out[static 24]);

#endif
