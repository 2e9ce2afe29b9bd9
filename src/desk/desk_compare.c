/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_compare.h"

#include "desk/desk_file.h"
#include "desk/desk_list.h"

#include <errno.h>

enum { SIMILAR_MAX = DESK_LIST_MAX };

/* Every incident's file in turn, latest first; the arena is cut back behind each. */
struct walk {
	struct desk *desk;
	void (*each)(struct walk *w, const struct case_file *file);
	struct diag *diag;
	int error;
	void *more;
};

static void
step(void *context, const char *id_cstr)
{
	struct walk *w = context;
	struct arena before = *w->desk->arena;
	struct case_file file;
	if (w->error < 0)
		return;
	w->error = dossier_case_load(w->desk->dossier, w->desk->arena, id_cstr, &file, w->diag);
	if (w->error == 0 && desk_file_may_see(w->desk, &file.incident))
		w->each(w, &file);
	*w->desk->arena = before;
}

static int
walk(struct walk *w)
{
	int count = dossier_case_each(w->desk->dossier, step, w, w->diag);
	return count < 0 ? count : w->error;
}

struct comparing {
	const struct case_file *asked;
	void (*each)(void *context, const struct desk_likeness *likeness);
	void *context;
	int count;
};

static void
compare_one(struct walk *w, const struct case_file *file)
{
	struct comparing *c = w->more;
	char what[RECURRENCE_WHAT_MAX];
	if (strcmp(file->incident.id_cstr, c->asked->incident.id_cstr) == 0)
		return;
	struct desk_likeness likeness = {.file = file, .common = recurrence_of(c->asked, file, what), .what_cstr = what};
	if (likeness.common == 0)
		return;
	c->count++;
	c->each(c->context, &likeness);
}

int
desk_compare_each(struct desk *desk, const struct case_file *asked,
    void (*each)(void *context, const struct desk_likeness *likeness), void *context, struct diag *diag)
{
	struct comparing c = {.asked = asked, .each = each, .context = context};
	struct walk w = {.desk = desk, .each = compare_one, .diag = diag, .more = &c};
	int r = walk(&w);
	return r < 0 ? r : c.count;
}

struct telling {
	struct desk *desk;
	struct json *out;
	size_t count;
};

static void
likeness_json(void *context, const struct desk_likeness *likeness)
{
	static const char *const words[] = {"cause", "asset", "technique"};
	struct telling *t = context;
	if (t->desk->flush == NULL && (t->count == SIMILAR_MAX || json_length(t->out) > DESK_LIST_BYTES))
		return;
	t->count++;
	json_open_object(t->out, (struct bytes){0});
	json_cstr(t->out, JSON_KEY("id"), likeness->file->incident.id_cstr);
	json_cstr(t->out, JSON_KEY("title"), desk_cut(t->desk, desk_file_title(t->desk, likeness->file), DESK_LIST_TEXT));
	json_open_array(t->out, JSON_KEY("common"));
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if ((likeness->common >> i & 1) != 0)
			json_cstr(t->out, (struct bytes){0}, words[i]);
	json_close_array(t->out);
	json_cstr(t->out, JSON_KEY("what"), likeness->what_cstr);
	json_close_object(t->out);
	desk_flush(t->desk, t->out);
}

int
desk_compare_similar(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct case_file asked;
	struct telling t = {.desk = desk, .out = out};
	int r = desk_file_load(desk, desk_order_value(order, "id"), &asked, NULL, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("incident"), asked.incident.id_cstr);
	json_open_array(out, JSON_KEY("similar"));
	r = desk_compare_each(desk, &asked, likeness_json, &t, diag);
	json_close_array(out);
	json_bool(out, JSON_KEY("complete"), r >= 0 && (size_t)r == t.count);
	json_close_object(out);
	return r < 0 ? r : 0;
}

static void
count_one(struct walk *w, const struct case_file *file)
{
	statistics_add(w->more, file);
}

int
desk_compare_count(struct desk *desk, struct statistics **out, struct diag *diag)
{
	struct statistics *statistics = arena_new(desk->arena, struct statistics, 1);
	struct walk w = {.desk = desk, .each = count_one, .diag = diag, .more = statistics};
	int r = statistics == NULL ? desk_no_memory(diag) : walk(&w);
	if (r == 0)
		*out = statistics;
	return r;
}

static void
mean_json(struct json *out, struct bytes key, const struct statistics_mean *mean)
{
	int64_t seconds;
	json_open_object(out, key);
	json_u64(out, JSON_KEY("count"), mean->count);
	if (statistics_mean_s(mean, &seconds))
		json_i64(out, JSON_KEY("mean_s"), seconds);
	else
		json_none(out, JSON_KEY("mean_s"));
	json_close_object(out);
}

int
desk_compare_statistics(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	static const char *const by[] = {"all", "category", "cause", "version"};
	struct statistics *statistics = NULL;
	(void)order;
	int r = desk_compare_count(desk, &statistics, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("groups"));
	size_t told = 0;
	for (; told < statistics->group_count && (desk->flush != NULL || json_length(out) < DESK_LIST_BYTES); told++) {
		const struct statistics_group *g = &statistics->groups[told];
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("by"), by[g->by]);
		json_cstr(out, JSON_KEY("name"), g->name_cstr);
		json_u64(out, JSON_KEY("incidents"), g->incidents);
		json_u64(out, JSON_KEY("open"), g->open);
		mean_json(out, JSON_KEY("mttd"), &g->detect);
		mean_json(out, JSON_KEY("mttr"), &g->repair);
		json_close_object(out);
		desk_flush(desk, out);
	}
	json_close_array(out);
	json_bool(out, JSON_KEY("complete"), !statistics->full && told == statistics->group_count);
	json_close_object(out);
	return 0;
}
