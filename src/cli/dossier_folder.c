/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/dossier_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int
say_no_home(enum language language, struct diag *diag)
{
	return diag_say(
	    diag, -ENOENT, "%s", text_in(language, N_("there is no home folder: give --dossier DIR, or --no-dossier")));
}

static int
fits(int length, size_t size, enum language language, struct diag *diag)
{
	return length >= 1 && (size_t)length < size
	    ? 0
	    : diag_say(diag, -ENAMETOOLONG, "%s", text_in(language, N_("the path of the dossier is empty or too long")));
}

static bool
is_given(const char *text_cstr)
{
	return text_cstr != NULL && text_cstr[0] != '\0';
}

static int
find_home(enum language language, char *out, size_t size, struct diag *diag)
{
	const char *home_cstr = getenv("HOME");
	return is_given(home_cstr) ? fits(snprintf(out, size, "%s/.local/share/beffroi", home_cstr), size, language, diag)
	                           : say_no_home(language, diag);
}

int
dossier_folder_find(const char *given_cstr, enum language language, char *out, size_t size, struct diag *diag)
{
	const char *variable_cstr = getenv("BEFFROI_DOSSIER");
	if (given_cstr == NULL && !is_given(variable_cstr))
		return find_home(language, out, size, diag);
	return fits(snprintf(out, size, "%s", given_cstr != NULL ? given_cstr : variable_cstr), size, language, diag);
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

static int
make(enum language language, char *out, struct diag *diag)
{
	struct stat st;
	int r = make_path(out);
	if (r == 0 && stat(out, &st) == 0 && !S_ISDIR(st.st_mode))
		r = -ENOTDIR;
	if (r < 0)
		return diag_say_at(diag, r, out, UINT64_MAX,
		    text_in(language, N_("the dossier cannot be made there (%s); give another --dossier, or --no-dossier")),
		    text_error(-r));
	return 0;
}

int
dossier_folder_make(const char *given_cstr, enum language language, char *out, size_t size, struct diag *diag)
{
	int r = dossier_folder_find(given_cstr, language, out, size, diag);
	bool is_address = out[0] != '/' && out[0] != '.' && strstr(out, "://") != NULL;
	return r < 0 || is_address ? r : make(language, out, diag);
}

int
dossier_folder_home(enum language language, char *out, size_t size, struct diag *diag)
{
	int r = find_home(language, out, size, diag);
	return r < 0 ? r : make(language, out, diag);
}
