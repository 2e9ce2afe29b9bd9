/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/dcerpc - the parser and its glue. Oracles: what is read lies inside the bytes given; the conversation, however it is cut, gives
 * the same events. */
#include "../l7_script.h"

#include "core/ensure.h"
#include "inspect/l7_dcerpc.h"
#include "proto/dcerpc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct bytes part, struct bytes whole)
{
	ENSURE(part.len == 0 || (part.at >= whole.at && part.len <= whole.len - (size_t)(part.at - whole.at)));
}

static void
check_datagram(struct bytes b)
{
	struct dcerpc_datagram m;
	if (dcerpc_parse_datagram(b, &m) == PARSE_OK)
		check_inside(m.stub, b);
	struct l7_drive *d = l7_drive_new(&l7_dcerpc_udp_parser, IPPROTO_UDP, 135);
	l7_drive_send(d, L7_CLIENT, b);
	l7_drive_send(d, L7_SERVER, b);
	l7_drive_finish(d);
	l7_drive_free(d);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size};
	struct dcerpc_fragment f;
	struct dcerpc_request r;
	if (dcerpc_parse_fragment(b, &f) == PARSE_OK)
		ENSURE(f.length >= DCERPC_HEADER_SIZE && f.auth_length <= f.length - DCERPC_HEADER_SIZE);
	if (dcerpc_parse_request(b, true, &r) == PARSE_OK)
		check_inside(r.stub, b);
	if (size > 0 && data[0] == 4)
		check_datagram(b);
	l7_script_check(&l7_dcerpc_parser, b);
	return 0;
}
