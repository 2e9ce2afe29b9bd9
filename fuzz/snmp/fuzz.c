/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/snmp - the parser and its glue. Oracle: what is read lies inside the bytes given. */
#include <netinet/in.h>

#include "../../tests/support/l7_drive.h"
#include "core/ensure.h"
#include "inspect/l7_snmp.h"
#include "proto/snmp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct bytes part, struct bytes whole)
{
	ENSURE(part.len == 0 || (part.at >= whole.at && part.len <= whole.len - (size_t)(part.at - whole.at)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size};
	struct snmp s;
	if (snmp_parse(b, &s) == PARSE_OK) {
		check_inside(s.community, b);
		check_inside(s.user, b);
		check_inside(s.trap_oid, b);
		check_inside(s.variables, b);
	}
	struct l7_drive *d = l7_drive_new(&l7_snmp_parser, IPPROTO_UDP, 161);
	(void)l7_drive_guess(d, L7_CLIENT, b);
	l7_drive_send(d, L7_CLIENT, b);
	l7_drive_finish(d);
	l7_drive_free(d);
	return 0;
}
