/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/doctor.h - what works on this machine, what is missing, and what to do about it.
 *
 * doctor_examine() asks the machine, doctor_print() and doctor_json() only tell. What concerns the dossier and the capture on
 * each interface is found out by the caller, who alone may open them.
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/present.h"
#include "core/diag.h"

struct json;

enum { DOCTOR_CHECKS_MAX = 12, DOCTOR_INTERFACES_MAX = 32, DOCTOR_DETAIL_MAX = 640 };

struct doctor_check {
	const char *name_cstr;               /* "landlock": for programs, never translated */
	const char *title_cstr;              /* English; text_in() at the edge */
	const char *todo_cstr;               /* English; what to do when it is missing; NULL when nothing */
	char detail_cstr[DOCTOR_DETAIL_MAX]; /* a version, a number, a path; may be empty */
	bool ok;
	bool needed; /* reading a capture file needs it */
};

enum doctor_reads { DOCTOR_READS_NOT, DOCTOR_READS_RING, DOCTOR_READS_LIBPCAP };

struct doctor_interface {
	char name_cstr[32];
	bool up, carrier, loopback;
	uint8_t reads; /* enum doctor_reads: capture was tried, for real, by the caller of doctor_examine() */
	char reason_cstr[DIAG_TEXT_MAX]; /* why not; may be empty */
};

struct doctor {
	struct doctor_check checks[DOCTOR_CHECKS_MAX];
	size_t check_count;
	struct doctor_interface interfaces[DOCTOR_INTERFACES_MAX];
	size_t interface_count;
};

/* Another check; ignored when there is no room (a bug of ours). */
struct doctor_check *
doctor_add(struct doctor *d, const char *name_cstr, const char *title_cstr, bool ok, const char *todo_cstr);
/* The sandbox (tried for real, in a child), the memory, live capture, the interfaces. */
void doctor_examine(struct doctor *d);
/* Capture files can be read here. */
bool doctor_ready(const struct doctor *d);
void doctor_print(const struct doctor *d, const struct presenter *p);
void doctor_json(const struct doctor *d, struct json *j, enum language language);

#endif
