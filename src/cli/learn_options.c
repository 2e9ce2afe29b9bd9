/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/learn_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum kind { TEXT, LIST, FLAG, NUMBER };

/* One row each: what it is called, and where it goes. */
static const struct {
	const char *name_cstr;
	enum kind kind;
	size_t offset;
} options[] = {
    {"against", LIST, offsetof(struct learn_options, against)},
    {"alert", TEXT, offsetof(struct learn_options, alert_cstr)},
    {"approver", TEXT, offsetof(struct learn_options, approver_cstr)},
    {"as", TEXT, offsetof(struct learn_options, as_cstr)},
    {"because", TEXT, offsetof(struct learn_options, because_cstr)},
    {"codes", TEXT, offsetof(struct learn_options, codes_cstr)},
    {"data", LIST, offsetof(struct learn_options, files)},
    {"days", NUMBER, offsetof(struct learn_options, days)},
    {"depth", NUMBER, offsetof(struct learn_options, depth)},
    {"dossier", TEXT, offsetof(struct learn_options, dossier_cstr)},
    {"epsilon", TEXT, offsetof(struct learn_options, epsilon_cstr)},
    {"format", TEXT, offsetof(struct learn_options, format_cstr)},
    {"help", FLAG, offsetof(struct learn_options, help)},
    {"keep", TEXT, offsetof(struct learn_options, keep_cstr)},
    {"key", TEXT, offsetof(struct learn_options, key_cstr)},
    {"labels", TEXT, offsetof(struct learn_options, labels_cstr)},
    {"local", NUMBER, offsetof(struct learn_options, local)},
    {"mapping", TEXT, offsetof(struct learn_options, mapping_cstr)},
    {"max-rows", NUMBER, offsetof(struct learn_options, rows_max)},
    {"mode", TEXT, offsetof(struct learn_options, mode_cstr)},
    {"model", TEXT, offsetof(struct learn_options, model_cstr)},
    {"moments", FLAG, offsetof(struct learn_options, moments)},
    {"out", TEXT, offsetof(struct learn_options, out_cstr)},
    {"read", LIST, offsetof(struct learn_options, captures)},
    {"results", TEXT, offsetof(struct learn_options, results_cstr)},
    {"row", NUMBER, offsetof(struct learn_options, row)},
    {"positive-weight", TEXT, offsetof(struct learn_options, positive_weight_cstr)},
    {"seed", NUMBER, offsetof(struct learn_options, seed)},
    {"sheet", TEXT, offsetof(struct learn_options, sheet_cstr)},
    {"shortcuts", FLAG, offsetof(struct learn_options, shortcuts)},
    {"site", TEXT, offsetof(struct learn_options, site_cstr)},
    {"splits", TEXT, offsetof(struct learn_options, splits_cstr)},
    {"stress", TEXT, offsetof(struct learn_options, stress_cstr)},
    {"target", TEXT, offsetof(struct learn_options, target_cstr)},
    {"test", LIST, offsetof(struct learn_options, test)},
    {"threads", NUMBER, offsetof(struct learn_options, threads)},
    {"trials", NUMBER, offsetof(struct learn_options, trials)},
    {"trees", NUMBER, offsetof(struct learn_options, trees)},
};

enum { OPTION_FIRST = 256, OPTION_LANG = OPTION_FIRST + LENGTH_OF(options), OPTION_COLOR, OPTIONS };

static int
refuse(struct diag *diag, enum language language, const char *option_cstr, const char *got_cstr, const char *expected_cstr)
{
	return diag_say(diag, -EINVAL, text_in(language, N_("%s: \"%s\" was given, %s was expected")), option_cstr, got_cstr,
	    expected_cstr);
}

static int
add(struct learn_options *o, struct learn_options_list *list, const char *value_cstr, struct diag *diag)
{
	if (list->count == LEARN_OPTIONS_FILES_MAX)
		return diag_say(
		    diag, -EINVAL, text_in(o->language, N_("more than %d files were given")), LEARN_OPTIONS_FILES_MAX);
	list->at[list->count++] = value_cstr;
	return 0;
}

static struct learn_options_list *
list_of(struct learn_options *o, size_t index)
{
	return (struct learn_options_list *)(void *)((uint8_t *)o + options[index].offset);
}

