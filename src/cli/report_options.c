/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/report_options.h"

#include <errno.h>
#include <getopt.h>

enum {
	OPTION_KIND = 256,
	OPTION_FORMAT,
	OPTION_FROM,
	OPTION_TO,
	OPTION_PUBLIC,
	OPTION_NOTICE,
	OPTION_COVER,
	OPTION_DOSSIER,
	OPTION_ZONE,
	OPTION_CLOCKS,
	OPTION_LANG
};

static const struct option long_options[] = {{"kind", required_argument, NULL, OPTION_KIND},
    {"format", required_argument, NULL, OPTION_FORMAT}, {"from", required_argument, NULL, OPTION_FROM},
    {"to", required_argument, NULL, OPTION_TO}, {"public", no_argument, NULL, OPTION_PUBLIC},
    {"notice", required_argument, NULL, OPTION_NOTICE}, {"cover", required_argument, NULL, OPTION_COVER},
    {"output", required_argument, NULL, 'o'}, {"dossier", required_argument, NULL, OPTION_DOSSIER},
    {"zone", required_argument, NULL, OPTION_ZONE}, {"clocks", required_argument, NULL, OPTION_CLOCKS},
    {"lang", required_argument, NULL, OPTION_LANG}, {"quiet", no_argument, NULL, 'q'}, {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0}};

static int
take(struct report_options *o, int option, const char *value_cstr, struct diag *diag)
{
	switch (option) {
	case 'h': o->help = true; return 0;
	case 'q': o->quiet = true; return 0;
	case 'o': o->output_cstr = value_cstr; return 0;
	case OPTION_PUBLIC: o->is_public = true; return 0;
	case OPTION_KIND: o->kind_cstr = value_cstr; return 0;
	case OPTION_FORMAT: o->format_cstr = value_cstr; return 0;
	case OPTION_FROM: o->from_cstr = value_cstr; return 0;
	case OPTION_TO: o->to_cstr = value_cstr; return 0;
	case OPTION_NOTICE: o->notice_cstr = value_cstr; return 0;
	case OPTION_DOSSIER: o->dossier_cstr = value_cstr; return 0;
	case OPTION_ZONE: o->zone_cstr = value_cstr; return 0;
	case OPTION_CLOCKS: o->clocks_cstr = value_cstr; return 0;
	case OPTION_COVER:
		if (o->cover_count == REPORT_OPTIONS_COVER_MAX || strchr(value_cstr, '=') == NULL)
			return diag_say(diag, -EINVAL, text_in(o->language, N_("%s: \"%s\" was given, %s was expected")),
			    "--cover", value_cstr, "NAME=VALUE");
		o->cover[o->cover_count++] = value_cstr;
		return 0;
	case OPTION_LANG:
		if (strcmp(value_cstr, "en") != 0 && strcmp(value_cstr, "fr") != 0)
			return diag_say(diag, -EINVAL, text_in(o->language, N_("%s: \"%s\" was given, %s was expected")),
			    "--lang", value_cstr, "en | fr");
		o->language = text_language_of(value_cstr);
		return 0;
	default:
		return diag_say(
		    diag, -EINVAL, "%s", text_in(o->language, N_("unknown option, or its value is missing: see --help")));
	}
}

int
report_options_parse(int argc, char **argv, struct report_options *out, struct diag *diag)
{
	struct report_options o = {
	    .language = text_spoken(), .kind_cstr = "management", .format_cstr = "html", .zone_cstr = "Europe/Paris"};
	int option;
	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":hqo:", long_options, NULL)) != -1) {
		int r = take(&o, option, optarg, diag);
		if (r < 0)
			return r;
	}
	const char **const words[] = {&o.what_cstr, &o.incident_cstr};
	for (size_t i = 0; optind < argc; i++) {
		if (i == LENGTH_OF(words))
			return diag_say(
			    diag, -EINVAL, text_in(o.language, N_("\"%s\" is one word too many: see --help")), argv[optind]);
		*words[i] = argv[optind++];
	}
	text_speak(o.language);
	*out = o;
	return 0;
}
