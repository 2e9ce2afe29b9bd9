/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/series.h"

#include "core/hash.h"
#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/tuning.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BITS = SERIES_WORDS * 64, BITS_FULL = BITS - 4, GROWTH = 4 };
static const int64_t second_ns = INT64_C(1000000000);
static const uint64_t member_key = UINT64_C(0x7365726965736d62); /* fixed: alerts must not change from run to run */

struct series_table {
	struct series_options options;
	struct keyed_table *table; /* series_key -> series */
	uint64_t threshold;
	uint32_t threshold_bits;
	int64_t half_ns, repeat_ns;
	bool something_told;
};

struct series_table *
series_table_new(const struct series_options *options)
{
	struct series_table *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	const char *name_cstr = options->detector->name_cstr;
	t->options = *options;
	t->threshold = tuning_u64(options->tuning, name_cstr, options->threshold_cstr);
	t->threshold_bits = t->threshold < BITS
	    ? (uint32_t)((double)BITS * (1.0 - exp(-((double)t->threshold - 0.5) / BITS))) + 1
	    : BITS_FULL;
	t->half_ns = (int64_t)tuning_u64(options->tuning, name_cstr, "window_s") * second_ns / 2;
	t->repeat_ns = (int64_t)tuning_u64(options->tuning, name_cstr, "repeat_s") * second_ns;
	if (t->half_ns <= 0)
		t->half_ns = 1;
	t->table = keyed_table_new(sizeof(struct series_key), sizeof(struct series), options->memory_bytes);
	if (t->table == NULL) {
		free(t);
		return NULL;
	}
	return t;
}

void
series_table_free(struct series_table *t)
{
	if (t == NULL)
		return;
	keyed_table_free(t->table);
	free(t);
}

static uint32_t
bits_of(const struct series *s)
{
	unsigned set = 0;
	for (size_t i = 0; i < SERIES_WORDS; i++)
		set += (unsigned)__builtin_popcountll(s->members[0][i] | s->members[1][i]);
	return set;
}

static bool
is_over(const struct series_table *t, const struct series *s, int64_t time_ns)
{
	int64_t silent = time_ns - s->last_ns;
	return silent > 2 * t->half_ns && (s->told == 0 || time_ns - s->told_ns > t->repeat_ns);
}

/* Moves the window so that time_ns is in its current half. */
static void
slide(const struct series_table *t, struct series *s, int64_t time_ns)
{
	if (is_over(t, s, time_ns)) {
		*s = (struct series){.half_ns = time_ns};
		return;
	}
	if (s->told != 0 || time_ns < s->half_ns + t->half_ns)
		return;
	bool near = time_ns < s->half_ns + 2 * t->half_ns;
	s->count[1] = near ? s->count[0] : 0;
	s->first_ns[1] = near ? s->first_ns[0] : 0;
	s->count[0] = 0;
	s->first_ns[0] = 0;
	memcpy(s->members[1], s->members[0], sizeof(s->members[1]));
	memset(s->members[0], 0, sizeof(s->members[0]));
	if (!near)
		memset(s->members[1], 0, sizeof(s->members[1]));
	s->half_ns += near ? t->half_ns : (time_ns - s->half_ns) / t->half_ns * t->half_ns;
	s->member_bits = bits_of(s);
	if (s->count[1] == 0) {
		s->port_count = s->host_count = 0;
		memset(s->extra, 0, sizeof(s->extra));
	}
}

struct series *
series_note(struct series_table *t, const struct series_key *key, const struct observation *o, int64_t time_ns,
    uint64_t amount, struct bytes member)
{
	bool is_new;
	struct series *s = keyed_table_get(t->table, key, &is_new);
	if (is_new) {
		s->half_ns = s->last_ns = time_ns;
		s->vlan = o->vlan;
		s->ip_proto = o->ip_proto;
	}
	slide(t, s, time_ns);
	s->vlan = o->vlan;
	s->ip_proto = o->ip_proto;
	s->source_port = o->src_port;
	size_t half = s->told == 0 && time_ns < s->half_ns ? 1 : 0;
	if (half == 1 && time_ns < s->half_ns - t->half_ns)
		return s; /* of before the window */
	s->count[half] += amount;
	if (s->first_ns[half] == 0 || time_ns < s->first_ns[half])
		s->first_ns[half] = time_ns;
	if (time_ns > s->last_ns)
		s->last_ns = time_ns;
	if (o->number != 0)
		s->number = o->number;
	if (member.len > 0) {
		uint64_t h = hash_bytes(member, member_key) >> 32;
		size_t word = h / 64 % SERIES_WORDS;
		uint64_t bit = UINT64_C(1) << (h % 64);
		s->member_bits += ((s->members[0][word] | s->members[1][word]) & bit) == 0;
		s->members[half][word] |= bit;
	}
	return s;
}

struct series *
series_find(struct series_table *t, const struct series_key *key, int64_t time_ns)
{
	struct series *s = keyed_table_find(t->table, key);
	return s == NULL || is_over(t, s, time_ns) ? NULL : s;
}

