/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/case_fields.h"

#include "core/text.h"
#include "core/utf8.h"

#include <errno.h>
#include <stdio.h>

static const char *const yes_no[] = {"yes", "no", "unknown", NULL};
static const char *const severities[] = {"1", "2", "3", "4", NULL};
static const char *const states[] = {
    "new", "qualified", "contained", "eradicated", "recovered", "closed", "false-positive", "merged", NULL};
static const char *const tlp[] = {"RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR", NULL};
static const char *const pap[] = {"RED", "AMBER", "GREEN", "CLEAR", NULL};
static const char *const origins[] = {
    "malicious-external", "malicious-internal", "accident-external", "accident-internal", "unknown", NULL};
static const char *const ishikawa[] = {
    "people", "methods", "equipment", "environment", "material", "measurement", "management", NULL};
static const char *const natures[] = {"technical", "organisational", "human", NULL};
static const char *const action_types[] = {"corrective", "preventive", "containment", NULL};
static const char *const action_states[] = {"open", "done", "closed", "cancelled", NULL};
static const char *const lesson_types[] = {"went-well", "went-less-well", "to-change", NULL};
static const char *const relations[] = {
    "same-cause", "same-asset", "same-technique", "follows", "duplicate", "related", NULL};
static const char *const clock_states[] = {"running", "not-needed", NULL};

static const struct case_field_def incident_fields[] = {
    {"title", CASE_LINE, N_("Title"), NULL},
    {"category", CASE_LINE, N_("Category"), NULL},
    {"severity", CASE_WORD, N_("Severity"), severities},
    {"state", CASE_WORD, N_("State"), states},
    {"state_why", CASE_TEXT, N_("Why this state"), NULL},
    {"tlp", CASE_WORD, N_("Sharing (TLP)"), tlp},
    {"pap", CASE_WORD, N_("Permitted use (PAP)"), pap},
    {"reporter", CASE_LINE, N_("Told by"), NULL},
    {"owner", CASE_LINE, N_("In charge"), NULL},
    {"restricted_to", CASE_LINE, N_("Only for (accounts)"), NULL},
    {"exercise", CASE_WORD, N_("Exercise"), yes_no},
    {"ticket", CASE_LINE, N_("Ticket elsewhere"), NULL},
    {"happened", CASE_TIME, N_("Happened"), NULL},
    {"happened_end", CASE_TIME, N_("Ended"), NULL},
    {"seen", CASE_TIME, N_("Seen"), NULL},
    {"recorded", CASE_TIME, N_("Written down"), NULL},
    {"recorded_by", CASE_LINE, N_("Written down by"), NULL},
    {"aware", CASE_TIME, N_("Aware since"), NULL},
    {"aware_by", CASE_LINE, N_("Who became aware"), NULL},
    {"aware_why", CASE_TEXT, N_("By what"), NULL},
    {"qualified", CASE_TIME, N_("Qualified"), NULL},
    {"contained", CASE_TIME, N_("Contained"), NULL},
    {"eradicated", CASE_TIME, N_("Eradicated"), NULL},
    {"recovered", CASE_TIME, N_("Recovered"), NULL},
    {"closed", CASE_TIME, N_("Closed"), NULL},
    {"description", CASE_TEXT, N_("What happened"), NULL},
    {"scope", CASE_TEXT, N_("Machines and services concerned"), NULL},
    {"origin", CASE_WORD, N_("Origin"), origins},
    {"attack", CASE_WORD, N_("Attack on a computer system"), yes_no},
    {"unlawful", CASE_WORD, N_("Unlawful or malicious act suspected"), yes_no},
    {"cross_border", CASE_WORD, N_("Effects in other countries"), yes_no},
    {"component", CASE_LINE, N_("Component"), NULL},
    {"version", CASE_LINE, N_("Version of the component"), NULL},
    {"techniques", CASE_LINE, N_("ATT&CK techniques"), NULL},
    {"indicators", CASE_TEXT, N_("Indicators of compromise"), NULL},
    {"impact", CASE_TEXT, N_("Impact on services"), NULL},
    {"cost", CASE_NUMBER, N_("Cost (euros)"), NULL},
    {"measures", CASE_TEXT, N_("Measures taken or planned"), NULL},
    {"prior_measures", CASE_TEXT, N_("Measures that were in place"), NULL},
    {"personal_data", CASE_WORD, N_("Personal data concerned"), yes_no},
    {"breach_nature", CASE_LINE, N_("Lost: confidentiality, integrity, availability"), NULL},
    {"data_categories", CASE_TEXT, N_("Categories of data"), NULL},
    {"sensitive_data", CASE_WORD, N_("Sensitive data among them"), yes_no},
    {"people_categories", CASE_TEXT, N_("Categories of people"), NULL},
    {"people_count", CASE_NUMBER, N_("People, about"), NULL},
    {"record_count", CASE_NUMBER, N_("Records, about"), NULL},
    {"consequences", CASE_TEXT, N_("Likely consequences for people"), NULL},
    {"people_told", CASE_WORD, N_("People concerned were told"), yes_no},
    {"people_told_why", CASE_TEXT, N_("How they were told, or why not"), NULL},
    {"controller", CASE_LINE, N_("Controller of the data"), NULL},
    {"contact", CASE_LINE, N_("Contact, or data-protection officer"), NULL},
    {"other_notices", CASE_TEXT, N_("Other authorities told"), NULL},
    {"high_risk", CASE_TIME, N_("Decision that the risk is high"), NULL},
    {"classification", CASE_TIME, N_("Classified as major"), NULL},
    {"fix", CASE_TIME, N_("Fix available"), NULL},
    {"no_cause_why", CASE_TEXT, N_("Why no root cause is known"), NULL},
    {"merged_into", CASE_REF, N_("Merged into"), NULL},
};
static const struct case_field_def log_fields[] = {
    {"text", CASE_TEXT, N_("Text"), NULL}, {"when", CASE_TIME, N_("Time"), NULL}};
