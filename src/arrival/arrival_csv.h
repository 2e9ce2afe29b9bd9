/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_csv.h - a table as machines, alerts or flows, whichever its first line names (RFC 4180; also ; and tab).
 *
 * Columns are known by their English or French names, whatever their case, accents and spaces, or by what the user says they
 * mean. UTF-8, with a mark at its head or not; what is no UTF-8 is read as Latin-1.
 */
#ifndef ARRIVAL_ARRIVAL_CSV_H
#define ARRIVAL_ARRIVAL_CSV_H

#include "arrival/arrival_eve.h"
#include "record/machine.h"

struct zone;
struct arrival_csv;

enum { ARRIVAL_CSV_RECORD_MAX = 64 << 10, ARRIVAL_CSV_LINES_MAX = 100 /* of one record */ };

/* columns_cstr: "theirs=ours", each with a newline. 0, -EINVAL with diag (no such column of ours), or -ENOMEM. */
MUST_USE int arrival_csv_new(struct arrival_csv **out, const char *columns_cstr, const struct zone *zone, struct diag *diag);
void arrival_csv_free(struct arrival_csv *csv);
/* Another file begins: its first line names the columns. */
void arrival_csv_begin(struct arrival_csv *csv);
/* Bytes of the first record, which may be several lines where a quote goes over their ends; more than lines.len: its end is not
 * among them. */
size_t arrival_csv_record_end(const struct arrival_csv *csv, struct bytes lines);

enum arrival_csv_said { ARRIVAL_CSV_NOTHING, ARRIVAL_CSV_MACHINE, ARRIVAL_CSV_ARRIVAL };
/* What the record says, in one of both, or -EINVAL with diag. */
MUST_USE int arrival_csv_read(
    struct arrival_csv *csv, struct bytes record, struct arrival *arrival, struct machine *machine, struct diag *diag);

#endif
