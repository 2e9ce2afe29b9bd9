/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_learn.h"

#include "app/learn_dataset.h"
#include "app/verb_learn_calibrate.h"
#include "app/verb_learn_card.h"
#include "app/verb_learn_deploy.h"
#include "app/verb_learn_evaluate.h"
#include "app/verb_learn_explain.h"
#include "app/verb_learn_import.h"
#include "app/verb_learn_normal.h"
#include "app/verb_learn_show.h"
#include "app/verb_learn_stress.h"
#include "app/verb_learn_train.h"
#include "cli/verb_options.h"
#include "lesson/lesson.h"

#include <errno.h>
#include <stdio.h>

/* What can be asked, each by its own file; usage and help of each stand here. */
static const struct {
	const char *name_cstr;
	bool reads; /* files, by a mapping */
	int (*run)(const struct learn_options *o, struct diag *diag);
	int (*main)(int argc, char **argv); /* instead of run: reads its own command line; argv[0] is the word */
	const char *usage_cstr, *help_cstr;
} words[] = {
    {.name_cstr = "dataset",
        .reads = true,
        .run = learn_dataset_run,
        .usage_cstr = N_("beffroi learn dataset FILE... --mapping NAME [--out SET] [options]\n"
                         "       beffroi learn dataset -r CAPTURE... --labels FILE --out SET [options]\n"),
        .help_cstr = N_(
            "dataset: what labelled flows can teach a model, and what they cannot.\n"
            "  -r CAPTURE           our sensor reads it, and its flows are the rows; may be given several times\n"
            "  --labels FILE        rules that label flows: by address, port, protocol, time (YAML or CSV)\n"
            "  --moments            of captures: also what was known after 8 data packets and at 60 s\n"
            "  --out SET            write what was read, with its labels, for --mapping fv64\n"
            "  --against FILE       another table: what is in both, and how like they are\n"
            "  --sheet FILE         its data sheet: origin, licence, period (YAML)\n"
            "  --format html        the report as a page\n")},
    {.name_cstr = "train",
        .reads = true,
        .run = verb_learn_train_run,
        .usage_cstr = N_("beffroi learn train FILE... --mapping NAME --out MODEL [options]\n"),
        .help_cstr = N_(
            "train: boosted trees; the same rows, settings and seed make the same model on every machine.\n"
            "  --mode auto|symmetric|levels  one test for each level, or for each node (auto)\n"
            "  --trees N            at most so many (100)\n"
            "  --depth N            tests from the root to a leaf (6)\n"
            "  --seed N             (1)\n"
            "  --threads N          (as many as processors)\n"
            "  --codes WHICH        read only what that source knows: zeek-conn, eve-flow or netflow; or numbers: 0-7,35\n"
            "  --positive-weight W  an attack weighs as W benign rows (1)\n")},
    {.name_cstr = "import",
        .run = verb_learn_import_run,
        .usage_cstr = N_("beffroi learn import FILE --out MODEL [--mapping fv64]\n"),
        .help_cstr = N_("import: a model of XGBoost (JSON or UBJSON); with --mapping fv64 its features are codes.\n")},
    {.name_cstr = "export",
        .run = verb_learn_import_export,
        .usage_cstr = N_("beffroi learn export MODEL [--out FILE] [--format json]\n"),
        .help_cstr = N_("export: the trees as text, or with --format json for XGBoost.\n")},
    {.name_cstr = "show",
        .run = verb_learn_show_run,
        .usage_cstr = N_("beffroi learn show MODEL\n"),
        .help_cstr = N_("show: what a model was made of, what it asks, whether it may be deployed.\n")},
    {.name_cstr = "approve",
        .run = verb_learn_show_approve,
        .usage_cstr = N_("beffroi learn approve MODEL --approver NAME --sheet FILE --key PEM [--days N] [--out MODEL]\n"),
        .help_cstr = N_(
            "approve: a person answers for a model and its data sheet, and signs both (ed25519), for 365 days.\n")},
    {.name_cstr = "calibrate",
        .reads = true,
        .run = verb_learn_calibrate_run,
        .usage_cstr = N_("beffroi learn calibrate --model MODEL --data FILE... --mapping NAME [--out FILE] [options]\n"),
        .help_cstr = N_(
            "calibrate: MODEL.site, with which a model decides or stays silent: of labelled flows that it was not trained on;\n"
            "           or, of benign flows of this site alone, thresholds of its own.\n")},
    {.name_cstr = "scan",
        .reads = true,
        .run = verb_learn_stress_scan,
        .usage_cstr = N_("beffroi learn scan FILE... --mapping NAME\n"),
        .help_cstr = N_("scan: rows that somebody may have slipped in, before a model is trained on them.\n")},
    {.name_cstr = "stress",
        .reads = true,
        .run = verb_learn_stress_run,
        .usage_cstr = N_("beffroi learn stress FILE... --mapping NAME [--trials N] [options]\n"),
        .help_cstr = N_(
            "stress: what training on these rows stands: wrong labels, backdoors, evasion, lost packets, poorer sources.\n"
            "  --trials N           backdoors that are planted and looked for (8)\n")},
    {.name_cstr = "card",
        .run = verb_learn_card_run,
        .usage_cstr = N_("beffroi learn card MODEL --out FILE.html|FILE.json [--results FILE] [--stress FILE]\n"),
        .help_cstr = N_(
            "card: what there is to know of a model, for who answers for it; results: what evaluate and stress printed as JSON.\n")},
    {.name_cstr = "deploy",
        .run = verb_learn_deploy_run,
        .usage_cstr = N_("beffroi learn deploy MODEL [--dossier FOLDER]\n"),
        .help_cstr = N_("deploy: an approved model comes into force in a dossier, with a line of its journal.\n")},
    {.name_cstr = "explain",
        .run = verb_learn_explain_run,
        .usage_cstr = N_("beffroi learn explain --model MODEL --data FILE --row N [--mapping fv64]\n"
                         "       beffroi learn explain --alert ALERT [--model MODEL] [--dossier DIR]\n"),
        .help_cstr = N_("explain: what speaks for an attack and against it in one row, from 1; JSON has all 64 codes.\n")},
    {.name_cstr = "normal",
        .run = verb_learn_normal_run,
        .usage_cstr = N_(
            "beffroi learn normal ALERT --because TEXT [--days N] [--model MODEL] [--dossier DIR] [--as NAME]\n"),
        .help_cstr = N_(
            "normal: what this alert of a model is about is normal here: such flows are no attack, for 90 days.\n")},
    {.name_cstr = "evaluate",
        .reads = true,
        .run = verb_learn_evaluate_run,
        .usage_cstr = N_("beffroi learn evaluate --model MODEL | --splits all --data FILE... --mapping NAME [options]\n"),
        .help_cstr = N_("evaluate: what a model is worth on flows that it was not trained on, with exact intervals.\n"
                        "  --model MODEL        one that is there (with MODEL.site when calibrate made it, or --site FILE)\n"
                        "  --splits LIST        or train one for each split: capture,family,time,random, or all\n"
                        "  --test FILE...       or train on --data, and tell on these\n"
                        "  --target SHARE       of benign flows called attacks, for thresholds (0.01)\n"
                        "  --epsilon SHARE      of each class beyond the bounds of decision (0.01)\n"
                        "  --local N            benign flows that set the site's threshold (1000, and at most 30 of 100)\n"
                        "  --shortcuts          train again without each code: which ones alone decide\n"
                        "  --keep FOLDER        the rows of each split as CSV, for other programs\n")},
};

