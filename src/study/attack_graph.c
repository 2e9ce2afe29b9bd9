/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/attack_graph.h"

#include <errno.h>
#include <stdio.h>

enum { ACTIONS_MAX = 20000, CYCLE_TOLD_MAX = 8 };

static const char *const phase_words[] = {[ATTACK_PHASE_UNSAID] = "unsaid",
    [ATTACK_KNOW] = "know",
    [ATTACK_ENTER] = "enter",
    [ATTACK_FIND] = "find",
    [ATTACK_EXPLOIT] = "exploit"};
static const char *const phase_words_fr[] = {"unsaid", "connaitre", "rentrer", "trouver", "exploiter"};
static const char *const join_words[] = {"or", "and", "ou", "et"};

/* The guide's crossing of probability (here from 0) and difficulty, method sheet 8. */
static const uint8_t guide_table[ATTACK_LEVELS][ATTACK_LEVELS] = {
    {1, 1, 1, 0, 0},
    {2, 2, 2, 1, 0},
    {3, 3, 2, 2, 1},
    {4, 3, 3, 2, 1},
    {4, 4, 3, 2, 1},
};

struct reader {
	const struct data_read *r;
	struct arena *arena;
	struct attack_graph *graph;
	struct study_ids ids;
	const struct data_tree **nodes; /* of each action */
	size_t used;                    /* of graph->after */
};

static int
no_room(const struct data_read *r)
{
	return diag_say_at(
	    r->diag, -ENOMEM, r->file_cstr, UINT64_MAX, "%s", _("the file is too large for the memory it may take"));
}

const char *
attack_graph_phase_word(enum attack_phase phase)
{
	return phase_words[phase];
}

static bool
are_digits(const char *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (at[i] < '0' || at[i] > '9')
			return false;
	return true;
}

bool
attack_graph_is_technique(const char *id_cstr)
{
	size_t len = strlen(id_cstr);
	return (len == 5 || len == 9) && id_cstr[0] == 'T' && are_digits(id_cstr + 1, 4) &&
	    (len == 5 || (id_cstr[5] == '.' && are_digits(id_cstr + 6, 3)));
}

static int
read_techniques(const struct data_read *r, const struct data_tree *map, struct attack_action *out)
{
	const struct data_tree *list;
	int e = data_read_list(r, map, "techniques", &list);
	for (const struct data_tree *t = list == NULL || e < 0 ? NULL : list->first; t != NULL && e == 0; t = t->next) {
		if (out->technique_count == ATTACK_TECHNIQUES_MAX)
			return data_read_complain(r, t, _("too many entries in one file"), "techniques");
		if (t->kind != DATA_TEXT || !attack_graph_is_technique((const char *)t->text.at))
			return data_read_complain(
			    r, t, _("expected the id of an ATT&CK technique, such as T1566 or T1566.001"), "techniques");
		out->techniques[out->technique_count++] = (const char *)t->text.at;
	}
	return e;
}

static int
read_level(const struct data_read *r, const struct data_tree *map, const char *key_cstr, uint8_t *out, bool *given)
{
	long level = 0;
	const struct data_tree *at = data_tree_find(map, key_cstr);
	*given = at != NULL && !data_read_is_null(at);
	if (!*given)
		return 0;
	int e = data_read_need_number(r, map, key_cstr, 0, ATTACK_LEVEL_MAX, &level);
	*out = (uint8_t)level;
	return e < 0 ? data_read_complain(r, at, _("expected 0, 1, 2, 3 or 4"), key_cstr) : 0;
}

static int
read_phase(const struct data_read *r, const struct data_tree *map, enum attack_phase *out)
{
	const char *word_cstr = data_tree_cstr(map, "phase");
	unsigned phase = 0;
	for (size_t i = 0; word_cstr != NULL && i < LENGTH_OF(phase_words_fr); i++) {
		if (strcmp(word_cstr, phase_words_fr[i]) == 0) {
			*out = (enum attack_phase)i;
			return 0;
		}
	}
	int e = data_tree_find(map, "phase") == NULL
	    ? 0
	    : data_read_need_choice(r, map, "phase", phase_words, LENGTH_OF(phase_words), &phase);
	*out = (enum attack_phase)phase;
	return e;
}

