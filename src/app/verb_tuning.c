/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_tuning.h"

#include "cli/verb_options.h"

#include <errno.h>
#include <stdio.h>

/* Generated from data/tuning/behaviour.ini by tools/embed. */
extern const unsigned char behaviour_ini[];
extern const size_t behaviour_ini_len;

static const char help_cstr[] = N_(
    "Usage: beffroi tuning\n"
    "\n"
    "Prints the thresholds of every detector, as shipped. For other ones, keep the sections and lines that\n"
    "should differ in a file, and give it to watch:\n"
    "\n"
    "  beffroi tuning > site.ini\n"
    "  beffroi watch --tuning site.ini -r CAPTURE\n"
    "\n"
    "Exit status: 0 done, 1 could not be written, 2 wrong usage.\n");

int
verb_tuning_main(int argc, char **argv)
{
	struct verb_options o = {0};
	struct diag diag = {.offset = UINT64_MAX};
	int r = verb_options_parse(argc, argv, &o, &diag);
	if (r == 0 && o.word_count > 0)
		r = diag_say(&diag, -EINVAL, text_in(o.language, N_("\"%s\" is one word too many: see --help")), o.words[0]);
	if (r < 0) {
		verb_options_complain(o.language, &diag);
		return VERB_EXIT_USAGE;
	}
	if (o.help)
		fputs(text_in(o.language, help_cstr), stdout);
	else
		(void)fwrite(behaviour_ini, 1, behaviour_ini_len, stdout);
	if (fflush(stdout) == 0)
		return VERB_EXIT_DONE;
	fprintf(stderr, text_in(o.language, N_("beffroi: the answer could not be written: %s\n")), text_error(errno));
	return VERB_EXIT_FAILED;
}
