/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/import_source.h - one import being read: lines of the format in question become observations, alerts and machines. */
#ifndef APP_IMPORT_SOURCE_H
#define APP_IMPORT_SOURCE_H

#include "app/import_story.h"
#include "app/import_wire.h"
#include "record/machine.h"

struct import_source;

struct import_source_out {
	struct import_story_out story;
	void (*machine)(void *context, const struct machine *machine);
	void (*event)(void *context, struct bytes line); /* to be kept as it is */
	void (*pause)(void *context);                    /* live: what was told should be sent */
	void (*complain)(void *context, uint64_t line, const char *reason_cstr);
	void (*notice)(void *context, const char *text_cstr);
	void *context;
};

/* Opens what it needs (the rules of the zone): before the sandbox. NULL: diag says why. */
MUST_USE struct import_source *
import_source_new(const struct import_config *config, const struct import_source_out *out, struct diag *diag);
void import_source_free(struct import_source *source);
/* Of syslog: the machine that logs call so has this address. */
void import_source_name(struct import_source *source, struct bytes name, const struct addr *address);
/* Another file begins; its name may tell what it holds. */
void import_source_begin(struct import_source *source, const char *name_cstr);
void import_source_line(struct import_source *source, struct bytes line);
/* Of a format that has no lines: the next bytes of the file. */
bool import_source_has_lines(const struct import_source *source);
void import_source_bytes(struct import_source *source, struct bytes bytes, bool last);
/* The file is over: what waits for more is judged as it is. */
void import_source_finish(struct import_source *source);
void import_source_catch_up(struct import_source *source);
MUST_USE int import_source_end(struct import_source *source, uint64_t sums[static IMPORT_SUMS], struct diag *diag);
uint64_t import_source_lines(const struct import_source *source);

#endif
