/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_run.h - rules over captures, in this process and confined, for who writes them: which hold, how often, and what each costs. */
#ifndef APP_RULES_RUN_H
#define APP_RULES_RUN_H

#include "app/rules_files.h"
#include "core/flat.h"
#include "detect/rules/rule_engine.h"

struct rules_run;

struct rules_run_told { /* of one signature */
	uint64_t alerts;
	uint64_t first_number; /* packet of the first one */
	int64_t first_ns;
};

struct rules_run_answer {
	const struct rule_set *set;
	const struct rule_program *program;
	const struct rule_profile *profile; /* by signature */
	const struct rules_run_told *told;  /* by signature */
	uint64_t packets, bytes;
	struct rule_engine_counters counters;
	size_t fault_count; /* captures that were not read to their end; the first is in fault */
	struct diag fault;
};

/* Opens the captures, reads the rules, gives up all other rights of this process, then runs. said: settings of the site. 0, or a
 * negative errno with diag; what the answer points to lives until rules_run_free(). */
MUST_USE int rules_run(const struct rules_files *files, const struct flat *said, const char *const *captures,
    size_t capture_count, struct rules_run **out, struct rules_run_answer *answer, struct diag *diag);
void rules_run_free(struct rules_run *run);

#endif
