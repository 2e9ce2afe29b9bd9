/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/case_words.h"

static const struct {
	const char *word_cstr, *text_cstr;
} spelled[] = {{"yes", N_("yes")}, {"no", N_("no")}, {"unknown", N_("not known yet")},
    {"malicious-external", N_("malicious act, from outside")}, {"malicious-internal", N_("malicious act, from inside")},
    {"accident-external", N_("accident, from outside")}, {"accident-internal", N_("accident, from inside")},
    {"people", N_("people")}, {"methods", N_("methods")}, {"equipment", N_("equipment")}, {"environment", N_("environment")},
    {"material", N_("material")}, {"measurement", N_("measurement")}, {"management", N_("management")},
    {"technical", N_("technical")}, {"organisational", N_("organisational")}, {"human", N_("human")},
    {"corrective", N_("corrective")}, {"preventive", N_("preventive")}, {"containment", N_("containment")},
    {"open", N_("open")}, {"done", N_("done")}, {"cancelled", N_("cancelled")}, {"went-well", N_("went well")},
    {"went-less-well", N_("went less well")}, {"to-change", N_("to be changed")}, {"same-cause", N_("same cause")},
    {"same-asset", N_("same machine")}, {"same-technique", N_("same technique")}, {"follows", N_("follows it")},
    {"duplicate", N_("duplicate")}, {"related", N_("related")}, {"running", N_("running")},
    {"not-needed", N_("does not apply")}, {"new", N_("new")}, {"qualified", N_("qualified")}, {"contained", N_("contained")},
    {"eradicated", N_("eradicated")}, {"recovered", N_("recovered")}, {"closed", N_("closed")},
    {"false-positive", N_("false positive")}, {"merged", N_("merged")}};

const char *
case_words_of(enum language language, const struct case_field_def *def, const char *value_cstr)
{
	for (size_t i = 0; def->type == CASE_WORD && i < LENGTH_OF(spelled); i++)
		if (strcmp(spelled[i].word_cstr, value_cstr) == 0)
			return text_in(language, spelled[i].text_cstr);
	return value_cstr;
}
