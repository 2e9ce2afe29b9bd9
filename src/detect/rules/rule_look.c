/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_look.h"

#include "detect/rules/rule_ranges.h"
#include "detect/rules/rule_threshold.h"

struct rule_look
rule_look_of_flow(struct rule_engine *e, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number)
{
	struct rule_look l = {.engine = e,
	    .hit = {.flow = flow, .from_server = from_server, .time_ns = time_ns, .number = number},
	    .source = from_server ? &flow->server : &flow->client,
	    .target = from_server ? &flow->client : &flow->server,
	    .source_port = from_server ? flow->server_port : flow->client_port,
	    .target_port = from_server ? flow->client_port : flow->server_port,
	    .ip_proto = flow->ip_proto,
	    .ip_version = flow->ip_version};
	return l;
}

/* ---- What holds of all kinds of rules ---- */

static bool
ends_fit(
    const struct rule *r, const struct addr *source, const struct addr *target, uint16_t source_port, uint16_t target_port)
{
	return rule_ranges_have_port(&r->target_ports, target_port) &&
	    rule_ranges_have_port(&r->source_ports, source_port) && rule_ranges_have_net(&r->source, source) &&
	    rule_ranges_have_net(&r->target, target);
}

static bool
proto_fits(const struct rule *r, const struct rule_look *l)
{
	uint16_t bit = l->ip_proto == 6             ? RULE_TCP
	    : l->ip_proto == 17                     ? RULE_UDP
	    : l->ip_proto == 1 || l->ip_proto == 58 ? RULE_ICMP
	    : l->ip_proto == 132                    ? RULE_SCTP
	    : l->ip_proto == 2                      ? RULE_IGMP
	                                            : 0;
	if ((r->ip_protos & RULE_IPV4) != 0 && l->ip_version != 4)
		return false;
	if ((r->ip_protos & RULE_IPV6) != 0 && l->ip_version != 6)
		return false;
	return (r->ip_protos & RULE_IP) != 0 || (r->ip_protos & bit) != 0;
}

static bool
app_fits(const struct rule *r, const struct view_flow *flow)
{
	const char *app_cstr = flow == NULL ? "" : flow->app_cstr;
	if (r->app_cstr != NULL) {
		bool is_http = strncmp(r->app_cstr, "http", 4) == 0 && strcmp(r->app_cstr, "http2") != 0;
		bool is_dcerpc = strcmp(r->app_cstr, "dcerpc") == 0 && strcmp(app_cstr, "smb") == 0; /* in its pipes */
		if (is_http ? strcmp(app_cstr, "http") != 0 : strcmp(app_cstr, r->app_cstr) != 0 && !is_dcerpc)
			return false;
	}
	if (r->app_protocol.len == 0)
		return true;
	bool same = bytes_eq(r->app_protocol, bytes_of_cstr(app_cstr[0] == '\0' ? "unknown" : app_cstr));
	return same != r->app_protocol_negated;
}

static bool
flow_fits(const struct rule *r, const struct rule_look *l)
{
	const struct view_flow *flow = l->hit.flow;
	uint16_t f = r->flow_flags;
	if ((f & RULE_FLOW_TO_SERVER) != 0 && (flow == NULL || l->hit.from_server))
		return false;
	if ((f & RULE_FLOW_TO_CLIENT) != 0 && (flow == NULL || !l->hit.from_server))
		return false;
	if ((f & RULE_FLOW_ESTABLISHED) != 0 && (flow == NULL || !flow->established))
		return false;
	if ((f & RULE_FLOW_NOT_ESTABLISHED) != 0 && flow != NULL && flow->established)
		return false;
	if (((f & RULE_FLOW_ONLY_STREAM) != 0 || (r->ip_protos & RULE_STREAM) != 0) && l->hit.packet != NULL)
		return false;
	if ((f & RULE_FLOW_AT_START) != 0 &&
	    (l->hit.packet == NULL || flow == NULL || flow->packets[0] + flow->packets[1] > 1))
		return false;
	if ((f & RULE_FLOW_ONLY_FRAGMENTS) != 0 && (l->hit.packet == NULL || !l->hit.packet->is_fragment))
		return false;
	return (f & RULE_FLOW_NO_FRAGMENTS) == 0 || l->hit.packet == NULL || !l->hit.packet->is_fragment;
}

