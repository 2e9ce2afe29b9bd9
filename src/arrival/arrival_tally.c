/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_tally.h"

#include <stdio.h>
#include <stdlib.h>

void
arrival_tally_add(struct arrival_tally *t, struct bytes name)
{
	name = bytes_first(name, ARRIVAL_TALLY_NAME_MAX);
	for (size_t i = 0; i < t->count; i++)
		if (bytes_eq(name, (struct bytes){(const uint8_t *)t->names[i].text, t->names[i].len})) {
			t->names[i].times++;
			return;
		}
	if (t->count == ARRIVAL_TALLY_NAMES_MAX) {
		t->others++;
		return;
	}
	struct arrival_tally_name *n = &t->names[t->count++];
	*n = (struct arrival_tally_name){.times = 1, .len = name.len};
	if (name.len > 0)
		memcpy(n->text, name.at, name.len);
}

static int
by_times(const void *left, const void *right)
{
	const struct arrival_tally_name *a = left, *b = right;
	return a->times != b->times ? (a->times > b->times ? -1 : 1) : strncmp(a->text, b->text, sizeof(a->text));
}

const char *
arrival_tally_text(const struct arrival_tally *tally, size_t most, char *out, size_t size)
{
	struct arrival_tally sorted = *tally;
	size_t n = 0;
	out[0] = '\0';
	if (sorted.count > 0)
		qsort(sorted.names, sorted.count, sizeof(sorted.names[0]), by_times);
	for (size_t i = 0; i < sorted.count && i < most; i++) {
		const struct arrival_tally_name *name = &sorted.names[i];
		int put = snprintf(out + n, size - n, "%s%.*s %llu", i == 0 ? "" : ", ", name->len > 0 ? (int)name->len : 1,
		    name->len > 0 ? name->text : "?", (unsigned long long)name->times);
		if (put < 0 || (size_t)put >= size - n) {
			out[n] = '\0';
			break;
		}
		n += (size_t)put;
	}
	return out;
}
