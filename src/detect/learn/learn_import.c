/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_import.h"

#include "core/json_value.h"
#include "core/text.h"
#include "detect/learn/learn_model_file.h"
#include "detect/learn/learn_ubjson.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	NODES_MAX = 2 << LEARN_DEPTH_MAX,
	NUMBER_ROOM = 64,
	TESTS = (1 << LEARN_DEPTH_MAX) - 1,
	LEAVES = 1 << LEARN_DEPTH_MAX
};

/* A tree laid out as a whole one of LEARN_DEPTH_MAX levels. */
struct whole_tree {
	uint8_t feature[TESTS];
	bool splits[TESTS], default_left[TESTS];
	float limit[TESTS];
	float leaf[LEAVES], cover[LEAVES];
};

struct import {
	enum learn_import_as as;
	struct diag *diag;
	unsigned trees, features, depth;
	double base; /* a margin */
	struct whole_tree *tree;
	struct learn_cuts *cuts;
	bool plain[FLOW_CODES]; /* one of 255 cuts: no test is turned, since NaN has a code of its own */
};

static int
refuse(const struct import *w, const char *sentence_cstr)
{
	return diag_say(w->diag, -ENOTSUP, "%s", text_in(text_spoken(), sentence_cstr));
}

static int
wrong(const struct import *w, unsigned tree)
{
	return diag_say(w->diag, -EINVAL, _("tree %u of the model cannot be read"), tree);
}

static const struct json_value *
under(const struct json_value *v, struct bytes key)
{
	return json_value_get(v, key);
}

/* A number, also one in quotes. */
static bool
number_of(const struct json_value *v, double *out)
{
	char text[NUMBER_ROOM];
	if (!json_value_is(v, JSON_VALUE_INTEGER) && !json_value_is(v, JSON_VALUE_REAL) &&
	    !json_value_is(v, JSON_VALUE_STRING))
		return false;
	if (v->text.len == 0 || v->text.len >= sizeof(text))
		return false;
	memcpy(text, v->text.at, v->text.len);
	text[v->text.len] = '\0';
	char *end;
	*out = strtod(text, &end);
	return *end == '\0' && isfinite(*out);
}

/* A float as XGBoost reads it: rounded once, from the text. */
static bool
float_of(const struct json_value *v, float *out)
{
	char text[NUMBER_ROOM];
	double is_number;
	if (!number_of(v, &is_number))
		return false;
	memcpy(text, v->text.at, v->text.len);
	text[v->text.len] = '\0';
	*out = strtof(text, NULL);
	return isfinite(*out);
}

static bool
whole_of(const struct json_value *v, long most, long *out)
{
	double d;
	if (json_value_is(v, JSON_VALUE_TRUE) || json_value_is(v, JSON_VALUE_FALSE)) {
		*out = v->kind == JSON_VALUE_TRUE;
		return true;
	}
	if (!number_of(v, &d) || d < -1 || d > (double)most || d != floor(d))
		return false;
	*out = (long)d;
	return true;
}

/* Columns of a tree: one value for each node. */
struct columns {
	const struct json_value *left, *right, *feature, *limit, *default_left, *cover;
};

struct place {
	long node;
	unsigned level;
	size_t at; /* in its level */
};

/* Walks a tree from its root, never deeper than LEARN_DEPTH_MAX: children that lead back up end there too. */
static int
read_nodes(struct import *w, unsigned number, const struct columns *c, size_t nodes)
{
	struct whole_tree *t = &w->tree[number];
	struct place stack[LEARN_DEPTH_MAX + 2];
	size_t open = 0;
	stack[open++] = (struct place){0, 0, 0};
	while (open > 0) {
		struct place p = stack[--open];
		long left, right, feature, missing;
		float limit;
		const struct json_value *l = json_value_at(c->left, (size_t)p.node);
		if (!whole_of(l, (long)nodes - 1, &left) ||
		    !whole_of(json_value_at(c->right, (size_t)p.node), (long)nodes - 1, &right) ||
		    !float_of(json_value_at(c->limit, (size_t)p.node), &limit))
			return wrong(w, number);
		if (left < 0) {
			size_t leaf = p.at << (LEARN_DEPTH_MAX - p.level);
			for (size_t i = 0; i < (size_t)1 << (LEARN_DEPTH_MAX - p.level); i++)
				t->leaf[leaf + i] = limit;
			if (!float_of(json_value_at(c->cover, (size_t)p.node), &t->cover[leaf]) || t->cover[leaf] < 0)
				t->cover[leaf] = 0;
			continue;
		}
		if (p.level == LEARN_DEPTH_MAX)
			return refuse(w, N_("a tree of the model is more than 8 tests deep"));
		if (right < 0 || !whole_of(json_value_at(c->feature, (size_t)p.node), FLOW_CODES - 1, &feature) ||
		    feature < 0 || (unsigned)feature >= w->features ||
		    !whole_of(json_value_at(c->default_left, (size_t)p.node), 1, &missing))
			return wrong(w, number);
		if (w->as == LEARN_IMPORT_CODES && limit <= 0 && missing <= 0)
			return wrong(w, number); /* nothing could go to the first child */
		size_t test = ((size_t)1 << p.level) - 1 + p.at;
		t->splits[test] = true;
		t->feature[test] = (uint8_t)feature;
		t->limit[test] = limit;
		t->default_left[test] = missing > 0;
		w->depth = p.level + 1 > w->depth ? p.level + 1 : w->depth;
		stack[open++] = (struct place){left, p.level + 1, 2 * p.at};
		stack[open++] = (struct place){right, p.level + 1, 2 * p.at + 1};
	}
	return 0;
}