/* A list takes the words that stand behind its option, up to the next option. */
static int
add_all(struct learn_options *o, struct learn_options_list *list, int argc, char **argv, struct diag *diag)
{
	int r = add(o, list, optarg, diag);
	while (r == 0 && optind < argc && (argv[optind][0] != '-' || argv[optind][1] == '\0'))
		r = add(o, list, argv[optind++], diag);
	return r;
}

static int
take(struct learn_options *o, size_t index, const char *value_cstr, struct diag *diag)
{
	char *end;
	uint8_t *at = (uint8_t *)o + options[index].offset;
	switch (options[index].kind) {
	case TEXT: *(const char **)(void *)at = value_cstr; return 0;
	case FLAG: *(bool *)at = true; return 0;
	case LIST: /* add_all() */
	case NUMBER: break;
	}
	unsigned long long value = strtoull(value_cstr, &end, 10);
	if (value_cstr[0] < '0' || value_cstr[0] > '9' || *end != '\0') {
		char name_cstr[32];
		(void)snprintf(name_cstr, sizeof(name_cstr), "--%s", options[index].name_cstr);
		return refuse(diag, o->language, name_cstr, value_cstr, text_in(o->language, N_("a number")));
	}
	*(uint64_t *)(void *)at = value;
	return 0;
}

static int
take_language(struct learn_options *o, const char *value_cstr, struct diag *diag)
{
	if (strcmp(value_cstr, "fr") != 0 && strcmp(value_cstr, "en") != 0)
		return refuse(diag, o->language, "--lang", value_cstr, "en | fr");
	o->language = text_language_of(value_cstr);
	text_speak(o->language);
	return 0;
}

static int
take_colour(struct learn_options *o, const char *value_cstr, struct diag *diag)
{
	bool always = strcmp(value_cstr, "always") == 0, never = strcmp(value_cstr, "never") == 0;
	if (!always && !never && strcmp(value_cstr, "auto") != 0)
		return refuse(diag, o->language, "--color", value_cstr, "auto | always | never");
	o->color = always || (!never && o->color);
	return 0;
}

static void
name_options(struct option names[static LENGTH_OF(options) + 3])
{
	for (size_t i = 0; i < LENGTH_OF(options); i++)
		names[i] = (struct option){options[i].name_cstr, options[i].kind == FLAG ? no_argument : required_argument,
		    NULL, OPTION_FIRST + (int)i};
	names[LENGTH_OF(options)] = (struct option){"lang", required_argument, NULL, OPTION_LANG};
	names[LENGTH_OF(options) + 1] = (struct option){"color", required_argument, NULL, OPTION_COLOR};
	names[LENGTH_OF(options) + 2] = (struct option){0};
}

static int
take_words(struct learn_options *o, int argc, char **argv, struct diag *diag)
{
	int r = 0;
	for (int i = optind; i < argc && r == 0; i++)
		if (o->word_cstr == NULL)
			o->word_cstr = argv[i];
		else
			r = add(o, &o->files, argv[i], diag);
	return r;
}

int
learn_options_parse(int argc, char **argv, struct learn_options *o, struct diag *diag)
{
	struct option names[LENGTH_OF(options) + 3];
	int got, r = 0;
	name_options(names);
	*o = (struct learn_options){
	    .language = text_spoken(), .color = isatty(STDOUT_FILENO) != 0 && getenv("NO_COLOR") == NULL /* no-color.org */};
	opterr = 0;
	optind = 0;
	while (r == 0 && (got = getopt_long(argc, argv, ":r:h", names, NULL)) != -1) {
		if (got == 'h')
			o->help = true;
		else if (got == 'r')
			r = add_all(o, &o->captures, argc, argv, diag);
		else if (got == OPTION_LANG)
			r = take_language(o, optarg, diag);
		else if (got == OPTION_COLOR)
			r = take_colour(o, optarg, diag);
		else if (got >= OPTION_FIRST && options[got - OPTION_FIRST].kind == LIST)
			r = add_all(o, list_of(o, (size_t)(got - OPTION_FIRST)), argc, argv, diag);
		else if (got >= OPTION_FIRST)
			r = take(o, (size_t)(got - OPTION_FIRST), optarg, diag);
		else
			r = diag_say(diag, -EINVAL, "%s",
			    text_in(o->language, N_("unknown option, or its value is missing: see --help")));
	}
	if (r == 0)
		r = take_words(o, argc, argv, diag);
	o->json = o->format_cstr != NULL && strcmp(o->format_cstr, "json") == 0;
	return r;
}
