/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/events_counts.h"

#include "core/hash.h"

#include <stdlib.h>

/* No flow of a day has more; sums of thousands of days then fit 64 bits. */
#define FLOW_BYTES_MAX (UINT64_C(1) << 44)

static const int64_t slot_ns = EVENTS_SLOT_SECONDS * INT64_C(1000000000);

struct events_counts *
events_counts_new(int64_t day_ns)
{
	struct events_counts *c = calloc(1, sizeof(*c));
	if (c != NULL)
		c->day_ns = day_ns;
	return c;
}

static void
count_type(struct events_counts *c, const char *name_cstr)
{
	size_t i = 0;
	while (i < c->type_count && strcmp(c->types[i].name_cstr, name_cstr) != 0)
		i++;
	if (i == c->type_count) {
		bool last = i >= EVENTS_COUNTS_TYPES - 1;
		i = last ? EVENTS_COUNTS_TYPES - 1 : i;
		memcpy(c->types[i].name_cstr, last ? "other" : name_cstr, last ? sizeof("other") : strlen(name_cstr) + 1);
		c->type_count = i + 1;
	}
	c->types[i].events++;
}

static struct events_traffic *
slots_of(struct events_counts *c, const char *name_cstr)
{
	size_t i = 0;
	while (i < c->app_count && strcmp(c->apps[i].name_cstr, name_cstr) != 0)
		i++;
	if (i == c->app_count) {
		bool last = i >= EVENTS_COUNTS_APPS - 1;
		i = last ? EVENTS_COUNTS_APPS - 1 : i;
		memcpy(c->apps[i].name_cstr, last ? "other" : name_cstr, last ? sizeof("other") : strlen(name_cstr) + 1);
		c->app_count = i + 1;
	}
	return c->apps[i].slots;
}

/* The part of `bytes` that came until `at` of a flow that lasted so long, evenly. */
static uint64_t
until(uint64_t bytes, int64_t at_ns, int64_t lasted_ns)
{
	return at_ns >= lasted_ns ? bytes : (uint64_t)((unsigned __int128)bytes * (uint64_t)at_ns / (uint64_t)lasted_ns);
}

/* A long flow is spread over its time, or a night's copy would be one spike in the morning. What came before this day counts
 * at its beginning. */
static void
count_app(struct events_counts *c, const struct events_line *l, const uint64_t bytes[static 2])
{
	struct events_traffic *slots = slots_of(c, l->app_cstr);
	int64_t end_ns = l->time_ns - c->day_ns, start_ns = l->start_ns - c->day_ns;
	if (start_ns < 0)
		start_ns = 0;
	int64_t first = start_ns / slot_ns, last = end_ns / slot_ns;
	slots[last].flows++;
	for (int64_t i = first; i <= last; i++) {
		int64_t lasted_ns = end_ns - start_ns, from_ns = i == first ? 0 : i * slot_ns - start_ns;
		int64_t to_ns = i == last ? lasted_ns : (i + 1) * slot_ns - start_ns;
		for (size_t side = 0; side < 2; side++)
			slots[i].bytes[side] += until(bytes[side], to_ns, lasted_ns) -
			    (i == first ? 0 : until(bytes[side], from_ns, lasted_ns));
	}
}

static void
count_host(struct events_counts *c, const struct addr *address, uint64_t sent, uint64_t received)
{
	size_t mask = LENGTH_OF(c->hosts) - 1, at = hash_16(address->at, 0) & mask;
	while (c->hosts[at].used && !addr_eq(&c->hosts[at].address, address))
		at = (at + 1) & mask;
	struct events_host *h = &c->hosts[at];
	if (!h->used) {
		if (c->host_count == EVENTS_COUNTS_HOSTS)
			return;
		c->host_count++;
		h->used = true;
		h->address = *address;
	}
	h->traffic.flows++;
	h->traffic.bytes[0] += sent;
	h->traffic.bytes[1] += received;
}

void
events_counts_add(struct events_counts *c, const struct events_line *l)
{
	count_type(c, l->type_cstr);
	if (!l->is_flow)
		return;
	uint64_t bytes[2];
	for (size_t i = 0; i < 2; i++)
		bytes[i] = l->bytes[i] < FLOW_BYTES_MAX ? l->bytes[i] : FLOW_BYTES_MAX;
	count_app(c, l, bytes);
	count_host(c, &l->ends[0], bytes[0], bytes[1]);
	count_host(c, &l->ends[1], bytes[1], bytes[0]);
}

void
events_counts_forget(struct events_counts *c)
{
	memset(c->apps, 0, c->app_count * sizeof(c->apps[0]));
	memset(c->types, 0, c->type_count * sizeof(c->types[0]));
	if (c->host_count > 0)
		memset(c->hosts, 0, sizeof(c->hosts));
	c->type_count = c->app_count = c->host_count = 0;
}