static bool
any_category(const struct json_value *types)
{
	for (size_t i = 0; i < json_value_length(types); i++) {
		long type;
		if (!whole_of(json_value_at(types, i), 1, &type) || type != 0)
			return true;
	}
	return false;
}

static int
read_tree(struct import *w, unsigned number, const struct json_value *v)
{
	struct columns c = {under(v, BYTES("left_children")), under(v, BYTES("right_children")),
	    under(v, BYTES("split_indices")), under(v, BYTES("split_conditions")), under(v, BYTES("default_left")),
	    under(v, BYTES("sum_hessian"))};
	size_t nodes = json_value_length(c.left);
	if (nodes > NODES_MAX)
		return refuse(w, N_("a tree of the model is more than 8 tests deep"));
	if (nodes < 1 || json_value_length(c.right) != nodes || json_value_length(c.limit) != nodes)
		return wrong(w, number);
	if (any_category(under(v, BYTES("split_type"))))
		return refuse(w, N_("the model tests categories: only numbers can be imported"));
	return read_nodes(w, number, &c, nodes);
}

static int
by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;
	return (x > y) - (x < y);
}

/* The cuts of a feature are the limits that its tests ask for. */
static int
make_cuts(struct import *w, unsigned feature, float *room)
{
	size_t count = 0, kept = 0;
	bool some_left = false, some_right = false;
	for (unsigned tree = 0; tree < w->trees; tree++)
		for (size_t i = 0; i < TESTS; i++)
			if (w->tree[tree].splits[i] && w->tree[tree].feature[i] == feature) {
				room[count++] = w->tree[tree].limit[i];
				some_left |= w->tree[tree].default_left[i];
				some_right |= !w->tree[tree].default_left[i];
			}
	qsort(room, count, sizeof(*room), by_value);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || room[i] > room[kept - 1])
			room[kept++] = room[i];
	/* 255 cuts make 256 codes: NaN then has the code of one end, which is right when all tests send it the same way */
	if (kept > LEARN_CUTS_MAX || (kept == LEARN_CUTS_MAX && some_left && some_right))
		return diag_say(
		    w->diag, -ENOTSUP, _("the model compares feature %u with %zu numbers: 255 are the most"), feature, kept);
	w->cuts->count[feature] = (uint16_t)kept;
	w->plain[feature] = kept == LEARN_CUTS_MAX;
	w->cuts->unknown[feature] = w->plain[feature] && some_left ? 0 : FLOW_CODE_MISSING;
	memcpy(w->cuts->cut[feature], room, kept * sizeof(*room));
	return 0;
}

/* A test x < limit as one of codes: those greater than what is returned go to the second child. */
static uint8_t
limit_of(const struct import *w, const struct whole_tree *t, size_t test)
{
	if (w->as == LEARN_IMPORT_NUMBERS)
		return (uint8_t)(learn_cuts_code(w->cuts, t->feature[test], t->limit[test]) - 1);
	float limit = ceilf(t->limit[test]) - 1; /* x < limit of whole numbers */
	return limit >= FLOW_CODE_MAX ? FLOW_CODE_MAX : (uint8_t)limit;
}

