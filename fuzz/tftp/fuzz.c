/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/tftp - the parser and its glue. Oracles: both texts lie inside the datagram, in their order, and are not empty. */
#include <netinet/in.h>

#include "../../tests/support/l7_drive.h"
#include "core/ensure.h"
#include "inspect/l7_tftp.h"
#include "proto/tftp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = {data, size};
	struct tftp m;
	if (tftp_parse(bytes, &m) == PARSE_OK) {
		ENSURE(m.file.at == data + 2 && m.file.len > 0 && m.mode.at == m.file.at + m.file.len + 1);
		ENSURE(m.mode.len > 0 && m.mode.at + m.mode.len < data + size);
	}
	struct l7_drive *drive = l7_drive_new(&l7_tftp_parser, IPPROTO_UDP, 69);
	(void)l7_drive_guess(drive, L7_CLIENT, bytes);
	l7_drive_send(drive, L7_CLIENT, bytes);
	l7_drive_finish(drive);
	l7_drive_free(drive);
	return 0;
}
