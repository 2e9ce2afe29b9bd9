/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_tftp.h"

#include "inspect/eve_tftp.h"
#include "inspect/l7_turn.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"

struct state {
	uint64_t requests;
};

/* A request has words that no other protocol begins with, on whatever port. */
static enum l7_guess
guess(const struct l7_input *in)
{
	struct tftp m;
	return tftp_parse(in->data, &m) == PARSE_OK ? L7_YES : L7_NO;
}

static void
describe(const void *context, struct json *j)
{
	eve_tftp_write(j, context);
}

/* What is no request belongs to a transfer that was not begun here: it is passed over. */
static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_flow room;
	struct tftp m;
	if (tftp_parse(in->data, &m) == PARSE_OK) {
		const struct l7_tx tx = {.id = s->requests++, .describe = describe, .context = &m};
		if (sink_views(sink, in, &tx) != NULL)
			sink_show(sink, true);
		struct json *j = sink_open(sink, BYTES("tftp"), l7_turn_to_sender(in, &room));
		if (j != NULL) {
			eve_tftp_write(j, &m);
			sink_close(sink);
		}
	}
	return (struct l7_step){.used = in->data.len, .verdict = L7_MORE};
}

const struct l7_parser l7_tftp_parser = {
    .app = APP_TFTP,
    .udp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
};
