/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/lifecycle.h"

#include "incident/human_error.h"
#include "record/case_fields.h"
#include "record/incident.h"

#include <errno.h>
#include <stdio.h>

enum { CHAIN_MAX = 64 };

static const struct lifecycle_state states[] = {
    {"new", NULL, N_("new"), {"qualified", "contained", "false-positive"}},
    {"qualified", "qualified", N_("qualified"), {"contained", "eradicated", "recovered", "closed", "false-positive"}},
    {"contained", "contained", N_("contained"), {"eradicated", "recovered", "qualified"}},
    {"eradicated", "eradicated", N_("eradicated"), {"recovered", "contained", "qualified"}},
    {"recovered", "recovered", N_("recovered"), {"closed", "contained", "qualified"}},
    {"closed", "closed", N_("closed"), {"qualified"}},
    {"false-positive", "closed", N_("false positive"), {"qualified"}},
    {"merged", "closed", N_("merged"), {NULL}},
};

const struct lifecycle_state *
lifecycle_states(size_t *count)
{
	*count = LENGTH_OF(states);
	return states;
}

const struct lifecycle_state *
lifecycle_find(const char *state_cstr)
{
	for (size_t i = 0; i < LENGTH_OF(states); i++)
		if (strcmp(states[i].state_cstr, state_cstr) == 0)
			return &states[i];
	return NULL;
}

const struct lifecycle_state *
lifecycle_state(const struct case_item *incident)
{
	const struct lifecycle_state *s = lifecycle_find(case_file_value(incident, "state"));
	return s == NULL ? &states[0] : s;
}

bool
lifecycle_is_over(const struct case_item *incident)
{
	return lifecycle_state(incident) >= lifecycle_find("closed");
}

static bool
is_empty(const struct case_item *item, const char *name_cstr)
{
	return case_file_value(item, name_cstr)[0] == '\0';
}

static const struct case_item *
next_root(const struct case_file *file, const struct case_item *after)
{
	while ((after = case_file_next(file, "cause", after)) != NULL)
		if (case_file_says(after, "root", "yes"))
			break;
	return after;
}

static bool
has_action(const struct case_file *file, const char *cause_cstr)
{
	for (const struct case_item *a = NULL; (a = case_file_next(file, "action", a)) != NULL;)
		if (case_file_says(a, "cause", cause_cstr) && !case_file_says(a, "state", "cancelled"))
			return true;
	return false;
}

static bool
is_explained(const struct case_file *file, const char *cause_cstr)
{
	for (const struct case_item *c = NULL; (c = case_file_next(file, "cause", c)) != NULL;)
		if (case_file_says(c, "parent", cause_cstr))
			return true;
	return false;
}

static int
refuse_blame(const struct case_item *cause, struct diag *diag)
{
	return diag_say(diag, -EPERM,
	    _("\"%.80s\" stops at a person, and a person's mistake is where the search begins: what made it possible, likely or"
	      " unseen? Keep it without root=yes, and explain it by another cause with parent=%s"),
	    case_file_value(cause, "text"), cause->id_cstr);
}

static int
check_closing(const struct vocabulary *v, const struct case_file *file, const struct case_item *after, struct diag *diag)
{
	if (next_root(file, NULL) == NULL && is_empty(after, "no_cause_why"))
		return diag_say(diag, -EPERM, "%s",
		    _("an incident closes with its root cause: incident cause ID \"TEXT\" root=yes, or say why none is known:"
		      " no_cause_why=\"TEXT\""));
	for (const struct case_item *c = NULL; (c = case_file_next(file, "cause", c)) != NULL;)
		if (!is_explained(file, c->id_cstr) && human_error_blames(v, case_file_value(c, "text")))
			return refuse_blame(c, diag);
	for (const struct case_item *c = NULL; (c = next_root(file, c)) != NULL;) {
		if (is_empty(c, "proof"))
			return diag_say(diag, -EPERM,
			    _("the root cause %s has no proof: incident set %s proof=ID of an evidence"), c->id_cstr,
			    c->id_cstr);
		if (!has_action(file, c->id_cstr))
			return diag_say(diag, -EPERM,
			    _("the root cause %s has no action: incident action ID \"TEXT\" cause=%s"), c->id_cstr,
			    c->id_cstr);
	}
	return 0;
}

static int
check_state(const struct vocabulary *v, const struct case_file *file, const struct case_item *before,
    const struct case_item *after, struct diag *diag)
{
	static const struct case_item none;
	const struct lifecycle_state *from = lifecycle_state(before == NULL ? &none : before), *to = lifecycle_state(after);
	char all[160] = "";
	if (from == to || before == NULL)
		return 0;
	bool allowed = false;
	for (size_t i = 0; i < LENGTH_OF(from->next) && from->next[i] != NULL; i++) {
		size_t used = strlen(all);
		allowed = allowed || strcmp(from->next[i], to->state_cstr) == 0;
		(void)snprintf(all + used, sizeof(all) - used, "%s%s", i == 0 ? "" : ", ", from->next[i]);
	}
	bool merges = strcmp(to->state_cstr, "merged") == 0 && !is_empty(after, "merged_into");
	if (!allowed && !merges)
		return diag_say(diag, -EPERM, _("from %s an incident cannot become %s; it may become: %s"), from->state_cstr,
		    to->state_cstr, all[0] == '\0' ? "-" : all);
	bool backwards = to < from || strcmp(to->state_cstr, "false-positive") == 0;
	if (backwards && case_file_says(before, "state_why", case_file_value(after, "state_why")))
		return diag_say(
		    diag, -EPERM, _("from %s to %s: say why: state_why=\"TEXT\""), from->state_cstr, to->state_cstr);
	return strcmp(to->state_cstr, "closed") == 0 ? check_closing(v, file, after, diag) : 0;
}

