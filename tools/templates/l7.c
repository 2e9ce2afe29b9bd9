/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_@name@.h"

#include <netinet/in.h>

#include "inspect/eve_@name@.h"
#include "inspect/l7_turn.h"
#include "inspect/sink.h"

struct state { /* per flow, zeroed before the first step */
	uint64_t messages;
};
_Static_assert(sizeof(struct state) <= L7_STATE_MAX, "the state must fit in its budget");

/* By content only, and specific: no other protocol's first bytes may pass. */
static enum l7_guess
guess(const struct l7_input *in)
{
	struct @name@ m;
	size_t used;
	switch (@name@_parse(in->data, &used, &m)) {
	case PARSE_OK: return L7_YES;
	case PARSE_SHORT: return in->flow->ip_proto == IPPROTO_TCP ? L7_MAYBE : L7_NO;
	case PARSE_BAD: return L7_NO;
	}
	return L7_NO;
}

static void
say(struct state *s, const struct l7_input *in, struct sink *sink, const struct @name@ *m)
{
	struct l7_flow room;
	struct json *j = sink_open(sink, BYTES("@name@"), l7_turn_to_sender(in, &room));
	s->messages++;
	if (j == NULL)
		return;
	eve_@name@_write(j, m);
	sink_close(sink);
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct bytes left = in->data;
	enum parse result = PARSE_OK;
	while (left.len > 0 && result == PARSE_OK) {
		struct @name@ m;
		size_t used;
		result = @name@_parse(left, &used, &m);
		if (result != PARSE_OK)
			break;
		say(s, in, sink, &m);
		left = bytes_after(left, used);
	}
	bool cut = result == PARSE_SHORT && (in->end || in->flow->ip_proto != IPPROTO_TCP);
	if (result == PARSE_BAD || cut) {
		sink_anomaly(sink, in, APP_@NAME@, BYTES("malformed_data"));
		return (struct l7_step){.used = in->data.len, .verdict = L7_BROKEN};
	}
	return (struct l7_step){.used = in->data.len - left.len, .verdict = L7_MORE};
}

const struct l7_parser l7_@name@_parser = {
    .app = APP_@NAME@,
    .@transport@ = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
};
