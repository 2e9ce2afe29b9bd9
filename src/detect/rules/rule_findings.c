/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_findings.h"

#include "detect/behaviour/keyed_table.h"
#include "record/rule_class.h"

#include <stdlib.h>

static const int64_t day_ns = INT64_C(86400000000000);

struct key {
	struct addr source, target;
	uint32_t sid;
};
_Static_assert(sizeof(struct key) == 36, "compared as bytes: no padding");

struct finding {
	int64_t first_ns, told_ns;
	uint64_t count, told_at; /* told_at: the count at which it is told next */
};

struct rule_findings {
	struct keyed_table *table; /* key -> finding */
	struct alert_out out;
};

struct rule_findings *
rule_findings_new(size_t memory_bytes, struct alert_out out)
{
	struct rule_findings *f = calloc(1, sizeof(*f));
	if (f == NULL)
		return NULL;
	f->out = out;
	f->table = keyed_table_new(sizeof(struct key), sizeof(struct finding), memory_bytes);
	if (f->table != NULL)
		return f;
	free(f);
	return NULL;
}

void
rule_findings_free(struct rule_findings *f)
{
	if (f == NULL)
		return;
	keyed_table_free(f->table);
	free(f);
}

static void
say(struct rule_findings *f, const struct observation *o, const struct finding *finding)
{
	const struct observed_rule *r = &o->rule;
	struct alert a = {.detector_cstr = "rule",
	    .signature_id = r->sid,
	    .severity = r->severity,
	    .confidence = RULE_CLASS_CONFIDENCE,
	    .stage = r->stage,
	    .ip_proto = o->ip_proto,
	    .first_ns = finding->first_ns,
	    .last_ns = o->time_ns,
	    .number = o->number,
	    .flow_id = o->flow_id,
	    .source = r->to_source ? o->dst : o->src,
	    .target = r->to_source ? o->src : o->dst,
	    .targets = 1,
	    .source_port = r->to_source ? o->dst_port : o->src_port,
	    .target_port = r->to_source ? o->src_port : o->dst_port,
	    .vlan = o->vlan,
	    .app = r->app,
	    .count = finding->count};
	memcpy(a.technique_cstr, r->technique_cstr, sizeof(a.technique_cstr));
	alert_fact_text(&a, "signature", (struct bytes){(const uint8_t *)r->text, r->text_len});
	alert_fact_text(&a, "category", (struct bytes){(const uint8_t *)r->category, r->category_len});
	alert_fact_u64(&a, "rule", r->sid);
	f->out.say(f->out.context, &a);
}

void
rule_findings_hear(struct rule_findings *f, const struct observation *o)
{
	struct key key = {o->src, o->dst, o->rule.sid};
	bool is_new;
	struct finding *finding = keyed_table_get(f->table, &key, &is_new);
	if (is_new)
		*finding = (struct finding){.first_ns = o->time_ns, .told_at = 1};
	finding->count++;
	if (finding->count < finding->told_at && o->time_ns - finding->told_ns < day_ns)
		return;
	if (finding->count >= finding->told_at)
		finding->told_at = finding->count * 10;
	finding->told_ns = o->time_ns;
	say(f, o, finding);
}
