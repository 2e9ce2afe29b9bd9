/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/serve_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

enum { OPTION_LISTEN = 256, OPTION_DOSSIER, OPTION_TLS, OPTION_NAME, OPTION_LANG };

static const struct option long_options[] = {{"listen", required_argument, NULL, OPTION_LISTEN},
    {"dossier", required_argument, NULL, OPTION_DOSSIER}, {"tls", required_argument, NULL, OPTION_TLS},
    {"name", required_argument, NULL, OPTION_NAME}, {"lang", required_argument, NULL, OPTION_LANG},
    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};

static int
refuse(struct diag *diag, enum language language, const char *option_cstr, const char *got_cstr, const char *expected_cstr)
{
	return diag_say(diag, -EINVAL, text_in(language, N_("%s: \"%s\" was given, %s was expected")), option_cstr, got_cstr,
	    expected_cstr);
}

/* "auto", "off" or "CERTIFICATE,KEY". */
static int
take_tls(struct serve_options *o, const char *value_cstr, struct diag *diag)
{
	o->certificate_cstr = o->key_cstr = NULL;
	o->tls_off = strcmp(value_cstr, "off") == 0;
	if (o->tls_off || strcmp(value_cstr, "auto") == 0)
		return 0;
	int n = snprintf(o->tls_room, sizeof(o->tls_room), "%s", value_cstr);
	char *comma = strchr(o->tls_room, ',');
	if (comma == NULL || comma == o->tls_room || comma[1] == '\0' || n >= (int)sizeof(o->tls_room))
		return refuse(diag, o->language, "--tls", value_cstr, "auto | off | CERTIFICATE.pem,KEY.pem");
	*comma = '\0';
	o->certificate_cstr = o->tls_room;
	o->key_cstr = comma + 1;
	return 0;
}

static int
take(struct serve_options *o, int option, const char *value_cstr, struct diag *diag)
{
	switch (option) {
	case 'h': o->help = true; return 0;
	case OPTION_LISTEN: o->listen_cstr = value_cstr; return 0;
	case OPTION_DOSSIER: o->dossier_cstr = value_cstr; return 0;
	case OPTION_TLS: return take_tls(o, value_cstr, diag);
	case OPTION_NAME:
		if (o->name_count == SERVE_OPTIONS_NAMES_MAX || value_cstr[0] == '\0' || strlen(value_cstr) > 253)
			return refuse(diag, o->language, "--name", value_cstr,
			    text_in(o->language, N_("a host name, at most 8 of them")));
		o->names[o->name_count++] = value_cstr;
		return 0;
	case OPTION_LANG:
		if (strcmp(value_cstr, "en") != 0 && strcmp(value_cstr, "fr") != 0)
			return refuse(diag, o->language, "--lang", value_cstr, "en | fr");
		o->language = text_language_of(value_cstr);
		return 0;
	default:
		return diag_say(
		    diag, -EINVAL, "%s", text_in(o->language, N_("unknown option, or its value is missing: see --help")));
	}
}

int
serve_options_parse(int argc, char **argv, struct serve_options *out, struct diag *diag)
{
	int option;
	*out = (struct serve_options){.language = text_spoken(), .listen_cstr = "127.0.0.1:8443"};
	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		int r = take(out, option, optarg, diag);
		if (r < 0)
			return r;
	}
	text_speak(out->language);
	if (optind < argc)
		return diag_say(diag, -EINVAL, _("\"%s\" is one word too many: see --help"), argv[optind]);
	return 0;
}

void
serve_options_help(enum language language)
{
	fputs(text_in(language,
	          N_("Usage: beffroi serve [options]\n"
	             "\n"
	             "The console: incidents, alerts, machines and documents in a web browser, for people with an account.\n"
	             "At the first start it prints a link, good once and for a day, that makes the first account.\n"
	             "\n"
	             "  --listen ADDRESS:PORT  where (127.0.0.1:8443: this machine only); port 0: any free one\n"
	             "  --dossier DIR          of this dossier (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
	             "  --tls auto             with a certificate of its own, made at the first start (default)\n"
	             "  --tls CERT.pem,KEY.pem with yours\n"
	             "  --tls off              without; on this machine only, for instance behind a reverse proxy\n"
	             "  --name NAME            a name under which browsers reach it, when it is not that of the machine\n"
	             "  --lang en|fr           (from LANG)\n"
	             "\n"
	             "Ctrl-C or SIGTERM ends it. Exit status: 0 done, 1 could not be done, 2 wrong usage.\n")),
	    stdout);
}
