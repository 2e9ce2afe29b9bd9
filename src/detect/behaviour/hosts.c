/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/hosts.h"

#include "core/hash.h"
#include "detect/behaviour/keyed_table.h"

#include <math.h>
#include <stdlib.h>

enum { BITS = HOSTS_BITMAP_WORDS * 64 };
static const int64_t minute_ns = INT64_C(60000000000);
static const uint64_t bit_key = UINT64_C(0x64697374696e6374); /* fixed: alerts must not change from run to run */

enum { STRANGERS = 32768 };

struct hosts {
	struct keyed_table *table;
	struct host stranger, nobody;  /* stand for a source and a target that are not remembered */
	uint16_t strangers[STRANGERS]; /* a trace of each end of a flow that failed once: forged ones are never seen twice */
};

struct hosts *
hosts_new(size_t memory_bytes)
{
	struct hosts *h = calloc(1, sizeof(*h));
	if (h == NULL)
		return NULL;
	h->table = keyed_table_new(sizeof(struct addr), sizeof(struct host), memory_bytes);
	if (h->table == NULL) {
		free(h);
		return NULL;
	}
	return h;
}

void
hosts_free(struct hosts *h)
{
	if (h == NULL)
		return;
	keyed_table_free(h->table);
	free(h);
}

uint32_t
hosts_distinct(const uint64_t now[static HOSTS_BITMAP_WORDS], const uint64_t before[static HOSTS_BITMAP_WORDS])
{
	unsigned set = 0;
	for (size_t i = 0; i < HOSTS_BITMAP_WORDS; i++)
		set += (unsigned)__builtin_popcountll(now[i] | before[i]);
	if (set < 8)
		return set; /* collisions are unlikely, and small numbers should be themselves */
	if (set >= BITS - 1)
		return 600;
	return (uint32_t)(-(double)BITS * log(1.0 - (double)set / BITS) + 0.5);
}

static void
set_bit(uint64_t bitmap[static HOSTS_BITMAP_WORDS], uint64_t hash)
{
	uint64_t h = hash >> 32;
	bitmap[h / 64 % HOSTS_BITMAP_WORDS] |= UINT64_C(1) << (h % 64);
}

bool
hosts_flow_failed(const struct observed_flow *flow, uint8_t ip_proto)
{
	if (flow->state == FLOW_STATE_REFUSED)
		return true;
	if (flow->midstream != 0)
		return false;
	return flow->packets[1] == 0 || (ip_proto == 6 && flow->state == FLOW_STATE_NEW);
}

static void
turn(struct host *host, int64_t time_ns)
{
	int64_t minute = time_ns / minute_ns;
	if (minute <= host->minute)
		return;
	if (minute == host->minute + 1)
		host->before = host->now;
	else
		memset(&host->before, 0, sizeof(host->before));
	memset(&host->now, 0, sizeof(host->now));
	host->minute = minute;
}

/* A flood comes from a million addresses that do not exist, a scan tries as many. One failed flow is not worth
 * remembering its ends for: a second one is. */
static bool
is_stranger(struct hosts *h, const struct addr *address, uint64_t trace)
{
	uint16_t *slot = &h->strangers[trace % STRANGERS], mark = (uint16_t)(trace >> 48 | 1);
	bool known = *slot == mark || keyed_table_has(h->table, address);
	*slot = mark;
	return !known;
}

static struct host *
touch(struct hosts *h, const struct addr *address, int64_t first_ns, int64_t time_ns)
{
	bool is_new;
	struct host *host = keyed_table_get(h->table, address, &is_new);
	if (is_new) {
		host->first_ns = first_ns;
		host->minute = time_ns / minute_ns;
	}
	if (time_ns > host->last_ns)
		host->last_ns = time_ns;
	turn(host, time_ns);
	return host;
}

struct host_pair
hosts_flow(struct hosts *h, const struct observation *o)
{
	const struct observed_flow *f = &o->flow;
	bool failed = hosts_flow_failed(f, o->ip_proto);
	uint64_t src_trace = hash_16(o->src.at, bit_key), dst_trace = hash_16(o->dst.at, bit_key);
	struct host *source = &h->stranger;
	if (failed && is_stranger(h, &o->src, src_trace)) {
		memset(source, 0, sizeof(*source));
		source->first_ns = f->first_ns;
		source->last_ns = o->time_ns;
	} else {
		source = touch(h, &o->src, f->first_ns, o->time_ns);
	}
	struct host_minute *out = &source->now;
	out->flows++;
	out->bytes_out += f->bytes[0];
	out->bytes_in += f->bytes[1];
	source->flows_total++;
	set_bit(out->targets, dst_trace);
	if (failed) {
		uint8_t port[3] = {(uint8_t)(o->dst_port >> 8), (uint8_t)o->dst_port, o->ip_proto};
		out->failed++;
		set_bit(out->failed_targets, dst_trace);
		set_bit(out->failed_ports, hash_bytes((struct bytes){port, sizeof(port)}, bit_key));
	}
	/* Taking the target may make the table forget somebody, but not who was used just now. */
	struct host *target = &h->nobody;
	if (failed && is_stranger(h, &o->dst, dst_trace)) {
		memset(target, 0, sizeof(*target));
		target->first_ns = f->first_ns;
		target->last_ns = o->time_ns;
	} else {
		target = touch(h, &o->dst, f->first_ns, o->time_ns);
	}
	struct host_minute *in = &target->now;
	in->received++;
	in->received_failed += failed;
	in->bytes_in += f->bytes[0];
	in->bytes_out += f->bytes[1];
	set_bit(in->sources, src_trace);
	return (struct host_pair){source, target};
}

void
hosts_prefetch(const struct hosts *h, const struct observation *o, unsigned stage)
{
	if (stage == 0) {
		keyed_table_prefetch_bucket(h->table, &o->src);
		keyed_table_prefetch_bucket(h->table, &o->dst);
	} else {
		keyed_table_prefetch_entry(h->table, &o->src);
		keyed_table_prefetch_entry(h->table, &o->dst);
	}
}
