/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_suggest.h"

#include "detect/rules/rule_parser.h"

enum { NAME_MAX_LEN = 40, NEAR = 3 };

/* Letters to add, drop, change or swap with their neighbour (optimal string alignment). */
static unsigned
distance(struct bytes a, struct bytes b)
{
	unsigned rows[3][NAME_MAX_LEN + 1];
	for (size_t k = 0; k <= b.len; k++)
		rows[0][k] = (unsigned)k;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned *now = rows[i % 3], *before = rows[(i + 2) % 3], *two_before = rows[(i + 1) % 3];
		now[0] = (unsigned)i;
		for (size_t k = 1; k <= b.len; k++) {
			unsigned best = before[k - 1] + (bytes_lower(a.at[i - 1]) != bytes_lower(b.at[k - 1]));
			best = before[k] + 1 < best ? before[k] + 1 : best;
			best = now[k - 1] + 1 < best ? now[k - 1] + 1 : best;
			if (i > 1 && k > 1 && a.at[i - 1] == b.at[k - 2] && a.at[i - 2] == b.at[k - 1] &&
			    two_before[k - 2] + 1 < best)
				best = two_before[k - 2] + 1;
			now[k] = best;
		}
	}
	return rows[a.len % 3][b.len];
}

static void
consider(struct bytes name, const char *candidate_cstr, unsigned *best, const char **best_cstr)
{
	if (candidate_cstr == NULL || strlen(candidate_cstr) > NAME_MAX_LEN)
		return;
	unsigned d = distance(name, bytes_of_cstr(candidate_cstr));
	if (d < *best) {
		*best = d;
		*best_cstr = candidate_cstr;
	}
}

const char *
rule_suggest(struct bytes name)
{
	/* Short names are near to everything: half of the letters must be right. */
	unsigned best = name.len / 2 < NEAR ? (unsigned)name.len / 2 + 1 : NEAR;
	const char *best_cstr = NULL;
	if (name.len == 0 || name.len > NAME_MAX_LEN)
		return NULL;
	for (size_t i = 0; rule_keyword_table_at(i) != NULL; i++)
		consider(name, rule_keyword_table_at(i)->name_cstr, &best, &best_cstr);
	for (size_t i = 0; i < VIEWS; i++) {
		consider(name, view_of((enum view)i)->name_cstr, &best, &best_cstr);
		consider(name, view_of((enum view)i)->older_cstr, &best, &best_cstr);
	}
	for (size_t i = 0; i < RULE_FIELDS; i++)
		consider(name, rule_keyword_table_field_kind((enum rule_field)i)->name_cstr, &best, &best_cstr);
	return best_cstr;
}
