/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_smb.h"

#include "inspect/content.h"
#include "inspect/l7_smb_state.h"
#include "proto/nbss.h"
#include "proto/smb2.h"

_Static_assert(sizeof(struct l7_smb) <= L7_STATE_MAX, "the state must fit in its budget");

/* [MS-SMB2] 2.2.41: who, and that nothing more can be read. */
static void
tell_encrypted(struct l7_smb_turn *t, struct bytes message)
{
	struct smb2_transform transform;
	if (t->smb->encrypted_told || smb2_parse_transform(message, &transform) != PARSE_OK)
		return;
	t->smb->encrypted_told = true;
	struct l7_smb_head h = {.session_id = transform.session_id, .version = 2};
	struct l7_smb_tx *tx = l7_smb_tx_new(t, &h, L7_SMB_ENCRYPTED);
	l7_smb_tx_show(t, tx, t->in->side, true);
	l7_smb_tx_end(t, tx);
}

/* One message of those in a frame: bytes that are finished with; 0: more must come. */
static size_t
take_message(struct l7_smb_turn *t, struct bytes rest, bool *good)
{
	struct l7_smb_side *side = &t->smb->sides[t->in->side];
	struct bytes here = bytes_first(rest, side->frame_left);
	struct smb2 m;
	size_t length = side->frame_left;
	if (here.len < 4 && here.len < side->frame_left)
		return 0;
	if (bytes_start_with(here, BYTES("\xfdSMB"))) {
		if (here.len < SMB2_TRANSFORM_SIZE && here.len < side->frame_left)
			return 0;
		tell_encrypted(t, here);
		side->message_left = (uint32_t)(length - here.len);
		return here.len;
	}
	if (bytes_start_with(here, BYTES("\xffSMB")))
		return l7_smb_v1_message(t, here, length, good);
	enum parse parsed = smb2_parse(here, &m);
	*good = parsed != PARSE_BAD;
	if (parsed != PARSE_OK)
		return 0;
	if (m.next != 0 && m.next < length)
		length = m.next;
	return l7_smb_v2_message(t, bytes_first(here, length), length, good);
}

/* After a gap: to the first frame with a message. */
static size_t
find_frame(struct bytes data)
{
	size_t at = 0;
	while (at < data.len && nbss_recognise_smb(bytes_after(data, at)) == PARSE_BAD)
		at++;
	return at;
}

static void
lose_frame(struct l7_smb_side *side)
{
	side->lost = true;
	side->frame_left = side->message_left = side->data_left = 0;
	side->file = L7_SMB_NO_FILE;
	side->held = 0;
}

/* A frame begins, or what was lost is looked for. False: more must come. */
static bool
open_frame(struct l7_smb_turn *t, struct bytes data, struct l7_step *step)
{
	struct l7_smb_side *side = &t->smb->sides[t->in->side];
	struct nbss frame;
	if (side->lost) {
		size_t at = find_frame(bytes_after(data, step->used));
		step->used += at;
		if (nbss_recognise_smb(bytes_after(data, step->used)) != PARSE_OK)
			return false;
		side->lost = false;
	}
	enum parse parsed = nbss_parse(bytes_after(data, step->used), &frame);
	if (parsed == PARSE_SHORT)
		return false;
	if (parsed == PARSE_BAD) {
		l7_smb_tx_event(t, "malformed_data");
		lose_frame(side);
		step->used++; /* not there */
		return true;
	}
	step->used += NBSS_HEADER_SIZE;
	side->frame_left = frame.length;
	if (frame.type != NBSS_MESSAGE) {
		side->message_left = frame.length;
		return true;
	}
	return true;
}

