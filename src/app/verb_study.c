/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_study.h"

#include "app/study_choose.h"
#include "app/study_covered.h"
#include "app/study_document.h"
#include "app/study_folder.h"
#include "app/study_likelihood.h"
#include "app/study_lint.h"
#include "app/study_make.h"
#include "app/study_orphaned.h"

static const char help_cstr[] = N_(
    "Usage: beffroi study init FOLDER [--type town|hospital|workshop|school]\n"
    "       beffroi study check|show|coverage|orphans|freeze FOLDER\n"
    "       beffroi study diff OLDER NEWER\n"
    "       beffroi study document FOLDER --type study|requirements --format html|xlsx\n"
    "       beffroi study choose|likelihood|lint FILE\n"
    "\n"
    "Risk studies by EBIOS RM as text: files (YAML) that people write, review and compare.\n"
    "  init        a starting study in a new folder, to be changed\n"
    "  check       all that is wrong or missing, at file:line:column\n"
    "  show        what follows from the ratings: threats, likelihoods, risks before and after\n"
    "  coverage    which rules of the 42 of ANSSI, which categories of NIST CSF 2.0 the measures and the baseline cover\n"
    "  orphans     where the chain from the threat to the proof is broken\n"
    "  diff        what changed between two versions, and in which workshops\n"
    "  freeze      the version as it is, kept beside with its hashes\n"
    "  document    the study, or the table of its requirements, for people to read; on standard output\n"
    "  choose      which of several scenarios, by weighted criteria with vetoes, why, and how firm that is\n"
    "  likelihood  how likely an attack is, action by action, and which action counts most\n"
    "  lint        what is wrong with the words of requirements (YAML or CSV): what cannot be tested, duplicates, contradictions\n"
    "\n"
    "  --format text|json   (text); choose and document: html, xlsx too\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "man beffroi-study has the form of each file. Exit status: 0 done, 1 could not be done or is wrong, 2 wrong usage.\n");

static const struct {
	const char *word_cstr;
	size_t words; /* with the first one */
	int (*run)(struct study_session *s, struct diag *diag);
} parts[] = {
    {"choose", 2, study_choose_run},
    {"likelihood", 2, study_likelihood_run},
    {"lint", 2, study_lint_run},
    {"check", 2, study_folder_check},
    {"show", 2, study_folder_show},
    {"diff", 3, study_folder_diff},
    {"init", 2, study_make_init},
    {"freeze", 2, study_make_freeze},
    {"document", 2, study_document_run},
    {"orphans", 2, study_orphaned_run},
    {"coverage", 2, study_covered_run},
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
		bool tells = s.options.json || strcmp(s.options.format_cstr, "text") == 0;
		if (!tells &&
		    !(study_document_wanted(&s) && (parts[i].run == study_choose_run || parts[i].run == study_document_run)))
			return verb_options_refuse(&s.options,
			    N_("--format: text or json was expected; choose and document know html and xlsx too"));
		int r = study_session_open(&s, &diag);
		if (r == 0)
			r = parts[i].run(&s, &diag);
		return study_session_end(&s, r, &diag);
	}
	return verb_options_refuse(&s.options, N_("say what: beffroi study check FOLDER; beffroi study --help has more"));
}
