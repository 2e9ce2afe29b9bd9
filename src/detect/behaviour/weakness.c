/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/weakness.h"

#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>
#include <stdio.h>

int
weakness_start(struct weakness_set *set, const struct tuning *tuning, const char *name_cstr, size_t memory_bytes)
{
	set->repeat_ns = (int64_t)tuning_u64(tuning, name_cstr, "repeat_s") * 1000000000;
	set->table = keyed_table_new(sizeof(struct weakness_key), sizeof(struct weakness), memory_bytes);
	return set->table == NULL ? -ENOMEM : 0;
}

void
weakness_stop(void *state)
{
	keyed_table_free(((struct weakness_set *)state)->table);
}

bool
weakness_note(struct weakness_set *set, const struct weakness_key *key, int64_t time_ns, const struct weakness **out)
{
	bool is_new;
	struct weakness *w = keyed_table_get(set->table, key, &is_new);
	if (is_new)
		w->first_ns = w->last_ns = time_ns;
	if (time_ns < w->first_ns)
		w->first_ns = time_ns;
	if (time_ns > w->last_ns)
		w->last_ns = time_ns;
	w->count++;
	*out = w;
	if (w->told && time_ns - w->told_ns < set->repeat_ns)
		return false;
	w->told = true;
	w->told_ns = time_ns;
	return true;
}

void
weakness_dress(const struct weakness *w, struct alert *alert)
{
	alert->first_ns = w->first_ns;
	alert->last_ns = w->last_ns;
	alert->count = w->count;
}

void
weakness_fact_date(struct alert *alert, const char *name_cstr, int64_t unix_s)
{
	/* Days to a civil date, proleptic Gregorian; H. Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
	int64_t days = unix_s / 86400 - (unix_s % 86400 < 0) + 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	int64_t day = day_of_year - (153 * month + 2) / 5 + 1;
	month = month < 10 ? month + 3 : month - 9;
	char text[48];
	int len = snprintf(text, sizeof(text), "%04lld-%02lld-%02lld", (long long)(year_of_era + era * 400 + (month <= 2)),
	    (long long)month, (long long)day);
	alert_fact_text(alert, name_cstr, (struct bytes){(const uint8_t *)text, (size_t)len});
}