static int
check_incident(const struct vocabulary *v, const struct case_file *file, const struct case_item *before,
    const struct case_item *after, struct diag *diag)
{
	int64_t happened, seen;
	if (!is_empty(after, "category") && vocabulary_category(v, case_file_value(after, "category")) == NULL)
		return diag_say(diag, -EINVAL, _("category: \"%.60s\" is none of RSIT: incident categories lists them"),
		    case_file_value(after, "category"));
	if (!is_empty(after, "aware") && (is_empty(after, "aware_by") || is_empty(after, "aware_why")))
		return diag_say(diag, -EPERM, "%s",
		    _("awareness starts the legal clocks: say who and by what too: aware_by=NAME aware_why=\"TEXT\""));
	if (case_file_time(after, "happened", &happened) && case_file_time(after, "seen", &seen) && seen < happened)
		return diag_say(
		    diag, -EINVAL, "%s", _("it cannot have been seen before it happened: look at happened and seen"));
	return check_state(v, file, before, after, diag);
}

/* A cause that explains itself, over whatever way round. */
static bool
goes_round(const struct case_file *file, const struct case_item *cause)
{
	const char *at_cstr = case_file_value(cause, "parent");
	for (size_t i = 0; i < CHAIN_MAX && at_cstr[0] != '\0'; i++) {
		if (strcmp(at_cstr, cause->id_cstr) == 0)
			return true;
		const struct case_item *parent = case_file_find(file, at_cstr);
		at_cstr = parent == NULL ? "" : case_file_value(parent, "parent");
	}
	return at_cstr[0] != '\0';
}

static int
check_of_kind(const struct case_file *file, const struct case_item *after, const char *name_cstr, const char *kind_cstr,
    struct diag *diag)
{
	const char *id_cstr = case_file_value(after, name_cstr);
	const struct case_item *found = case_file_find(file, id_cstr);
	if (id_cstr[0] == '\0' || (found != NULL && strcmp(found->kind_cstr, kind_cstr) == 0))
		return 0;
	return diag_say(diag, -EINVAL, _("%s: %.60s is no %s of this incident"), name_cstr, id_cstr, kind_cstr);
}

static int
check_cause(const struct vocabulary *v, const struct case_file *file, const struct case_item *after, struct diag *diag)
{
	int r = check_of_kind(file, after, "parent", "cause", diag);
	if (r == 0 && goes_round(file, after))
		return diag_say(diag, -EINVAL, _("parent: %s would explain itself"), after->id_cstr);
	if (r == 0 && case_file_says(after, "root", "yes") && human_error_blames(v, case_file_value(after, "text")))
		return refuse_blame(after, diag);
	return r;
}

static int
check_action(const struct case_file *file, const struct case_item *after, struct diag *diag)
{
	int r = check_of_kind(file, after, "cause", "cause", diag);
	if (r == 0 && case_file_says(after, "state", "cancelled") && is_empty(after, "state_why"))
		return diag_say(diag, -EPERM, "%s", _("say why the action is cancelled: state_why=\"TEXT\""));
	if (r < 0 || !case_file_says(after, "state", "closed"))
		return r;
	if (is_empty(after, "proof"))
		return diag_say(diag, -EPERM, _("%s cannot close without a proof that it was done: proof=ID of an evidence"),
		    after->id_cstr);
	if (is_empty(after, "effect") || is_empty(after, "effect_by"))
		return diag_say(diag, -EPERM,
		    _("%s cannot close before its effect was checked: effect=\"HOW\" effect_by=NAME effect_ok=yes"),
		    after->id_cstr);
	if (!case_file_says(after, "effect_ok", "yes"))
		return diag_say(diag, -EPERM,
		    _("%s did not have its effect (effect_ok): it stays open, or another action is needed"), after->id_cstr);
	return 0;
}

int
lifecycle_check(const struct vocabulary *v, const struct case_file *file, const struct case_item *before,
    const struct case_item *after, struct diag *diag)
{
	const struct case_kind *kind = case_fields_kind(after->kind_cstr);
	bool is_told = file->story != NULL && file->story->alerts > 0 &&
	    strcmp(after->kind_cstr, "incident") == 0; /* by alerts */
	for (size_t i = 0; kind != NULL && i < LENGTH_OF(kind->needs) && kind->needs[i] != NULL; i++)
		if (is_empty(after, kind->needs[i]) && !is_told)
			return diag_say(diag, -EINVAL, _("%s is missing: %s=..."), kind->needs[i], kind->needs[i]);
	if (strcmp(after->kind_cstr, "incident") == 0)
		return check_incident(v, file, before, after, diag);
	if (strcmp(after->kind_cstr, "cause") == 0)
		return check_cause(v, file, after, diag);
	if (strcmp(after->kind_cstr, "action") == 0)
		return check_action(file, after, diag);
	if (strcmp(after->kind_cstr, "relation") == 0 && case_file_says(after, "other", file->incident.id_cstr))
		return diag_say(diag, -EINVAL, "%s", _("an incident is not related to itself"));
	if (strcmp(after->kind_cstr, "clock") == 0 && case_file_says(after, "state", "not-needed") && is_empty(after, "why"))
		return diag_say(diag, -EPERM, "%s", _("say why this clock does not apply: why=\"TEXT\""));
	return 0;
}
