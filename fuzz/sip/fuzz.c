/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/sip - the parser and its glue. Oracles: all parts lie inside the message, in their order; a head that was understood has a prefix
 * that is SHORT; a stream cut in the middle gives the same events. */
#include <netinet/in.h>

#include "../../tests/support/l7_drive.h"
#include "core/ensure.h"
#include "inspect/l7_sip.h"
#include "proto/sip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct l7_drive *
drive_stream(struct bytes data, size_t cut)
{
	struct l7_drive *drive = l7_drive_new(&l7_sip_parser, IPPROTO_TCP, 5060);
	l7_drive_cut(drive, L7_CLIENT, data, cut, cut);
	l7_drive_finish(drive);
	return drive;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes all = {data, size};
	struct sip m, again;
	size_t used = 0, other;
	if (sip_parse(all, false, &used, &m) == PARSE_OK) {
		ENSURE(used <= size && m.body.len <= size - used && m.body_len <= SIP_BODY_MAX);
		ENSURE(m.line.at == data && m.line.len < used);
		ENSURE(sip_parse(bytes_first(all, used - 1), false, &other, &again) == PARSE_SHORT);
	}
	struct l7_drive *one = drive_stream(all, 0), *two = drive_stream(all, size / 2);
	ENSURE(fake_sink_eq(one->sink, two->sink));
	l7_drive_free(one);
	l7_drive_free(two);
	struct l7_drive *datagram = l7_drive_new(&l7_sip_parser, IPPROTO_UDP, 5060);
	(void)l7_drive_guess(datagram, L7_CLIENT, all);
	l7_drive_send(datagram, L7_CLIENT, all);
	l7_drive_finish(datagram);
	l7_drive_free(datagram);
	return 0;
}