void
series_forget(struct series_table *t, const struct series_key *key)
{
	keyed_table_remove(t->table, key);
}

uint64_t
series_count(const struct series *s)
{
	return s->count[0] + s->count[1];
}

uint64_t
series_distinct(const struct series *s)
{
	uint64_t count = series_count(s);
	if (s->member_bits >= BITS_FULL)
		return count > BITS ? count : BITS;
	uint64_t estimate = (uint64_t)(-(double)BITS * log(1.0 - (double)s->member_bits / BITS) + 0.5);
	return estimate < count || count == 0 ? estimate : count;
}

int64_t
series_first(const struct series *s)
{
	return s->first_ns[1] != 0 && (s->first_ns[0] == 0 || s->first_ns[1] < s->first_ns[0]) ? s->first_ns[1]
	                                                                                       : s->first_ns[0];
}

static uint64_t
measure(const struct series_table *t, const struct series *s)
{
	return t->options.measure == SERIES_DISTINCT ? series_distinct(s) : series_count(s);
}

bool
series_enough(const struct series_table *t, const struct series *s)
{
	if (t->options.measure == SERIES_COUNT)
		return series_count(s) >= t->threshold;
	return s->member_bits >= t->threshold_bits;
}

void
series_say(struct series_table *t, const struct series_key *key, struct series *s, const struct alert_out *out)
{
	struct observation o = {.src = key->source,
	    .dst = key->target,
	    .dst_port = key->port,
	    .ip_proto = s->ip_proto,
	    .vlan = s->vlan,
	    .number = s->number,
	    .time_ns = s->last_ns};
	struct alert alert;
	detector_alert(&alert, t->options.detector, &o);
	alert.first_ns = series_first(s);
	alert.count = series_count(s);
	if (t->options.dress != NULL)
		t->options.dress(key, s, &alert);
	s->told = measure(t, s);
	s->told_ns = s->last_ns;
	t->something_told = true;
	out->say(out->context, &alert);
}

bool
series_tell(struct series_table *t, const struct series_key *key, struct series *s, const struct alert_out *out)
{
	if (s->told == 0 ? !series_enough(t, s) : s->last_ns - s->told_ns < t->repeat_ns)
		return false;
	series_say(t, key, s, out);
	return true;
}

void
series_detector_stop(void *state)
{
	series_table_free(*(struct series_table **)state);
}

void
series_detector_tick(void *state, int64_t now_ns, const struct alert_out *out)
{
	struct series_table *t = *(struct series_table **)state;
	(void)now_ns;
	if (!t->something_told)
		return;
	t->something_told = false;
	uint32_t at = KEYED_TABLE_START;
	const void *key;
	for (struct series *s; (s = keyed_table_next(t->table, &at, &key)) != NULL;) {
		if (s->told == 0)
			continue;
		t->something_told = true;
		if (measure(t, s) >= GROWTH * s->told)
			series_say(t, key, s, out);
	}
}

void
series_keep_port(struct series *s, uint16_t port)
{
	if (s->port_count == SERIES_PORTS)
		return;
	for (size_t i = 0; i < s->port_count; i++)
		if (s->ports[i] == port)
			return;
	s->ports[s->port_count++] = port;
}

void
series_keep_host(struct series *s, const struct addr *host)
{
	if (s->host_count == SERIES_HOSTS)
		return;
	for (size_t i = 0; i < s->host_count; i++)
		if (addr_eq(&s->hosts[i], host))
			return;
	s->hosts[s->host_count++] = *host;
}

void
series_fact_ports(const struct series *s, const char *name_cstr, struct alert *alert)
{
	char text[SERIES_PORTS * 8];
	size_t n = 0;
	for (size_t i = 0; i < s->port_count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%u", i == 0 ? "" : ", ", s->ports[i]);
	alert_fact_text(alert, name_cstr, (struct bytes){(const uint8_t *)text, n});
}

void
series_fact_hosts(const struct series *s, const char *name_cstr, struct alert *alert)
{
	char text[SERIES_HOSTS * (ADDR_TEXT_MAX + 2)], address[ADDR_TEXT_MAX];
	size_t n = 0;
	for (size_t i = 0; i < s->host_count; i++) {
		addr_write(&s->hosts[i], address);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s", i == 0 ? "" : ", ", address);
	}
	alert_fact_text(alert, name_cstr, (struct bytes){(const uint8_t *)text, n});
}

void
series_fact_rate(const struct series *s, const char *name_cstr, struct alert *alert)
{
	int64_t duration_ns = s->last_ns - series_first(s);
	if (duration_ns < second_ns)
		duration_ns = second_ns;
	double rate = (double)series_count(s) * 60.0 * (double)second_ns / (double)duration_ns;
	alert_fact_u64(alert, name_cstr, rate < 1.0 ? 1 : (uint64_t)rate);
}
