/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_file.h"

#include "core/auto.h"
#include "core/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

static int
write_all(int fd, struct bytes data)
{
	while (data.len > 0) {
		ssize_t n = write(fd, data.at, data.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		data = bytes_after(data, (size_t)n);
	}
	return 0;
}

/* ---- On a server ---- */

static int
open_row(struct dossier *d, const char *path_cstr)
{
	struct diag ignored;
	struct store_statement *s = dossier_db_sql(d, "SELECT content FROM beffroi_file WHERE path = ?1");
	dossier_db_bind_cstr(s, 1, path_cstr);
	int r = dossier_db_next(d, s, &ignored);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	AUTO_CLOSE int fd = memfd_create("dossier file", MFD_CLOEXEC);
	r = fd < 0 ? -errno : write_all(fd, dossier_db_bytes(s, 0));
	store_reset(s);
	if (r == 0 && (fchmod(fd, 0600) < 0 || lseek(fd, 0, SEEK_SET) < 0))
		r = -errno;
	if (r < 0)
		return r;
	int taken = fd;
	fd = -1;
	return taken;
}

static int
write_row(struct dossier *d, const char *path_cstr, struct bytes content)
{
	struct diag ignored;
	struct store_statement *s = dossier_db_sql(d,
	    "INSERT INTO beffroi_file(path, content) VALUES(?1, ?2) ON CONFLICT(path) DO UPDATE SET content = excluded.content"
	    " WHERE length(beffroi_file.content) <> length(excluded.content)");
	dossier_db_bind_cstr(s, 1, path_cstr);
	dossier_db_bind_bytes(s, 2, content);
	return dossier_db_run(d, s, &ignored);
}

static int
each_row(struct dossier *d, int (*each)(void *context, const char *path_cstr), void *context, struct diag *diag)
{
	char path_cstr[160] = "";
	int r = 1;
	while (r > 0) { /* one at a time: each() may remove it */
		bool bad = false;
		struct store_statement *s = dossier_db_sql(d,
		    "SELECT path FROM beffroi_file WHERE path > ?1 AND substr(path, 1, 9) = 'evidence/' ORDER BY path LIMIT 1");
		dossier_db_bind_cstr(s, 1, path_cstr);
		r = dossier_db_next(d, s, diag);
		if (r > 0)
			dossier_db_cstr(s, 0, path_cstr, sizeof(path_cstr), &bad);
		store_reset(s);
		if (r > 0) {
			int done = bad ? dossier_db_say(d, diag, -ENAMETOOLONG, N_("the name of an object is too long"))
			               : each(context, path_cstr);
			r = done < 0 ? done : 1;
		}
	}
	return r;
}

/* ---- In a folder ---- */

static int
write_file(struct dossier *d, const char *path_cstr, struct bytes content)
{
	static const char temporary_cstr[] = "evidence/.being-written", beside_cstr[] = ".being-written";
	struct stat st;
	if (fstatat(d->folder_fd, path_cstr, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size == content.len)
		return 0;
	bool is_below = strchr(path_cstr, '/') != NULL;
	const char *name_cstr = is_below ? temporary_cstr : beside_cstr;
	if (is_below && mkdirat(d->folder_fd, "evidence", 0700) < 0 && errno != EEXIST)
		return -errno;
	(void)unlinkat(d->folder_fd, name_cstr, 0); /* left by a run that was stopped; there is one writer */
	AUTO_CLOSE int fd = openat(d->folder_fd, name_cstr, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	int r = write_all(fd, content);
	if (r == 0 && (fsync(fd) < 0 || renameat(d->folder_fd, name_cstr, d->folder_fd, path_cstr) < 0))
		r = -errno;
	if (r < 0)
		(void)unlinkat(d->folder_fd, name_cstr, 0);
	else if (is_below)
		d->has_new_files = true;
	else if (fsync(d->folder_fd) < 0)
		r = -errno;
	return r;
}

static int
each_file(struct dossier *d, int (*each)(void *context, const char *path_cstr), void *context, struct diag *diag)
{
	static const char sentence_cstr[] = N_(
	    "the folder evidence/ of this dossier cannot be read: check who owns it, and the disk");
	DIR *folder;
	int r = dossier_file_folder(d, "evidence", 0, &folder);
	if (r < 0)
		return dossier_db_say(d, diag, r, sentence_cstr);
	while (folder != NULL && r == 0) {
		char path_cstr[160];
		errno = 0;
		const struct dirent *e = readdir(folder);
		if (e == NULL) {
			r = errno != 0 ? dossier_db_say(d, diag, -errno, sentence_cstr) : 0;
			break;
		}
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || e->d_type == DT_DIR)
			continue;
		(void)snprintf(path_cstr, sizeof(path_cstr), "evidence/%.100s", e->d_name);
		r = each(context, path_cstr);
	}
	if (folder != NULL)
		closedir(folder);
	return r;
}

/* ---- Either ---- */

int
dossier_file_folder(const struct dossier *d, const char *name_cstr, int flags, DIR **out)
{
	*out = NULL;
	int fd = openat(d->folder_fd, name_cstr, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	*out = fdopendir(fd);
	int r = *out == NULL ? -errno : 0;
	if (r < 0)
		close(fd);
	return r;
}

int
dossier_file_open(struct dossier *d, const char *path_cstr)
{
	if (d->is_remote)
		return open_row(d, path_cstr);
	int fd = openat(d->folder_fd, path_cstr, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int
dossier_file_write(struct dossier *d, const char *path_cstr, struct bytes content)
{
	return d->is_remote ? write_row(d, path_cstr, content) : write_file(d, path_cstr, content);
}

int
dossier_file_sync(struct dossier *d)
{
	if (!d->has_new_files)
		return 0;
	d->has_new_files = false;
	AUTO_CLOSE int fd = openat(d->folder_fd, "evidence", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

void
dossier_file_remove(struct dossier *d, const char *path_cstr)
{
	struct diag ignored;
	if (!d->is_remote) {
		(void)unlinkat(d->folder_fd, path_cstr, 0);
		return;
	}
	struct store_statement *s = dossier_db_sql(d, "DELETE FROM beffroi_file WHERE path = ?1");
	dossier_db_bind_cstr(s, 1, path_cstr);
	(void)!dossier_db_run(d, s, &ignored);
}

int
dossier_file_each_proof(
    struct dossier *d, int (*each)(void *context, const char *path_cstr), void *context, struct diag *diag)
{
	return d->is_remote ? each_row(d, each, context, diag) : each_file(d, each, context, diag);
}
