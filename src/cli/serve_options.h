/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/serve_options.h - the command line of `beffroi serve`. */
#ifndef CLI_SERVE_OPTIONS_H
#define CLI_SERVE_OPTIONS_H

#include "core/diag.h"
#include "core/text.h"

enum { SERVE_OPTIONS_NAMES_MAX = 8 };

struct serve_options {
	enum language language;
	bool help;
	bool tls_off;                               /* --tls off */
	const char *certificate_cstr, *key_cstr;    /* --tls CERT,KEY; NULL: our own */
	const char *listen_cstr;                    /* --listen */
	const char *dossier_cstr;                   /* --dossier; NULL: the default one */
	const char *names[SERVE_OPTIONS_NAMES_MAX]; /* --name */
	size_t name_count;
	char tls_room[1024]; /* of the two paths */
};

/* argv[0] is the verb. 0, or -EINVAL with diag. */
MUST_USE int serve_options_parse(int argc, char **argv, struct serve_options *out, struct diag *diag);
void serve_options_help(enum language language);

#endif
