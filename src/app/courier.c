/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/courier.h"

#include "app/courier_fetch.h"
#include "connect/carrier.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 20 };

static uint8_t buffer[CHANNEL_MESSAGE_MAX + 2], out[CHANNEL_MESSAGE_MAX];

/* ---- The role ---- */

static int
carry(const struct channel_message *m, struct arena *arena, struct delivery_receipt *receipt, struct diag *diag)
{
	struct courier_order order;
	struct carrier *carrier = NULL;
	if (m->type != COURIER_PARCEL || courier_wire_get_order(m->body, arena, &order) != PARSE_OK)
		return diag_say(diag, -EBADMSG, "%s", _("the courier got no parcel"));
	text_speak(order.language);
	int r = carrier_new(&carrier, &order.connector, diag);
	if (r == 0)
		r = sandbox_enter(SANDBOX_COURIER, NULL, diag);
	if (r >= 0) {
		struct delivery_carrier by = carrier_of(carrier);
		r = delivery_send(&order.connector, &by, &order.parcel, receipt, diag);
	}
	carrier_free(carrier);
	return r;
}

int
courier_main(void)
{
	struct arena arena;
	struct delivery_receipt receipt = {0};
	struct diag diag = {.offset = UINT64_MAX};
	struct writer w = writer_of(out, sizeof(out));
	struct channel_message m = {.fd = -1};
	if (channel_receive(COURIER_FD_PARENT, buffer, sizeof(buffer), &m) <= 0 || arena_init(&arena, ARENA_BYTES) < 0)
		return 1;
	if (m.type == COURIER_FETCH)
		return courier_fetch_serve(COURIER_FD_PARENT, &m, buffer, sizeof(buffer));
	int r = carry(&m, &arena, &receipt, &diag);
	if (r < 0)
		courier_wire_put_fault(&w, r, &diag);
	else
		courier_wire_put_receipt(&w, &receipt);
	r = channel_send(COURIER_FD_PARENT, r < 0 ? COURIER_FAULT : COURIER_RECEIPT, writer_written(&w), -1);
	arena_done(&arena);
	return r < 0 ? 1 : 0;
}

/* ---- Its parent ---- */

int
courier_start(struct diag *diag)
{
	int ends[2];
	int r = channel_pair(ends);
	if (r < 0)
		return diag_say(diag, r, "%s", text_error(-r));
	r = sandbox_spawn("courier", &ends[1], 1);
	close(ends[1]);
	if (r >= 0)
		return ends[0];
	close(ends[0]);
	return diag_say(diag, r, "%s", _("a process could not be started"));
}

int
courier_send(int end, const struct courier_order *order, struct delivery_receipt *receipt, struct diag *diag)
{
	struct writer w = writer_of(out, sizeof(out));
	struct channel_message m;
	int error = 0;
	courier_wire_put_order(&w, order);
	if (!writer_ok(&w))
		return diag_say(diag, -E2BIG, "%s", _("this incident is too large to be sent"));
	if (channel_send(end, COURIER_PARCEL, writer_written(&w), -1) < 0 ||
	    channel_receive(end, buffer, sizeof(buffer), &m) <= 0)
		return diag_say(diag, -EPIPE, "%s", _("a role ended at once: beffroi doctor tells what this machine lacks"));
	if (m.type == COURIER_RECEIPT && courier_wire_get_receipt(m.body, receipt) == PARSE_OK)
		return 0;
	if (m.type == COURIER_FAULT && courier_wire_get_fault(m.body, &error, diag) == PARSE_OK)
		return error;
	return diag_say(diag, -EBADMSG, "%s", _("the courier said something that makes no sense"));
}
