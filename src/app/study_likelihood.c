/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/study_likelihood.h"

#include "study/attack_graph_json.h"

enum { LINE_MAX = 1024 };

/* The scale of the guide; V0 is of the advanced method. */
static const char *
likelihood_text(enum language language, uint8_t level)
{
	static const char *const words[ATTACK_LEVELS] = {
	    N_("implausible"), N_("rather unlikely"), N_("likely"), N_("very likely"), N_("nearly certain")};
	return text_in(language, words[level]);
}

static const char *
name_of(const struct attack_action *a, enum language language)
{
	return a->name_cstr[language][0] == '\0' ? a->id_cstr : a->name_cstr[language];
}

static void
tell_actions(const struct presenter *p, const struct attack_graph *g)
{
	enum language l = p->language;
	fputs(text_in(l, N_("\n  Pr  Diff  cumulated  action (* on the way of least effort)\n")), p->out);
	for (size_t i = 0; i < g->action_count; i++) {
		const struct attack_action *a = &g->actions[g->order[i]];
		char diff[4] = "-", cumulated[8];
		if (a->has_diff)
			(void)snprintf(diff, sizeof(diff), "%u", a->diff);
		(void)snprintf(
		    cumulated, sizeof(cumulated), g->has_diff ? "%u, %u" : "%u", a->cumulated_pr, a->cumulated_diff);
		fprintf(p->out, "  %2u  %4s  %9s  %s%s%s%s", a->pr, diff, cumulated, a->is_least_effort ? "* " : "  ",
		    a->id_cstr, a->name_cstr[l][0] == '\0' ? "" : "  ", a->name_cstr[l]);
		for (size_t k = 0; k < a->technique_count; k++)
			fprintf(p->out, "%s%s", k == 0 ? "  [" : " ", a->techniques[k]);
		fputs(a->technique_count > 0 ? "]\n" : "\n", p->out);
	}
}

static void
tell(const struct presenter *p, const struct attack_graph *g)
{
	char line[LINE_MAX];
	enum language l = p->language;
	const struct attack_action *c = &g->actions[g->critical];
	(void)snprintf(line, sizeof(line), text_in(l, N_("Standard method: probability %u, that is V%u, %s.")), g->standard,
	    g->standard, likelihood_text(l, g->standard));
	present_paragraph(p, "", 0, line);
	if (g->has_diff)
		(void)snprintf(line, sizeof(line),
		    text_in(l, N_("Advanced method: probability %u, difficulty %u, that is V%u, %s.")), g->pr, g->diff,
		    g->advanced, likelihood_text(l, g->advanced));
	else
		(void)snprintf(line, sizeof(line), "%s",
		    text_in(l, N_("Advanced method: not possible, since some action has no difficulty (diff).")));
	present_paragraph(p, "", 0, line);
	(void)snprintf(line, sizeof(line),
	    text_in(l,
	        N_("The most critical action, the most probable and easiest, is %s. To stop one that all ways pass counts "
	           "most: look at those on the way of least effort.")),
	    name_of(c, l));
	present_paragraph(p, "", 0, line);
	tell_actions(p, g);
}

int
study_likelihood_run(struct study_session *s, struct diag *diag)
{
	struct bytes text = {0};
	const struct attack_graph *graph = NULL;
	const char *file_cstr = s->options.words[1];
	int r = study_session_read(s, file_cstr, &text, diag);
	if (r == 0)
		r = study_session_confine(diag);
	if (r == 0)
		r = attack_graph_read(&s->arena, text, file_cstr, &graph, diag);
	if (r < 0)
		return r;
	if (s->options.json) {
		json_open_object(&s->json, (struct bytes){0});
		attack_graph_json_members(&s->json, graph, s->options.language);
		json_close_object(&s->json);
		json_newline(&s->json);
	} else {
		tell(&s->presenter, graph);
	}
	return 0;
}