/* Bytes of a file, or that nobody reads. */
static void
pass(struct l7_smb_turn *t, struct bytes data, struct l7_step *step)
{
	struct l7_smb_side *side = &t->smb->sides[t->in->side];
	struct bytes rest = bytes_after(data, step->used);
	if (side->data_left > 0 && side->file != L7_SMB_NO_FILE && content_is_wanted(t->sink, APP_SMB)) {
		struct bytes part = bytes_first(rest, side->data_left);
		l7_smb_file_data(t, side->file, part);
		step->used += part.len;
		side->data_left -= (uint32_t)part.len;
		side->frame_left -= (uint32_t)part.len;
		return;
	}
	if (side->data_left > 0 && side->file != L7_SMB_NO_FILE)
		l7_smb_file_lost(t, side->file, side->data_left);
	step->skip = (uint64_t)side->data_left + side->message_left;
	side->frame_left -= (uint32_t)step->skip;
	side->data_left = side->message_left = 0;
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct l7_smb_turn turn = {.smb = state, .in = in, .flow = in->flow, .sink = sink}, *t = &turn;
	struct l7_smb_side *side = &t->smb->sides[in->side];
	struct l7_step step = {.verdict = L7_MORE};
	if (side->lost_data > 0) {
		l7_smb_file_lost(t, side->file, side->lost_data);
		side->lost_data = 0;
	}
	while (step.used < in->data.len && step.skip == 0) {
		bool good = true;
		if (side->data_left > 0 || side->message_left > 0) {
			pass(t, in->data, &step);
			continue;
		}
		if (side->frame_left == 0) {
			if (!open_frame(t, in->data, &step))
				break;
			continue;
		}
		struct bytes rest = bytes_after(in->data, step.used);
		size_t used = take_message(t, rest, &good);
		/* All of the frame is here: nothing that it lacks will come. */
		if (!good || (used == 0 && rest.len >= side->frame_left)) {
			l7_smb_tx_event(t, "malformed_data");
			side->message_left = side->frame_left;
			continue;
		}
		if (used == 0)
			break;
		step.used += used;
		side->frame_left -= (uint32_t)used;
	}
	return step;
}

/* What is lost inside the data of a file is a hole in it; else the next frame must be found. */
static bool
gap(void *state, enum l7_side which, uint64_t lost)
{
	struct l7_smb *s = state;
	struct l7_smb_side *side = &s->sides[which];
	if (lost < side->data_left) {
		side->data_left -= (uint32_t)lost;
		side->frame_left -= (uint32_t)lost;
		side->lost_data += side->file != L7_SMB_NO_FILE ? lost : 0;
	} else {
		lose_frame(side);
	}
	return true;
}

static void
finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct l7_smb_turn turn = {.smb = state, .flow = flow, .sink = sink};
	l7_login_answer(&turn.smb->login, APP_SMB, LOGIN_SENT, flow, sink);
	l7_smb_file_end(&turn);
	while (turn.smb->tx_count > 0)
		l7_smb_tx_end(&turn, &turn.smb->txs[0]);
}

static enum l7_guess
guess(const struct l7_input *in)
{
	struct nbss frame;
	/* RFC 1002 4.3.2: names of 32 letters, then the connection waits for an answer. */
	if (in->side == L7_CLIENT && in->data.len > 0 && in->data.at[0] == NBSS_REQUEST) {
		if (in->data.len <= NBSS_HEADER_SIZE)
			return L7_MAYBE;
		(void)nbss_parse(in->data, &frame);
		return frame.length == 68 && in->data.at[NBSS_HEADER_SIZE] == 32 ? L7_YES : L7_NO;
	}
	switch (nbss_recognise_smb(in->data)) {
	case PARSE_OK: return L7_YES;
	case PARSE_SHORT: return L7_MAYBE;
	case PARSE_BAD: return L7_NO;
	}
	return L7_NO;
}

/* Both versions say in their header who speaks. */
static enum l7_sender
sender(struct bytes data)
{
	enum { FLAGS1 = 9, REPLY = 0x80, FLAGS2 = 16 };
	struct bytes message = bytes_after(data, NBSS_HEADER_SIZE);
	bool first = bytes_start_with(message, BYTES("\xffSMB"));
	size_t at = first ? FLAGS1 : FLAGS2;
	if (message.len <= at || bytes_start_with(message, BYTES("\xfdSMB")))
		return L7_BY_EITHER;
	return (message.at[at] & (first ? REPLY : 1)) != 0 ? L7_BY_SERVER : L7_BY_CLIENT;
}

const struct l7_parser l7_smb_parser = {
    .app = APP_SMB,
    .tcp = true,
    .state_size = sizeof(struct l7_smb),
    .guess = guess,
    .step = step,
    .gap = gap,
    .finish = finish,
    .sender = sender,
};
