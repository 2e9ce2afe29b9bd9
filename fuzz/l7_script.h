/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/l7_script.h - one input as a conversation: byte 0xff changes the side, the first byte chooses the cuts.
 *
 * The oracle: the conversation in whole pieces and the same one cut small give the same events. */
#ifndef FUZZ_L7_SCRIPT_H
#define FUZZ_L7_SCRIPT_H

#include <netinet/in.h>
#include <stdlib.h>

#include "../tests/support/l7_drive.h"

enum { L7_SCRIPT_WHOLE = 0 };

/* Cuts each piece every `step` bytes; 0: not at all. */
static inline struct l7_drive *
l7_script_run(const struct l7_parser *parser, struct bytes script, size_t step)
{
	struct l7_drive *d = l7_drive_new(parser, IPPROTO_TCP, 80);
	enum l7_side side = L7_CLIENT;
	while (script.len > 0) {
		struct bytes piece = bytes_first(script, bytes_find(script, 0xff));
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
	struct l7_drive *cut = l7_script_run(parser, script, 1 + (input.at[0] & 31u));
	if (!fake_sink_eq(whole->sink, cut->sink))
		abort();
	l7_drive_free(whole);
	l7_drive_free(cut);
}

#endif
