/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_asset.h"

#include "desk/desk_list.h"
#include "dossier/dossier_machine.h"
#include "dossier/dossier_machines_json.h"
#include "record/alert.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { USUAL = 50, NODES_MAX = 300, LINKS_MAX = 500 };

static int
not_there(struct diag *diag)
{
	return diag_say(diag, -ENOENT, "%s",
	    _("there is no such machine, or several have this name: beffroi asset list shows them all"));
}

int
desk_asset_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const char *q_cstr = desk_order_value(order, "q"), *after_cstr = desk_order_value(order, "after"),
	           *difference_cstr = desk_order_value(order, "difference");
	struct dossier_machines *all = NULL;
	size_t total = 0, shown = 0;
	struct dossier_machines_query query = {.text_cstr = q_cstr[0] == '\0' ? NULL : q_cstr,
	    .differences = dossier_machines_json_difference_of(difference_cstr),
	    .after_cstr = after_cstr[0] == '\0' ? NULL : after_cstr,
	    .order = MACHINES_BY_LAST_SEEN};
	if (difference_cstr[0] != '\0' && query.differences == 0)
		return desk_refuse(desk, diag, "difference", "unknown | never-seen | service-unknown | service-silent");
	int r = desk_list_limit(desk, order, USUAL, &query.limit, diag);
	const struct dossier_machine **found = arena_new(desk->arena, const struct dossier_machine *, query.limit + 1);
	if (r == 0 && found == NULL)
		r = desk_no_memory(diag);
	if (r == 0)
		r = dossier_machines_read(desk->dossier, &all, diag);
	if (r < 0)
		return r;
	size_t count = dossier_machines_list(all, &query, found, &total);
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("assets"));
	for (; shown < count && json_length(out) < DESK_LIST_BYTES; shown++) /* one of them may have many services */
		dossier_machines_json(out, (struct bytes){0}, found[shown]);
	json_close_array(out);
	if (shown > 0 && (shown < count || count == query.limit))
		json_cstr(out, JSON_KEY("next"), found[shown - 1]->id_cstr);
	json_u64(out, JSON_KEY("total"), total);
	json_close_object(out);
	dossier_machines_free(all);
	return 0;
}

/* As it is now. */
static int
tell(struct desk *desk, const char *id_cstr, struct json *out, struct diag *diag)
{
	struct dossier_machines *all = NULL;
	int r = dossier_machines_read(desk->dossier, &all, diag);
	if (r < 0)
		return r;
	const struct dossier_machine *m = dossier_machines_find(all, id_cstr);
	if (m != NULL) {
		json_open_object(out, (struct bytes){0});
		dossier_machines_json(out, JSON_KEY("asset"), m);
		json_close_object(out);
		(void)snprintf(desk->object_cstr, sizeof(desk->object_cstr), "%s", m->id_cstr);
	}
	dossier_machines_free(all);
	return m == NULL ? not_there(diag) : 0;
}

int
desk_asset_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	return tell(desk, desk_order_value(order, "id"), out, diag);
}

int
desk_asset_set(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct dossier_machine_word words[DESK_ORDER_FIELDS_MAX];
	size_t count = 0, wrong = SIZE_MAX;
	for (size_t i = 0; i < order->input_count && count < LENGTH_OF(words); i++)
		if (strcmp(order->inputs[i].name_cstr, "id") != 0)
			words[count++] = (struct dossier_machine_word){
			    order->inputs[i].name_cstr, order->inputs[i].value_cstr};
	int r = dossier_machine_say(desk->dossier, desk_order_value(order, "id"), words, count, &wrong, diag);
	if (r == -EINVAL && wrong < count)
		desk->refused_cstr = words[wrong].name_cstr;
	return r < 0 ? r : tell(desk, desk_order_value(order, "id"), out, diag);
}

int
desk_asset_merge(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const char *into_cstr = desk_order_value(order, "id");
	int r = dossier_machine_merge(
	    desk->dossier, desk_order_value(order, "other"), into_cstr, desk_order_value(order, "why"), diag);
	if (r < 0)
		desk->refused_cstr = "other";
	return r < 0 ? r : tell(desk, into_cstr, out, diag);
}

int
desk_asset_split(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const char *id_cstr = desk_order_value(order, "id");
	int r = dossier_machine_split(desk->dossier, id_cstr, desk_order_value(order, "why"), diag);
	return r < 0 ? r : tell(desk, id_cstr, out, diag);
}