static const struct case_field_def comment_fields[] = {{"text", CASE_TEXT, N_("Text"), NULL}};
static const struct case_field_def task_fields[] = {{"title", CASE_LINE, N_("Title"), NULL},
    {"owner", CASE_LINE, N_("In charge"), NULL}, {"due", CASE_TIME, N_("Due"), NULL}, {"done", CASE_TIME, N_("Done"), NULL},
    {"result", CASE_TEXT, N_("Result"), NULL}, {"playbook", CASE_LINE, N_("Playbook"), NULL}};
static const struct case_field_def cause_fields[] = {{"text", CASE_TEXT, N_("Text"), NULL},
    {"parent", CASE_REF, N_("Explains"), NULL}, {"ishikawa", CASE_WORD, N_("Family"), ishikawa},
    {"nature", CASE_WORD, N_("Nature"), natures}, {"root", CASE_WORD, N_("Root cause"), yes_no},
    {"proof", CASE_REF, N_("Proof"), NULL}, {"control", CASE_LINE, N_("Control that failed"), NULL}};
static const struct case_field_def action_fields[] = {{"title", CASE_LINE, N_("Title"), NULL},
    {"type", CASE_WORD, N_("Kind of action"), action_types}, {"cause", CASE_REF, N_("Against the cause"), NULL},
    {"owner", CASE_LINE, N_("In charge"), NULL}, {"due", CASE_TIME, N_("Due"), NULL},
    {"state", CASE_WORD, N_("State"), action_states}, {"state_why", CASE_TEXT, N_("Why this state"), NULL},
    {"proof", CASE_REF, N_("Proof"), NULL}, {"effect", CASE_TEXT, N_("How its effect was checked"), NULL},
    {"effect_by", CASE_LINE, N_("Who checked the effect"), NULL}, {"effect_ok", CASE_WORD, N_("It had the effect"), yes_no}};
static const struct case_field_def proof_fields[] = {{"title", CASE_LINE, N_("Title"), NULL},
    {"sha256", CASE_LINE, N_("SHA-256"), NULL}, {"place", CASE_LINE, N_("Where it is kept"), NULL},
    {"source", CASE_LINE, N_("Where it comes from"), NULL}, {"method", CASE_TEXT, N_("How it was taken"), NULL},
    {"taken", CASE_TIME, N_("Taken"), NULL}, {"taken_by", CASE_LINE, N_("Taken by"), NULL}};
static const struct case_field_def custody_fields[] = {{"proof", CASE_REF, N_("Proof"), NULL},
    {"from", CASE_LINE, N_("From"), NULL}, {"to", CASE_LINE, N_("To"), NULL}, {"why", CASE_TEXT, N_("Why"), NULL},
    {"when", CASE_TIME, N_("Time"), NULL}};
static const struct case_field_def lesson_fields[] = {{"text", CASE_TEXT, N_("Text"), NULL},
    {"type", CASE_WORD, N_("Kind of lesson"), lesson_types}, {"audience", CASE_LINE, N_("For whom"), NULL}};
static const struct case_field_def relation_fields[] = {{"other", CASE_REF, N_("Other incident"), NULL},
    {"how", CASE_WORD, N_("How they are related"), relations}, {"why", CASE_TEXT, N_("Why"), NULL}};
static const struct case_field_def clock_fields[] = {{"profile", CASE_LINE, N_("Clock"), NULL},
    {"state", CASE_WORD, N_("State"), clock_states}, {"why", CASE_TEXT, N_("Why"), NULL}};
static const struct case_field_def notice_fields[] = {{"profile", CASE_LINE, N_("Clock"), NULL},
    {"step", CASE_LINE, N_("Step"), NULL}, {"sent", CASE_TIME, N_("Sent"), NULL}, {"to", CASE_LINE, N_("To"), NULL},
    {"reference", CASE_LINE, N_("Receipt"), NULL}, {"why_late", CASE_TEXT, N_("Why it was late"), NULL}};

#define FIELDS(table) .fields = (table), .field_count = LENGTH_OF(table)

