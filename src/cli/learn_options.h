/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/learn_options.h - the command line of `beffroi learn`: one table of options for all that can be asked of it. */
#ifndef CLI_LEARN_OPTIONS_H
#define CLI_LEARN_OPTIONS_H

#include "core/diag.h"
#include "core/text.h"

enum { LEARN_OPTIONS_FILES_MAX = 1024 };

struct learn_options_list {
	const char *at[LEARN_OPTIONS_FILES_MAX];
	size_t count;
};

struct learn_options {
	enum language language;
	bool json, color, help;
	const char *format_cstr;                    /* --format, as given; NULL: text */
	const char *word_cstr;                      /* "dataset", "train"... */
	struct learn_options_list files;            /* --data, and the words that no option takes */
	struct learn_options_list captures;         /* -r */
	struct learn_options_list against;          /* --against */
	const char *mapping_cstr;                   /* --mapping */
	const char *out_cstr;                       /* --out */
	const char *labels_cstr;                    /* --labels */
	const char *sheet_cstr;                     /* --sheet: the data sheet */
	const char *codes_cstr;                     /* --codes: what a model may read */
	const char *positive_weight_cstr;           /* --positive-weight */
	const char *mode_cstr;                      /* --mode: how trees grow */
	const char *approver_cstr, *key_cstr;       /* --approver, --key: a private key in PEM */
	bool moments;                               /* --moments */
	uint64_t rows_max;                          /* --max-rows; 0: not given */
	uint64_t trees, depth, seed, threads, days; /* 0: not given */
	struct learn_options_list test;             /* --test: another data set to be told on */
	const char *model_cstr;                     /* --model */
	const char *site_cstr;                      /* --site: the model at home; NULL: MODEL.site where it is */
	const char *splits_cstr;                    /* --splits: "capture,time" */
	const char *target_cstr;                    /* --target: of benign flows called attacks */
	const char *epsilon_cstr;                   /* --epsilon: of the bounds of decision */
	const char *keep_cstr;                      /* --keep: a folder for the rows of each split */
	const char *dossier_cstr;                   /* --dossier; NULL: the default one */
	const char *results_cstr, *stress_cstr;     /* --results, --stress: what evaluate and stress printed */
	uint64_t trials;                            /* --trials */
	uint64_t local, row;                        /* --local, --row; 0: not given */
	const char *alert_cstr;                     /* --alert: of explain */
	const char *because_cstr, *as_cstr;         /* --because, --as: of normal */
	bool shortcuts;                             /* --shortcuts */
};

/* argv[0] is "learn". 0, or -EINVAL with diag. */
MUST_USE int learn_options_parse(int argc, char **argv, struct learn_options *out, struct diag *diag);

#endif
