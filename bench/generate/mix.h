/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* mix.h - what share of the flows each kind of traffic has. bench/README.md says it in words. */
#ifndef BENCH_MIX_H
#define BENCH_MIX_H

#include "kinds.h"

struct share {
	const struct kind *kind;
	uint32_t per_ten_thousand;
	struct kind_count count;
};

struct mix {
	struct share *shares;
	size_t share_count;
	struct share *floods; /* take over for short whiles; NULL: none */
	uint32_t v6_per_ten_thousand;
	double bytes_per_flow; /* of the file, measured */
};

extern struct mix mix_small, mix_large;

struct share *mix_draw(struct mix *mix, struct noise *n, uint64_t elapsed_us, uint64_t duration_us);

#endif
