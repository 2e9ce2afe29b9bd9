/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/auto.h - release written next to acquisition, outside the packet path.
 *
 * Four names and TAKE(), which hands a resource over in one visible word. The releasing
 * functions keep errno, so that `return -errno` after a failure tells the truth.
 */
#ifndef CORE_AUTO_H
#define CORE_AUTO_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void
auto_free(void *slot)
{
	void **p = slot;
	free(*p);
}

static inline void
auto_close(const int *fd)
{
	int saved = errno;
	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

static inline void
auto_fclose(FILE **f)
{
	int saved = errno;
	if (*f != NULL)
		fclose(*f);
	errno = saved;
}

/* What TAKE() is for pointers: hands a descriptor over. */
static inline int
auto_take_fd(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

#define AUTO_FREE __attribute__((cleanup(auto_free)))
#define AUTO_CLOSE __attribute__((cleanup(auto_close)))
#define AUTO_FCLOSE __attribute__((cleanup(auto_fclose)))
#define TAKE(pointer)                                   \
	({                                              \
		__typeof__(pointer) taken_ = (pointer); \
		(pointer) = NULL;                       \
		taken_;                                 \
	})

#endif
