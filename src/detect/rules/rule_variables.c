/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_variables.h"

#include "core/hash.h"

#include <stdlib.h>

enum { FLOWS = 512, NEAR = 8, OF_FLOW_MAX = 4 };

struct of_flow {
	uint64_t id; /* 0: free */
	uint64_t used_at;
	size_t count;
	struct rule_captured all[OF_FLOW_MAX];
};

struct rule_variables {
	uint64_t key, clock;
	struct of_flow flows[FLOWS];
};

struct rule_variables *
rule_variables_new(uint64_t hash_key)
{
	struct rule_variables *v = calloc(1, sizeof(*v));
	if (v != NULL)
		v->key = hash_key;
	return v;
}

void
rule_variables_free(struct rule_variables *v)
{
	free(v);
}

static const struct of_flow *
find(const struct rule_variables *v, uint64_t id, const struct of_flow **room)
{
	uint64_t at = hash_u64(id, v->key) % FLOWS;
	const struct of_flow *oldest = NULL;
	if (v->clock == 0 && room == NULL) /* none was ever kept */
		return NULL;
	for (size_t i = 0; i < NEAR; i++) {
		const struct of_flow *f = &v->flows[(at + i) % FLOWS];
		if (f->id == id)
			return f;
		if (oldest == NULL || f->used_at < oldest->used_at)
			oldest = f;
	}
	if (room != NULL)
		*room = oldest;
	return NULL;
}

void
rule_variables_keep(struct rule_variables *v, uint64_t flow_id, const struct rule_captured *captured)
{
	const struct of_flow *room = NULL, *known = find(v, flow_id, &room);
	struct of_flow *f = &v->flows[(known != NULL ? known : room) - v->flows];
	if (known == NULL)
		*f = (struct of_flow){.id = flow_id};
	f->used_at = ++v->clock;
	size_t i = 0;
	while (i < f->count && !bytes_eq(f->all[i].what->name, captured->what->name))
		i++;
	if (i == OF_FLOW_MAX)
		return;
	f->all[i] = *captured;
	f->count += i == f->count;
}

bool
rule_variables_has(const struct rule_variables *v, uint64_t flow_id)
{
	return find(v, flow_id, NULL) != NULL;
}

void
rule_variables_write_one(const struct rule_captured *c, struct json *j)
{
	json_open_object(j, (struct bytes){0});
	json_begin(j, (struct bytes){0}); /* the name is a rule's author's: escaped */
	json_put_text(j, c->what->name);
	json_mark(j, ':');
	json_put_text(j, (struct bytes){c->text, c->len});
	json_close_object(j);
}

void
rule_variables_write(const struct rule_variables *v, uint64_t flow_id, struct json *j)
{
	const struct of_flow *f = find(v, flow_id, NULL);
	for (size_t i = 0; f != NULL && i < f->count; i++)
		rule_variables_write_one(&f->all[i], j);
}
