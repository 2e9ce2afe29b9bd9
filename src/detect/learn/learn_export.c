/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_export.h"

#include "core/json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define COVER_LEAST 1e-3

enum { NODES_MAX = 2 << LEARN_DEPTH_MAX, NAME = 48, NUMBER_ROOM = 32 };

/* A node as both writers see it: below tests that never hold there is nothing. */
struct node {
	bool leaf, default_left;
	unsigned feature;
	float limit; /* x < limit goes left; of a leaf its value */
	float cover;
	size_t left, right, parent;
	unsigned level;
};

struct exporting {
	const struct learn_forest *f;
	const struct learn_cuts *cuts;
	struct bytes names;
	double unit;
	FILE *out;
	struct node node[NODES_MAX];
	size_t count;
};

static size_t
test_of(const struct learn_forest *f, unsigned tree, unsigned level, size_t at)
{
	return tree * learn_model_tests(f->growth, f->depth) +
	    (f->growth == LEARN_SYMMETRIC ? level : ((size_t)1 << level) - 1 + at);
}

/* The number at which a test of codes parts: x < limit goes left. */
static float
limit_of(const struct exporting *e, unsigned feature, unsigned limit, bool turned)
{
	unsigned first = turned ? limit : limit + 1; /* the least code that goes right */
	if (e->cuts == NULL)
		return (float)first;
	unsigned count = e->cuts->count[feature];
	if (first == 0)
		return -INFINITY; /* only what is not known goes left */
	return first > count ? INFINITY : e->cuts->cut[feature][first - 1];
}

static void
lay_out(struct exporting *e, unsigned tree)
{
	const struct learn_forest *f = e->f;
	size_t place[NODES_MAX]; /* of each node: where it is in its level */
	e->count = 1;
	e->node[0] = (struct node){0};
	place[0] = 0;
	for (size_t n = 0; n < e->count; n++) {
		struct node *v = &e->node[n];
		/* down past the tests that never hold: all goes to the first child */
		while (v->level < f->depth) {
			size_t test = test_of(f, tree, v->level, place[n]);
			if (f->limits[test] != LEARN_LIMIT_NEVER)
				break;
			v->level++;
			place[n] *= 2;
		}
		size_t wide = (size_t)1 << (f->depth - v->level), first = ((size_t)tree << f->depth) + place[n] * wide;
		double cover = 0;
		for (size_t i = 0; i < wide; i++)
			cover += fmax(
			    (double)f->covers[first + i], COVER_LEAST); /* XGBoost divides by them when it explains */
		v->cover = (float)cover;
		v->leaf = v->level == f->depth;
		if (v->leaf) {
			v->limit = (float)((double)f->leaves[first] * e->unit);
			continue;
		}
		size_t test = test_of(f, tree, v->level, place[n]);
		v->default_left = f->planes[test] >= LEARN_PLANE_TURNED;
		v->feature = f->planes[test] % FLOW_CODES;
		v->limit = limit_of(e, v->feature, f->limits[test], v->default_left);
		v->left = e->count;
		v->right = e->count + 1;
		for (unsigned side = 0; side < 2; side++) {
			place[e->count] = 2 * place[n] + side;
			e->node[e->count++] = (struct node){.parent = n, .level = v->level + 1};
		}
	}
}

/* A number that reads back as the same float; what JSON has no word for as the nearest that it has. */
static void
put_float(FILE *out, float value)
{
	if (isinf(value))
		value = value < 0 ? -3.4e38f : 3.4e38f;
	fprintf(out, "%.8E", (double)value); /* never as a whole number, which XGBoost refuses */
}

static void
put_column(struct exporting *e, const char *name_cstr, void (*put)(const struct exporting *e, const struct node *n))
{
	fprintf(e->out, "\"%s\":[", name_cstr);
	for (size_t i = 0; i < e->count; i++) {
		if (i > 0)
			fputc(',', e->out);
		put(e, &e->node[i]);
	}
	fputs("],", e->out);
}

