/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/ntp - the parser and its glue. Oracles: modes and versions are those that exist; the fixed part and the tail
 * are the whole datagram; a message that was understood has a prefix that is SHORT. */
#include <netinet/in.h>

#include "../../tests/support/l7_drive.h"
#include "core/ensure.h"
#include "inspect/l7_ntp.h"
#include "proto/ntp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes datagram = {data, size};
	struct ntp m, again;
	if (ntp_parse(datagram, &m) == PARSE_OK) {
		size_t fixed = m.mode == NTP_CONTROL ? NTP_CONTROL_SIZE
		    : m.mode == NTP_PRIVATE          ? NTP_PRIVATE_SIZE
		                                     : NTP_HEADER_SIZE;
		ENSURE(m.version >= 1 && m.version <= 4 && m.mode >= 1 && m.mode <= 7);
		ENSURE(m.tail.len == size - fixed);
		ENSURE(ntp_parse(bytes_first(datagram, fixed - 1), &again) == PARSE_SHORT);
	}
	for (uint16_t port = 123; port <= 124; port++) {
		struct l7_drive *drive = l7_drive_new(&l7_ntp_parser, IPPROTO_UDP, port);
		(void)l7_drive_guess(drive, L7_CLIENT, datagram);
		l7_drive_send(drive, L7_CLIENT, datagram);
		l7_drive_send(drive, L7_SERVER, datagram);
		l7_drive_finish(drive);
		ENSURE(fake_sink_event_count(drive->sink) <= 3);
		l7_drive_free(drive);
	}
	return 0;
}
