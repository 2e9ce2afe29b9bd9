/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rule_observe.h"

#include "record/rule_class.h"

static struct bytes
metadata_of(const struct rule *rule, struct bytes name)
{
	for (size_t i = 0; i < rule->metadata_count; i++)
		if (bytes_eq(rule->metadata[i].name, name))
			return rule->metadata[i].value;
	return (struct bytes){0};
}

static uint8_t
app_of(const struct view_flow *flow)
{
	for (unsigned app = APP_NONE + 1; flow != NULL && app < APP_COUNT; app++)
		if (strcmp(observation_app_name((enum app_proto)app), flow->app_cstr) == 0)
			return (uint8_t)app;
	return APP_NONE;
}

void
rule_observe(struct sink *sink, const struct rule_hit *hit, struct bytes category, const struct l7_flow *ends)
{
	const struct rule *r = hit->rule;
	struct observation *o = sink_observe(sink, OBSERVATION_RULE, ends);
	if (o == NULL)
		return;
	struct observed_rule *seen = &o->rule;
	struct bytes technique = metadata_of(r, BYTES("mitre_technique_id"));
	seen->sid = r->sid;
	seen->stage = (uint8_t)rule_class_stage(metadata_of(r, BYTES("mitre_tactic_id")), category, r->priority);
	seen->severity = (uint8_t)rule_class_severity(r->priority);
	seen->to_source = r->target_is_source;
	seen->app = app_of(hit->flow);
	if (technique.len < sizeof(seen->technique_cstr)) /* zeroed before: it ends */
		(void)sink_copy(seen->technique_cstr, sizeof(seen->technique_cstr), technique);
	seen->text_len = sink_copy(seen->text, sizeof(seen->text), r->msg);
	if (category.len == 0) /* no classification.config tells: the class by its short name */
		category = r->classtype.len > 0 ? r->classtype : BYTES("-");
	seen->category_len = sink_copy(seen->category, sizeof(seen->category), category);
}
