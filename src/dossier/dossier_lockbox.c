/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_lockbox.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_db.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>

static const char file_cstr[] = "people.key", new_cstr[] = "people.key.new";

static int
read_key(struct dossier *d, int fd, uint8_t out[static DOSSIER_LOCKBOX_KEY], struct diag *diag)
{
	uint8_t room[DOSSIER_LOCKBOX_KEY + 1];
	struct stat st;
	if (fstat(fd, &st) < 0 || (st.st_mode & 077) != 0)
		return dossier_db_say(d, diag, -EACCES, N_("others may read people.key: chmod 600 it, and ask who did"));
	if (read(fd, room, sizeof(room)) != DOSSIER_LOCKBOX_KEY)
		return dossier_db_say(d, diag, -EBADMSG, N_("people.key is damaged: put your last copy back"));
	memcpy(out, room, DOSSIER_LOCKBOX_KEY);
	return 1;
}

/* Under another name until it is whole; of two processes one wins. */
static int
make(struct dossier *d, struct diag *diag)
{
	uint8_t key[DOSSIER_LOCKBOX_KEY];
	char name_cstr[sizeof(new_cstr) + 16];
	(void)snprintf(name_cstr, sizeof(name_cstr), "%s.%ld", new_cstr, (long)getpid());
	(void)unlinkat(d->folder_fd, name_cstr, 0);
	AUTO_CLOSE int fd = openat(d->folder_fd, name_cstr, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r = fd < 0 ? -errno : 0;
	if (r == 0 && getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key))
		r = -EIO;
	if (r == 0 && write(fd, key, sizeof(key)) != (ssize_t)sizeof(key))
		r = -ENOSPC;
	if (r == 0 && (fsync(fd) < 0 || renameat2(d->folder_fd, name_cstr, d->folder_fd, file_cstr, RENAME_NOREPLACE) < 0))
		r = errno == EEXIST ? 0 : -errno;
	if (r == 0 && fsync(d->folder_fd) < 0)
		r = -errno;
	(void)unlinkat(d->folder_fd, name_cstr, 0);
	explicit_bzero(key, sizeof(key));
	return r == 0
	    ? 0
	    : dossier_db_say(d, diag, r, N_("people.key could not be made in this folder: check its rights and the disk"));
}

int
dossier_lockbox_key(
    struct dossier *d, enum dossier_lockbox_mode mode, uint8_t out[static DOSSIER_LOCKBOX_KEY], struct diag *diag)
{
	for (int tries = 0; tries < 2; tries++) {
		AUTO_CLOSE int fd = openat(d->folder_fd, file_cstr, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			return read_key(d, fd, out, diag);
		if (errno != ENOENT)
			return dossier_db_say(d, diag, -errno, N_("people.key cannot be read: check its rights"));
		int r = mode == DOSSIER_LOCKBOX_MAKES && tries == 0 ? make(d, diag) : 0;
		if (r < 0 || mode == DOSSIER_LOCKBOX_READS)
			return r;
	}
	return 0;
}
