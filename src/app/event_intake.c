/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/event_intake.h"

#include "core/text.h"
#include "dossier/events_line.h"

#include <errno.h>
#include <stdlib.h>

struct event_intake {
	struct events_keep *keep;
	uint64_t refused;
	bool skipping; /* the rest of a line that is too long */
	size_t used, room;
	uint8_t *rest; /* the beginning of a line */
};

int
event_intake_new(struct event_intake **out, struct dossier *dossier, enum events_keep_mode mode, enum events_keep_what what,
    struct diag *diag)
{
	struct event_intake *in = calloc(1, sizeof(*in));
	if (in == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int r = events_keep_new(&in->keep, dossier, mode, what, diag);
	if (r < 0)
		free(in);
	else
		*out = in;
	return r;
}

static int
keep_line(struct event_intake *in, struct bytes line, struct diag *diag)
{
	int r = line.len == 0 ? 0 : events_keep_add(in->keep, line, diag);
	in->refused += r == -EINVAL;
	return r == -EINVAL ? 0 : r;
}

static int
append(struct event_intake *in, struct bytes part, struct diag *diag)
{
	if (in->skipping || part.len > EVENTS_LINE_MAX - in->used) {
		in->refused += !in->skipping;
		in->skipping = true;
		in->used = 0;
		return 0;
	}
	if (part.len > in->room - in->used) {
		size_t room = in->used + part.len + 4096;
		uint8_t *rest = realloc(in->rest, room);
		if (rest == NULL)
			return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
		in->rest = rest;
		in->room = room;
	}
	memcpy(in->rest + in->used, part.at, part.len);
	in->used += part.len;
	return 0;
}

int
event_intake_take(struct event_intake *in, struct bytes piece, struct diag *diag)
{
	int r = 0;
	while (piece.len > 0 && r == 0) {
		struct bytes line = bytes_first(piece, bytes_find(piece, '\n'));
		bool ends = line.len < piece.len;
		piece = bytes_after(piece, line.len + 1);
		if (ends && in->used == 0 && !in->skipping) {
			r = keep_line(in, line, diag);
			continue;
		}
		r = line.len > 0 ? append(in, line, diag) : 0;
		if (!ends || r < 0)
			continue;
		if (!in->skipping)
			r = keep_line(in, (struct bytes){in->rest, in->used}, diag);
		in->skipping = false;
		in->used = 0;
	}
	return r;
}

int
event_intake_flush(struct event_intake *in, struct diag *diag)
{
	return events_keep_flush(in->keep, diag);
}

int
event_intake_close(struct event_intake *in, struct event_intake_counts *out, struct diag *diag)
{
	struct event_intake_counts counts = {0};
	if (in == NULL)
		return 0;
	int r = events_keep_close(in->keep, &counts.kept, diag);
	counts.refused = in->refused;
	if (out != NULL)
		*out = counts;
	free(in->rest);
	free(in);
	return r;
}
