/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_own.h"

#include "app/messages.h"
#include "cli/dossier_folder.h"
#include "core/diag.h"
#include "dossier/dossier.h"

#include <stdio.h>
#include <unistd.h>

const char *
rules_own_find(const char *dossier_cstr, enum language language)
{
	static char folder[MESSAGES_TEXT_MAX], path_cstr[MESSAGES_TEXT_MAX + 32];
	struct diag untold; /* a folder that cannot be found keeps no rules; who needs it for more says so */
	if (dossier_folder_find(dossier_cstr, language, folder, sizeof(folder), &untold) < 0 ||
	    (dossier_is_remote(folder) && dossier_folder_home(language, folder, sizeof(folder), &untold) < 0))
		return NULL;
	int n = snprintf(path_cstr, sizeof(path_cstr), "%s/rules/active.rules", folder);
	return n > 0 && (size_t)n < sizeof(path_cstr) && access(path_cstr, R_OK) == 0 ? path_cstr : NULL;
}
