/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sandbox/memory_file.h"

#include "core/auto.h"

#include <fcntl.h>
#include <sys/mman.h>

enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

int
memory_file_new(void)
{
	int fd = memfd_create("beffroi", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd < 0 ? -errno : fd;
}

int
memory_file_seal(int fd)
{
	return fcntl(fd, F_ADD_SEALS, SEALS) < 0 ? -errno : 0;
}

int
memory_file_make(struct bytes b)
{
	AUTO_CLOSE int fd = memory_file_new();
	if (fd < 0)
		return fd;
	while (b.len > 0) {
		ssize_t n = write(fd, b.at, b.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		b = bytes_after(b, (size_t)n);
	}
	int r = memory_file_seal(fd);
	return r < 0 ? r : auto_take_fd(&fd);
}

int
memory_file_check(int fd, size_t len)
{
	int seals = fcntl(fd, F_GET_SEALS);
	if (seals < 0 || (seals & SEALS) != SEALS)
		return -EBADMSG;
	/* Not fstat(): glibc makes newfstatat(2) of it, which opens the way to files by name. */
	off_t size = lseek(fd, 0, SEEK_END);
	return size < 0 || (size_t)size != len ? -EBADMSG : 0;
}

int
memory_file_map(int fd, size_t len, struct bytes *out)
{
	int r = memory_file_check(fd, len);
	if (r < 0)
		return r;
	void *mapped = len == 0 ? NULL : mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (mapped == MAP_FAILED)
		return -errno;
	*out = (struct bytes){mapped, len};
	return 0;
}

void
memory_file_unmap(struct bytes mapped)
{
	if (mapped.len > 0)
		(void)munmap((void *)(uintptr_t)mapped.at, mapped.len);
}

int
memory_file_read(int fd, size_t len, uint8_t **out)
{
	int r = memory_file_check(fd, len);
	if (r < 0)
		return r;
	AUTO_FREE uint8_t *block = malloc(len + 1);
	if (block == NULL)
		return -ENOMEM;
	for (size_t at = 0; at < len;) {
		ssize_t n = pread(fd, block + at, len - at, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG;
		at += (size_t)n;
	}
	block[len] = '\0';
	*out = TAKE(block);
	return 0;
}
