/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What rules remember of a flow, as EVE says it: bits named traffic/id/NAME and traffic/label/NAME name the traffic; the others are metadata. */
#include "detect/rules/rule_engine.h"

#include "detect/rules/rule_look.h"

static const struct bytes groups[] = {
    {(const uint8_t *)"traffic/id/", 11},
    {(const uint8_t *)"traffic/label/", 14},
};

/* The index of its group; LENGTH_OF(groups): of none. */
static size_t
group_of(struct bytes name)
{
	size_t i = 0;
	while (i < LENGTH_OF(groups) && !bytes_start_with(name, groups[i]))
		i++;
	return i;
}

static void
write_bits(const struct rule_engine *e, const struct rule_memory_flow *flow, size_t group, struct bytes key, struct json *j)
{
	bool open = false;
	for (size_t i = 0; i < flow->bit_count; i++) {
		struct bytes name = e->program->names[flow->bits[i]];
		if (group_of(name) != group)
			continue;
		if (!open)
			json_open_array(j, key);
		open = true;
		json_text(j, (struct bytes){0}, group < LENGTH_OF(groups) ? bytes_after(name, groups[group].len) : name);
	}
	if (open)
		json_close_array(j);
}

/* {"name":number}; the name is the rules' author's. */
static void
write_numbers(const struct rule_engine *e, const struct rule_memory_flow *flow, struct json *j)
{
	if (flow->int_count == 0)
		return;
	json_open_object(j, JSON_KEY("flowints"));
	for (size_t i = 0; i < flow->int_count; i++) {
		json_begin(j, (struct bytes){0});
		json_put_text(j, e->program->names[flow->ints[i].name]);
		json_mark(j, ':');
		json_put_u64(j, flow->ints[i].value);
	}
	json_close_object(j);
}

/* How many variables of the packet the rule at hand has; none when no alert is being told. */
static size_t
of_packet(const struct rule_engine *e)
{
	size_t count, mine = 0;
	const struct rule_captured *all = rule_eval_captured(e->eval, &count);
	for (size_t i = 0; i < count && e->is_telling; i++)
		mine += all[i].what->scope == RULE_CAPTURE_PACKET;
	return mine;
}

static void
write_packet_variables(const struct rule_engine *e, struct json *j)
{
	size_t count;
	const struct rule_captured *all = rule_eval_captured(e->eval, &count);
	json_open_array(j, JSON_KEY("pktvars"));
	for (size_t i = 0; i < count; i++)
		if (all[i].what->scope == RULE_CAPTURE_PACKET)
			rule_variables_write_one(&all[i], j);
	json_close_array(j);
}

void
rule_engine_metadata(struct rule_engine *e, uint64_t flow_id, struct json *j)
{
	const struct rule_memory_flow *flow = rule_memory_flow(e->memory, flow_id, false);
	bool traffic = false, others = false;
	for (size_t i = 0; flow != NULL && i < flow->bit_count; i++) {
		bool named = group_of(e->program->names[flow->bits[i]]) < LENGTH_OF(groups);
		traffic = traffic || named;
		others = others || !named;
	}
	if (traffic) {
		json_open_object(j, JSON_KEY("traffic"));
		write_bits(e, flow, 0, JSON_KEY("id"), j);
		write_bits(e, flow, 1, JSON_KEY("label"), j);
		json_close_object(j);
	}
	bool variables = rule_variables_has(e->variables, flow_id) || of_packet(e) > 0;
	if (!others && !variables && (flow == NULL || flow->int_count == 0))
		return;
	json_open_object(j, JSON_KEY("metadata"));
	if (flow != NULL) {
		write_bits(e, flow, LENGTH_OF(groups), JSON_KEY("flowbits"), j);
		write_numbers(e, flow, j);
	}
	if (rule_variables_has(e->variables, flow_id)) {
		json_open_array(j, JSON_KEY("flowvars"));
		rule_variables_write(e->variables, flow_id, j);
		json_close_array(j);
	}
	if (of_packet(e) > 0)
		write_packet_variables(e, j);
	json_close_object(j);
}
