/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_recognise.h"

#include "core/cursor.h"
#include "inspect/sink.h"

static enum l7_guess
guess_by(const struct l7_input *in, enum recognise_look (*look)(struct bytes, enum recognise_side))
{
	switch (look(in->data, in->side == L7_CLIENT ? RECOGNISE_CLIENT : RECOGNISE_SERVER)) {
	case RECOGNISE_NO: return L7_NO;
	case RECOGNISE_MAYBE: return L7_MAYBE;
	case RECOGNISE_YES: return L7_YES;
	}
	return L7_NO;
}

static struct l7_step
known_now(void *state, const struct l7_input *in, struct sink *sink)
{
	(void)state;
	(void)sink;
	return (struct l7_step){.used = in->data.len, .verdict = L7_DONE};
}

enum { RDP_REQUEST_MAX = 512 };

/* The client names its user before anything is encrypted. */
static struct l7_step
rdp_step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct cursor c = cursor_of(in->data);
	cursor_be16(&c); /* version */
	uint16_t length = cursor_be16(&c);
	if (in->side == L7_SERVER || length > RDP_REQUEST_MAX)
		return known_now(state, in, sink);
	if ((!cursor_ok(&c) || in->data.len < length) && !in->end)
		return (struct l7_step){.verdict = L7_MORE};
	struct bytes user = recognise_rdp_user(bytes_first(in->data, length));
	if (user.len > 0) {
		struct observation *o = sink_observe(sink, OBSERVATION_LOGIN, in->flow);
		if (o != NULL) {
			o->login.app = APP_RDP;
			o->login.outcome = LOGIN_SENT;
			o->login.user_len = sink_copy(o->login.user, sizeof(o->login.user), user);
		}
	}
	return known_now(state, in, sink);
}

#define PARSER(name, is, over_tcp, over_udp, how)                    \
	static enum l7_guess name##_guess(const struct l7_input *in) \
	{                                                            \
		return guess_by(in, recognise_##name);               \
	}                                                            \
	const struct l7_parser l7_recognise_##name##_parser = {      \
	    .app = is, .tcp = over_tcp, .udp = over_udp, .guess = name##_guess, .step = how};

PARSER(http2, APP_HTTP2, true, false, known_now)
PARSER(rdp, APP_RDP, true, false, rdp_step)
PARSER(bittorrent, APP_BITTORRENT, true, false, known_now)
PARSER(vnc, APP_VNC, true, false, known_now)
PARSER(mssql, APP_MSSQL, true, false, known_now)
PARSER(openvpn, APP_OPENVPN, false, true, known_now)
PARSER(openvpn_tcp, APP_OPENVPN, true, false, known_now)
PARSER(modbus, APP_MODBUS, true, false, known_now)
PARSER(ssdp, APP_SSDP, false, true, known_now)
PARSER(nbns, APP_NBNS, false, true, known_now)
