/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/dossier_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int
dossier_folder_find(const char *given_cstr, enum language language, char *out, size_t size, struct diag *diag)
{
	const char *home_cstr = getenv("HOME"), *variable_cstr = getenv("BEFFROI_DOSSIER");
	int n;
	if (given_cstr != NULL)
		n = snprintf(out, size, "%s", given_cstr);
	else if (variable_cstr != NULL && variable_cstr[0] != '\0')
		n = snprintf(out, size, "%s", variable_cstr);
	else if (home_cstr != NULL && home_cstr[0] != '\0')
		n = snprintf(out, size, "%s/.local/share/beffroi", home_cstr);
	else
		return diag_say(diag, -ENOENT, "%s",
		    text_in(language, N_("there is no home folder: give --dossier DIR, or --no-dossier")));
	if (n < 1 || (size_t)n >= size)
		return diag_say(
		    diag, -ENAMETOOLONG, "%s", text_in(language, N_("the path of the dossier is empty or too long")));
	return 0;
}

/* mkdir -p. */
static int
make_path(char *path)
{
	for (char *slash = path + 1; *slash != '\0'; slash++) {
		if (*slash != '/')
			continue;
		*slash = '\0';
		int r = mkdir(path, 0700);
		*slash = '/';
		if (r < 0 && errno != EEXIST)
			return -errno;
	}
	return mkdir(path, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

int
dossier_folder_make(const char *given_cstr, enum language language, char *out, size_t size, struct diag *diag)
{
	struct stat st;
	int r = dossier_folder_find(given_cstr, language, out, size, diag);
	if (r < 0 || strstr(out, "://") != NULL)
		return r;
	r = make_path(out);
	if (r == 0 && stat(out, &st) == 0 && !S_ISDIR(st.st_mode))
		r = -ENOTDIR;
	if (r < 0)
		return diag_say_at(diag, r, out, UINT64_MAX,
		    text_in(language, N_("the dossier cannot be made there (%s); give another --dossier, or --no-dossier")),
		    text_error(-r));
	return 0;
}
