/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/sink_later.h - flow events that wait until what was seen with them has been judged.
 *
 * `flow.alerted` says whether an alert concerned the flow; alerts are raised when the observations of all workers have been
 * put in order, after the flow has ended. So its line waits here, for as long as its chunk of the capture takes. One per
 * worker and chunk; memory is reserved at start, and touched only as far as it is used.
 */
#ifndef INSPECT_SINK_LATER_H
#define INSPECT_SINK_LATER_H

#include "inspect/sink.h"

enum { SINK_LATER_LINE_MAX = 8192 };

struct sink_later_mark {
	uint64_t flow_id; /* 0: it says so already */
	size_t at;        /* of the value "false" in the text */
};

struct sink_later {
	char *text;
	struct sink_later_mark *marks; /* behind the text, in the same reservation */
	size_t used, count;
};

MUST_USE int sink_later_init(struct sink_later *later); /* 0 or -ENOMEM */
void sink_later_done(struct sink_later *later);         /* takes a zeroed one as well */
/* Whether one more line fits. */
bool sink_later_has_room(const struct sink_later *later);
/* A whole line of this length is at the end of the text. */
void sink_later_add(struct sink_later *later, size_t line_len, uint64_t flow_id, size_t alerted_at);
/* Writes all, with what alerted() says of each flow. Then it is empty. */
void sink_later_write(
    struct sink_later *later, struct event_file *file, bool (*alerted)(void *context, uint64_t flow_id), void *context);

#endif
