/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_set.h - all rules of a site: read from their files, with what could not be read and why. A rule with an error never
 * stops the others.
 */
#ifndef DETECT_RULES_RULE_SET_H
#define DETECT_RULES_RULE_SET_H

#include "core/arena.h"
#include "core/diag.h"
#include "detect/rules/rule.h"
#include "detect/rules/rule_countries.h"
#include "detect/rules/rule_dataset.h"
#include "detect/rules/rule_reputation.h"
#include "detect/rules/rule_vars.h"

enum { RULE_SET_MAX = 200000, RULE_SET_PROBLEMS_MAX = 20000 };

enum rule_outcome {
	RULE_LOADED,
	RULE_LOADED_PARTLY, /* used, but not all that it asks for is done */
	RULE_NOT_DONE,      /* right, and beyond what the program does: not used */
	RULE_WRONG,         /* its author must mend it: not used */
	RULE_OUTCOMES
};

struct rule_problem {
	const char *file_cstr;
	unsigned line, column; /* of the word that is meant, from 1 */
	uint32_t sid;          /* 0: not known */
	enum rule_outcome outcome;
	const char *reason_cstr; /* in the language of the process */
	struct bytes text;       /* the line, for showing it; borrowed from the file */
	unsigned shown_column;   /* of the word in text, from 1 */
};

struct rule_class {
	struct bytes name, text;
	uint8_t priority;
};

/* A file that rules name: filemd5. */
struct rule_list_file {
	struct bytes name, text;
	const struct rule_hashes
	    *hashes; /* read when a rule first asks for it, with hashes of the length that it asks for */
};

struct rule_set {
	struct arena arena;
	struct rule_vars vars;
	size_t count;
	struct rule **rules; /* in the order of their files */
	size_t off;          /* rules in comments */
	size_t outcomes[RULE_OUTCOMES];
	size_t skipped;                        /* of those not done: what they require is not here */
	size_t odd_lines;                      /* of reputations and threshold.config: not used */
	size_t problem_count, problems_untold; /* beyond RULE_SET_PROBLEMS_MAX they are counted only */
	struct rule_problem *problems;
	size_t class_count;
	struct rule_class *classes;
	struct rule_datasets datasets;
	struct rule_reputations reputations;
	struct rule_countries countries;
	size_t reference_count;
	struct rule_class *references; /* of reference.config: name, and what stands before what a rule says */
	size_t list_count;
	struct rule_list_file *lists;
	struct rule_set_ids *ids; /* which sids there are */
};

/* 0 or -ENOMEM. */
MUST_USE int rule_set_init(struct rule_set *set, size_t max_bytes);
void rule_set_done(struct rule_set *set);
/* Empty again, with the usual variables. */
void rule_set_clear(struct rule_set *set);
/* Reads a file's rules; borrows its bytes and its name. 0 (whatever was wrong is a problem), -ENOMEM. */
MUST_USE int rule_set_read(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag);
/* classification.config: "config classification: name,Text,1". Lines that are something else are problems. */
MUST_USE int rule_set_read_classes(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag);
/* Lines of the files of reputations, and of threshold.config, which changes the rules that were read. Lines that are something else are
 * problems. */
MUST_USE int rule_set_read_categories(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag);
MUST_USE int rule_set_read_reputations(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag);
MUST_USE int rule_set_read_thresholds(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag);
/* A database of countries (rule_countries.h). 0; what is none is a problem. */
MUST_USE int rule_set_read_countries(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag);
/* reference.config: "config reference: url https://". */
MUST_USE int rule_set_read_references(struct rule_set *set, const char *file_cstr, struct bytes file, struct diag *diag);
/* A data set that the settings name, before rules are read. */
MUST_USE int rule_set_add_dataset(struct rule_set *set, const struct rule_dataset *dataset, struct diag *diag);
/* A file that rules may name by this name, before they are read. Borrows both. 0 or -ENOMEM with diag. */
MUST_USE int rule_set_add_list(struct rule_set *set, struct bytes name, struct bytes text, struct diag *diag);
/* NULL: there is none. */
struct rule_list_file *rule_set_list(const struct rule_set *set, struct bytes name);

/* All files are read. What only the whole tells: a rule that asks for a value of a data set that nothing fills is left out. */
void rule_set_close(struct rule_set *set);
/* A rule that was read cannot be used after all: it is counted and told as not done. */
void rule_set_leave_out(struct rule_set *set, const struct rule *rule, const char *reason_cstr);

#endif
