/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_study.h"

#include "app/study_choose.h"
#include "app/study_likelihood.h"
#include "app/study_lint.h"

static const char help_cstr[] = N_(
    "Usage: beffroi study choose FILE [options]\n"
    "       beffroi study likelihood FILE [options]\n"
    "       beffroi study lint FILE [options]\n"
    "\n"
    "Studies of risk as text: files (YAML) that people write, review and compare.\n"
    "  choose      which of several scenarios, by weighted criteria with vetoes, why, and how firm that is\n"
    "  likelihood  how likely an attack is, action by action, and which action counts most\n"
    "  lint        what is wrong with the words of requirements (YAML or CSV): what cannot be tested, duplicates, contradictions\n"
    "\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "man beffroi-study has the form of each file. Exit status: 0 done, 1 could not be done, 2 wrong usage.\n");

static const struct {
	const char *word_cstr;
	size_t words; /* with the first one */
	int (*run)(struct study_session *s, struct diag *diag);
} parts[] = {
    {"choose", 2, study_choose_run},
    {"likelihood", 2, study_likelihood_run},
    {"lint", 2, study_lint_run},
};

int
verb_study_main(int argc, char **argv)
{
	struct study_session s = {0};
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &s.options, &status))
		return status;
	for (size_t i = 0; i < LENGTH_OF(parts); i++) {
		if (s.options.word_count != parts[i].words || strcmp(s.options.words[0], parts[i].word_cstr) != 0)
			continue;
		int r = study_session_open(&s, &diag);
		if (r == 0)
			r = parts[i].run(&s, &diag);
		return study_session_end(&s, r, &diag);
	}
	return verb_options_refuse(&s.options, N_("say what: beffroi study choose FILE; beffroi study --help has more"));
}
