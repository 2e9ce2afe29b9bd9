/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_report_period.h - the figures of a period, read from all incidents' files. For desk_report.c. */
#ifndef DESK_DESK_REPORT_PERIOD_H
#define DESK_DESK_REPORT_PERIOD_H

#include "desk/desk_report.h"

MUST_USE int desk_report_period_read(const struct desk_report_source *from, const struct desk_report_request *request,
    struct report_period *out, struct diag *diag);

#endif
