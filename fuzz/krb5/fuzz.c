/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/krb5 - the parser and its glue. Oracles: what is read lies inside the bytes given; the conversation, however it is cut, gives the
 * same events. */
#include "../l7_script.h"

#include "core/ensure.h"
#include "inspect/l7_krb5.h"
#include "proto/krb5.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct bytes part, struct bytes whole)
{
	ENSURE(part.len == 0 || (part.at >= whole.at && part.len <= whole.len - (size_t)(part.at - whole.at)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size}, message = bytes_after(b, 5);
	struct krb5 k;
	if (krb5_parse(message, &k) == PARSE_OK) {
		check_inside(k.realm, message);
		for (size_t i = 0; i < k.client.count; i++)
			check_inside(k.client.parts[i], message);
		for (size_t i = 0; i < k.service.count; i++)
			check_inside(k.service.parts[i], message);
	}
	l7_script_check(&l7_krb5_parser, b);
	return 0;
}
