/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/import_wire.h - what the verb `import` and its confined reader say to each other; the types are in messages.h. */
#ifndef APP_IMPORT_WIRE_H
#define APP_IMPORT_WIRE_H

#include "core/addr.h"
#include "core/cursor.h"
#include "core/text.h"
#include "core/writer.h"

enum { IMPORT_WIRE_TEXT_MAX = 512, IMPORT_WIRE_COLUMNS_MAX = 1024, IMPORT_WIRE_ZONE_MAX = 64 };

enum import_format { IMPORT_EVE, IMPORT_ZEEK, IMPORT_SYSLOG, IMPORT_NMAP, IMPORT_CSV, IMPORT_FORMATS };

struct import_config {
	uint8_t format;         /* enum import_format */
	enum language language; /* of the reasons it tells */
	bool live;              /* the one CAPTURE is a socket that others call at */
	bool datagrams;         /* live, and each message is a datagram */
	bool progress;
	uint16_t year;                              /* of times without one; 0: see arrival_syslog.h */
	int64_t now_s;                              /* when the import was asked for */
	char zone_cstr[IMPORT_WIRE_ZONE_MAX];       /* of times without one */
	char columns_cstr[IMPORT_WIRE_COLUMNS_MAX]; /* of --column, "theirs=ours" each with a newline */
};

/* All counts of an import, in one order. */
enum import_sum {
	IMPORT_LINES,
	IMPORT_EVENTS,       /* understood */
	IMPORT_OBSERVATIONS, /* given to the detectors */
	IMPORT_ALERTS,       /* in the file */
	IMPORT_FOUND,        /* by our detectors in its events */
	IMPORT_OVER,         /* alerts beyond what one import keeps */
	IMPORT_MACHINES,     /* described in the file */
	IMPORT_STRANGE,      /* right lines whose meaning nobody here knows */
	IMPORT_BAD,
	IMPORT_SUMS
};

/* A machine as logs call it. */
struct import_host {
	struct addr address;
	char name_cstr[IMPORT_WIRE_ZONE_MAX];
};

struct import_bad_line {
	uint64_t line;
	char file_cstr[IMPORT_WIRE_TEXT_MAX], reason_cstr[IMPORT_WIRE_TEXT_MAX];
};

void import_wire_put_config(struct writer *w, const struct import_config *config);
MUST_USE enum parse import_wire_get_config(struct bytes body, struct import_config *out);
void import_wire_put_host(struct writer *w, const struct import_host *host);
MUST_USE enum parse import_wire_get_host(struct bytes body, struct import_host *out);
void import_wire_put_bad_line(struct writer *w, const struct import_bad_line *bad);
MUST_USE enum parse import_wire_get_bad_line(struct bytes body, struct import_bad_line *out);
void import_wire_put_sums(struct writer *w, const uint64_t sums[static IMPORT_SUMS]);
MUST_USE enum parse import_wire_get_sums(struct bytes body, uint64_t out[static IMPORT_SUMS]);

#endif
