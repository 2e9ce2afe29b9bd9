/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/watch_rules.h - the rules and settings that a watch starts with: those of the options, and those of an existing suricata.yaml. */
#ifndef APP_WATCH_RULES_H
#define APP_WATCH_RULES_H

#include "app/rules_files.h"
#include "app/run_settings.h"
#include "cli/watch_options.h"

enum { WATCH_RULES_NOTICES = 16 };

struct watch_rules {
	struct arena arena;
	struct flat said;             /* by --suricata-yaml, then --set */
	struct run_settings settings; /* what that means */
	struct rules_files files;
	char state_cstr[4096]; /* where data sets are kept; empty: nowhere */
	size_t notice_count;   /* for the user: what was named and is not there */
	char notices[WATCH_RULES_NOTICES][DIAG_TEXT_MAX];
};

/* NULL with diag: something of it cannot be read. */
MUST_USE struct watch_rules *watch_rules_read(const struct watch_options *o, struct diag *diag);
void watch_rules_free(struct watch_rules *rules);
/* Nothing was said and no rule was named. */
bool watch_rules_is_empty(const struct watch_rules *rules);

#endif
