/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_trace.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_kind.h"
#include "dossier/dossier_load.h"

struct trace {
	struct dossier *d;
	void (*each)(void *context, const struct dossier_node *node);
	void *context;
	bool cut;
	size_t count;
	struct { /* in the order found; links that are not followed yet are those behind the one being told */
		char id_cstr[128];
	} seen[DOSSIER_TRACE_NODES_MAX];
};

static bool
remember(struct trace *t, const char *id_cstr)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->seen[i].id_cstr, id_cstr) == 0)
			return false;
	(void)snprintf(t->seen[t->count++].id_cstr, sizeof(t->seen[0].id_cstr), "%s", id_cstr);
	return true;
}

static int
describe(struct trace *t, struct dossier_node *node, struct diag *diag)
{
	bool bad = false;
	struct store_statement *s = dossier_db_sql(t->d, "SELECT kind FROM object WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, node->id_cstr);
	int r = dossier_db_next(t->d, s, diag);
	if (r <= 0)
		return r < 0 ? r : dossier_load_damaged(t->d, diag);
	dossier_db_cstr(s, 0, node->kind_cstr, sizeof(node->kind_cstr), &bad);
	const struct dossier_kind *kind = dossier_kind_find(dossier_db_bytes(s, 0));
	store_reset(s);
	if (bad || kind == NULL || kind->label_sql_cstr == NULL)
		return bad ? dossier_load_damaged(t->d, diag) : 0;
	s = dossier_db_sql(t->d, kind->label_sql_cstr);
	dossier_db_bind_cstr(s, 1, node->id_cstr);
	r = dossier_db_next(t->d, s, diag);
	if (r <= 0)
		return r;
	struct bytes label = {0};
	for (int i = 0; i < store_columns(s) && label.len == 0; i++)
		label = bytes_first(dossier_db_bytes(s, i), sizeof(node->label));
	if (label.len > 0)
		memcpy(node->label, label.at, label.len);
	node->label_len = label.len;
	store_reset(s);
	return 0;
}

/* The links of one object in one direction, kept aside: the statement is needed again below. */
struct links {
	size_t count, room;
	struct dossier_node *nodes;
};

static int
read_links(struct trace *t, const char *id_cstr, unsigned depth, bool leads_to, struct links *out, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(t->d,
	    leads_to ? "SELECT source, relation, why FROM link WHERE target = ?1 ORDER BY relation, at, source LIMIT 2001"
	             : "SELECT target, relation, why FROM link WHERE source = ?1 ORDER BY relation, at, target LIMIT 2001");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r;
	while ((r = dossier_db_next(t->d, s, diag)) > 0) {
		if (out->count == out->room) {
			size_t room = out->room == 0 ? 16 : out->room * 2;
			void *nodes = reallocarray(out->nodes, room, sizeof(*out->nodes));
			if (nodes == NULL) {
				store_reset(s);
				return dossier_db_say(t->d, diag, -ENOMEM, N_("not enough memory for the dossier"));
			}
			out->nodes = nodes;
			out->room = room;
		}
		struct dossier_node *node = &out->nodes[out->count++];
		bool bad = false;
		*node = (struct dossier_node){.depth = depth, .leads_to = leads_to};
		dossier_db_cstr(s, 0, node->id_cstr, sizeof(node->id_cstr), &bad);
		dossier_db_cstr(s, 1, node->relation_cstr, sizeof(node->relation_cstr), &bad);
		struct bytes why = bytes_first(dossier_db_bytes(s, 2), sizeof(node->why_cstr) - 1);
		if (why.len > 0)
			memcpy(node->why_cstr, why.at, why.len);
		if (bad) {
			store_reset(s);
			return dossier_load_damaged(t->d, diag);
		}
	}
	return r;
}

static int
follow(struct trace *t, const char *id_cstr, unsigned depth, bool leads_to, struct diag *diag)
{
	struct links links = {0};
	int r = read_links(t, id_cstr, depth, leads_to, &links, diag);
	for (size_t i = 0; i < links.count && r == 0; i++) {
		struct dossier_node *node = &links.nodes[i];
		if (t->count == DOSSIER_TRACE_NODES_MAX || depth > DOSSIER_TRACE_DEPTH_MAX) {
			t->cut = true;
			break;
		}
		node->again = !remember(t, node->id_cstr);
		r = describe(t, node, diag);
		if (r == 0)
			t->each(t->context, node);
		if (r == 0 && !node->again)
			r = follow(t, node->id_cstr, depth + 1, leads_to, diag);
	}
	free(links.nodes);
	return r;
}

/* Whole, or a beginning; an incident also without its "INC-". */
static int
resolve(struct trace *t, const char *asked_cstr, char out[static 128], struct diag *diag)
{
	bool bad = false;
	struct store_statement *s = dossier_db_sql(t->d,
	    "SELECT id FROM object WHERE substr(id, 1, length(?1)) = ?1 OR substr(id, 5, length(?1)) = ?1"
	    " ORDER BY id <> ?1, id LIMIT 2");
	dossier_db_bind_cstr(s, 1, asked_cstr);
	int r = asked_cstr[0] == '\0' ? 0 : dossier_db_next(t->d, s, diag);
	if (r <= 0)
		return r < 0
		    ? r
		    : dossier_db_say(t->d, diag, -ENOENT,
		          N_("nothing in the dossier has this name: beffroi incident list and beffroi asset list show names"));
	dossier_db_cstr(s, 0, out, 128, &bad);
	bool whole = strcmp(out, asked_cstr) == 0;
	r = dossier_db_next(t->d, s, diag);
	store_reset(s);
	if (r < 0 || bad)
		return r < 0 ? r : dossier_load_damaged(t->d, diag);
	return r > 0 && !whole ? dossier_db_say(t->d, diag, -ENOTUNIQ, N_("several names begin so: give more of it")) : 0;
}

int
dossier_trace(struct dossier *d, const char *id_cstr, void (*each)(void *context, const struct dossier_node *node),
    void *context, bool *cut, struct diag *diag)
{
	AUTO_FREE struct trace *t = calloc(1, sizeof(*t));
	struct dossier_node first = {0};
	if (t == NULL)
		return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
	t->d = d;
	t->each = each;
	t->context = context;
	int r = resolve(t, id_cstr, first.id_cstr, diag);
	if (r == 0)
		r = describe(t, &first, diag);
	if (r < 0)
		return r;
	(void)remember(t, first.id_cstr);
	each(context, &first);
	r = follow(t, first.id_cstr, 1, false, diag);
	if (r == 0)
		r = follow(t, first.id_cstr, 1, true, diag);
	*cut = t->cut;
	return r;
}
