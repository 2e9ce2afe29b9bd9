/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/syslog - lines of system logs, of one file.
 *
 * Oracles: arrival_check.h; what was refused has a reason, and left the result alone; no line counts more than its limit.
 */
#include "arrival/arrival_syslog.h"
#include "core/zone.h"
#include "../arrival_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arrival_syslog *
start(int year)
{
	static struct zone *zone;
	struct diag diag = {.offset = UINT64_MAX};
	if (zone == NULL)
		ENSURE(zone_open(&zone, "UTC", &diag) == 0);
	struct arrival_syslog *syslog = arrival_syslog_new(
	    &(struct arrival_syslog_options){.zone = zone, .now_s = INT64_C(1795000000), .year = year});
	ENSURE(syslog != NULL);
	arrival_syslog_name(syslog, BYTES("mail"), &(struct addr){.at = {[10] = 0xff, 0xff, 10, 0, 0, 5}});
	return syslog;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arrival_syslog *years[2];
	static struct arrival arrival;
	char names[256];
	struct bytes rest = {data, size};
	if (years[0] == NULL) {
		years[0] = start(0);
		years[1] = start(2026);
	}
	struct arrival_syslog *syslog = years[size % 2];
	arrival_syslog_begin(syslog);
	while (rest.len > 0) {
		struct bytes line = bytes_first(rest, bytes_find(rest, '\n'));
		struct diag diag = {.offset = UINT64_MAX};
		rest = bytes_after(rest, line.len + 1);
		arrival.kind = (enum arrival_kind)77;
		int r = arrival_syslog_read(syslog, line, &arrival, &diag);
		ENSURE(r <= ARRIVAL_SYSLOG_REPEATS_MAX);
		if (r < 0)
			ENSURE(diag.text_cstr[0] != '\0' && (int)arrival.kind == 77);
		else
			arrival_check(&arrival);
		ENSURE(r != 0 || arrival.kind == ARRIVAL_NOTHING);
	}
	ENSURE(strlen(arrival_tally_text(arrival_syslog_unknown(syslog), 8, names, sizeof(names))) < sizeof(names));
	return 0;
}
