/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/verb_options.h"

#include "core/terminal.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	OPTION_FORMAT = 256,
	OPTION_DOSSIER,
	OPTION_LANG,
	OPTION_COLOR,
	OPTION_ALERTS,
	OPTION_AWARE,
	OPTION_ZONE,
	OPTION_AT,
	OPTION_CLOCKS,
	OPTION_YES,
	OPTION_HEAD,
	OPTION_AS,
	OPTION_RETENTION,
	OPTION_MAX_SIZE,
	OPTION_SOCKET,
	OPTION_DATAGRAM,
	OPTION_YEAR,
	OPTION_COLUMN,
	OPTION_SEARCH,
	OPTION_TYPE,
	OPTION_FROM,
	OPTION_TO,
	OPTION_AFTER,
	OPTION_LIMIT,
	OPTION_STEP,
	OPTION_HOST,
	OPTION_DIFFERENCE,
	OPTION_DRY_RUN,
	OPTION_CONNECTORS,
	OPTION_SURICATA_YAML,
	OPTION_KEY,
	OPTION_CA
};

static const struct option long_options[] = {{"format", required_argument, NULL, OPTION_FORMAT},
    {"dossier", required_argument, NULL, OPTION_DOSSIER}, {"lang", required_argument, NULL, OPTION_LANG},
    {"color", required_argument, NULL, OPTION_COLOR}, {"alerts", no_argument, NULL, OPTION_ALERTS},
    {"aware", required_argument, NULL, OPTION_AWARE}, {"zone", required_argument, NULL, OPTION_ZONE},
    {"at", required_argument, NULL, OPTION_AT}, {"clocks", required_argument, NULL, OPTION_CLOCKS},
    {"yes", no_argument, NULL, OPTION_YES}, {"head", required_argument, NULL, OPTION_HEAD},
    {"as", required_argument, NULL, OPTION_AS}, {"retention", required_argument, NULL, OPTION_RETENTION},
    {"max-size", required_argument, NULL, OPTION_MAX_SIZE}, {"socket", required_argument, NULL, OPTION_SOCKET},
    {"datagram", no_argument, NULL, OPTION_DATAGRAM}, {"year", required_argument, NULL, OPTION_YEAR},
    {"column", required_argument, NULL, OPTION_COLUMN}, {"search", required_argument, NULL, OPTION_SEARCH},
    {"type", required_argument, NULL, OPTION_TYPE}, {"from", required_argument, NULL, OPTION_FROM},
    {"to", required_argument, NULL, OPTION_TO}, {"after", required_argument, NULL, OPTION_AFTER},
    {"limit", required_argument, NULL, OPTION_LIMIT}, {"step", required_argument, NULL, OPTION_STEP},
    {"host", required_argument, NULL, OPTION_HOST}, {"difference", required_argument, NULL, OPTION_DIFFERENCE},
    {"dry-run", no_argument, NULL, OPTION_DRY_RUN}, {"connectors", required_argument, NULL, OPTION_CONNECTORS},
    {"key", required_argument, NULL, OPTION_KEY}, {"ca", required_argument, NULL, OPTION_CA},
    {"suricata-yaml", required_argument, NULL, OPTION_SURICATA_YAML}, {"read", required_argument, NULL, 'r'},
    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};

static int
refuse(struct diag *diag, enum language language, const char *option_cstr, const char *got_cstr, const char *expected_cstr)
{
	return diag_say(diag, -EINVAL, text_in(language, N_("%s: \"%s\" was given, %s was expected")), option_cstr, got_cstr,
	    expected_cstr);
}

/* "500M", "20G", "1000000". */
static bool
read_size(const char *text_cstr, uint64_t *out)
{
	char *end;
	unsigned long long value = strtoull(text_cstr, &end, 10);
	unsigned shift = *end == 'k' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
	if (text_cstr[0] < '0' || text_cstr[0] > '9' || end[shift > 0 ? 1 : 0] != '\0' || value == 0 ||
	    value > UINT64_MAX >> 31)
		return false;
	*out = (uint64_t)value << shift;
	return true;
}

static bool
read_year(const char *text_cstr, uint16_t *out)
{
	char *end;
	unsigned long year = strtoul(text_cstr, &end, 10);
	if (text_cstr[0] < '0' || text_cstr[0] > '9' || *end != '\0' || year < 1970 || year > 2261)
		return false;
	*out = (uint16_t)year;
	return true;
}

