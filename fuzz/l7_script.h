/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/l7_script.h - one input as a conversation: a byte (L7_SCRIPT_TURN) changes the side, the first byte chooses the cuts.
 *
 * The oracle: the conversation in whole pieces and the same one cut small give the same events. */
#ifndef FUZZ_L7_SCRIPT_H
#define FUZZ_L7_SCRIPT_H

#include <netinet/in.h>
#include <stdlib.h>

#include "../tests/support/l7_drive.h"

/* One that the protocol needs seldom. */
#ifndef L7_SCRIPT_TURN
#define L7_SCRIPT_TURN 0xff
#endif

enum { L7_SCRIPT_WHOLE = 0, L7_SCRIPT_PARSERS = 16 };

/* A drive as new; two are kept for each parser, since making one costs more than most inputs. */
static inline struct l7_drive *
l7_script_drive(const struct l7_parser *parser, size_t which)
{
	static struct l7_drive *kept[2][L7_SCRIPT_PARSERS];
	size_t i = 0;
	while (i < L7_SCRIPT_PARSERS - 1 && kept[which][i] != NULL && kept[which][i]->parser != parser)
		i++;
	struct l7_drive *d = kept[which][i];
	if (d == NULL)
		return kept[which][i] = l7_drive_new(parser, IPPROTO_TCP, 80);
	if (d->parser != parser)
		abort();
	fake_sink_free(d->sink);
	d->sink = fake_sink_new();
	if (parser->state_size > 0)
		memset(d->state, 0, parser->state_size);
	for (size_t side = 0; side < 2; side++) {
		free(d->sides[side].waiting);
		d->sides[side] = (struct l7_drive_side){0};
	}
	d->done = d->broken = d->tls = false;
	d->steps = 0;
	return d;
}

/* Cuts each piece every `step` bytes; 0: not at all. */
static inline struct l7_drive *
l7_script_run(const struct l7_parser *parser, struct bytes script, size_t step)
{
	struct l7_drive *d = l7_script_drive(parser, step == L7_SCRIPT_WHOLE ? 0 : 1);
	enum l7_side side = L7_CLIENT;
	while (script.len > 0) {
		struct bytes piece = bytes_first(script, bytes_find(script, L7_SCRIPT_TURN));
		script = bytes_after(script, piece.len + 1);
		while (piece.len > 0) {
			struct bytes part = bytes_first(piece, step == L7_SCRIPT_WHOLE ? piece.len : step);
			l7_drive_send(d, side, part);
			piece = bytes_after(piece, part.len);
		}
		side = side == L7_CLIENT ? L7_SERVER : L7_CLIENT;
	}
	if (parser->incomplete != NULL && !d->done)
		(void)parser->incomplete(d->state); /* it must only not fall */
	l7_drive_finish(d);
	return d;
}

static inline void
l7_script_check(const struct l7_parser *parser, struct bytes input)
{
	if (input.len < 2)
		return;
	struct bytes script = bytes_after(input, 1);
	struct l7_drive *whole = l7_script_run(parser, script, L7_SCRIPT_WHOLE);
	struct l7_drive *cut = l7_script_run(parser, script, 1 + (input.at[0] & 15u));
	if (!fake_sink_eq(whole->sink, cut->sink))
		abort();
}

#endif
