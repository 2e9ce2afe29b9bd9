/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_origin.h"

#include "core/addr.h"
#include "core/civil.h"
#include "core/hash.h"
#include "core/timestamp.h"
#include "lesson/lesson_flow.h"
#include "lesson/lesson_number.h"
#include "lesson/lesson_row.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { TIME_TEXT_MAX = 40, HOSTS_FIRST = 1024, ENDS_FIRST = 4096 };
static const int64_t second_ns = INT64_C(1000000000);
static const double seconds_most = 9.2e9; /* 64 bits of nanoseconds end in 2262 */

struct lesson_host {
	struct addr address;
	uint16_t group;
};

/* ---- times ---- */

/* The digits at the front, at most `most` of them. False: none. */
static bool
take_number(struct bytes *rest, size_t most, int *out)
{
	size_t n = 0;
	int value = 0;
	for (; n < rest->len && n < most && rest->at[n] >= '0' && rest->at[n] <= '9'; n++)
		value = value * 10 + (rest->at[n] - '0');
	*rest = bytes_after(*rest, n);
	*out = value;
	return n > 0;
}

static bool
take_mark(struct bytes *rest, const char *marks_cstr)
{
	if (rest->len == 0 || strchr(marks_cstr, rest->at[0]) == NULL || rest->at[0] == '\0')
		return false;
	*rest = bytes_after(*rest, 1);
	return true;
}

/* "3/7/2017 2:05:09 PM", the day first. */
static bool
read_day_first(struct bytes text, int64_t *out_ns)
{
	struct civil c = {0};
	if (!take_number(&text, 2, &c.day) || !take_mark(&text, "/.") || !take_number(&text, 2, &c.month) ||
	    !take_mark(&text, "/.") || !take_number(&text, 4, &c.year) || !take_mark(&text, " T") ||
	    !take_number(&text, 2, &c.hour) || !take_mark(&text, ":") || !take_number(&text, 2, &c.minute))
		return false;
	if (take_mark(&text, ":") && !take_number(&text, 2, &c.second))
		return false;
	text = bytes_trim(text);
	bool afternoon = bytes_eq_nocase(text, BYTES("pm"));
	if (text.len > 0 && !afternoon && !bytes_eq_nocase(text, BYTES("am")))
		return false;
	if (text.len > 0)
		c.hour = c.hour % 12 + (afternoon ? 12 : 0);
	if (!civil_valid(&c) || c.year < 1970 || c.year > 2261)
		return false;
	*out_ns = civil_seconds(&c) * second_ns;
	return true;
}

static bool
read_date(struct bytes text, int64_t *out_ns)
{
	uint8_t copy[TIME_TEXT_MAX];
	if (text.len > sizeof(copy))
		return false;
	for (size_t i = 0; i < text.len; i++) /* 2011/08/18 */
		copy[i] = i < 10 && text.at[i] == '/' ? '-' : text.at[i];
	return timestamp_read((struct bytes){copy, text.len}, out_ns) || read_day_first(text, out_ns);
}

int
lesson_origin_time(struct lesson *l, const struct lesson_values *v, int field, int64_t *out_ns)
{
	double number;
	struct bytes cell = v->value[field];
	*out_ns = 0;
	switch (lesson_number_read(cell, &number)) {
	case LESSON_NUMBER_EMPTY: return 0;
	case LESSON_NUMBER_OK:
		if (number > seconds_most)
			number /= 1000;
		if (number < 0 || number > seconds_most)
			return lesson_row_wrong(l, LESSON_WRONG_TIME, field, cell);
		*out_ns = (int64_t)number * second_ns + (int64_t)((number - (double)(int64_t)number) * 1e9);
		return 1;
	case LESSON_NUMBER_TEXT:
	case LESSON_NUMBER_NOT_FINITE: break;
	}
	return read_date(cell, out_ns) ? 1 : lesson_row_wrong(l, LESSON_WRONG_TIME, field, cell);
}

/* ---- machines ---- */

static size_t
slot_of(const struct lesson *l, const struct lesson_host *host)
{
	size_t mask = l->host_slots - 1;
	size_t slot = (size_t)hash_16(&host->address, l->host_key ^ host->group) & mask;
	for (; l->host_slot[slot] != 0; slot = (slot + 1) & mask) {
		const struct lesson_host *known = &l->hosts[l->host_slot[slot] - 1];
		if (known->group == host->group && addr_eq(&known->address, &host->address))
			break;
	}
	return slot;
}

/* At most half of the slots are used. */
static int
grow_hosts(struct lesson *l)
{
	size_t slots = l->host_slots == 0 ? HOSTS_FIRST : 2 * l->host_slots;
	uint32_t *slot = calloc(slots, sizeof(*slot));
	struct lesson_host *hosts = realloc(l->hosts, slots / 2 * sizeof(*hosts));
	if (hosts != NULL)
		l->hosts = hosts;
	if (slot == NULL || hosts == NULL) {
		free(slot);
		return -ENOMEM;
	}
	free(l->host_slot);
	l->host_slot = slot;
	l->host_slots = slots;
	for (uint32_t i = 0; i < l->host_count; i++)
		l->host_slot[slot_of(l, &l->hosts[i])] = i + 1;
	return 0;
}

/* The same address in two captures is two machines. */
static int
number_host(struct lesson *l, const struct addr *address, uint32_t *out)
{
	struct lesson_host host = {.address = *address, .group = l->group};
	if (l->host_count >= l->host_slots / 2 && grow_hosts(l) < 0)
		return -ENOMEM;
	size_t slot = slot_of(l, &host);
	if (l->host_slot[slot] == 0) {
		l->hosts[l->host_count++] = host;
		l->host_slot[slot] = l->host_count;
	}
	*out = l->host_slot[slot];
	return 0;
}

static int
keep_ends(struct lesson *l, const struct lesson_ends *ends)
{
	if (l->table->rows >= l->ends_room) {
		size_t room = l->ends_room == 0 ? ENDS_FIRST : 2 * l->ends_room;
		struct lesson_ends *larger = realloc(l->ends, room * sizeof(*larger));
		if (larger == NULL)
			return -ENOMEM;
		l->ends = larger;
		l->ends_room = room;
	}
	l->ends[l->table->rows] = *ends; /* of the row that comes next; written again when that one is left out */
	return 0;
}

int
lesson_origin_keep(struct lesson *l, const struct lesson_ends *ends, struct learn_row *out)
{
	int r = addr_is_zero(&ends->source) ? 0 : number_host(l, &ends->source, &out->host);
	return r == 0 ? keep_ends(l, ends) : r;
}

int
lesson_origin_own(struct lesson *l, const struct lesson_values *v, struct learn_row *out)
{
	for (size_t i = 0; i < l->mapping->field_count; i++) {
		enum lesson_kind kind = l->mapping->fields[i].kind;
		struct addr address;
		int r = 0;
		if (v->value[i].len == 0)
			continue;
		if (kind == LESSON_SOURCE || kind == LESSON_ADDRESS)
			l->account.personal |= LESSON_PERSONAL_ADDRESS;
		if (kind == LESSON_TIME)
			r = lesson_origin_time(l, v, (int)i, &out->time_ns);
		else if (kind == LESSON_SOURCE && addr_parse(v->value[i], &address))
			r = number_host(l, &address, &out->host);
		else if (kind == LESSON_SOURCE)
			r = lesson_row_wrong(l, LESSON_WRONG_ADDRESS, (int)i, v->value[i]);
		if (r < 0)
			return r;
	}
	return 0;
}
