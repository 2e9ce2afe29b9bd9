/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/tzif - a time zone file, and moments told by it.
 *
 * Oracles: offsets stay within what the format allows; a moment, written as the wall shows it, is among the moments of that
 * wall time, except where the file changes its clock more often than the world does.
 */
#include "core/ensure.h"
#include "core/tzif.h"
#include "core/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OFFSET_MAX_S = 26 * 3600 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t moments[] = {INT64_C(-5000000000), -1, 0, 1774746000, 1792890000, 4102444800, 7258118400};
	struct tzif_rule rule;
	struct bytes file = {data, size};
	enum parse parsed = tzif_parse_rule(file, &rule);
	ENSURE(parsed == PARSE_OK || parsed == PARSE_BAD);
	struct zone *z = zone_read(file, "fuzz");
	if (z == NULL)
		return 0;
	for (size_t i = 0; i < LENGTH_OF(moments); i++) {
		int32_t offset = zone_offset(z, moments[i]);
		int64_t found[2];
		char text[CIVIL_TEXT_MAX];
		ENSURE(offset >= -OFFSET_MAX_S && offset <= OFFSET_MAX_S);
		struct civil wall = civil_of(moments[i] + offset);
		int count = zone_moments(z, &wall, found);
		ENSURE(count >= 0 && count <= 2 && (count < 2 || found[0] != found[1]));
		ENSURE(strlen(zone_write(z, moments[i], text)) == 25);
	}
	zone_free(z);
	return 0;
}
