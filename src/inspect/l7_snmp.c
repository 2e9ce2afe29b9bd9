/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_snmp.h"

#include "inspect/eve_snmp.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"
#include "proto/recognise.h"

struct state {
	uint32_t next_tx;
};

static void
describe(const void *context, struct json *json)
{
	eve_snmp_write(json, context);
}

static void
show(const struct snmp *s, uint64_t tx_id, const struct l7_input *in, struct sink *sink)
{
	struct l7_tx tx = {.id = tx_id, .describe = describe, .context = s};
	struct view_set *v = sink_views(sink, in, &tx);
	if (v == NULL)
		return;
	char oid[SNMP_OID_TEXT], address[ADDR_TEXT_MAX];
	view_set_put_number(v, VIEW_SNMP_VERSION, s->version);
	if (s->has_community)
		view_set_put(v, VIEW_SNMP_COMMUNITY, s->community);
	if (s->has_user)
		view_set_put(v, VIEW_SNMP_USM, s->user);
	if (!s->encrypted)
		view_set_put_number(v, VIEW_SNMP_PDU_TYPE, s->pdu);
	if (!s->encrypted && s->pdu == SNMP_TRAP_V1) {
		struct addr from = addr_v4(s->trap_address);
		view_set_put_number(v, VIEW_SNMP_TRAP_TYPE, s->trap_type);
		view_set_put(v, VIEW_SNMP_TRAP_OID, (struct bytes){(const uint8_t *)oid, snmp_write_oid(s->trap_oid, oid)});
		view_set_put(
		    v, VIEW_SNMP_TRAP_ADDRESS, (struct bytes){(const uint8_t *)address, addr_write(&from, address)});
	}
	sink_show(sink, true);
}

static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *kept = state;
	struct l7_step step = {.used = in->data.len, .verdict = L7_MORE};
	struct snmp s;
	if (snmp_parse(in->data, &s) != PARSE_OK) {
		sink_anomaly(sink, in, APP_SNMP, BYTES("malformed_data"));
		return step;
	}
	struct json *j = sink_open(sink, BYTES("snmp"), in->flow);
	if (j != NULL) {
		eve_snmp_write(j, &s);
		sink_close(sink);
	}
	show(&s, kept->next_tx++, in, sink);
	return step;
}

static enum l7_guess
guess(const struct l7_input *in)
{
	return recognise_snmp(in->data, RECOGNISE_CLIENT) == RECOGNISE_YES ? L7_YES : L7_NO;
}

static bool
reduce(const void *state, uint32_t *kept)
{
	*kept = ((const struct state *)state)->next_tx;
	return true;
}

static void
resume(void *state, uint32_t kept)
{
	((struct state *)state)->next_tx = kept;
}

const struct l7_parser l7_snmp_parser = {
    .app = APP_SNMP,
    .udp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
    .reduce = reduce,
    .resume = resume,
};
