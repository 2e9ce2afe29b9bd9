/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/report.h - reports: what a dossier knows in, a document out. Pure: no file, no clock, no dossier.
 *
 * Who calls fills a struct report_input (src/desk/desk_report.c does) in the language of the document; everything in it is
 * borrowed until the document is made.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "core/arena.h"
#include "core/diag.h"
#include "core/text.h"
#include "core/zone.h"
#include "record/alert.h"
#include "record/asset.h"
#include "record/case_file.h"
#include "report/doc.h"

enum report_kind { REPORT_MANAGEMENT, REPORT_TECHNICAL, REPORT_NOTICE, REPORT_PERIOD, REPORT_COMMITTEE };
enum { REPORT_KINDS = REPORT_COMMITTEE + 1 };
/* What is written here. ODT, DOCX and PDF are made from HTML by other programs (src/app/reporter.c). */
enum report_format { REPORT_HTML, REPORT_XLSX, REPORT_ODT, REPORT_DOCX, REPORT_PDF };
enum { REPORT_FORMATS = REPORT_PDF + 1, REPORT_MARGIN_MAX = 512 };

struct report_alert {
	char id_cstr[24];
	struct alert alert;
	const char *evidence_cstr; /* path below the dossier; empty when none */
};

enum report_clock_state {
	REPORT_CLOCK_WAITS,
	REPORT_CLOCK_RUNS,
	REPORT_CLOCK_NOW, /* without delay */
	REPORT_CLOCK_OVERDUE,
	REPORT_CLOCK_SENT,
	REPORT_CLOCK_SENT_LATE,
	REPORT_CLOCK_NOT_NEEDED, /* a person said so */
};

/* One step of one legal clock. */
struct report_clock {
	const char *profile_cstr, *step_cstr; /* "Personal data breach", "Notification" */
	const char *text_cstr, *article_cstr; /* "Regulation (EU) 2016/679 (GDPR)", "33(1)" */
	const char *why_cstr;                 /* late, or not needed; empty: nothing was said */
	enum report_clock_state state;
	bool is_draft; /* the text is not in force, or was not verified */
	bool has_due, has_sent;
	int64_t from_s, due_s, sent_s; /* from_s: valid with has_due */
};

struct report_sentence {
	const char *text_cstr, *cites_cstr;
	bool is_question;
};

/* An incident in one line. */
struct report_brief {
	const char *id_cstr, *title_cstr, *category_cstr, *state_cstr, *owner_cstr;
	unsigned severity;
	bool is_over, has_seen;
	int64_t seen_s;
	uint64_t alerts;
};

enum report_due_kind { REPORT_DUE_CLOCK, REPORT_DUE_TASK, REPORT_DUE_ACTION };
/* What somebody has to do until some time. */
struct report_due {
	enum report_due_kind kind;
	const char *id_cstr, *incident_cstr, *title_cstr, *owner_cstr;
	bool has_due;
	int64_t due_s;
};

struct report_mean {
	uint64_t count;
	int64_t mean_s; /* when count > 0 */
};

enum report_group_by { REPORT_BY_ALL, REPORT_BY_CATEGORY, REPORT_BY_CAUSE, REPORT_BY_VERSION };
struct report_group {
	enum report_group_by by;
	const char *name_cstr;
	uint64_t incidents, open;
	struct report_mean detect, repair;
};

/* A step of time within the period. */
struct report_step {
	int64_t from_s;
	uint64_t incidents, alerts, bytes;
	bool has_bytes; /* false: nobody looked */
};

enum report_sensor_state { REPORT_SENSOR_OK, REPORT_SENSOR_ENDED, REPORT_SENSOR_SILENT };
struct report_sensor {
	const char *name_cstr, *why_cstr;
	enum report_sensor_state state;
	bool has_seen;
	int64_t seen_s;
	uint64_t packets, dropped;
};

/* Machines that spoke with each other, for the map. */
struct report_arrow {
	struct addr from, to;
	uint64_t alerts;
	unsigned severity;
};

struct report_incident {
	const struct case_file *file;
	const char *category_cstr; /* in words */
	const struct report_alert *alerts;
	size_t alert_count;
	uint64_t alerts_in_all;
	const struct report_clock *clocks;
	size_t clock_count;
	const char *notice_title_cstr;
	const struct report_sentence *sentences;
	size_t sentence_count;
};

struct report_period {
	int64_t from_s, to_s; /* to_s is not part of it */
	struct report_group all, all_before;
	const struct report_group *groups;
	const struct report_brief *incidents;
	const struct report_step *steps;
	const struct report_due *due; /* not done yet, earliest first */
	const struct report_sensor *sensors;
	const struct report_arrow *arrows;
	size_t group_count, incident_count, step_count, due_count, sensor_count, arrow_count;
	uint64_t alerts, alerts_before;
	bool sensors_known; /* false: the dossier does not tell what sensors saw */
};

struct report_input {
	enum language language;
	const struct zone *zone;
	int64_t now_s;
	bool is_public;
	struct doc_cover cover; /* title and subtitle are the report's own */
	const struct asset *assets;
	size_t asset_count;
	struct report_incident incident; /* of the first three kinds */
	struct report_period period;     /* of the others */
};

/* "management", "html"; NULL beyond the last one. */
const char *report_kind_word(unsigned kind);
const char *report_format_word(unsigned format);
/* The TYPE of ORG-TYPE-YYYY-nnn. */
const char *report_kind_code(enum report_kind kind);

/* Builds the document in the arena. 0, or a negative errno with diag. */
MUST_USE int
report_build(enum report_kind kind, const struct report_input *in, struct arena *arena, struct doc *out, struct diag *diag);
/* What stands in the margins of every page. */
struct report_margins {
	char left_cstr[REPORT_MARGIN_MAX];    /* the organisation */
	char marking_cstr[REPORT_MARGIN_MAX]; /* "TLP:AMBER" */
	char foot_cstr[REPORT_MARGIN_MAX];    /* reference, version, status */
};
struct report_document {
	char *at; /* the caller's to free() */
	size_t len;
	struct report_margins margins; /* already in it, but for ODT and DOCX (report/margins.h) */
};

/* Builds and writes it as XLSX, or as the HTML that becomes the other formats. */
MUST_USE int report_make(enum report_kind kind, enum report_format format, const struct report_input *in,
    struct report_document *out, struct diag *diag);

#endif
