/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/watch_report.h - what the user of `beffroi watch` sees: progress while it works, then the answer. */
#ifndef APP_WATCH_REPORT_H
#define APP_WATCH_REPORT_H

#include "app/messages.h"
#include "app/rules_account.h"
#include "cli/watch_options.h"
#include "record/incident.h"

struct watch_report;

struct kept_totals {
	uint64_t alerts, aside, new_alerts, new_incidents, assets;
	uint64_t events;    /* kept */
	bool events_failed; /* told before; the rest is kept */
	bool kept;          /* in a dossier */
};

/* total_bytes: of all captures, 0 when unknown. folder_cstr: of the dossier, empty when nothing is kept. NULL: no memory. */
MUST_USE struct watch_report *
watch_report_new(const struct watch_options *options, uint64_t total_bytes, const char *folder_cstr);
void watch_report_free(struct watch_report *report);
bool watch_report_wants_progress(const struct watch_report *report);

void watch_report_progress(struct watch_report *report, const struct progress *progress);
/* A line on standard error that is no fault; subject_cstr may be NULL. */
void watch_report_notice(struct watch_report *report, const char *subject_cstr, const char *text_cstr);
/* Something of the input was not read, or the sensor could not go on. diag, when given, has the text. */
void watch_report_fault(struct watch_report *report, const struct fault *fault, const struct diag *diag);
/* The dossier could not be written. */
void watch_report_kept_nothing(struct watch_report *report, const struct fault *fault);
void watch_report_summary(struct watch_report *report, const uint64_t fields[static SUMMARY_FIELDS]);
/* What became of the rules: copied, and said when all is over. */
void watch_report_rules(struct watch_report *report, const struct rules_account *account);
/* The model that was asked for, and why it is not used. Both borrowed. */
void watch_report_model(struct watch_report *report, const char *path_cstr, const char *why_cstr);
/* Copied. Gravest first, as the keeper gives them. */
void watch_report_incident(struct watch_report *report, const struct incident *incident);
/* Live: said at once. */
void watch_report_alert(struct watch_report *report, const struct alert *alert);
void watch_report_totals(struct watch_report *report, const struct kept_totals *totals);
/* Prints the answer. The statuses are wait(2)'s of the two roles; stopped_by is the signal that ended the reading, 0: none.
 * Returns enum watch_exit, or 128 + stopped_by when captures were not read to their end. */
int watch_report_finish(struct watch_report *report, int sensor_status, int keeper_status, int stopped_by);

#endif
