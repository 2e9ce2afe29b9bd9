/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_results.h - what `learn evaluate` and `learn stress` printed as JSON, read back for the card. */
#ifndef APP_LEARN_RESULTS_H
#define APP_LEARN_RESULTS_H

#include "core/arena.h"
#include "core/diag.h"
#include "report/report_model.h"

enum { LEARN_RESULTS_SPLITS = 200, LEARN_RESULTS_FAMILIES = 1000 };

/* Lines of JSON; texts are kept in the arena. 0, or -EINVAL with diag: no such line. */
MUST_USE int learn_results_read(
    struct arena *arena, struct bytes lines, const char *file_cstr, struct report_model *out, struct diag *diag);
MUST_USE int
learn_results_stress(struct bytes json, const char *file_cstr, struct report_model_stress *out, struct diag *diag);

#endif
