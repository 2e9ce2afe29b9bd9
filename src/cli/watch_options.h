/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/watch_options.h - the command line of `beffroi watch`, as values. */
#ifndef CLI_WATCH_OPTIONS_H
#define CLI_WATCH_OPTIONS_H

#include "core/diag.h"
#include "core/text.h"

enum watch_format { WATCH_FORMAT_TEXT, WATCH_FORMAT_JSON };
enum watch_color { WATCH_COLOR_AUTO, WATCH_COLOR_ALWAYS, WATCH_COLOR_NEVER };

/* What of the events the dossier keeps; the values are those of app/messages.h. */
enum watch_keep { WATCH_KEEP_ALL, WATCH_KEEP_FLOWS, WATCH_KEEP_NONE };

enum { WATCH_HOST_OS_MAX = 64, WATCH_RULES_MAX = 32, WATCH_SETS_MAX = 64 };

struct watch_options {
	enum language language;
	char *const *paths; /* -r, and the arguments that are no options */
	size_t path_count;
	const char *interface_cstr;   /* -i; NULL: captures */
	const char *eve_cstr;         /* --eve; NULL: none; "-": standard output */
	const char *data_folder_cstr; /* --data-dir; NULL: none */
	const char *log_folder_cstr;  /* -l; NULL: none */
	const char *dossier_cstr;     /* --dossier; NULL: the default one */
	bool no_dossier;
	enum watch_keep keep_events;            /* --keep-events */
	const char *filter_cstr;                /* --filter, tcpdump's language */
	const char *tuning_cstr;                /* --tuning FILE */
	const char *overlap_policy_cstr;        /* --overlap-policy; NULL: the default */
	const char *host_os[WATCH_HOST_OS_MAX]; /* --host-os, as given */
	size_t host_os_count;
	const char *rules[WATCH_RULES_MAX]; /* --rules, as given */
	size_t rules_count;
	const char *rules_cache_cstr;     /* --rules-cache; NULL: the default one; "none" */
	bool rules_alone;                 /* those that a suricata.yaml names do not count: --rules, -S */
	const char *suricata_yaml_cstr;   /* --suricata-yaml; NULL: none */
	const char *sets[WATCH_SETS_MAX]; /* --set KEY=VALUE */
	size_t set_count;
	uint64_t memory_bytes;
	uint64_t stop_after_s; /* live */
	unsigned threads;
	bool checksums, checksums_given;
	bool features, community_id;
	const char *model_cstr;   /* --model; NULL: the one in force in the dossier; "none" */
	const char *vectors_cstr; /* --flow-vectors; NULL: none */
	bool vector_addresses, vector_moments;
	unsigned stage; /* of the benchmark: enum inspect_stage */
	enum watch_format format;
	enum watch_color color;
	bool quiet, verbose, help;
	unsigned fail_on; /* enum severity; 0: incidents do not change the exit status */
};

/* Exit statuses of `beffroi watch`, a contract with scripts. */
enum watch_exit {
	WATCH_EXIT_DONE = 0,
	WATCH_EXIT_FAILED = 1, /* nothing could be done: the message says why */
	WATCH_EXIT_USAGE = 2,
	WATCH_EXIT_INCIDENT = 3, /* --fail-on: an incident this grave, or graver */
	WATCH_EXIT_INPUT = 4,    /* a capture was damaged, truncated or none; what could be read was treated */
	WATCH_EXIT_OUTPUT = 5,   /* events or the dossier could not be written whole */
};

/* argv[0] is "watch". paths point into `room` (argc entries of the caller). 0, or -EINVAL with diag. */
MUST_USE int watch_options_parse(int argc, char **argv, char **room, struct watch_options *out, struct diag *diag);
void watch_options_help(enum language language);

#endif