static void
put_left(const struct exporting *e, const struct node *n)
{
	fprintf(e->out, "%d", n->leaf ? -1 : (int)n->left);
}

static void
put_right(const struct exporting *e, const struct node *n)
{
	fprintf(e->out, "%d", n->leaf ? -1 : (int)n->right);
}

static void
put_parent(const struct exporting *e, const struct node *n)
{
	fprintf(e->out, "%d", n == e->node ? INT32_MAX : (int)n->parent); /* XGBoost's mark of a root */
}

static void
put_feature(const struct exporting *e, const struct node *n)
{
	fprintf(e->out, "%u", n->feature);
}

static void
put_limit(const struct exporting *e, const struct node *n)
{
	put_float(e->out, n->limit);
}

static void
put_default(const struct exporting *e, const struct node *n)
{
	fputs(n->default_left ? "1" : "0", e->out);
}

static void
put_cover(const struct exporting *e, const struct node *n)
{
	put_float(e->out, n->cover);
}

static void
put_zero(const struct exporting *e, const struct node *n)
{
	(void)n;
	fputs("0E0", e->out);
}

static void
put_no_category(const struct exporting *e, const struct node *n)
{
	(void)n;
	fputs("0", e->out);
}

static unsigned
features_of(const struct exporting *e)
{
	return e->cuts != NULL ? e->cuts->features : FLOW_CODES;
}

static void
put_tree(struct exporting *e, unsigned tree)
{
	lay_out(e, tree);
	fputs("{", e->out);
	put_column(e, "base_weights", put_zero);
	fputs("\"categories\":[],\"categories_nodes\":[],\"categories_segments\":[],\"categories_sizes\":[],", e->out);
	put_column(e, "default_left", put_default);
	fprintf(e->out, "\"id\":%u,", tree);
	put_column(e, "left_children", put_left);
	put_column(e, "loss_changes", put_zero);
	put_column(e, "parents", put_parent);
	put_column(e, "right_children", put_right);
	put_column(e, "split_conditions", put_limit);
	put_column(e, "split_indices", put_feature);
	put_column(e, "split_type", put_no_category);
	put_column(e, "sum_hessian", put_cover);
	fprintf(e->out,
	    "\"tree_param\":{\"num_deleted\":\"0\",\"num_feature\":\"%u\",\"num_nodes\":\"%zu\",\"size_leaf_vector\":\"0\"}}",
	    features_of(e), e->count);
}

static struct bytes
name_of(const struct exporting *e, unsigned feature)
{
	if (e->names.len != (size_t)FLOW_CODES * NAME)
		return (struct bytes){0};
	struct bytes name = {e->names.at + feature * NAME, NAME};
	return bytes_first(name, bytes_find(name, '\0'));
}

static void
put_names(struct exporting *e)
{
	unsigned features = features_of(e);
	bool all = true; /* named */
	for (unsigned i = 0; i < features; i++)
		all &= name_of(e, i).len > 0;
	fputc('[', e->out);
	for (unsigned i = 0; i < features && all; i++) {
		char room[NAME * 6 + JSON_SLACK];
		struct json j = json_of(room, sizeof(room));
		json_text(&j, (struct bytes){0}, name_of(e, i));
		fprintf(e->out, "%s%.*s", i == 0 ? "" : ",", (int)json_length(&j), room);
	}
	fputc(']', e->out);
}

