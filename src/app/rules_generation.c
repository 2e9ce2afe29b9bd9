/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_generation.h"

#include "app/rules_bundle.h"
#include "app/rules_wire.h"
#include "core/auto.h"
#include "core/text.h"
#include "sandbox/memory_file.h"

#include <errno.h>
#include <stdlib.h>

enum { ARENA_BYTES = 1 << 30 /* of addresses; pages come when they are used */ };

/* ---- Reading ---- */

static int
make_keys(struct rules_generation *g, struct diag *diag)
{
	const struct rule_program *p = g->program;
	g->keys = calloc(p->group_count + 1, sizeof(*g->keys));
	if (g->keys == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	for (size_t i = 0; i < p->group_count; i++)
		if (p->groups[i].patterns.count > 0)
			rule_search_key(&p->groups[i].patterns, g->keys[g->key_count++]);
	return g->key_count <= RULES_WIRE_KEYS_MAX
	    ? 0
	    : diag_say(diag, -E2BIG, _("these rules need more than %d searches"), RULES_WIRE_KEYS_MAX);
}

int
rules_generation_plan(int fd, size_t size, uint64_t hash_key, struct rules_generation **out, struct diag *diag)
{
	struct rules_generation *g = calloc(1, sizeof(*g));
	if (g == NULL || rule_set_init(&g->set, ARENA_BYTES) < 0) {
		free(g);
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	}
	g->set.datasets.hash_key = hash_key;
	int r = arena_init(&g->arena, ARENA_BYTES) < 0 || flat_init(&g->said, &g->arena) < 0
	    ? diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"))
	    : rules_bundle_load(fd, size, &g->said, &g->set, &g->room, diag);
	if (r == 0)
		r = rule_program_plan(&g->set, RULE_PROGRAM_TO_RUN, &g->program, diag);
	if (r == 0)
		r = make_keys(g, diag);
	if (r < 0)
		rules_generation_free(g);
	else
		*out = g;
	return r;
}

void
rules_generation_free(struct rules_generation *g)
{
	if (g == NULL)
		return;
	rule_program_free(g->program);
	rule_set_done(&g->set);
	arena_done(&g->arena);
	free(g->room);
	free(g->keys);
	free(g);
}

/* ---- Databases ---- */

struct entries {
	struct rules_generation *generation;
	size_t at; /* of the next search */
	size_t count;
	struct rule_search_entry *entries; /* sorted */
};

static int
by_key(const void *a, const void *b)
{
	const struct rule_search_entry *x = a, *y = b;
	return memcmp(x->key, y->key, RULE_SEARCH_KEY);
}

/* A rule_search_source. What does not open, though it is whole, was made by another Hyperscan: it is made here, as slowly as that is. */
static int
take(void *context, const struct rule_patterns *patterns, struct rule_search *out, struct diag *diag)
{
	struct entries *e = context;
	struct rule_search_entry wanted;
	memcpy(wanted.key, e->generation->keys[e->at++], RULE_SEARCH_KEY);
	const struct rule_search_entry *found = bsearch(&wanted, e->entries, e->count, sizeof(wanted), by_key);
	if (found == NULL)
		return -ENOENT;
	int r = rule_search_open(found, patterns, out);
	if (r == -ENOMEM)
		return diag_say(diag, r, "%s", _("not enough memory for these rules"));
	if (r == 0)
		return 0;
	e->generation->made_here++;
	return rule_search_compile(patterns, out, diag) < 0 ? -ENOENT : 0;
}

static int
by_signature(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

/* What had no database is named; a rule may have had several. */
static void
name_left_out(struct rules_generation *g)
{
	struct rule_list *list = &g->program->unsearched;
	if (list->count > 0)
		qsort(list->signatures, list->count, sizeof(*list->signatures), by_signature);
	for (size_t i = 0; i < list->count; i++)
		if (i == 0 || list->signatures[i] != list->signatures[i - 1])
			rule_set_leave_out(&g->set, g->program->signatures[list->signatures[i]].rule,
			    _("the search for its bytes could not be made within the limits of memory and time"));
}

int
rules_generation_finish(struct rules_generation *g, int fd, size_t size, struct diag *diag)
{
	struct bytes mapped = {0};
	struct entries e = {.generation = g, .entries = calloc(g->key_count + 1, sizeof(*e.entries))};
	int r = e.entries == NULL ? -ENOMEM : 0;
	if (r == 0 && fd >= 0 && (size > RULES_WIRE_BYTES_MAX || memory_file_map(fd, size, &mapped) < 0))
		mapped = (struct bytes){0}; /* nothing that can be believed */
	struct cursor c = cursor_of(mapped);
	while (r == 0 && c.left > 0 && e.count < g->key_count && rule_search_read(&c, &e.entries[e.count]) == PARSE_OK)
		e.count++;
	if (r == 0 && e.count > 0)
		qsort(e.entries, e.count, sizeof(*e.entries), by_key);
	r = r < 0 ? diag_say(diag, r, "%s", _("not enough memory for these rules"))
	          : rule_program_search(g->program, &(struct rule_search_source){take, &e}, diag);
	free(e.entries);
	memory_file_unmap(mapped);
	if (r == 0)
		name_left_out(g);
	return r;
}