static const struct case_kind kinds[] = {
    {"incident", NULL, "INC-", N_("Incident"), "title", {"title"}, FIELDS(incident_fields)},
    {"log", "log", "LOG-", N_("Log"), "text", {"text"}, FIELDS(log_fields)},
    {"comment", "comment", "COM-", N_("Comment"), "text", {"text"}, FIELDS(comment_fields)},
    {"task", "task", "TSK-", N_("Task"), "title", {"title"}, FIELDS(task_fields)},
    {"proof", "evidence", "PRF-", N_("Evidence"), "title", {"title"}, FIELDS(proof_fields)},
    {"custody", "custody", "CUS-", N_("Custody"), "why", {"proof", "to"}, FIELDS(custody_fields)},
    {"cause", "cause", "CAU-", N_("Cause"), "text", {"text"}, FIELDS(cause_fields)},
    {"action", "action", "ACT-", N_("Action"), "title", {"title"}, FIELDS(action_fields)},
    {"lesson", "lesson", "LES-", N_("Lesson"), "text", {"text"}, FIELDS(lesson_fields)},
    {"relation", "relate", "REL-", N_("Related incident"), "other", {"other"}, FIELDS(relation_fields)},
    {"clock", "start", "CLK-", N_("Clock"), "profile", {"profile"}, FIELDS(clock_fields)},
    {"notice", "notified", "NOT-", N_("Notice"), "profile", {"profile", "step"}, FIELDS(notice_fields)},
};

const struct case_kind *
case_fields_kinds(size_t *count)
{
	*count = LENGTH_OF(kinds);
	return kinds;
}

const struct case_kind *
case_fields_kind(const char *kind_cstr)
{
	for (size_t i = 0; i < LENGTH_OF(kinds); i++)
		if (strcmp(kinds[i].kind_cstr, kind_cstr) == 0)
			return &kinds[i];
	return NULL;
}

const struct case_kind *
case_fields_verb(const char *verb_cstr)
{
	for (size_t i = 0; i < LENGTH_OF(kinds); i++)
		if (kinds[i].verb_cstr != NULL && strcmp(kinds[i].verb_cstr, verb_cstr) == 0)
			return &kinds[i];
	return NULL;
}

const struct case_field_def *
case_fields_find(const struct case_kind *kind, const char *name_cstr)
{
	for (size_t i = 0; i < kind->field_count; i++)
		if (strcmp(kind->fields[i].name_cstr, name_cstr) == 0)
			return &kind->fields[i];
	return NULL;
}

/* Text that no edge has to fear: valid UTF-8; of the control characters the end of a line and the tab, in texts only. */
static bool
is_text(struct bytes text, bool may_have_lines)
{
	while (text.len > 0) {
		uint8_t c = text.at[0];
		size_t n = c < 0x80 ? 1 : utf8_length(text);
		if (n == 0 || c == 0x7f || (c < 0x20 && !(may_have_lines && (c == '\n' || c == '\t'))))
			return false;
		text = bytes_after(text, n);
	}
	return true;
}

static bool
is_time(const char *value_cstr)
{
	struct case_field field = {"t", value_cstr};
	struct case_item item = {.field_count = 1, .fields = &field};
	int64_t ignored;
	return case_file_time(&item, "t", &ignored);
}

static int
check_word(const struct case_field_def *def, const char *value_cstr, struct diag *diag)
{
	char all[256] = "";
	for (size_t i = 0; def->words[i] != NULL; i++) {
		if (strcmp(def->words[i], value_cstr) == 0)
			return 0;
		size_t used = strlen(all);
		(void)snprintf(all + used, sizeof(all) - used, "%s%s", i == 0 ? "" : ", ", def->words[i]);
	}
	return diag_say(
	    diag, -EINVAL, _("%s: \"%.80s\" was given, one of these was expected: %s"), def->name_cstr, value_cstr, all);
}

int
case_fields_check(const struct case_field_def *def, const char *value_cstr, struct diag *diag)
{
	struct bytes value = bytes_of_cstr(value_cstr);
	if (value.len >= CASE_VALUE_MAX)
		return diag_say(
		    diag, -EINVAL, _("%s: the text is too long: %d bytes at most"), def->name_cstr, CASE_VALUE_MAX - 1);
	if (!is_text(value, def->type == CASE_TEXT))
		return diag_say(
		    diag, -EINVAL, _("%s: this is no plain text in UTF-8, or has control characters"), def->name_cstr);
	if (value.len == 0)
		return 0;
	switch (def->type) {
	case CASE_LINE:
	case CASE_TEXT: return 0;
	case CASE_TIME:
		return is_time(value_cstr)
		    ? 0
		    : diag_say(diag, -EINVAL, _("%s: a time such as 2026-10-24T10:00:00Z was expected"), def->name_cstr);
	case CASE_NUMBER:
		for (size_t i = 0; i < value.len; i++)
			if (value.at[i] < '0' || value.at[i] > '9' || value.len > 15)
				return diag_say(diag, -EINVAL, _("%s: a whole number was expected"), def->name_cstr);
		return 0;
	case CASE_WORD: return check_word(def, value_cstr, diag);
	case CASE_REF:
		return value.len < CASE_ID_MAX * 4
		    ? 0
		    : diag_say(diag, -EINVAL, _("%s: the id of something was expected"), def->name_cstr);
	}
	return 0;
}
