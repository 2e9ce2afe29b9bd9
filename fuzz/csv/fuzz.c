/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/csv - a table, record by record as an import cuts it.
 *
 * Oracles: arrival_check.h; records cover the text, none is read twice; what was refused has a reason.
 */
#include "arrival/arrival_csv.h"
#include "core/zone.h"
#include "../arrival_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct zone *zone;
	static struct arrival_csv *csv;
	static struct arrival arrival;
	static struct machine machine;
	struct diag diag = {.offset = UINT64_MAX};
	struct bytes rest = {data, size};
	if (csv == NULL)
		ENSURE(zone_open(&zone, "UTC", &diag) == 0 &&
		    arrival_csv_new(&csv, "Poste=name\nQuand=time", zone, &diag) == 0);
	arrival_csv_begin(csv);
	while (rest.len > 0) {
		size_t end = arrival_csv_record_end(csv, rest);
		ENSURE(end <= rest.len + 1 && (end >= rest.len || rest.at[end] == '\n'));
		struct bytes record = bytes_first(rest, end > rest.len ? bytes_find(rest, '\n') : end);
		rest = bytes_after(rest, record.len + 1);
		diag.text_cstr[0] = '\0';
		int said = arrival_csv_read(csv, record, &arrival, &machine, &diag);
		ENSURE(said >= 0 || diag.text_cstr[0] != '\0');
		if (said == ARRIVAL_CSV_MACHINE)
			arrival_check_machine(&machine);
		if (said == ARRIVAL_CSV_ARRIVAL)
			arrival_check(&arrival);
	}
	return 0;
}
