/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/countries - a database of countries: its last 16 bytes are the address that is looked for. Oracle: what is found lies inside the file,
 * and is found again. */
#include "core/ensure.h"
#include "detect/rules/rule_countries.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rule_countries c;
	struct bytes file = {data, size};
	if (size < 16 || rule_countries_open(file, &c) != PARSE_OK)
		return 0;
	struct addr address = addr_v6(data + size - 16);
	struct bytes code = rule_countries_find(&c, &address), again = rule_countries_find(&c, &address);
	ENSURE(code.len == 0 || (code.at >= data && code.len <= size - (size_t)(code.at - data)));
	ENSURE(bytes_eq(code, again));
	return 0;
}
