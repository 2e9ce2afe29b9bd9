/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_reload.h"

#include "app/watch_control.h"
#include "cli/dossier_folder.h"
#include "cli/verb_options.h"
#include "core/terminal.h"
#include "core/text.h"

#include <stdio.h>

enum { TEXT_MAX = 1024 };

static const char help_cstr[] = N_(
    "Usage: beffroi reload [--dossier DIR] [--lang en|fr]\n"
    "\n"
    "The live watches of this dossier read their rule files again, and go on with the new rules without losing a\n"
    "packet. Where the new ones cannot be used, the old ones stay. Waits until it is done, and says what became of it.\n"
    "Without a dossier in a folder: kill -USR2 with the number of the watch's process.\n"
    "\n"
    "Exit status: 0 done; 1 a watch could not, or none is running; 2 wrong usage.\n");

static void
tell(void *context, const char *name_cstr, bool done, struct bytes text)
{
	bool *all_done = context;
	char shown[TEXT_MAX];
	(void)terminal_escape(text, shown, sizeof(shown));
	*all_done = *all_done && done;
	fprintf(done ? stdout : stderr, "%s: %s\n", name_cstr, shown);
}

int
verb_reload_main(int argc, char **argv)
{
	struct verb_options o = {0};
	struct diag diag = {.offset = UINT64_MAX};
	char folder_cstr[4096];
	bool all_done = true;
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &o, &status))
		return status;
	if (o.word_count > 0)
		return verb_options_refuse(&o, N_("reload takes no words"));
	int r = dossier_folder_find(o.dossier_cstr, o.language, folder_cstr, sizeof(folder_cstr), &diag);
	if (r == 0)
		r = watch_control_call(folder_cstr, tell, &all_done, &diag);
	if (r == 0)
		r = diag_say_at(&diag, -1, folder_cstr, UINT64_MAX, "%s", _("no live watch of this dossier is running"));
	if (r < 0)
		verb_options_complain(o.language, &diag);
	return r > 0 && all_done ? VERB_EXIT_DONE : VERB_EXIT_FAILED;
}
