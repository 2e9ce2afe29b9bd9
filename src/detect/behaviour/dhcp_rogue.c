/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/dhcp_rogue.h"

#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

static const char name_cstr[] = "dhcp-rogue";

enum { DHCP_OFFER = 2, DHCP_ACK = 5, DHCP_NAK = 6 }; /* RFC 2132 9.6 */

struct server_key {
	struct addr server;
	uint32_t vlan;
};

struct server {
	int64_t first_ns, told_ns;
	uint64_t answers;
	bool learned, told;
};

struct network { /* what is known of a VLAN */
	int64_t first_ns;
	struct addr server; /* the first one seen */
};

struct state {
	struct keyed_table *networks; /* VLAN -> network */
	struct keyed_table *servers;  /* server_key -> server */
	int64_t learn_ns, repeat_ns;
};

static void
stop(void *state)
{
	struct state *s = state;
	keyed_table_free(s->networks);
	keyed_table_free(s->servers);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->learn_ns = (int64_t)tuning_u64(tuning, name_cstr, "learn_s") * 1000000000;
	s->repeat_ns = (int64_t)tuning_u64(tuning, name_cstr, "repeat_s") * 1000000000;
	s->networks = keyed_table_new(sizeof(uint32_t), sizeof(struct network), memory_bytes / 2);
	s->servers = keyed_table_new(sizeof(struct server_key), sizeof(struct server), memory_bytes / 2);
	return s->networks == NULL || s->servers == NULL ? -ENOMEM : 0;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_dhcp *d = &o->dhcp;
	if ((d->type != DHCP_OFFER && d->type != DHCP_ACK && d->type != DHCP_NAK) || addr_is_zero(&d->server))
		return;
	bool is_new;
	uint32_t vlan = o->vlan;
	struct network *network = keyed_table_get(s->networks, &vlan, &is_new);
	if (is_new)
		*network = (struct network){.first_ns = o->time_ns, .server = d->server};
	struct server_key key = {.server = d->server, .vlan = vlan};
	struct server *server = keyed_table_get(s->servers, &key, &is_new);
	if (is_new) {
		server->first_ns = o->time_ns;
		server->learned = o->time_ns - network->first_ns < s->learn_ns;
	}
	server->answers++;
	if (server->learned || addr_eq(&d->server, &network->server) ||
	    (server->told && o->time_ns - server->told_ns < s->repeat_ns))
		return;
	server->told = true;
	server->told_ns = o->time_ns;
	struct alert alert;
	detector_alert(&alert, &dhcp_rogue_detector, o);
	alert.first_ns = server->first_ns;
	alert.source = d->server;
	alert.target = (struct addr){0};
	alert.source_port = 67;
	alert.target_port = 68;
	alert.app = APP_DHCP;
	alert.count = server->answers;
	alert_fact_addr(&alert, "usual", &network->server);
	if (!addr_is_zero(&d->assigned))
		alert_fact_addr(&alert, "offered", &d->assigned);
	seen->out->say(seen->out->context, &alert);
}

const struct detector dhcp_rogue_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000025,
    .technique_cstr = "T1557.003",
    .stage = STAGE_CREDENTIALS,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_DHCP),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = stop,
};
