/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/ntp.h"

/* RFC 5905 7.3 */
static void
read_times(struct cursor *c, struct ntp *m)
{
	m->stratum = cursor_u8(c);
	m->poll = (int8_t)cursor_u8(c);
	m->precision = (int8_t)cursor_u8(c);
	m->root_delay = cursor_be32(c);
	m->root_dispersion = cursor_be32(c);
	struct bytes reference_id = cursor_take(c, sizeof(m->reference_id));
	if (reference_id.len > 0)
		memcpy(m->reference_id, reference_id.at, reference_id.len);
	m->reference = cursor_be64(c);
	m->origin = cursor_be64(c);
	m->receive = cursor_be64(c);
	m->transmit = cursor_be64(c);
	m->tail = cursor_take(c, c->left);
}

/* RFC 9327 2: response, error, more, operation; sequence; status; association; offset; count. */
static void
read_control(struct cursor *c, struct ntp *m)
{
	uint8_t operation = cursor_u8(c);
	m->response = (operation & 0x80) != 0;
	m->request = operation & 0x1f;
	cursor_take(c, 8);
	m->items = cursor_be16(c);
	m->tail = cursor_take(c, c->left);
}

/* ntp_request.h of ntpd:
 *
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |R M|  VN | 7   |A|  sequence   | implementation|    request    |
 *   | err   | number of items       | mbz   | size of an item       |
 */
static void
read_private(struct cursor *c, struct ntp *m)
{
	cursor_u8(c);
	m->implementation = cursor_u8(c);
	m->request = cursor_u8(c);
	m->items = cursor_be16(c) & 0xfff;
	m->item_size = cursor_be16(c) & 0xfff;
	m->tail = cursor_take(c, c->left);
}

enum parse
ntp_parse(struct bytes datagram, struct ntp *out)
{
	struct cursor c = cursor_of(datagram);
	struct ntp m = {0};
	uint8_t first = cursor_u8(&c);
	m.leap = first >> 6;
	m.version = first >> 3 & 7;
	m.mode = first & 7;
	if (cursor_ok(&c) && (m.version < 1 || m.version > 4 || m.mode == 0))
		cursor_stop(&c, PARSE_BAD);
	if (m.mode == NTP_CONTROL) {
		read_control(&c, &m);
	} else if (m.mode == NTP_PRIVATE) {
		m.response = (first & 0x80) != 0;
		m.leap = 0;
		read_private(&c, &m);
	} else {
		read_times(&c, &m);
	}
	if (cursor_ok(&c))
		*out = m;
	return c.state;
}

bool
ntp_is_monlist(const struct ntp *m)
{
	enum { MON_GETLIST = 20, MON_GETLIST_1 = 42 };
	return m->mode == NTP_PRIVATE && (m->request == MON_GETLIST || m->request == MON_GETLIST_1);
}
