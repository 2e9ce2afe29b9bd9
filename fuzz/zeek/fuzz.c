/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/zeek - lines of Zeek's logs, one file: heads, rows, JSON.
 *
 * Oracles: arrival_check.h; what was refused has a reason, and left the result alone.
 */
#include "arrival/arrival_zeek.h"
#include "core/json_value.h"
#include "../arrival_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arrival_zeek *zeek;
	static struct json_value_list list;
	static struct arrival arrival;
	struct bytes rest = {data, size};
	if (zeek == NULL)
		zeek = arrival_zeek_new();
	ENSURE(zeek != NULL);
	arrival_zeek_begin(zeek);
	while (rest.len > 0) {
		struct bytes line = bytes_first(rest, bytes_find(rest, '\n'));
		struct diag diag = {.offset = UINT64_MAX};
		rest = bytes_after(rest, line.len + 1);
		arrival.kind = (enum arrival_kind)77;
		int r = arrival_zeek_read(zeek, &list, line, &arrival, &diag);
		if (r < 0)
			ENSURE(diag.text_cstr[0] != '\0' && (int)arrival.kind == 77);
		else
			arrival_check(&arrival);
	}
	return 0;
}
