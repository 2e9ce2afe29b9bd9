/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_csv_row.h - what one row of a table says, by what the table is about. */
#ifndef ARRIVAL_ARRIVAL_CSV_ROW_H
#define ARRIVAL_ARRIVAL_CSV_ROW_H

#include "arrival/arrival_csv.h"
#include "arrival/arrival_csv_column.h"

enum arrival_csv_kind { CSV_MACHINES, CSV_ALERTS, CSV_FLOWS, CSV_KINDS };

/* enum arrival_csv_said, or -EINVAL with diag. */
MUST_USE int arrival_csv_row_read(enum arrival_csv_kind kind, const struct bytes values[static CSV_COLUMNS],
    const struct zone *zone, struct arrival *arrival, struct machine *machine, struct diag *diag);

#endif
