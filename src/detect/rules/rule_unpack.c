/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_unpack.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

enum { POOL = 64 << 10 /* zlib takes 7 kB and a window of 32 kB */, WINDOW_BITS = 15, OF_GZIP = 16 };

struct rule_unpack {
	z_stream z;
	size_t used;
	_Alignas(16) uint8_t pool[POOL]; /* so that nothing is allocated between packets */
};

static void *
take(void *context, unsigned items, unsigned size)
{
	struct rule_unpack *u = context;
	size_t bytes = ((size_t)items * size + 15) & ~(size_t)15;
	if (bytes > POOL - u->used)
		return NULL;
	u->used += bytes;
	return u->pool + u->used - bytes;
}

static void
give_back(void *context, void *at)
{
	(void)context;
	(void)at;
}

struct rule_unpack *
rule_unpack_new(void)
{
	return calloc(1, sizeof(struct rule_unpack));
}

void
rule_unpack_free(struct rule_unpack *u)
{
	free(u);
}

size_t
rule_unpack_run(struct rule_unpack *u, bool is_gzip, struct bytes data, uint8_t *out, size_t max)
{
	u->used = 0;
	u->z = (z_stream){.zalloc = take,
	    .zfree = give_back,
	    .opaque = u,
	    .next_in = data.at,
	    .avail_in = (uInt)(data.len > UINT32_MAX ? UINT32_MAX : data.len),
	    .next_out = out,
	    .avail_out = (uInt)max};
	if (data.len == 0 || inflateInit2(&u->z, WINDOW_BITS + (is_gzip ? OF_GZIP : 0)) != Z_OK)
		return 0;
	(void)inflate(&u->z, Z_FINISH);
	size_t len = max - u->z.avail_out;
	(void)inflateEnd(&u->z);
	return len;
}
