/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/beacon_score.h"

#include "core/ensure.h"

enum { CALLS_PER_SLICE = 3, SLICES_MAX = BEACON_SCORE_CALLS_MAX / CALLS_PER_SLICE };

static void
sort(uint32_t *values, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint32_t value = values[i];
		size_t at = i;
		for (; at > 0 && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

struct spread {
	uint32_t median, deviation;
	unsigned score; /* percent */
};

/* Sorts the values. */
static struct spread
spread_of(uint32_t *values, size_t count, int64_t skew_range_min)
{
	uint32_t away[BEACON_SCORE_CALLS_MAX];
	sort(values, count);
	int64_t low = values[count / 4], mid = values[count / 2], high = values[count * 3 / 4];
	/* As in RITA: quartiles too close to each other, or on the median, have no meaningful skew. */
	int64_t skew = 0, range = high - low;
	if (range >= skew_range_min && mid != low && mid != high) {
		skew = (low + high - 2 * mid) * 100 / range;
		skew = skew < 0 ? -skew : skew;
	}
	for (size_t i = 0; i < count; i++)
		away[i] = (uint32_t)(values[i] > mid ? values[i] - mid : mid - values[i]);
	sort(away, count);
	struct spread s = {.median = (uint32_t)mid, .deviation = away[count / 2]};
	unsigned steady = s.median == 0 ? (s.deviation == 0 ? 100 : 0)
	    : s.deviation >= s.median   ? 0
	                                : (unsigned)(100 - (uint64_t)s.deviation * 100 / s.median);
	s.score = ((unsigned)(100 - skew) + steady) / 2;
	return s;
}

static uint64_t
square_root(uint64_t value)
{
	uint64_t root = 0;
	for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit >>= 1)
		if ((root + bit) * (root + bit) <= value)
			root += bit;
	return root;
}

static void
score_slices(const struct beacon_call *calls, size_t count, struct beacon_score *out)
{
	size_t slice_count = count / CALLS_PER_SLICE;
	uint32_t slices[SLICES_MAX] = {0}, how_many[BEACON_SCORE_CALLS_MAX + 1] = {0};
	uint64_t life = (uint64_t)(calls[count - 1].start_cs - calls[0].start_cs) + 1;
	for (size_t i = 0; i < count; i++)
		slices[(uint64_t)(calls[i].start_cs - calls[0].start_cs) * slice_count / life]++;
	unsigned run = 0, run_max = 0;
	uint64_t spread = 0; /* sum of (slice * slice_count - count)^2: variance, scaled */
	for (size_t i = 0; i < slice_count; i++) {
		run = slices[i] > 0 ? run + 1 : 0;
		run_max = run > run_max ? run : run_max;
		how_many[slices[i]]++;
		int64_t off = (int64_t)slices[i] * (int64_t)slice_count - (int64_t)count;
		spread += (uint64_t)(off * off);
	}
	out->duration = (unsigned)(run_max * 100 / slice_count);
	uint64_t variation = square_root(spread * 10000 / slice_count) / count; /* percent of the mean */
	unsigned even = variation >= 100 ? 0 : 100 - (unsigned)variation;
	uint32_t first = 0, second = 0;
	for (size_t i = 0; i <= BEACON_SCORE_CALLS_MAX; i++)
		if (how_many[i] > first) {
			second = first;
			first = how_many[i];
		} else if (how_many[i] > second) {
			second = how_many[i];
		}
	unsigned bimodal = (unsigned)((first + second) * 100 / slice_count);
	/* Empty slices are no mode of a machine that calls all the time. */
	if (run_max + 1 < slice_count)
		bimodal = 0;
	out->histogram = even > bimodal ? even : bimodal;
}

struct beacon_score
beacon_score_of(const struct beacon_call *calls, size_t count)
{
	ENSURE(count >= 3 && count <= BEACON_SCORE_CALLS_MAX);
	struct beacon_score out = {0};
	uint32_t values[BEACON_SCORE_CALLS_MAX];
	for (size_t i = 1; i < count; i++)
		values[i - 1] = calls[i].start_cs - calls[i - 1].start_cs;
	struct spread interval = spread_of(values, count - 1, 10);
	uint32_t shorter = values[(count - 1) / 10], longer = values[(count - 1) * 9 / 10];
	out.spread = shorter == 0 || longer / shorter > UINT16_MAX ? UINT32_MAX
	                                                           : (uint32_t)((uint64_t)longer * 100 / shorter);
	for (size_t i = 0; i < count; i++)
		values[i] = calls[i].bytes;
	struct spread size = spread_of(values, count, 10);
	out.interval = interval.score;
	out.size = size.score;
	out.period_cs = interval.median;
	out.deviation_cs = interval.deviation;
	out.bytes = size.median;
	score_slices(calls, count, &out);
	out.total = (out.interval + out.size + out.duration + out.histogram + 2) / 4;
	return out;
}
