/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/watch_reload.h - the parent's part in the generations of rules of a watch: the first one, and those that a running live watch takes
 * when it is asked to, over its socket (watch_control.h) or by SIGUSR2.
 */
#ifndef APP_WATCH_RELOAD_H
#define APP_WATCH_RELOAD_H

#include "app/rules_making.h"
#include "app/watch_control.h"

struct watch_reload {
	const struct watch_options *options;
	struct watch_report *report;
	struct rules_making *making; /* NULL: there are no rules and no settings */
	struct watch_control control;
	int sensor_end;
	bool reloading; /* the next RULES_USED answers it */
};

struct watch_reload watch_reload_none(void);
/* folder_cstr: of the dossier, or its server; empty: none. 0, or a negative errno with diag. */
MUST_USE int watch_reload_open(struct watch_reload *reload, const struct watch_options *options,
    const struct watch_rules *rules, const char *folder_cstr, struct watch_report *report, struct diag *diag);
void watch_reload_close(struct watch_reload *reload);
/* The first generation, to the sensor, after its configuration. 0 or a negative errno. */
MUST_USE int watch_reload_first(struct watch_reload *reload, int sensor_end);
/* Asked for: the files are read again, and the sensor makes the rest. */
void watch_reload_now(struct watch_reload *reload);
/* The sensor's RULES_USED: what became of the rules, for the user and for who asked. */
void watch_reload_used(struct watch_reload *reload, struct bytes body);

#endif
