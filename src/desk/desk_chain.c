/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_chain.h"

#include "desk/desk_file.h"
#include "desk/desk_guard.h"
#include "dossier/dossier_trace.h"
#include "record/alert_text.h"

#include <errno.h>

enum { NODES_MAX = 200, LINKS_MAX = 250, LABEL_MAX = 120 };

struct link {
	size_t source, target; /* nodes */
	const char *relation_cstr;
};

struct graph {
	struct desk *desk;
	struct dossier_node *nodes;
	bool hidden[NODES_MAX];
	size_t node_count;
	struct link links[LINKS_MAX];
	size_t link_count;
	size_t path[DOSSIER_TRACE_DEPTH_MAX + 2]; /* the node at each depth on the way here; NODES_MAX: left out */
	bool cut;
};

static size_t
place_of(struct graph *g, const struct dossier_node *node)
{
	for (size_t i = 0; i < g->node_count; i++)
		if (strcmp(g->nodes[i].id_cstr, node->id_cstr) == 0)
			return i;
	if (g->node_count == NODES_MAX) {
		g->cut = true;
		return NODES_MAX;
	}
	g->nodes[g->node_count] = *node;
	return g->node_count++;
}

static void
add(void *context, const struct dossier_node *node)
{
	struct graph *g = context;
	if (node->depth >= LENGTH_OF(g->path))
		return;
	size_t here = place_of(g, node), above = node->depth == 0 ? NODES_MAX : g->path[node->depth - 1];
	g->path[node->depth] = here;
	if (here == NODES_MAX || above == NODES_MAX)
		return;
	if (g->link_count == LINKS_MAX) {
		g->cut = true;
		return;
	}
	g->links[g->link_count++] = (struct link){.source = node->leads_to ? here : above,
	    .target = node->leads_to ? above : here,
	    .relation_cstr = desk_text(g->desk, "%s", node->relation_cstr)};
}

/* Of an incident that this person may see. */
static struct bytes
title_of(struct desk *desk, const char *id_cstr, struct bytes otherwise)
{
	struct diag unread = {0};
	struct case_file file;
	if (dossier_case_load(desk->dossier, desk->arena, id_cstr, &file, &unread) < 0)
		return otherwise;
	return bytes_of_cstr(desk_cut(desk, desk_file_title(desk, &file), LABEL_MAX));
}

/* What a person calls it: the title of an alert or an incident, otherwise what the dossier says. */
static struct bytes
label_of(struct desk *desk, const struct dossier_node *node)
{
	struct bytes label = {(const uint8_t *)node->label, node->label_len};
	const struct alert_text *text = strcmp(node->kind_cstr, "alert") == 0 ? alert_text_find(label) : NULL;
	if (text != NULL)
		return bytes_of_cstr(text_in(desk->language, text->title_cstr));
	return strcmp(node->kind_cstr, "incident") == 0 ? title_of(desk, node->id_cstr, label) : label;
}

/* A link that was walked both ways is told once. */
static bool
was_told(const struct graph *g, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (g->links[i].source == g->links[at].source && g->links[i].target == g->links[at].target &&
		    strcmp(g->links[i].relation_cstr, g->links[at].relation_cstr) == 0)
			return true;
	return false;
}

static int
tell(struct desk *desk, const char *id_cstr, struct json *out, struct diag *diag)
{
	struct graph *g = arena_new(desk->arena, struct graph, 1);
	bool cut = false;
	if (g == NULL)
		return desk_no_memory(diag);
	g->desk = desk;
	g->nodes = arena_new(desk->arena, struct dossier_node, NODES_MAX);
	if (g->nodes == NULL)
		return desk_no_memory(diag);
	int r = dossier_trace(desk->dossier, id_cstr, add, g, &cut, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("nodes"));
	for (size_t i = 0; i < g->node_count; i++) {
		g->hidden[i] = desk_guard_hides(desk, g->nodes[i].id_cstr);
		if (g->hidden[i])
			continue;
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("id"), g->nodes[i].id_cstr);
		json_cstr(out, JSON_KEY("kind"), g->nodes[i].kind_cstr);
		json_text(out, JSON_KEY("label"), label_of(desk, &g->nodes[i]));
		json_close_object(out);
	}
	json_close_array(out);
	json_open_array(out, JSON_KEY("links"));
	for (size_t i = 0; i < g->link_count; i++) {
		const struct link *l = &g->links[i];
		if (g->hidden[l->source] || g->hidden[l->target] || was_told(g, i))
			continue;
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("source"), g->nodes[l->source].id_cstr);
		json_cstr(out, JSON_KEY("relation"), l->relation_cstr);
		json_cstr(out, JSON_KEY("target"), g->nodes[l->target].id_cstr);
		json_close_object(out);
	}
	json_close_array(out);
	json_bool(out, JSON_KEY("complete"), !cut && !g->cut);
	json_close_object(out);
	return 0;
}

int
desk_chain_incident(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file file;
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	if (r == 0)
		r = desk_guard_load(desk, diag);
	return r < 0 ? r : tell(desk, file.incident.id_cstr, out, diag);
}

int
desk_chain_trace(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct dossier_case_name name;
	int r = desk_file_find(desk, desk_order_value(order, "id"), &name, diag);
	if (r == 0)
		r = desk_guard_load(desk, diag);
	return r < 0 ? r : tell(desk, name.id_cstr, out, diag);
}
