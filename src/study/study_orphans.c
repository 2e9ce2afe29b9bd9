/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/study_orphans.h"

#include <errno.h>
#include <stdio.h>

static const struct {
	const char *code_cstr, *sentence_cstr;
} kinds[] = {
    [STUDY_RISK_WITHOUT_REQUIREMENT] = {"risk-without-requirement", N_("no requirement comes from this risk")},
    [STUDY_REQUIREMENT_WITHOUT_MEASURE] = {"requirement-without-measure", N_("no measure meets this requirement")},
    [STUDY_MEASURE_WITHOUT_TEST] = {"measure-without-test",
        N_("no test verifies this measure, nor a requirement that it meets")},
    [STUDY_TEST_NOT_RUN] = {"test-not-run", N_("this test was not run within twelve months")},
    [STUDY_DETECTION_WITHOUT_RULE] = {"detection-without-rule",
        N_("this detection has no rule and no data that is collected")},
    [STUDY_TECHNIQUE_WITHOUT_CONTROL] = {"technique-without-control", N_("no detection answers this technique")},
    [STUDY_INCIDENT_WITHOUT_CAUSE] = {"incident-without-cause", N_("no cause of this incident is known")},
    [STUDY_CAUSE_WITHOUT_ACTION] = {"cause-without-action", N_("no action answers this cause")},
    [STUDY_ACTION_WITHOUT_PROOF] = {"action-without-proof",
        N_("this action was closed without a proof, or nobody looked whether it works")},
    [STUDY_PROOF_ALTERED] = {"proof-altered", N_("the file of this proof is not what it was, or is not there")},
    [STUDY_REQUIREMENT_WITHOUT_ORIGIN] = {"requirement-without-origin",
        N_("nobody knows where this requirement comes from")},
};

const char *
study_orphans_code(enum study_orphan kind)
{
	return kinds[kind].code_cstr;
}

const char *
study_orphans_sentence(enum study_orphan kind)
{
	return kinds[kind].sentence_cstr;
}

struct finder {
	const struct study *s;
	bool *named;    /* of each record: one that it needs refers to it */
	bool *verified; /* of measures and requirements: a test verifies it */
	void (*say)(void *context, enum study_orphan kind, size_t record, const char *word_cstr);
	void *context;
};

static bool
is_said(const struct data_tree *map, const char *key_cstr)
{
	const struct data_tree *node = data_tree_find(map, key_cstr);
	return node != NULL && (node->kind == DATA_TEXT ? node->text.len > 0 : node->first != NULL);
}

static void
mark(const struct study *s, bool *marks, const struct data_tree *map, const char *key_cstr)
{
	const struct data_tree *node = data_tree_find(map, key_cstr);
	for (const struct data_tree *n = node == NULL ? NULL
	         : node->kind == DATA_LIST            ? node->first
	                                              : node;
	     n != NULL; n = node->kind == DATA_LIST ? n->next : NULL) {
		size_t record = n->kind == DATA_TEXT && n->text.len > 0 ? study_ids_find(&s->ids, (const char *)n->text.at)
		                                                        : SIZE_MAX;
		if (record != SIZE_MAX)
			marks[record] = true;
	}
}

/* A test of a requirement verifies the measures that meet it. */
static void
mark_all(struct finder *f)
{
	static const struct {
		enum study_section section;
		const char *key_cstr;
	} needs[] = {{STUDY_REQUIREMENT, "origin"}, {STUDY_CAUSE, "incident"}, {STUDY_ACTION, "cause"}};
	const struct study *s = f->s;
	for (size_t k = 0; k < LENGTH_OF(needs); k++)
		for (size_t i = 0; i < s->section_count[needs[k].section]; i++)
			mark(s, f->named, study_tree(s, s->of_section[needs[k].section][i]), needs[k].key_cstr);
	for (size_t i = 0; i < s->section_count[STUDY_TEST]; i++)
		mark(s, f->verified, study_tree(s, s->of_section[STUDY_TEST][i]), "verifies");
	for (size_t i = 0; i < s->section_count[STUDY_REQUIREMENT]; i++) {
		size_t n = s->of_section[STUDY_REQUIREMENT][i];
		if (f->verified[n])
			mark(s, f->verified, study_tree(s, n), "measures");
	}
}

static void
each(struct finder *f, enum study_section section, enum study_orphan kind, bool (*is_orphan)(const struct finder *, size_t))
{
	for (size_t i = 0; i < f->s->section_count[section]; i++)
		if (is_orphan(f, f->s->of_section[section][i]))
			f->say(f->context, kind, f->s->of_section[section][i], "");
}

static bool
is_not_named(const struct finder *f, size_t n)
{
	return !f->named[n];
}

static bool
is_not_verified(const struct finder *f, size_t n)
{
	return !f->verified[n];
}

static bool
has_no_measure(const struct finder *f, size_t n)
{
	return !is_said(study_tree(f->s, n), "measures");
}

static bool
has_no_rule(const struct finder *f, size_t n)
{
	return !is_said(study_tree(f->s, n), "rule") && !is_said(study_tree(f->s, n), "collected");
}