bool
rule_look_fits(const struct rule_signature *s, const struct rule_look *l)
{
	const struct rule *r = s->rule;
	uint8_t side = l->hit.from_server ? VIEW_FROM_SERVER : VIEW_FROM_CLIENT;
	if ((s->sides & side) == 0 && r->direction != RULE_TRANSACTION)
		return false;
	if (!flow_fits(r, l) || !proto_fits(r, l) || !app_fits(r, l->hit.flow))
		return false;
	if (r->direction == RULE_TRANSACTION && l->hit.flow != NULL)
		return ends_fit(
		    r, &l->hit.flow->client, &l->hit.flow->server, l->hit.flow->client_port, l->hit.flow->server_port);
	if (ends_fit(r, l->source, l->target, l->source_port, l->target_port))
		return true;
	return r->direction == RULE_BOTH_WAYS && ends_fit(r, l->target, l->source, l->target_port, l->source_port);
}

/* ---- A rule holds ---- */

/* What was said of the packet before is over when another comes. */
static void
at_packet(struct rule_engine *e, uint64_t number)
{
	if (e->packet_number == number)
		return;
	e->packet_number = number;
	e->packet_alerts = 0;
	e->packet_passed = false;
}

bool
rule_look_is_passed(struct rule_engine *e, const struct view_flow *flow, uint64_t number)
{
	at_packet(e, number);
	if (e->packet_passed)
		return true;
	if (flow == NULL || !e->program->has_pass)
		return false;
	const struct rule_memory_flow *known = rule_memory_flow(e->memory, flow->id, false);
	return known != NULL && known->passed;
}

/* A rule that looks at single packets passes those; one that looks at addresses, a stream or a transaction passes the flow. */
static void
pass(const struct rule_signature *s, struct rule_look *l)
{
	l->engine->packet_passed = true;
	if (l->hit.flow == NULL || (s->kind == RULE_ON_PACKET && !s->is_of_ends))
		return;
	struct rule_memory_flow *flow = rule_memory_flow(l->engine->memory, l->hit.flow->id, true);
	if (flow != NULL)
		flow->passed = true;
}

/* detection_filter and threshold: both must let it through. */
static bool
is_told(const struct rule *r, struct rule_look *l)
{
	bool told = true;
	for (size_t i = 0; i < r->threshold_count; i++)
		told = (r->thresholds[i].type == RULE_RATE_FILTER ||
		           rule_memory_threshold(l->engine->memory, r, &r->thresholds[i], l->source, l->target,
		               l->hit.flow == NULL ? 0 : l->hit.flow->id, l->hit.time_ns)) &&
		    told;
	return told && !rule_threshold_suppresses(r, l->source, l->target);
}

/* What a rate filter makes of a rule that holds often. */
static enum rule_action
action_of(const struct rule *r, struct rule_look *l)
{
	enum rule_action action = r->action;
	for (size_t i = 0; i < r->threshold_count; i++)
		if (r->thresholds[i].type == RULE_RATE_FILTER &&
		    rule_memory_rate(l->engine->memory, r, &r->thresholds[i], l->source, l->target,
		        l->hit.flow == NULL ? 0 : l->hit.flow->id, l->hit.time_ns))
			action = r->thresholds[i].new_action;
	return action;
}

static void
keep_variables(struct rule_look *l)
{
	size_t count;
	const struct rule_captured *all = rule_eval_captured(l->engine->eval, &count);
	for (size_t i = 0; i < count && l->hit.flow != NULL; i++)
		if (all[i].what->scope == RULE_CAPTURE_FLOW)
			rule_variables_keep(l->engine->variables, l->hit.flow->id, &all[i]);
}

void
rule_look_hold(const struct rule_signature *s, struct rule_look *l)
{
	struct rule_engine *e = l->engine;
	const struct rule *r = s->rule;
	e->counters.matched++;
	keep_variables(l);
	rule_bits_change(s, l);
	bool told = is_told(r, l);
	if (r->action == RULE_PASS) {
		pass(s, l);
		return;
	}
	l->hit.rule = r;
	if (r->store != NULL && e->store != NULL)
		e->store(e->context, &l->hit);
	if (e->packet_passed || r->no_alert || r->action == RULE_CONFIG)
		return;
	l->hit.action = action_of(r, l);
	if (!told || l->hit.action == RULE_PASS) {
		e->counters.held_back++;
		return;
	}
	if (e->packet_alerts == e->packet_alerts_max) {
		e->counters.too_many++;
		return;
	}
	l->hit.captured = rule_eval_captured(e->eval, &l->hit.captured_count);
	e->packet_alerts++;
	e->counters.alerts++;
	if (UNLIKELY(e->profile != NULL))
		e->profile[s - e->program->signatures].told++;
	if (r->tag != NULL)
		rule_tags_begin(e->tags, r->tag, l->hit.flow == NULL ? 0 : l->hit.flow->id,
		    r->tag->by_source ? l->source : l->target, l->hit.time_ns, l->hit.number);
	e->is_telling = true;
	e->alert(e->context, &l->hit);
	e->is_telling = false;
}