static int
read_action(struct reader *s, const struct data_tree *map, size_t number, bool asset_needed)
{
	static const char *const keys[] = {
	    "id", "name", "phase", "asset", "techniques", "after", "join", "pr", "diff", "comment", NULL};
	struct attack_action *a = &s->graph->actions[number];
	bool has_pr;
	*a = (struct attack_action){.line = map->line, .column = map->column, .asset = data_tree_find(map, "asset")};
	int e = data_read_keys(s->r, map, keys);
	if (e == 0)
		e = study_ids_take(&s->ids, s->r, map, number, &a->id_cstr);
	if (e == 0)
		e = data_read_texts(s->r, map, "name", a->name_cstr);
	if (e == 0)
		e = read_phase(s->r, map, &a->phase);
	if (e == 0 && asset_needed && a->asset == NULL)
		e = data_read_complain(s->r, map, _("say on which supporting asset this action is done"), "asset");
	if (e == 0)
		e = read_techniques(s->r, map, a);
	if (e == 0)
		e = read_level(s->r, map, "pr", &a->pr, &has_pr);
	if (e == 0 && !has_pr)
		e = data_read_complain(s->r, map, _("is missing here"), "pr");
	if (e == 0)
		e = read_level(s->r, map, "diff", &a->diff, &a->has_diff);
	s->graph->has_diff &= a->has_diff;
	return e;
}

/* `after`: one id or a list of them. */
static int
read_after(struct reader *s, size_t number)
{
	const struct data_tree *map = s->nodes[number], *after = data_tree_find(map, "after");
	struct attack_action *a = &s->graph->actions[number];
	unsigned join = ATTACK_ANY;
	int e = 0;
	a->after = s->used;
	const struct data_tree *one = after == NULL ? NULL : after->kind == DATA_LIST ? after->first : after;
	if (one == after && one != NULL && data_read_is_null(one))
		one = NULL; /* `after:` with nothing behind it */
	for (; one != NULL && e == 0; one = after->kind == DATA_LIST ? one->next : NULL) {
		size_t before = 0;
		e = study_ids_refer(&s->ids, s->r, one, _("an action of this list"), &before);
		if (e < 0)
			return e;
		for (size_t i = a->after; i < s->used && i < a->after + 64; i++)
			if (s->graph->after[i] == before)
				return data_read_complain(
				    s->r, one, _("this id is there twice"), (const char *)one->text.at);
		s->graph->after[s->used++] = before;
		s->graph->actions[before].is_last = false;
	}
	a->after_count = s->used - a->after;
	const struct data_tree *said = data_tree_find(map, "join");
	if (said != NULL && !data_read_is_null(said))
		e = data_read_need_choice(s->r, map, "join", join_words, LENGTH_OF(join_words), &join);
	else if (a->after_count > 1)
		e = data_read_complain(s->r, map,
		    _("several actions come before it: say join: and (all are needed) or join: or (one is enough)"),
		    a->id_cstr);
	a->join = join % 2 == 1 ? ATTACK_ALL : ATTACK_ANY;
	return e;
}

/* "a1, a2, a3", the cycle that is closed by going back from `from`. */
static int
complain_cycle(const struct reader *s, size_t from, const size_t *path, size_t depth)
{
	char sentence[256];
	size_t first = depth;
	while (first > 0 && path[first - 1] != from)
		first--;
	int n = snprintf(sentence, sizeof(sentence), "%s", _("these actions wait for each other in a circle"));
	for (size_t i = depth; i >= first && i > 0 && depth - i < CYCLE_TOLD_MAX && n > 0 && (size_t)n < sizeof(sentence);
	     i--)
		n += snprintf(sentence + n, sizeof(sentence) - (size_t)n, "%s %s", i == depth ? ":" : ",",
		    s->graph->actions[path[i - 1]].id_cstr);
	const struct data_tree *after = data_tree_find(s->nodes[path[depth - 1]], "after");
	return data_read_complain(s->r, after, sentence, "after");
}