static bool
read_limit(const char *text_cstr, size_t *out)
{
	char *end;
	unsigned long long value = strtoull(text_cstr, &end, 10);
	if (text_cstr[0] < '0' || text_cstr[0] > '9' || *end != '\0' || value > UINT32_MAX)
		return false;
	*out = (size_t)value;
	return true;
}

/* "300s", "15m", "1h", "1d". */
static bool
read_step(const char *text_cstr, uint64_t *out_s)
{
	char *end;
	unsigned long long value = strtoull(text_cstr, &end, 10);
	uint64_t unit_s = *end == 's' ? 1 : *end == 'm' ? 60 : *end == 'h' ? 3600 : *end == 'd' ? 86400 : 0;
	if (text_cstr[0] < '0' || text_cstr[0] > '9' || unit_s == 0 || end[1] != '\0' || value == 0 || value > 1000000)
		return false;
	*out_s = value * unit_s;
	return true;
}

static int
take(struct verb_options *o, int option, const char *value_cstr, struct diag *diag)
{
	bool first, second;
	switch (option) {
	case 'h': o->help = true; return 0;
	case 'r':
		if (o->capture_count == VERB_OPTIONS_CAPTURES_MAX)
			return refuse(diag, o->language, "-r", value_cstr, "64");
		o->captures[o->capture_count++] = value_cstr;
		return 0;
	case OPTION_KEY: o->key_cstr = value_cstr; return 0;
	case OPTION_CA: o->ca_cstr = value_cstr; return 0;
	case OPTION_SURICATA_YAML: o->suricata_yaml_cstr = value_cstr; return 0;
	case OPTION_YES: o->yes = true; return 0;
	case OPTION_HEAD: o->head_cstr = value_cstr; return 0;
	case OPTION_RETENTION: o->retention_cstr = value_cstr; return 0;
	case OPTION_MAX_SIZE:
		return read_size(value_cstr, &o->max_bytes)
		    ? 0
		    : refuse(diag, o->language, "--max-size", value_cstr, "500M, 20G");
	case OPTION_SEARCH: o->search_cstr = value_cstr; return 0;
	case OPTION_TYPE: o->type_cstr = value_cstr; return 0;
	case OPTION_FROM: o->from_cstr = value_cstr; return 0;
	case OPTION_TO: o->to_cstr = value_cstr; return 0;
	case OPTION_AFTER: o->after_cstr = value_cstr; return 0;
	case OPTION_LIMIT:
		o->has_limit = read_limit(value_cstr, &o->limit);
		return o->has_limit ? 0 : refuse(diag, o->language, "--limit", value_cstr, "100, 0");
	case OPTION_STEP:
		return read_step(value_cstr, &o->step_s) ? 0
		                                         : refuse(diag, o->language, "--step", value_cstr, "15m, 1h, 1d");
	case OPTION_ALERTS: o->all_alerts = true; return 0;
	case OPTION_DOSSIER: o->dossier_cstr = value_cstr; return 0;
	case OPTION_AS: o->as_cstr = value_cstr; return 0;
	case OPTION_AWARE: o->aware_cstr = value_cstr; return 0;
	case OPTION_ZONE: o->zone_cstr = value_cstr; return 0;
	case OPTION_DRY_RUN: o->dry_run = true; return 0;
	case OPTION_CONNECTORS: o->connectors_cstr = value_cstr; return 0;
	case OPTION_CLOCKS: o->clocks_cstr = value_cstr; return 0;
	case OPTION_AT:
		if (o->at_count == VERB_OPTIONS_AT_MAX || strchr(value_cstr, '=') == NULL)
			return refuse(diag, o->language, "--at", value_cstr, "NAME=TIME");
		o->at[o->at_count++] = value_cstr;
		return 0;
	case OPTION_DIFFERENCE: o->difference_cstr = value_cstr; return 0;
	case OPTION_SOCKET: o->socket_cstr = value_cstr; return 0;
	case OPTION_DATAGRAM: o->datagrams = true; return 0;
	case OPTION_YEAR:
		return read_year(value_cstr, &o->year) ? 0 : refuse(diag, o->language, "--year", value_cstr, "2026");
	case OPTION_COLUMN:
		if (o->column_count == VERB_OPTIONS_COLUMNS_MAX || strchr(value_cstr, '=') == NULL)
			return refuse(diag, o->language, "--column", value_cstr, "THEIRS=OURS");
		o->columns[o->column_count++] = value_cstr;
		return 0;
	case OPTION_HOST:
		if (o->host_count == VERB_OPTIONS_COLUMNS_MAX || strchr(value_cstr, '=') == NULL)
			return refuse(diag, o->language, "--host", value_cstr, "NAME=ADDRESS");
		o->hosts[o->host_count++] = value_cstr;
		return 0;
	case OPTION_FORMAT:
		o->json = strcmp(value_cstr, "json") == 0;
		o->format_cstr = value_cstr;
		return 0; /* judged when it is known whether something is exported */
	case OPTION_LANG:
		first = strcmp(value_cstr, "en") == 0;
		second = strcmp(value_cstr, "fr") == 0;
		if (!first && !second)
			return refuse(diag, o->language, "--lang", value_cstr, "en | fr");
		o->language = second ? LANGUAGE_FR : LANGUAGE_EN;
		return 0;
	case OPTION_COLOR:
		first = strcmp(value_cstr, "always") == 0;
		second = strcmp(value_cstr, "never") == 0;
		if (!first && !second && strcmp(value_cstr, "auto") != 0)
			return refuse(diag, o->language, "--color", value_cstr, "auto | always | never");
		o->color = first || (!second && o->color);
		return 0;
	default:
		return diag_say(
		    diag, -EINVAL, "%s", text_in(o->language, N_("unknown option, or its value is missing: see --help")));
	}
}