static bool
is_closed_unproved(const struct finder *f, size_t n)
{
	const struct data_tree *map = study_tree(f->s, n);
	return strcmp(study_get_text(map, "state", LANGUAGE_EN), "closed") == 0 &&
	    (!is_said(map, "proof") || !is_said(map, "effective"));
}

static bool
has_no_origin(const struct finder *f, size_t n)
{
	return !is_said(study_tree(f->s, n), "origin") && !is_said(study_tree(f->s, n), "law");
}

/* Dates compare as texts; the same day one year before still counts. */
static void
find_tests(struct finder *f, const char *today_cstr)
{
	char limit[16];
	int year = 0;
	if (sscanf(today_cstr, "%4d", &year) != 1 || strlen(today_cstr) != 10)
		return;
	(void)snprintf(limit, sizeof(limit), "%04d%s", year - 1, today_cstr + 4);
	for (size_t i = 0; i < f->s->section_count[STUDY_TEST]; i++) {
		size_t n = f->s->of_section[STUDY_TEST][i];
		bool run = false;
		for (const struct data_tree *r = study_get_first(study_tree(f->s, n), "runs"); r != NULL; r = r->next)
			run |= strcmp(study_get_text(r, "on", LANGUAGE_EN), limit) >= 0;
		if (!run)
			f->say(f->context, STUDY_TEST_NOT_RUN, n, "");
	}
}

/* A technique is answered by a detection with a rule or collected data that names it or its parent. Each one is told once. */
static int
find_techniques(struct finder *f)
{
	const struct study *s = f->s;
	struct study_ids answered, told;
	size_t count = 0;
	for (size_t i = 0; i < s->section_count[STUDY_DETECTION]; i++)
		count += study_ids_count(data_tree_find(study_tree(s, s->of_section[STUDY_DETECTION][i]), "techniques"));
	size_t all = 0;
	for (size_t i = 0; i < s->mode_count; i++)
		all += s->modes[i].graph.action_count * ATTACK_TECHNIQUES_MAX;
	if (study_ids_init(&answered, s->arena, count) < 0 || study_ids_init(&told, s->arena, all) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < s->section_count[STUDY_DETECTION]; i++) {
		size_t n = s->of_section[STUDY_DETECTION][i];
		if (has_no_rule(f, n))
			continue;
		for (const struct data_tree *t = study_get_first(study_tree(s, n), "techniques"); t != NULL; t = t->next)
			if (t->kind == DATA_TEXT && t->text.len > 0 &&
			    !study_ids_add(&answered, (const char *)t->text.at, i))
				continue; /* another detection answers it too */
	}
	for (size_t i = 0; i < s->mode_count; i++) {
		const struct attack_graph *g = &s->modes[i].graph;
		for (size_t k = 0; k < g->action_count; k++) {
			for (size_t t = 0; t < g->actions[k].technique_count; t++) {
				const char *id_cstr = g->actions[k].techniques[t];
				char parent[8];
				(void)snprintf(parent, sizeof(parent), "%.5s", id_cstr);
				bool is_answered = study_ids_find(&answered, id_cstr) != SIZE_MAX ||
				    study_ids_find(&answered, parent) != SIZE_MAX;
				if (!is_answered && study_ids_add(&told, id_cstr, i))
					f->say(f->context, STUDY_TECHNIQUE_WITHOUT_CONTROL, s->modes[i].record, id_cstr);
			}
		}
	}
	return 0;
}

int
study_orphans(const struct study *s, const char *today_cstr, const struct study_orphans_proofs *proofs,
    void (*say)(void *context, enum study_orphan kind, size_t record, const char *word_cstr), void *context)
{
	struct finder f = {.s = s, .say = say, .context = context};
	f.named = arena_new(s->arena, bool, s->record_count);
	f.verified = arena_new(s->arena, bool, s->record_count);
	if (f.named == NULL || f.verified == NULL)
		return -ENOMEM;
	mark_all(&f);
	each(&f, STUDY_RISK, STUDY_RISK_WITHOUT_REQUIREMENT, is_not_named);
	each(&f, STUDY_REQUIREMENT, STUDY_REQUIREMENT_WITHOUT_MEASURE, has_no_measure);
	each(&f, STUDY_MEASURE, STUDY_MEASURE_WITHOUT_TEST, is_not_verified);
	find_tests(&f, today_cstr);
	each(&f, STUDY_DETECTION, STUDY_DETECTION_WITHOUT_RULE, has_no_rule);
	int r = find_techniques(&f);
	if (r < 0)
		return r;
	each(&f, STUDY_INCIDENT, STUDY_INCIDENT_WITHOUT_CAUSE, is_not_named);
	each(&f, STUDY_CAUSE, STUDY_CAUSE_WITHOUT_ACTION, is_not_named);
	each(&f, STUDY_ACTION, STUDY_ACTION_WITHOUT_PROOF, is_closed_unproved);
	for (size_t i = 0; proofs->good != NULL && i < s->section_count[STUDY_PROOF]; i++)
		if (!proofs->good[s->of_section[STUDY_PROOF][i]])
			say(context, STUDY_PROOF_ALTERED, s->of_section[STUDY_PROOF][i], "");
	each(&f, STUDY_REQUIREMENT, STUDY_REQUIREMENT_WITHOUT_ORIGIN, has_no_origin);
	return 0;
}
