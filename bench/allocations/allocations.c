/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* allocations - counts the calls to the allocator of a program and of all it starts.
 *
 * Loaded with LD_PRELOAD. The counts live in a file named by BENCH_ALLOCATIONS (16 bytes: the sensor's, and that of
 * the other roles together), mapped and shared by all the processes before any of them is confined, so that counting
 * needs no system call. Twice the capture must not mean one call more of the sensor; the others allocate per alert.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t align, size_t size);

static _Atomic uint64_t *calls;

__attribute__((constructor)) static void
open_count(void)
{
	const char *path = getenv("BENCH_ALLOCATIONS");
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	void *map = mmap(NULL, 2 * sizeof(*calls), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map != MAP_FAILED)
		calls = (_Atomic uint64_t *)map + (strstr(program_invocation_name, "sensor") == NULL);
	close(fd);
}

static void
count(void)
{
	if (calls != NULL)
		atomic_fetch_add_explicit(calls, 1, memory_order_relaxed);
}

void *
malloc(size_t size)
{
	count();
	return __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	count();
	return __libc_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
	count();
	return __libc_realloc(old, size);
}

void *
aligned_alloc(size_t align, size_t size)
{
	count();
	return __libc_memalign(align, size);
}

int
posix_memalign(void **out, size_t align, size_t size)
{
	count();
	*out = __libc_memalign(align, size);
	return *out == NULL ? 12 : 0;
}
