/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/@name@ - the parser and its glue. Oracles: a message lies inside the bytes given; without its last byte it
 * is SHORT; what follows it changes nothing. */
#include <netinet/in.h>

#include "../../tests/support/l7_drive.h"
#include "core/ensure.h"
#include "inspect/l7_@name@.h"
#include "proto/@name@.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = {data, size};
	struct @name@ m, again;
	size_t used, used_again;
	if (@name@_parse(bytes, &used, &m) == PARSE_OK) {
		ENSURE(used <= size && m.payload.len <= used);
		ENSURE(@name@_parse(bytes_first(bytes, used - 1), &used_again, &again) == PARSE_SHORT);
		ENSURE(@name@_parse(bytes_first(bytes, used), &used_again, &again) == PARSE_OK && used_again == used);
	}
	struct l7_drive *drive = l7_drive_new(&l7_@name@_parser, @IPPROTO@, 9999);
	(void)l7_drive_guess(drive, L7_CLIENT, bytes);
	l7_drive_send(drive, L7_CLIENT, bytes);
	l7_drive_finish(drive);
	l7_drive_free(drive);
	return 0;
}
