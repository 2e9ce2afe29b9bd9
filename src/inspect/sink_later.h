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
	uint64_t flow_id;
	size_t at;    /* of the value of "alerted" in the text; what comes after it is the end of its object */
	bool alerted; /* it says true already */
};

enum { SINK_LATER_MORE_MAX = 128 };
/* What is asked of each flow. */
struct sink_later_asks {
	bool (*alerted)(void *context, uint64_t flow_id);
	/* More fields for its event, each with a comma before it: their length; 0: none. May be NULL. */
	size_t (*more)(void *context, uint64_t flow_id, char out[static SINK_LATER_MORE_MAX]);
	void *context;
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
void sink_later_add(struct sink_later *later, size_t line_len, uint64_t flow_id, size_t alerted_at, bool alerted);
/* Writes all, with what is answered of each flow. Then it is empty. */
void sink_later_write(struct sink_later *later, struct event_file *file, const struct sink_later_asks *asks);

#endif
