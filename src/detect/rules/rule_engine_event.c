/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules that wait for an event of a protocol. */
#include "detect/rules/rule_look.h"

#include "detect/rules/rule_facts.h"

void
rule_engine_event(struct rule_engine *e, const struct view_flow *flow, bool from_server, int64_t time_ns, uint64_t number,
    const char *name_cstr)
{
	const struct rule_program *program = e->program;
	if (rule_look_is_passed(e, flow, number))
		return;
	struct rule_look l = rule_look_of_flow(e, flow, from_server, time_ns, number);
	for (uint32_t i = 0; i < program->events.count; i++) {
		const struct rule_signature *s = &program->signatures[program->events.signatures[i]];
		bool named = false;
		for (size_t k = 0; k < s->rule->event_count; k++)
			named |= s->rule->events[k].layer == RULE_EVENT_APP &&
			    bytes_eq_nocase(s->rule->events[k].name, bytes_of_cstr(name_cstr));
		if (named && rule_look_fits(s, &l) && rule_facts_hold(s->rule, NULL, flow, l.source, l.target) &&
		    rule_bits_hold(s, &l)) {
			rule_eval_begin(e->eval); /* nothing was looked into */
			rule_look_hold(s, &l);
		}
	}
}
