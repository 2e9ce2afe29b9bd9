/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/dhcp - the parser and its glue. Oracles: lists are whole, texts lie inside the datagram, a missing last
 * byte is SHORT. */
#include <netinet/in.h>

#include "../../tests/support/l7_drive.h"
#include "core/ensure.h"
#include "inspect/l7_dhcp.h"
#include "proto/dhcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct bytes datagram, struct bytes field)
{
	ENSURE(field.len == 0 ||
	    (field.at >= datagram.at && field.len <= datagram.len && field.at + field.len <= datagram.at + datagram.len));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes datagram = {data, size};
	struct dhcp m;
	if (dhcp_parse(datagram, &m) == PARSE_OK) {
		const struct bytes fields[] = {m.subnet_mask, m.requested_ip, m.server_ip, m.routers, m.dns_servers,
		    m.hostname, m.domain, m.client_id, m.vendor_class, m.parameters, m.message, m.relay_information, m.fqdn};
		for (size_t i = 0; i < LENGTH_OF(fields); i++)
			check_inside(datagram, fields[i]);
		ENSURE(m.routers.len % 4 == 0 && m.dns_servers.len % 4 == 0 && m.hardware_len <= DHCP_HARDWARE_MAX);
		ENSURE(m.subnet_mask.len == 0 || m.subnet_mask.len == 4);
		if (m.options == PARSE_SHORT)
			ENSURE(dhcp_parse(bytes_first(datagram, size - 1), &m) == PARSE_SHORT || m.options != PARSE_OK);
	}
	struct l7_drive *drive = l7_drive_new(&l7_dhcp_parser, IPPROTO_UDP, 67);
	(void)l7_drive_guess(drive, L7_CLIENT, datagram);
	l7_drive_send(drive, L7_CLIENT, datagram);
	l7_drive_send(drive, L7_SERVER, datagram);
	l7_drive_finish(drive);
	ENSURE(fake_sink_event_count(drive->sink) <= 4);
	l7_drive_free(drive);
	return 0;
}