static void
write_xgboost(struct exporting *e)
{
	const struct learn_forest *f = e->f;
	double base = (double)f->base * e->unit;
	fputs("{\"learner\":{\"attributes\":{},\"feature_names\":", e->out);
	put_names(e);
	fputs(",\"feature_types\":[],\"gradient_booster\":{\"model\":{\"gbtree_model_param\":{\"num_parallel_tree\":\"1\",",
	    e->out);
	fprintf(e->out, "\"num_trees\":\"%u\",\"size_leaf_vector\":\"0\"},\"tree_info\":[", f->trees);
	for (unsigned tree = 0; tree < f->trees; tree++)
		fputs(tree == 0 ? "0" : ",0", e->out);
	fputs("],\"trees\":[", e->out);
	for (unsigned tree = 0; tree < f->trees; tree++) {
		if (tree > 0)
			fputc(',', e->out);
		put_tree(e, tree);
	}
	fprintf(e->out,
	    "]},\"name\":\"gbtree\"},\"learner_model_param\":{\"base_score\":\"%.9g\",\"boost_from_average\":\"1\",\"num_class\":\"0\","
	    "\"num_feature\":\"%u\",\"num_target\":\"1\"},\"objective\":{\"name\":\"binary:logistic\",\"reg_loss_param\":{"
	    "\"scale_pos_weight\":\"1\"}}},\"version\":[1,7,4]}\n",
	    1 / (1 + exp(-base)), features_of(e));
}

static void
write_text(struct exporting *e)
{
	const struct learn_forest *f = e->f;
	fprintf(e->out, "base %.6g\n", (double)f->base * e->unit);
	for (unsigned tree = 0; tree < f->trees; tree++) {
		size_t stack[LEARN_DEPTH_MAX + 2], open = 0;
		lay_out(e, tree);
		fprintf(e->out, "tree %u\n", tree);
		stack[open++] = 0;
		while (open > 0) {
			const struct node *n = &e->node[stack[--open]];
			unsigned depth = 1;
			for (const struct node *up = n; up != e->node; up = &e->node[up->parent])
				depth++;
			fprintf(e->out, "%*s", (int)(2 * depth), "");
			if (n->leaf) {
				fprintf(e->out, "%+.6g (%.6g)\n", (double)n->limit, (double)n->cover);
				continue;
			}
			struct bytes name = name_of(e, n->feature);
			for (size_t i = 0; i < name.len; i++) /* a stranger's words: nothing of them speaks to a terminal */
				fputc(name.at[i] > ' ' && name.at[i] < 0x7f ? name.at[i] : '?', e->out);
			if (name.len == 0)
				fprintf(e->out, "code %u", n->feature);
			fprintf(e->out, n->default_left ? " < %.9g | ? (%.6g)\n" : " < %.9g (%.6g)\n", (double)n->limit,
			    (double)n->cover);
			stack[open++] = n->right;
			stack[open++] = n->left;
		}
	}
}

static int
export_by(void (*write)(struct exporting *e), const struct learn_model *model, const struct learn_cuts *cuts,
    struct bytes names, char **out, size_t *len)
{
	char *text = NULL;
	size_t size = 0;
	struct exporting *e = calloc(1, sizeof(*e));
	FILE *file = e == NULL ? NULL : open_memstream(&text, &size);
	int r = file == NULL ? -ENOMEM : 0;
	if (r == 0) {
		e->f = learn_model_forest(model);
		e->cuts = cuts != NULL && cuts->features > 0 ? cuts : NULL;
		e->names = names;
		e->unit = ldexp(1, -e->f->exponent);
		e->out = file;
		write(e);
		bool failed = ferror(file) != 0;
		if (fclose(file) != 0 || failed)
			r = -ENOMEM;
	}
	free(e);
	if (r < 0) {
		free(text);
		return r;
	}
	*out = text;
	*len = size;
	return 0;
}

int
learn_export_xgboost(
    const struct learn_model *model, const struct learn_cuts *cuts, struct bytes names, char **out, size_t *len)
{
	return export_by(write_xgboost, model, cuts, names, out, len);
}

int
learn_export_text(
    const struct learn_model *model, const struct learn_cuts *cuts, struct bytes names, char **out, size_t *len)
{
	return export_by(write_text, model, cuts, names, out, len);
}
