/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "l7_drive.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "core/ensure.h"

static uint8_t scratch[L7_SCRATCH_SIZE]; /* valid during one call only: one is enough */

struct l7_drive *
l7_drive_new(const struct l7_parser *parser, uint8_t ip_proto, uint16_t server_port)
{
	static const uint8_t client[4] = {192, 0, 2, 1}, server[4] = {198, 51, 100, 1};
	ENSURE(parser->state_size <= L7_STATE_MAX);
	struct l7_drive *drive = calloc(1, sizeof(*drive));
	ENSURE(drive != NULL);
	drive->parser = parser;
	drive->sink = fake_sink_new();
	drive->state = calloc(1, parser->state_size > 0 ? parser->state_size : 1);
	ENSURE(drive->state != NULL);
	if (scratch[0] == 0)
		memset(scratch, 0xa5, sizeof(scratch)); /* nobody may count on zeros */
	drive->scratch = scratch;
	drive->flow = (struct l7_flow){
	    .flow_id = 1,
	    .time_ns = 1700000000000000000,
	    .start_ns = 1700000000000000000,
	    .client = addr_v4(client),
	    .server = addr_v4(server),
	    .client_port = 40000,
	    .server_port = server_port,
	    .ip_proto = ip_proto,
	    .ip_version = 4,
	    .client_mac = {2, 0, 0, 0, 0, 1},
	    .server_mac = {2, 0, 0, 0, 0, 2},
	    .has_mac = true,
	};
	return drive;
}

void
l7_drive_free(struct l7_drive *drive)
{
	if (drive == NULL)
		return;
	fake_sink_check(drive->sink);
	fake_sink_free(drive->sink);
	free(drive->state);
	free(drive->sides[0].waiting);
	free(drive->sides[1].waiting);
	free(drive);
}

static uint8_t *
exact_copy(struct bytes data)
{
	uint8_t *copy = malloc(data.len > 0 ? data.len : 1);
	ENSURE(copy != NULL);
	if (data.len > 0)
		memcpy(copy, data.at, data.len);
	return copy;
}

enum l7_guess
l7_drive_guess(struct l7_drive *drive, enum l7_side side, struct bytes data)
{
	uint8_t *copy = exact_copy(data);
	struct l7_input in = {.side = side, .data = {copy, data.len}, .flow = &drive->flow, .scratch = drive->scratch};
	enum l7_guess guess = drive->parser->guess(&in);
	free(copy);
	return guess;
}

static struct l7_step
call(struct l7_drive *drive, enum l7_side side, struct bytes data, bool end)
{
	uint8_t *copy = exact_copy(data);
	struct l7_input in = {
	    .side = side, .end = end, .data = {copy, data.len}, .flow = &drive->flow, .scratch = drive->scratch};
	struct l7_step step = drive->parser->step(drive->state, &in, drive->sink);
	free(copy);
	drive->steps++;
	fake_sink_check(drive->sink);
	ENSURE(step.used <= data.len);
	switch (step.verdict) {
	case L7_MORE: break;
	case L7_SIDE_DONE: drive->sides[side].done = true; break;
	case L7_BROKEN: drive->broken = drive->done = true; break;
	case L7_DONE: drive->done = true; break;
	case L7_TLS: drive->tls = drive->done = true; break;
	}
	return step;
}

static void
drop_front(struct l7_drive_side *s, uint64_t n)
{
	if (n > s->waiting_len) {
		s->skip += n - s->waiting_len;
		n = s->waiting_len;
	}
	s->waiting_len -= (size_t)n;
	if (n > 0)
		memmove(s->waiting, s->waiting + n, s->waiting_len);
}

/* True when the other side has to be called again. */
static bool
work_side(struct l7_drive *drive, enum l7_side side)
{
	struct l7_drive_side *s = &drive->sides[side];
	bool told_end = false;
	while (!drive->done && !s->done && (s->waiting_len > 0 || (s->ended && !told_end))) {
		size_t given = s->waiting_len;
		struct l7_step step = call(drive, side, (struct bytes){s->waiting, given}, s->ended);
		told_end = s->ended;
		drop_front(s, step.used);
		drop_front(s, step.skip);
		if (step.wake)
			return true;
		if (step.used == 0 && step.skip == 0)
			break;
	}
	ENSURE(drive->done || s->done || s->waiting_len <= L7_WAITING_MAX);
	return false;
}

static void
work(struct l7_drive *drive, enum l7_side side)
{
	while (work_side(drive, side))
		(void)work_side(drive, side == L7_CLIENT ? L7_SERVER : L7_CLIENT);
}

void
l7_drive_send(struct l7_drive *drive, enum l7_side side, struct bytes data)
{
	struct l7_drive_side *s = &drive->sides[side];
	ENSURE(!s->ended);
	drive->flow.packet_number++;
	drive->flow.time_ns++;
	if (drive->done || s->done)
		return;
	if (drive->flow.ip_proto != IPPROTO_TCP) {
		call(drive, side, data, false);
		return;
	}
	size_t skipped = data.len < s->skip ? data.len : (size_t)s->skip;
	s->skip -= skipped;
	data = bytes_after(data, skipped);
	if (data.len == 0)
		return;
	s->waiting = realloc(s->waiting, s->waiting_len + data.len);
	ENSURE(s->waiting != NULL);
	memcpy(s->waiting + s->waiting_len, data.at, data.len);
	s->waiting_len += data.len;
	work(drive, side);
}

void
l7_drive_cut(struct l7_drive *drive, enum l7_side side, struct bytes data, size_t i, size_t j)
{
	ENSURE(i <= j && j <= data.len);
	struct bytes parts[3] = {bytes_first(data, i), bytes_first(bytes_after(data, i), j - i), bytes_after(data, j)};
	for (size_t k = 0; k < LENGTH_OF(parts); k++)
		if (parts[k].len > 0)
			l7_drive_send(drive, side, parts[k]);
}

void
l7_drive_lose(struct l7_drive *drive, enum l7_side side, uint64_t lost)
{
	struct l7_drive_side *s = &drive->sides[side];
	if (drive->done || s->done)
		return;
	uint64_t harmless = lost < s->skip ? lost : s->skip;
	s->skip -= harmless;
	lost -= harmless;
	if (lost == 0)
		return;
	s->waiting_len = 0; /* the beginning of a message whose end is lost */
	if (drive->parser->gap == NULL || !drive->parser->gap(drive->state, side, lost))
		s->done = true;
}

void
l7_drive_end(struct l7_drive *drive, enum l7_side side)
{
	struct l7_drive_side *s = &drive->sides[side];
	if (s->ended)
		return;
	s->ended = true;
	if (drive->flow.ip_proto == IPPROTO_TCP)
		work(drive, side);
}

void
l7_drive_finish(struct l7_drive *drive)
{
	l7_drive_end(drive, L7_CLIENT);
	l7_drive_end(drive, L7_SERVER);
	if (drive->parser->finish != NULL)
		drive->parser->finish(drive->state, &drive->flow, drive->sink);
	fake_sink_check(drive->sink);
}