/* Depth first, without recursion: a path of what is being looked at, and how far each has come with its predecessors. */
static int
find_order(struct reader *s)
{
	struct attack_graph *g = s->graph;
	size_t n = g->action_count, done = 0;
	size_t *path = arena_new(s->arena, size_t, n), *next = arena_new(s->arena, size_t, n);
	uint8_t *state = arena_new(s->arena, uint8_t, n); /* 0: to do, 1: on the path, 2: in the order */
	if (path == NULL || next == NULL || state == NULL)
		return no_room(s->r);
	for (size_t start = 0; start < n; start++) {
		size_t depth = 0;
		if (state[start] != 0)
			continue;
		path[depth++] = start;
		state[start] = 1;
		while (depth > 0) {
			size_t at = path[depth - 1];
			if (next[at] == g->actions[at].after_count) {
				state[at] = 2;
				g->order[done++] = at;
				depth--;
				continue;
			}
			size_t before = g->after[g->actions[at].after + next[at]++];
			if (state[before] == 1)
				return complain_cycle(s, before, path, depth);
			if (state[before] == 0) {
				state[before] = 1;
				path[depth++] = before;
			}
		}
	}
	return 0;
}

static void
cumulate(struct attack_graph *g, struct attack_action *a)
{
	bool any = a->join == ATTACK_ANY;
	a->cumulated_pr = a->pr;
	a->cumulated_diff = a->diff;
	if (a->after_count == 0)
		return;
	uint8_t pr = any ? 0 : ATTACK_LEVEL_MAX, diff = any ? ATTACK_LEVEL_MAX : 0;
	for (size_t i = 0; i < a->after_count; i++) {
		const struct attack_action *b = &g->actions[g->after[a->after + i]];
		if (any ? b->cumulated_pr > pr : b->cumulated_pr < pr)
			pr = b->cumulated_pr;
		if (any ? b->cumulated_diff < diff : b->cumulated_diff > diff)
			diff = b->cumulated_diff;
	}
	if (pr < a->pr)
		a->cumulated_pr = pr;
	if (diff > a->diff)
		a->cumulated_diff = diff;
}

/* Easier for the attacker: more probable, or as probable and less difficult. */
static bool
is_easier(uint8_t pr, uint8_t diff, uint8_t than_pr, uint8_t than_diff)
{
	return pr != than_pr ? pr > than_pr : diff < than_diff;
}

/* Back from the end: all predecessors where all are needed, the easiest where one is enough. */
static void
mark_least_effort(struct attack_graph *g)
{
	g->actions[g->end].is_least_effort = true;
	for (size_t i = g->action_count; i > 0; i--) {
		const struct attack_action *a = &g->actions[g->order[i - 1]];
		struct attack_action *best = NULL;
		for (size_t k = 0; a->is_least_effort && k < a->after_count; k++) {
			struct attack_action *b = &g->actions[g->after[a->after + k]];
			b->is_least_effort |= a->join == ATTACK_ALL;
			if (best == NULL ||
			    is_easier(b->cumulated_pr, b->cumulated_diff, best->cumulated_pr, best->cumulated_diff))
				best = b;
		}
		if (best != NULL)
			best->is_least_effort = true;
	}
}

void
attack_graph_reckon(struct attack_graph *g)
{
	size_t end = SIZE_MAX;
	g->standard = g->advanced = 0;
	g->critical = 0;
	for (size_t i = 0; i < g->action_count; i++) {
		g->actions[i].is_least_effort = false;
		cumulate(g, &g->actions[g->order[i]]);
	}
	for (size_t i = 0; i < g->action_count; i++) {
		const struct attack_action *a = &g->actions[i], *c = &g->actions[g->critical];
		if (is_easier(a->pr, a->diff, c->pr, c->diff))
			g->critical = i;
		if (!a->is_last)
			continue;
		/* A way for each last action: the scenario is as likely as the likeliest of them. */
		uint8_t v = g->table[a->cumulated_pr][a->cumulated_diff];
		if (a->cumulated_pr > g->standard)
			g->standard = a->cumulated_pr;
		const struct attack_action *e = end == SIZE_MAX ? NULL : &g->actions[end];
		if (e == NULL ||
		    (g->has_diff && v != g->advanced
		            ? v > g->advanced
		            : is_easier(a->cumulated_pr, a->cumulated_diff, e->cumulated_pr, e->cumulated_diff)))
			end = i;
		if (v > g->advanced)
			g->advanced = v;
	}
	g->end = end;
	g->pr = g->actions[end].cumulated_pr;
	g->diff = g->actions[end].cumulated_diff;
	mark_least_effort(g);
}