int
verb_options_parse(int argc, char **argv, struct verb_options *out, struct diag *diag)
{
	struct verb_options o = {.language = text_spoken(),
	    .format_cstr = "text",
	    .zone_cstr = "Europe/Paris",
	    .color = isatty(STDOUT_FILENO) != 0 && getenv("NO_COLOR") == NULL /* no-color.org */};
	int option;
	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":hr:", long_options, NULL)) != -1) {
		int r = take(&o, option, optarg, diag);
		if (r < 0)
			return r;
	}
	bool exports = optind < argc && strcmp(argv[0], "incident") == 0 && strcmp(argv[optind], "export") == 0;
	exports = exports || strcmp(argv[0], "study") == 0; /* documents: judged by the verb */
	if (!exports && !o.json && strcmp(o.format_cstr, "text") != 0)
		return refuse(diag, o.language, "--format", o.format_cstr, "text | json");
	for (int i = optind; i < argc; i++) {
		if (o.word_count == VERB_OPTIONS_WORDS_MAX)
			return diag_say(
			    diag, -EINVAL, text_in(o.language, N_("\"%s\" is one word too many: see --help")), argv[i]);
		o.words[o.word_count++] = argv[i];
	}
	text_speak(o.language);
	*out = o;
	return 0;
}

void
verb_options_complain(enum language language, const struct diag *diag)
{
	char file[DIAG_FILE_MAX * 2], text[DIAG_TEXT_MAX * 2];
	(void)terminal_escape(bytes_of_cstr(diag->file_cstr), file, sizeof(file));
	(void)terminal_escape(bytes_of_cstr(text_in(language, diag->text_cstr)), text, sizeof(text));
	if (diag->line > 0 && diag->column > 0)
		fprintf(stderr, "beffroi: %s:%u:%u: %s\n", file, diag->line, diag->column, text);
	else if (diag->line > 0)
		fprintf(stderr, "beffroi: %s:%u: %s\n", file, diag->line, text);
	else
		fprintf(stderr, "beffroi: %s%s%s\n", file, file[0] == '\0' ? "" : ": ", text);
}

bool
verb_options_start(int argc, char **argv, const char *help_cstr, struct verb_options *out, int *status)
{
	struct diag diag = {.offset = UINT64_MAX};
	if (verb_options_parse(argc, argv, out, &diag) < 0) {
		verb_options_complain(text_spoken(), &diag);
		*status = VERB_EXIT_USAGE;
		return false;
	}
	if (out->help) {
		fputs(text_in(out->language, help_cstr), stdout);
		*status = VERB_EXIT_DONE;
		return false;
	}
	return true;
}

int
verb_options_refuse(const struct verb_options *o, const char *sentence_cstr)
{
	struct diag diag = {.offset = UINT64_MAX};
	(void)diag_say(&diag, 0, "%s", sentence_cstr);
	verb_options_complain(o->language, &diag);
	return VERB_EXIT_USAGE;
}
