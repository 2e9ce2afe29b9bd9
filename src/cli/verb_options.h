/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/verb_options.h - the command line of the verbs that read back and explain: all take the same options. */
#ifndef CLI_VERB_OPTIONS_H
#define CLI_VERB_OPTIONS_H

#include "core/diag.h"
#include "core/text.h"

enum { VERB_OPTIONS_WORDS_MAX = 64, VERB_OPTIONS_AT_MAX = 8, VERB_OPTIONS_COLUMNS_MAX = 16, VERB_OPTIONS_CAPTURES_MAX = 64 };

/* Exit statuses of these verbs, a contract with scripts. */
enum verb_exit {
	VERB_EXIT_DONE = 0,
	VERB_EXIT_FAILED = 1,
	VERB_EXIT_USAGE = 2,
	VERB_EXIT_ALTERED = 3, /* dossier verify: looked, and something is not what was written */
	VERB_EXIT_PARTLY = 4   /* import: the good lines are in the dossier, bad ones were told */
};

struct verb_options {
	enum language language;
	bool json;       /* --format json */
	bool color;      /* decided: --color, NO_COLOR and the terminal */
	bool all_alerts; /* --alerts */
	bool yes;        /* --yes: do it, not only tell what would be done */
	bool dry_run;    /* --dry-run: show what would be sent */
	bool help;
	const char *head_cstr;               /* --head */
	const char *format_cstr;             /* --format, as given */
	const char *as_cstr;                 /* --as; NULL: $USER */
	const char *retention_cstr;          /* --retention */
	uint64_t max_bytes;                  /* --max-size; 0: none */
	const char *dossier_cstr;            /* --dossier; NULL: the default one */
	const char *aware_cstr;              /* --aware; NULL: not given */
	const char *zone_cstr;               /* --zone */
	const char *connectors_cstr;         /* --connectors; NULL: that of the dossier */
	const char *clocks_cstr;             /* --clocks; NULL: those that ship */
	const char *at[VERB_OPTIONS_AT_MAX]; /* --at NAME=TIME */
	size_t at_count;
	const char *socket_cstr;                       /* --socket; NULL: files */
	bool datagrams;                                /* --datagram */
	uint16_t year;                                 /* --year; 0: not given */
	const char *columns[VERB_OPTIONS_COLUMNS_MAX]; /* --column THEIRS=OURS */
	size_t column_count;
	const char *search_cstr, *type_cstr; /* --search, --type; NULL: not given */
	const char *from_cstr, *to_cstr;     /* --from, --to */
	const char *after_cstr;              /* --after */
	size_t limit;                        /* --limit */
	bool has_limit;
	uint64_t step_s;                             /* --step; 0: not given */
	const char *difference_cstr;                 /* --difference */
	const char *hosts[VERB_OPTIONS_COLUMNS_MAX]; /* --host NAME=ADDRESS */
	size_t host_count;
	const char *captures[VERB_OPTIONS_CAPTURES_MAX]; /* -r */
	size_t capture_count;
	const char *key_cstr, *ca_cstr;            /* --key, --ca; NULL: none */
	const char *suricata_yaml_cstr;            /* --suricata-yaml; NULL: none */
	const char *words[VERB_OPTIONS_WORDS_MAX]; /* "show", "INC-..." */
	size_t word_count;
};

/* argv[0] is the verb. 0, or -EINVAL with diag. */
MUST_USE int verb_options_parse(int argc, char **argv, struct verb_options *out, struct diag *diag);
/* "beffroi: <file>: <what>", one line on standard error, in the reader's language. */
void verb_options_complain(enum language language, const struct diag *diag);

/* How every verb begins: reads the command line, and answers --help and what cannot be read. True: go on; false: the verb
 * ends with *status. */
MUST_USE bool verb_options_start(int argc, char **argv, const char *help_cstr, struct verb_options *out, int *status);
/* The words make no sense: says what would, and gives the exit status. */
MUST_USE int verb_options_refuse(const struct verb_options *o, const char *sentence_cstr);

#endif