struct node {
	const char *id_cstr, *label_cstr, *kind_cstr;
	bool inside;
	uint64_t alerts;
	uint8_t value;
};

struct map {
	const struct dossier_machines *all;
	struct node *nodes;
	size_t count;
	bool cut;
};

/* The node of one end of an arrow; merged machines are one. NODES_MAX: no room. */
static size_t
place_of(struct map *map, size_t machine, const char *address_cstr)
{
	const struct dossier_machine *m = machine == SIZE_MAX ? NULL : &map->all->at[machine];
	if (m != NULL && m->same_as != NULL)
		m = m->same_as;
	const char *id_cstr = m == NULL ? address_cstr : m->id_cstr;
	for (size_t i = 0; i < map->count; i++)
		if (strcmp(map->nodes[i].id_cstr, id_cstr) == 0)
			return i;
	if (map->count == NODES_MAX) {
		map->cut = true;
		return NODES_MAX;
	}
	map->nodes[map->count] = m == NULL
	    ? (struct node){.id_cstr = id_cstr, .label_cstr = address_cstr, .kind_cstr = ""}
	    : (struct node){.id_cstr = id_cstr,
	          .label_cstr = m->texts[MACHINE_NAME][0] != '\0' ? m->texts[MACHINE_NAME] : m->address_cstr,
	          .kind_cstr = m->texts[MACHINE_KIND],
	          .inside = m->is_private || m->declared,
	          .value = m->value};
	return map->count++;
}

static void
nodes_json(struct json *out, const struct map *map)
{
	json_open_array(out, JSON_KEY("nodes"));
	for (size_t i = 0; i < map->count; i++) {
		const struct node *n = &map->nodes[i];
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("id"), n->id_cstr);
		json_cstr(out, JSON_KEY("label"), n->label_cstr);
		json_cstr(out, JSON_KEY("kind"), n->kind_cstr);
		json_bool(out, JSON_KEY("inside"), n->inside);
		json_u64(out, JSON_KEY("alerts"), n->alerts);
		json_cstr(out, JSON_KEY("value"), n->value == 0 ? NULL : dossier_machines_json_value(n->value));
		json_close_object(out);
	}
	json_close_array(out);
}

static int
map_json(struct desk *desk, struct dossier_machines *all, struct json *out, struct diag *diag)
{
	struct dossier_machines_arrow *arrows = NULL;
	struct map map = {.all = all, .nodes = arena_new(desk->arena, struct node, NODES_MAX)};
	size_t count = 0, links = 0;
	int r = map.nodes == NULL ? desk_no_memory(diag)
	                          : dossier_machines_arrows(desk->dossier, all, &arrows, &count, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("links"));
	for (size_t i = 0; i < count; i++) {
		const struct dossier_machines_arrow *a = &arrows[i];
		if (links == LINKS_MAX) {
			map.cut = true;
			break;
		}
		size_t source = place_of(&map, a->source, a->source_cstr),
		       target = place_of(&map, a->target, a->target_cstr);
		if (source == NODES_MAX || target == NODES_MAX)
			continue;
		links++;
		map.nodes[source].alerts += a->alerts;
		map.nodes[target].alerts += a->alerts;
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("source"), map.nodes[source].id_cstr);
		json_cstr(out, JSON_KEY("target"), map.nodes[target].id_cstr);
		json_u64(out, JSON_KEY("alerts"), a->alerts);
		json_cstr(out, JSON_KEY("severity"), alert_severity_word(a->severity));
		json_close_object(out);
	}
	json_close_array(out);
	/* Machines that no alert names, as long as there is room. */
	for (size_t i = 0; i < all->count && map.count < NODES_MAX; i++)
		if (all->at[i].is_private || all->at[i].declared)
			(void)place_of(&map, i, all->at[i].address_cstr);
	nodes_json(out, &map);
	json_bool(out, JSON_KEY("complete"), !map.cut && map.count < NODES_MAX);
	json_close_object(out);
	return 0;
}

int
desk_asset_map(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct dossier_machines *all = NULL;
	(void)order;
	int r = dossier_machines_read(desk->dossier, &all, diag);
	if (r == 0)
		r = map_json(desk, all, out, diag);
	dossier_machines_free(all);
	return r;
}