static void
fill(const struct import *w, struct learn_forest *f)
{
	size_t tests = learn_model_tests(LEARN_LEVELS, f->depth), leaves = (size_t)1 << f->depth;
	for (unsigned tree = 0; tree < w->trees; tree++) {
		const struct whole_tree *t = &w->tree[tree];
		for (size_t i = 0; i < tests; i++) {
			uint8_t *plane = &f->planes[tree * tests + i], *limit = &f->limits[tree * tests + i];
			*limit = LEARN_LIMIT_NEVER;
			if (!t->splits[i])
				continue;
			*plane = t->feature[i];
			bool turned = t->default_left[i] && !w->plain[t->feature[i]];
			*plane = (uint8_t)(*plane + turned * LEARN_PLANE_TURNED);
			/* of codes, none is less than 0: the test parts what is not known from all others */
			bool parts = w->as == LEARN_IMPORT_CODES && t->limit[i] <= 0;
			*limit = parts ? 0 : (uint8_t)(limit_of(w, t, i) + turned);
		}
		for (size_t i = 0; i < leaves; i++) {
			size_t whole = i << (LEARN_DEPTH_MAX - f->depth);
			f->leaves[tree * leaves + i] = (int32_t)lrint(ldexp((double)t->leaf[whole], f->exponent));
			for (size_t k = 0; k < (size_t)1 << (LEARN_DEPTH_MAX - f->depth); k++)
				f->covers[tree * leaves + i] += t->cover[whole + k];
		}
	}
}

/* The finest scale on which all leaves fit. */
static int
exponent_of(const struct import *w)
{
	float most = 1e-6f;
	for (unsigned tree = 0; tree < w->trees; tree++)
		for (size_t i = 0; i < LEAVES; i++)
			most = fmaxf(most, fabsf(w->tree[tree].leaf[i]));
	int exponent = LEARN_EXPONENT_MIN;
	while (exponent < 40 && ldexp((double)most, exponent + 1) < LEARN_WIDE_MAX)
		exponent++;
	return exponent;
}

static int
make_model(struct import *w, struct learn_model **out)
{
	struct learn_forest f = {.growth = LEARN_LEVELS, .trees = w->trees, .depth = w->depth > 0 ? w->depth : 1};
	size_t tests = f.trees * learn_model_tests(f.growth, f.depth), leaves = (size_t)f.trees << f.depth;
	f.exponent = exponent_of(w);
	while (f.exponent > LEARN_EXPONENT_MIN && fabs(ldexp(w->base, f.exponent)) > (double)(INT64_C(1) << 39))
		f.exponent--;
	f.base = (int64_t)llrint(ldexp(w->base, f.exponent));
	f.planes = calloc(tests, 1);
	f.limits = calloc(tests, 1);
	f.leaves = calloc(leaves, sizeof(*f.leaves));
	f.covers = calloc(leaves, sizeof(*f.covers));
	int r = f.planes == NULL || f.limits == NULL || f.leaves == NULL || f.covers == NULL ? -ENOMEM : 0;
	if (r == 0) {
		struct learn_facts facts = {
		    .mask = w->features == FLOW_CODES ? UINT64_MAX : (UINT64_C(1) << w->features) - 1};
		memcpy(facts.schema, w->as == LEARN_IMPORT_CODES ? "fv64" : "xgboost", w->as == LEARN_IMPORT_CODES ? 4 : 7);
		learn_model_file_schema_hash(facts.schema, (struct bytes){0}, facts.schema_hash);
		fill(w, &f);
		r = learn_model_new(&f, &facts, out, w->diag);
	}
	free(f.planes);
	free(f.limits);
	free(f.leaves);
	free(f.covers);
	return r;
}

/* What is asked of the whole, before its trees. */
static int
read_learner(struct import *w, const struct json_value *learner)
{
	const struct json_value *parameters = under(learner, BYTES("learner_model_param"));
	const struct json_value *booster = under(learner, BYTES("gradient_booster"));
	struct bytes objective = json_value_text(under(under(learner, BYTES("objective")), BYTES("name")));
	long features, classes, targets;
	double base;
	if (parameters == NULL || booster == NULL)
		return diag_say(w->diag, -EINVAL, "%s", _("this is not a model of XGBoost: it has no learner"));
	if (!bytes_eq(json_value_text(under(booster, BYTES("name"))), BYTES("gbtree")))
		return refuse(w, N_("the model is not made of trees alone (gbtree): it cannot be imported"));
	if (!bytes_eq(objective, BYTES("binary:logistic")) && !bytes_eq(objective, BYTES("binary:logitraw")))
		return refuse(w, N_("the model was not trained for yes or no (binary:logistic): it cannot be imported"));
	if ((whole_of(under(parameters, BYTES("num_class")), 1 << 20, &classes) && classes > 1) ||
	    (whole_of(under(parameters, BYTES("num_target")), 1 << 20, &targets) && targets > 1))
		return refuse(w, N_("the model has more than one answer: it cannot be imported"));
	if (!whole_of(under(parameters, BYTES("num_feature")), 1 << 20, &features) || features < 1)
		return diag_say(w->diag, -EINVAL, "%s", _("the model does not say how many features it reads"));
	if (features > FLOW_CODES)
		return diag_say(w->diag, -ENOTSUP, _("the model reads %ld features: 64 are the most"), features);
	w->features = (unsigned)features;
	if (!number_of(under(parameters, BYTES("base_score")), &base))
		return diag_say(w->diag, -EINVAL, "%s", _("the model has no base score"));
	if (bytes_eq(objective, BYTES("binary:logistic"))) {
		if (!(base > 0 && base < 1))
			return diag_say(w->diag, -EINVAL, "%s", _("the base score of the model is not a probability"));
		base = log(base / (1 - base));
	}
	if (fabs(base) > 1e6)
		return diag_say(w->diag, -EINVAL, "%s", _("the base score of the model is out of bounds"));
	w->base = base;
	return 0;
}