int
attack_graph_take(struct arena *arena, const struct data_read *r, const struct data_tree *list, bool asset_needed,
    struct attack_graph *out)
{
	struct reader s = {.r = r, .arena = arena, .graph = out};
	size_t count = study_ids_count(list), edges = 0, number = 0;
	*out = (struct attack_graph){.has_diff = true};
	memcpy(out->table, guide_table, sizeof(guide_table));
	if (count > ACTIONS_MAX)
		return data_read_complain(r, list, _("too many entries in one file"), "actions");
	for (const struct data_tree *a = list->first; a != NULL; a = a->next) {
		const struct data_tree *after = data_tree_find(a, "after");
		edges += after == NULL ? 0 : after->kind == DATA_LIST ? study_ids_count(after) : 1;
	}
	out->actions = arena_new(arena, struct attack_action, count);
	out->after = arena_new(arena, size_t, edges);
	out->order = arena_new(arena, size_t, count);
	s.nodes = arena_new(arena, const struct data_tree *, count);
	if (out->actions == NULL || out->after == NULL || out->order == NULL || s.nodes == NULL ||
	    study_ids_init(&s.ids, arena, count) < 0)
		return no_room(r);
	int e = 0;
	for (const struct data_tree *a = list->first; a != NULL && e == 0; a = a->next, number++) {
		s.nodes[number] = a;
		e = read_action(&s, a, number, asset_needed);
		out->actions[number].is_last = true;
	}
	out->action_count = number;
	for (size_t i = 0; i < number && e == 0; i++)
		e = read_after(&s, i);
	if (e == 0)
		e = find_order(&s);
	if (e == 0)
		attack_graph_reckon(out);
	return e;
}

int
attack_graph_table(const struct data_read *r, const struct data_tree *rows, struct attack_graph *out)
{
	size_t row = ATTACK_LEVELS;
	if (rows == NULL) {
		memcpy(out->table, guide_table, sizeof(guide_table));
		return 0;
	}
	if (rows->kind != DATA_LIST || study_ids_count(rows) != ATTACK_LEVELS)
		return data_read_complain(r, rows, _("expected five rows, for pr 4 to 0"), "table");
	for (const struct data_tree *line = rows->first; line != NULL; line = line->next) {
		size_t column = 0;
		row--;
		if (line->kind != DATA_LIST || study_ids_count(line) != ATTACK_LEVELS)
			return data_read_complain(r, line, _("expected five levels, for diff 0 to 4"), "table");
		for (const struct data_tree *v = line->first; v != NULL; v = v->next) {
			if (v->kind != DATA_TEXT || v->text.len != 1 || v->text.at[0] < '0' || v->text.at[0] > '4')
				return data_read_complain(r, v, _("expected 0, 1, 2, 3 or 4"), "table");
			out->table[row][column++] = (uint8_t)(v->text.at[0] - '0');
		}
	}
	out->forced_table = memcmp(out->table, guide_table, sizeof(guide_table)) != 0;
	return 0;
}

int
attack_graph_read(
    struct arena *arena, struct bytes text, const char *file_cstr, const struct attack_graph **out, struct diag *diag)
{
	static const char *const keys[] = {"title", "description", "actions", "table", NULL};
	struct data_read r = {.file_cstr = file_cstr, .diag = diag};
	const struct data_tree *root, *list;
	int e = data_tree_read(arena, text, file_cstr, &root, diag);
	if (e == 0)
		e = data_read_keys(&r, root, keys);
	if (e == 0)
		e = data_read_need_list(&r, root, "actions", &list);
	if (e < 0)
		return e;
	struct attack_graph *graph = arena_new(arena, struct attack_graph, 1);
	if (graph == NULL)
		return no_room(&r);
	e = attack_graph_take(arena, &r, list, false, graph);
	if (e == 0)
		e = attack_graph_table(&r, data_tree_find(root, "table"), graph);
	if (e < 0)
		return e;
	attack_graph_reckon(graph);
	*out = graph;
	return 0;
}
