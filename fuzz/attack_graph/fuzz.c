/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/attack_graph - the actions of an attack (YAML), and how likely it is.
 *
 * Oracles: refused with a line of the file and a reason, or what an action cumulated is never easier than itself and stands behind
 * its predecessors, the order has each action once and behind those before it, and some action of least effort comes first.
 */
#include "core/ensure.h"
#include "study/attack_graph_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct attack_graph *g)
{
	static uint8_t seen[1 << 16];
	bool begins = false;
	ENSURE(g->action_count > 0 && g->action_count < sizeof(seen));
	memset(seen, 0, g->action_count);
	for (size_t i = 0; i < g->action_count; i++) {
		const struct attack_action *a = &g->actions[g->order[i]];
		ENSURE(seen[g->order[i]]++ == 0);
		ENSURE(a->cumulated_pr <= a->pr && a->cumulated_diff >= a->diff && a->cumulated_diff <= ATTACK_LEVEL_MAX);
		for (size_t k = 0; k < a->after_count; k++)
			ENSURE(seen[g->after[a->after + k]] == 1);
		begins |= a->is_least_effort && a->after_count == 0;
	}
	ENSURE(begins && g->actions[g->end].is_least_effort && g->standard >= g->pr && g->advanced <= ATTACK_LEVEL_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static char room[1 << 22];
	struct diag diag = {0};
	const struct attack_graph *graph = NULL;
	if (arena.start == NULL)
		ENSURE(arena_init(&arena, 64 << 20) == 0);
	arena_reset(&arena);
	int r = attack_graph_read(&arena, (struct bytes){data, size}, "mine.yaml", &graph, &diag);
	if (r < 0) {
		ENSURE(graph == NULL && diag.text_cstr[0] != '\0' && strcmp(diag.file_cstr, "mine.yaml") == 0);
		return 0;
	}
	check(graph);
	struct json j = json_of(room, sizeof(room));
	json_open_object(&j, (struct bytes){0});
	attack_graph_json_members(&j, graph, LANGUAGE_EN);
	json_close_object(&j);
	return 0;
}
