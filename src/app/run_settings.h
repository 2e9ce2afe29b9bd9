/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/run_settings.h - what a site may set, and which keys of an existing suricata.yaml set it: one table.
 *
 * The parent reads the file, fills a struct of its own for what it does itself, and sends the pairs to the sensor, which fills another.
 * Another setting: a member where its reader finds it (inspect/l7_settings.h, ...), and a row in run_settings.c.
 */
#ifndef APP_RUN_SETTINGS_H
#define APP_RUN_SETTINGS_H

#include "app/file_store.h"
#include "core/diag.h"
#include "core/flat.h"
#include "inspect/l7_settings.h"
#include "inspect/stream_settings.h"
#include "net/flow/flow_table.h"
#include "net/host_policy.h"

enum run_checksums { RUN_CHECKSUMS_UNSAID, RUN_CHECKSUMS_OFF, RUN_CHECKSUMS_ON };

struct run_settings {
	struct l7_settings l7;
	struct flow_timeouts timeouts;
	struct stream_settings streams;
	struct host_policies hosts;
	enum run_checksums checksums;
	uint32_t packet_alert_max; /* alerts of rules that one packet may have; 0: the default */
	struct file_store_limits store_limits;
};

void run_settings_default(struct run_settings *settings);
/* Adds what was said, in order. 0, or a negative errno with diag: the key, and what was expected of it. */
MUST_USE int run_settings_fill(struct run_settings *settings, const struct flat *said, struct diag *diag);
/* The first parts of keys that change nothing here, "af-packet, logging", into names (NUL ended, cut); how many keys there are. */
size_t run_settings_unused(const struct flat *said, char *names, size_t size);

#endif
