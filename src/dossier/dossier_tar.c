/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_tar.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 512 };

/* POSIX.1-1988 10.1.1 */
struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], chksum[8], typeflag, linkname[100], magic[6],
	    version[2], uname[32], gname[32], devmajor[8], devminor[8], prefix[155], pad[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a ustar header is one block");

static int
write_all(int fd, const void *at, size_t len)
{
	struct bytes left = {at, len};
	while (left.len > 0) {
		ssize_t n = write(fd, left.at, left.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		left = bytes_after(left, (size_t)n);
	}
	return 0;
}

int
dossier_tar_begin(const struct dossier_tar *tar, uint64_t *at)
{
	static const char room[BLOCK];
	off_t now = lseek(tar->fd, 0, SEEK_CUR);
	if (now < 0)
		return -errno;
	*at = (uint64_t)now;
	return write_all(tar->fd, room, sizeof(room));
}

/* Octal digits and a NUL fill the field. */
static void
put_number(char *field, size_t size, uint64_t value)
{
	field[size - 1] = '\0';
	for (size_t i = size - 1; i > 0; i--, value >>= 3)
		field[i - 1] = (char)('0' + (value & 7));
}

int
dossier_tar_finish(const struct dossier_tar *tar, const char *path_cstr, uint64_t at, uint64_t bytes)
{
	static const char padding[BLOCK];
	struct header h = {.typeflag = '0', .magic = "ustar", .version = {'0', '0'}};
	unsigned sum = 0;
	size_t name_len = strlen(path_cstr), prefix_len = strlen(tar->folder_cstr);
	if (name_len > sizeof(h.name) || prefix_len > sizeof(h.prefix))
		return -ENAMETOOLONG;
	if (bytes >> 33 != 0)
		return -EOVERFLOW;
	memcpy(h.name, path_cstr, name_len);
	memcpy(h.prefix, tar->folder_cstr, prefix_len);
	put_number(h.mode, sizeof(h.mode), 0600);
	put_number(h.uid, sizeof(h.uid), 0);
	put_number(h.gid, sizeof(h.gid), 0);
	put_number(h.size, sizeof(h.size), bytes);
	put_number(h.mtime, sizeof(h.mtime), (uint64_t)tar->time_s);
	put_number(h.devmajor, sizeof(h.devmajor), 0);
	put_number(h.devminor, sizeof(h.devminor), 0);
	memset(h.chksum, ' ', sizeof(h.chksum));
	for (size_t i = 0; i < sizeof(h); i++)
		sum += ((const uint8_t *)&h)[i];
	put_number(h.chksum, 7, sum); /* six digits, NUL, blank */
	int r = write_all(tar->fd, padding, (BLOCK - bytes % BLOCK) % BLOCK);
	if (r == 0 && pwrite(tar->fd, &h, sizeof(h), (off_t)at) != (ssize_t)sizeof(h))
		r = errno != 0 ? -errno : -EIO;
	return r;
}

int
dossier_tar_end(const struct dossier_tar *tar)
{
	static const char end[2 * BLOCK];
	int r = write_all(tar->fd, end, sizeof(end));
	return r == 0 && fsync(tar->fd) < 0 ? -errno : r;
}