static void
read_names(const struct json_value *names, struct learn_imported *out)
{
	for (unsigned f = 0; f < FLOW_CODES; f++) {
		struct bytes name = bytes_first(json_value_text(json_value_at(names, f)), LEARN_IMPORT_NAME - 1);
		if (name.len > 0)
			memcpy(out->names[f], name.at, name.len);
		else
			(void)snprintf(out->names[f], LEARN_IMPORT_NAME, "f%u", f);
	}
}

static int
read_trees(struct import *w, const struct json_value *trees)
{
	size_t count = json_value_length(trees);
	if (count < 1)
		return diag_say(w->diag, -EINVAL, "%s", _("the model has no trees"));
	if (count > LEARN_TREES_MAX)
		return diag_say(w->diag, -ENOTSUP, _("the model has %zu trees: %d are the most"), count, LEARN_TREES_MAX);
	w->trees = (unsigned)count;
	w->tree = calloc(count, sizeof(*w->tree));
	int r = w->tree == NULL ? -ENOMEM : 0;
	const struct json_value *v = trees + 1;
	for (unsigned i = 0; i < w->trees && r == 0; i++, v += v->span)
		r = read_tree(w, i, v);
	return r;
}

static int
import_json(struct import *w, struct bytes text, struct learn_imported *out)
{
	struct json_value_list list = {0};
	const struct json_value *top = NULL;
	size_t wrong_at = 0;
	int r = json_value_read(&list, text, &top, &wrong_at);
	if (r == -EINVAL)
		r = diag_say(w->diag, r, _("this is not JSON (byte %zu)"), wrong_at);
	const struct json_value *learner = r < 0 ? NULL : under(top, BYTES("learner"));
	if (r == 0)
		r = read_learner(w, learner);
	if (r == 0)
		r = read_trees(w, under(under(under(learner, BYTES("gradient_booster")), BYTES("model")), BYTES("trees")));
	float *room = r < 0 ? NULL : malloc((size_t)w->trees * TESTS * sizeof(*room));
	if (r == 0 && room == NULL)
		r = -ENOMEM;
	w->cuts->features = w->features;
	for (unsigned f = 0; f < w->features && r == 0 && w->as == LEARN_IMPORT_NUMBERS; f++)
		r = make_cuts(w, f, room);
	if (r == 0)
		r = make_model(w, &out->model);
	if (r == 0)
		read_names(under(learner, BYTES("feature_names")), out);
	free(room);
	json_value_list_done(&list);
	return r;
}

int
learn_import(struct bytes file, enum learn_import_as as, struct learn_imported *out, struct diag *diag)
{
	struct import w = {.as = as, .diag = diag};
	char *text = NULL;
	size_t len = 0;
	int r = 0;
	if (file.len > LEARN_IMPORT_FILE_MAX)
		return diag_say(diag, -EFBIG, "%s", _("the model is too large"));
	struct learn_imported *made = calloc(1, sizeof(*made));
	if (made == NULL)
		return -ENOMEM;
	w.cuts = &made->cuts;
	/* both begin with {: in UBJSON the length of a key follows, in JSON a quote or a space */
	bool ubjson = file.len > 1 && file.at[0] == '{' && strchr("LlIiU#$", file.at[1]) != NULL && file.at[1] != '\0';
	if (ubjson)
		r = learn_ubjson_text(file, &text, &len, diag);
	if (r == 0)
		r = import_json(&w, ubjson ? (struct bytes){(uint8_t *)text, len} : file, made);
	if (r == 0) {
		if (as == LEARN_IMPORT_CODES)
			made->cuts.features = 0;
		*out = *made;
	}
	free(w.tree);
	free(text);
	free(made);
	return r;
}
