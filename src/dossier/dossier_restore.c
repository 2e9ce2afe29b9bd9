/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_restore.h"

#include "core/auto.h"
#include "core/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>

bool
dossier_restore_is_empty(int folder_fd)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	bool empty = folder != NULL;
	for (struct dirent *e = NULL; empty && (e = readdir(folder)) != NULL;)
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	if (folder != NULL)
		closedir(folder);
	return empty;
}

int
dossier_restore(
    int to_fd, const char *to_cstr, int from_fd, const char *from_cstr, struct dossier_moved *out, struct diag *diag)
{
	struct dossier_list list = {0};
	*out = (struct dossier_moved){0};
	if (!dossier_restore_is_empty(to_fd))
		return diag_say_at(diag, -ENOTEMPTY, to_cstr, UINT64_MAX, "%s",
		    _("there is something in this folder already: give an empty one"));
	int r = dossier_outfile_check_sums(from_fd, from_cstr, &list, diag);
	/* Whoever wants to write there meanwhile waits, and finds a whole dossier. */
	AUTO_CLOSE int lock_fd = r < 0
	    ? -1
	    : openat(to_fd, "dossier.lock", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (r == 0 && (lock_fd < 0 || flock(lock_fd, LOCK_EX | LOCK_NB) < 0))
		r = diag_say_at(diag, -errno, to_cstr, UINT64_MAX, "%s", text_error(errno));
	/* The database last: until it is there, the folder is no dossier. */
	for (int last = 0; last < 2 && r == 0; last++)
		for (size_t i = 0; i < list.count && r == 0; i++) {
			const char *path_cstr = list.files[i].path_cstr;
			if ((strcmp(path_cstr, "dossier.db") == 0) != (last == 1))
				continue;
			r = dossier_outfile_copy(from_fd, to_fd, path_cstr, NULL);
			if (r < 0)
				(void)diag_say_at(
				    diag, r, path_cstr, UINT64_MAX, _("this file could not be copied: %s"), text_error(-r));
			out->files++;
			out->bytes += list.files[i].bytes;
		}
	if (r == 0 && fsync(to_fd) < 0)
		r = diag_say_at(diag, -errno, to_cstr, UINT64_MAX, "%s", text_error(errno));
	dossier_outfile_free(&list);
	return r;
}
