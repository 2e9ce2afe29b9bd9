/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/ensure.h - what only our own bug can break. Compiled in for good.
 *
 * If a packet, a file, a message from another role or a full disk can make it fail, it
 * is not an assertion: write code that has an answer.
 */
#ifndef CORE_ENSURE_H
#define CORE_ENSURE_H

#include <stdio.h>
#include <stdlib.h>

#define ENSURE(condition)                                                                               \
	do {                                                                                            \
		if (__builtin_expect(!(condition), 0)) {                                                \
			fprintf(stderr, "beffroi: bug at %s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                                        \
		}                                                                                       \
	} while (0)

#endif
