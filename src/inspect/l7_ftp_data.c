/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_ftp_data.h"

#include "inspect/content.h"
#include "inspect/eve_ftp.h"
#include "inspect/l7_expect.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"

struct state {
	bool known, said;
	bool has_file; /* it was opened; the number may be 0 all the same */
	uint32_t file;
	uint64_t lost; /* bytes, before what comes next */
	struct l7_expected expected;
};

static struct bytes
command_of(const struct state *s)
{
	return (struct bytes){s->expected.command, s->expected.command_len};
}

static void
describe(const void *context, struct json *j)
{
	const struct state *s = context;
	eve_ftp_write_data(j, command_of(s), (struct bytes){s->expected.name, s->expected.name_len});
}

static struct l7_tx
tx_of(const struct state *s)
{
	return (struct l7_tx){.describe = describe, .context = s};
}

/* What comes from an FTP server is "to the client", whoever opened the connection (RFC 959: the server does, unless asked otherwise). */
static void
show_command(struct state *s, const struct l7_input *in, struct sink *sink)
{
	struct l7_tx tx = tx_of(s);
	struct l7_input turned = *in;
	bool stores = bytes_eq(command_of(s), BYTES("STOR")) || bytes_eq(command_of(s), BYTES("STOU")) ||
	    bytes_eq(command_of(s), BYTES("APPE"));
	turned.side = stores ? L7_CLIENT : L7_SERVER;
	struct view_set *v = sink_views(sink, &turned, &tx);
	if (v == NULL)
		return;
	view_set_put(v, VIEW_FTP_DATA_COMMAND, command_of(s));
	sink_show(sink, false);
}

static void
say(struct state *s, const struct l7_input *in, const struct l7_flow *flow, struct sink *sink, enum content_end end)
{
	struct l7_tx tx = tx_of(s);
	if (!s->known || s->said)
		return;
	s->said = true;
	content_close(sink, s->file, in, flow, &tx, end);
	s->file = 0;
	struct json *j = sink_open(sink, BYTES("ftp_data"), flow);
	if (j == NULL)
		return;
	json_u64(j, JSON_KEY("tx_id"), 0);
	describe(s, j);
	sink_close(sink);
}

static struct l7_step
ftp_data_step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_step step = {.used = in->data.len, .verdict = L7_MORE};
	struct l7_tx tx = tx_of(s);
	if (!s->known) {
		if (!l7_expect_take(sink_expect(sink), in->flow, &s->expected))
			return (struct l7_step){.used = in->data.len, .verdict = L7_DONE};
		s->known = true;
		show_command(s, in, sink);
	}
	if (s->said)
		return step;
	if (in->data.len > 0 && !s->has_file && s->expected.name_len > 0) {
		s->has_file = true;
		s->file = content_open(sink, in, &tx,
		    &(struct content_spec){
		        .app = APP_FTP_DATA, .is_file = true, .name = {s->expected.name, s->expected.name_len}});
	}
	if (s->lost > 0)
		content_gap(sink, s->file, s->lost);
	s->lost = 0;
	content_data(sink, s->file, in, &tx, in->data);
	if (in->end && s->has_file)
		say(s, in, in->flow, sink, CONTENT_COMPLETE);
	return step;
}

static bool
ftp_data_gap(void *state, enum l7_side side, uint64_t lost)
{
	struct state *s = state;
	(void)side;
	s->lost += lost;
	return true; /* what follows is looked into all the same */
}

static void
ftp_data_finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	say(state, NULL, flow, sink, CONTENT_TRUNCATED);
}

/* By its announcement only (inspect/reader.c). */
static enum l7_guess
ftp_data_guess(const struct l7_input *in)
{
	(void)in;
	return L7_NO;
}

const struct l7_parser l7_ftp_data_parser = {
    .app = APP_FTP_DATA,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = ftp_data_guess,
    .step = ftp_data_step,
    .gap = ftp_data_gap,
    .finish = ftp_data_finish,
};