static const char mappings_cstr[] = N_("\n"
                                       "  --data FILE...       tables; may be gzip, zstd or xz; - is the standard input\n"
                                       "  --mapping NAME       what the columns mean; one of:\n");

static const char common_cstr[] = N_(
    "  --max-rows N         at most so many rows (20000000)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done, 2 wrong usage, 4 done but for rows that are not right (told one by one, left out).\n");

static void
print_help(enum language language)
{
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		printf(
		    "%s%s", i == 0 ? text_in(language, N_("Usage: ")) : "       ", text_in(language, words[i].usage_cstr));
	fputs("\n", stdout);
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		fputs(text_in(language, words[i].help_cstr), stdout);
	fputs(text_in(language, mappings_cstr), stdout);
	for (size_t i = 0; lesson_mapping_name(i) != NULL; i++)
		printf("      %-14s %s\n", lesson_mapping_name(i), text_in(language, lesson_mapping_about(i)));
	fputs(text_in(language, common_cstr), stdout);
}

static const char *
what_is_missing(const struct learn_options *o, size_t word)
{
	if (word == LENGTH_OF(words))
		return N_("say what: beffroi learn dataset FILE... --mapping NAME: see --help");
	bool captures = o->captures.count > 0 && words[word].run == learn_dataset_run;
	if (words[word].reads && !(captures && o->files.count == 0) && (o->files.count == 0 || o->mapping_cstr == NULL))
		return N_("tables are read by a mapping: FILE... --mapping NAME: see --help");
	return NULL;
}

int
verb_learn_main(int argc, char **argv)
{
	static struct learn_options o;
	struct diag diag = {.offset = UINT64_MAX};
	size_t word = 0;
	for (size_t i = 0; i < LENGTH_OF(words) && argc > 1; i++)
		if (words[i].main != NULL && strcmp(argv[1], words[i].name_cstr) == 0)
			return words[i].main(argc - 1, argv + 1);
	int r = learn_options_parse(argc, argv, &o, &diag);
	if (r == 0 && o.help) {
		print_help(o.language);
		return fflush(stdout) == 0 ? VERB_EXIT_DONE : VERB_EXIT_FAILED;
	}
	while (word < LENGTH_OF(words) && (o.word_cstr == NULL || strcmp(o.word_cstr, words[word].name_cstr) != 0))
		word++;
	const char *missing_cstr = r < 0 ? NULL : what_is_missing(&o, word);
	if (missing_cstr != NULL)
		r = diag_say(&diag, -EINVAL, "%s", missing_cstr);
	if (r < 0) {
		verb_options_complain(o.language, &diag);
		return VERB_EXIT_USAGE;
	}
	r = words[word].run(&o, &diag);
	if (r < 0)
		verb_options_complain(o.language, &diag);
	if (fflush(stdout) != 0)
		r = -EIO;
	return r < 0 ? VERB_EXIT_FAILED : r;
}
