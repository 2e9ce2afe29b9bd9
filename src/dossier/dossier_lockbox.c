/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_lockbox.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_file.h"

#include <sys/random.h>
#include <sys/stat.h>

static const char file_cstr[] = "people.key";

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

/* In a turn of its own or of its caller, where nobody else makes one meanwhile. */
static int
make(struct dossier *d, uint8_t out[static DOSSIER_LOCKBOX_KEY], struct diag *diag)
{
	uint8_t key[DOSSIER_LOCKBOX_KEY];
	int r = dossier_db_begin(d, diag);
	if (r < 0)
		return r;
	AUTO_CLOSE int fd = dossier_file_open(d, file_cstr);
	if (fd >= 0)
		return read_key(d, fd, out, diag);
	r = getrandom(key, sizeof(key), 0) == (ssize_t)sizeof(key) ? 0 : -EIO;
	if (r == 0)
		r = dossier_file_write(d, file_cstr, (struct bytes){key, sizeof(key)});
	if (r == 0)
		r = dossier_file_sync(d);
	if (r == 0)
		memcpy(out, key, sizeof(key));
	explicit_bzero(key, sizeof(key));
	return r == 0
	    ? 1
	    : dossier_db_say(d, diag, r, N_("people.key could not be made in this folder: check its rights and the disk"));
}

int
dossier_lockbox_key(
    struct dossier *d, enum dossier_lockbox_mode mode, uint8_t out[static DOSSIER_LOCKBOX_KEY], struct diag *diag)
{
	AUTO_CLOSE int fd = dossier_file_open(d, file_cstr);
	if (fd >= 0)
		return read_key(d, fd, out, diag);
	if (fd != -ENOENT)
		return dossier_db_say(d, diag, fd, N_("people.key cannot be read: check its rights"));
	return mode == DOSSIER_LOCKBOX_MAKES ? make(d, out, diag) : 0;
}
