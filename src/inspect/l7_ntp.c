/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_ntp.h"

#include "inspect/eve_ntp.h"
#include "inspect/l7_turn.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"

enum {
	PORT_NTP = 123,
	BAD_MAX = 8, /* datagrams one after the other */
};

struct state {
	uint32_t messages;
	uint8_t bad_count;
	bool monlist_said;
};

/* What stands behind the 48 bytes: nothing, a key number alone (RFC 5905 7.5, crypto-NAK), a key number and a
 * digest of 8, 16 or 20 bytes. Extension fields are believed on the port of NTP only. */
static bool
plausible_tail(size_t len)
{
	return len == 0 || len == 4 || len == 12 || len == 20 || len == 24;
}

/* Without the port's help: a message that a clock could have sent. */
static bool
plausible_times(const struct ntp *m)
{
	enum { DELAY_MAX = 256 << 16 }; /* seconds, 16.16 */
	bool zero = m->reference == 0 && m->origin == 0 && m->receive == 0;
	if (m->stratum > 16 || m->poll < 0 || m->poll > 17 || m->precision > 0 || !plausible_tail(m->tail.len))
		return false;
	if (m->root_delay > DELAY_MAX || m->root_dispersion > DELAY_MAX)
		return false;
	if (m->mode == NTP_CLIENT && zero) /* RFC 4330 5: a simple client leaves all but its own time empty */
		return m->stratum == 0 && m->root_delay == 0 && (m->transmit != 0 || m->tail.len == 0);
	return m->transmit != 0 && m->precision < -3 && (m->mode != NTP_SERVER || m->receive != 0);
}

static enum l7_guess
guess(const struct l7_input *in)
{
	struct ntp m;
	if (ntp_parse(in->data, &m) != PARSE_OK)
		return L7_NO;
	if (in->flow->server_port == PORT_NTP || in->flow->client_port == PORT_NTP)
		return L7_YES;
	if (m.mode == NTP_CONTROL || m.mode == NTP_PRIVATE) /* too little in them to be told from others */
		return L7_NO;
	return m.version >= 3 && plausible_times(&m) ? L7_YES : L7_NO;
}

static void
describe(const void *context, struct json *j)
{
	eve_ntp_write(j, context);
}

static void
show(const struct l7_input *in, struct sink *sink, const struct ntp *m, uint64_t tx_id)
{
	const struct l7_tx tx = {.id = tx_id, .describe = describe, .context = m};
	struct view_set *v = sink_views(sink, in, &tx);
	if (v == NULL)
		return;
	view_set_put_number(v, VIEW_NTP_VERSION, m->version);
	view_set_put_number(v, VIEW_NTP_MODE, m->mode);
	if (m->mode != NTP_CONTROL && m->mode != NTP_PRIVATE) {
		view_set_put_number(v, VIEW_NTP_STRATUM, m->stratum);
		view_set_put(v, VIEW_NTP_REFERENCE_ID, (struct bytes){m->reference_id, sizeof(m->reference_id)});
	}
	sink_show(sink, true);
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_step done = {.used = in->data.len, .verdict = L7_MORE};
	struct l7_flow room;
	struct ntp m;
	if (ntp_parse(in->data, &m) != PARSE_OK) {
		sink_anomaly(sink, in, APP_NTP, BYTES("malformed_data"));
		if (++s->bad_count >= BAD_MAX)
			done.verdict = L7_BROKEN;
		return done;
	}
	s->bad_count = 0;
	if (ntp_is_monlist(&m) && !s->monlist_said) {
		s->monlist_said = true;
		sink_anomaly(sink, in, APP_NTP, BYTES("monlist"));
	}
	show(in, sink, &m, s->messages++);
	struct json *j = sink_open(sink, BYTES("ntp"), l7_turn_to_sender(in, &room));
	if (j != NULL) {
		eve_ntp_write(j, &m);
		sink_close(sink);
	}
	return done;
}

const struct l7_parser l7_ntp_parser = {
    .app = APP_NTP,
    .udp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
};
