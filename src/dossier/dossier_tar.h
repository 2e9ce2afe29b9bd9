/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_tar.h - a tar archive (POSIX.1-1988 ustar), written in order into a file that can seek: a member's header is
 * put before it once its size is known, so that nothing is kept aside.
 */
#ifndef DOSSIER_DOSSIER_TAR_H
#define DOSSIER_DOSSIER_TAR_H

#include "core/bytes.h"

struct dossier_tar {
	int fd;
	const char *folder_cstr; /* of the members that follow, inside the archive; at most 155 bytes */
	int64_t time_s;          /* of all members */
};

/* Leaves room for the header; the content follows by write(). *at: for the closing. 0 or -errno. */
MUST_USE int dossier_tar_begin(const struct dossier_tar *tar, uint64_t *at);
/* 0 or -errno: -ENAMETOOLONG beyond 100 bytes of path, -EOVERFLOW beyond 8 GB. */
MUST_USE int dossier_tar_finish(const struct dossier_tar *tar, const char *path_cstr, uint64_t at, uint64_t bytes);
/* The end of the archive, on the disk for good. 0 or -errno. */
MUST_USE int dossier_tar_end(const struct dossier_tar *tar);

#endif
