/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/beacon.h"

#include "core/hash.h"
#include "detect/behaviour/beacon_score.h"
#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>
#include <stdlib.h>

static const char name_cstr[] = "beacon";
static const uint64_t trace_key = UINT64_C(0x626561636f6e7321); /* fixed: alerts must not change from run to run */

enum { WAYS = 8, CACHE_LINE = 64, SECONDS_MAX = (1 << 30) - 1, CALLS_BEFORE_STATE = 3, JUDGE_EVERY = 4 };
static const int64_t centisecond_ns = 10000000, one_call_ns = 1000000000;

/* A pair that was seen: eight of them are one cache line. The one silent for longest makes room. */
struct trace {
	uint32_t pair;        /* hash, 0: free */
	uint32_t last_s : 30; /* start of the last call, seconds since the first flow */
	uint32_t calls : 2;   /* CALLS_BEFORE_STATE and more are the same */
};
_Static_assert(sizeof(struct trace) == 8, "eight in a cache line");

struct key {
	struct addr source, target;
	uint32_t port;
};

struct calls {
	int64_t base_ns, first_ns, last_ns, told_ns;
	uint64_t total;
	uint8_t count; /* of calls remembered */
	uint8_t unjudged;
	uint16_t source_port;
	bool told;
	struct beacon_call last[BEACON_SCORE_CALLS_MAX]; /* in the order of time */
};

/* Who else calls the service: bits of hashes. */
struct service {
	struct addr target;
	uint32_t port;
};

struct state {
	struct trace *traces;
	size_t sets; /* a power of two */
	int64_t begin_ns;
	struct keyed_table *pairs;    /* key -> calls */
	struct keyed_table *services; /* service -> uint64_t, a bit per caller */
	uint64_t calls_min, score_min, score_shared_min, shared_min, spread_max;
	int64_t lasting_ns, period_ns, repeat_ns;
};

static void
stop(void *state)
{
	struct state *s = state;
	keyed_table_free(s->pairs);
	keyed_table_free(s->services);
	free(s->traces);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->calls_min = tuning_u64(tuning, name_cstr, "calls");
	if (s->calls_min < 4)
		s->calls_min = 4;
	if (s->calls_min > BEACON_SCORE_CALLS_MAX)
		s->calls_min = BEACON_SCORE_CALLS_MAX;
	s->score_min = tuning_u64(tuning, name_cstr, "score");
	s->score_shared_min = tuning_u64(tuning, name_cstr, "score_shared");
	s->spread_max = tuning_u64(tuning, name_cstr, "spread");
	s->shared_min = tuning_u64(tuning, name_cstr, "shared");
	s->lasting_ns = (int64_t)tuning_u64(tuning, name_cstr, "lasting_s") * 1000000000;
	s->period_ns = (int64_t)tuning_u64(tuning, name_cstr, "period_s") * 1000000000;
	s->repeat_ns = (int64_t)tuning_u64(tuning, name_cstr, "repeat_s") * 1000000000;
	s->begin_ns = INT64_MIN;
	s->sets = 64;
	while (s->sets * 2 * WAYS * sizeof(struct trace) <= memory_bytes / 3)
		s->sets *= 2;
	s->traces = aligned_alloc(CACHE_LINE, s->sets * WAYS * sizeof(struct trace));
	s->pairs = keyed_table_new(sizeof(struct key), sizeof(struct calls), memory_bytes / 2);
	s->services = keyed_table_new(sizeof(struct service), sizeof(uint64_t), memory_bytes / 6);
	if (s->traces == NULL || s->pairs == NULL || s->services == NULL)
		return -ENOMEM;
	memset(s->traces, 0, s->sets * WAYS * sizeof(struct trace));
	return 0;
}

/* How many calls of the pair are known, this one included; 0 when it is part of the last one. */
static uint32_t
note_trace(struct state *s, const struct key *key, int64_t time_ns)
{
	uint64_t h = hash_bytes((struct bytes){(const uint8_t *)key, sizeof(*key)}, trace_key);
	struct trace *set = &s->traces[(h >> 40 & (s->sets - 1)) * WAYS], *free_one = set;
	uint32_t pair = (uint32_t)h | 1;
	int64_t since_s = (time_ns - s->begin_ns) / one_call_ns;
	uint32_t now_s = since_s < 0 ? 0 : since_s > SECONDS_MAX ? SECONDS_MAX : (uint32_t)since_s;
	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].pair == pair) {
			uint32_t last_s = set[i].last_s;
			if (now_s == last_s)
				return 0;
			set[i].last_s = (now_s > last_s ? now_s : last_s) & SECONDS_MAX;
			set[i].calls = (set[i].calls < CALLS_BEFORE_STATE ? set[i].calls + 1u : CALLS_BEFORE_STATE) & 3;
			return set[i].calls;
		}
		if (set[i].pair == 0 || (free_one->pair != 0 && set[i].last_s < free_one->last_s))
			free_one = &set[i];
	}
	*free_one = (struct trace){.pair = pair, .last_s = now_s & SECONDS_MAX, .calls = 1};
	return 1;
}

/* In its place in time: ends of flows come late. Calls within a second are one. */
static void
add_call(struct calls *calls, int64_t time_ns, uint32_t bytes)
{
	if (time_ns < calls->base_ns)
		return; /* older than all that is known of the pair */
	int64_t since = (time_ns - calls->base_ns) / centisecond_ns;
	uint32_t start_cs = since > UINT32_MAX ? UINT32_MAX : (uint32_t)since;
	size_t at = calls->count;
	while (at > 0 && calls->last[at - 1].start_cs > start_cs)
		at--;
	if ((at > 0 && start_cs - calls->last[at - 1].start_cs < 100) ||
	    (at < calls->count && calls->last[at].start_cs - start_cs < 100))
		return;
	if (calls->count == BEACON_SCORE_CALLS_MAX) {
		if (at == 0)
			return;
		memmove(&calls->last[0], &calls->last[1], (at - 1) * sizeof(calls->last[0]));
		at--;
	} else {
		memmove(&calls->last[at + 1], &calls->last[at], (calls->count - at) * sizeof(calls->last[0]));
		calls->count++;
	}
	calls->last[at] = (struct beacon_call){.start_cs = start_cs, .bytes = bytes};
	calls->total++;
	calls->unjudged++;
	if (calls->first_ns == 0 || time_ns < calls->first_ns)
		calls->first_ns = time_ns;
	if (time_ns > calls->last_ns)
		calls->last_ns = time_ns;
}

/* Callers of the service that are regular, this one included. */
static unsigned
note_sharer(struct state *s, const struct key *key)
{
	struct service service = {.target = key->target, .port = key->port};
	uint64_t *callers = keyed_table_get(s->services, &service, NULL);
	*callers |= UINT64_C(1) << (hash_bytes((struct bytes){key->source.at, sizeof(key->source.at)}, trace_key) >> 58);
	return (unsigned)__builtin_popcountll(*callers);
}

static void
tell(const struct calls *calls, const struct beacon_score *score, unsigned sharers, const struct seen *seen)
{
	const struct observation *o = seen->o;
	struct alert alert;
	detector_alert(&alert, &beacon_detector, o);
	alert.first_ns = calls->first_ns;
	alert.last_ns = calls->last_ns;
	alert.source_port = 0;
	alert.flow_id = 0;
	alert.app = o->flow.app;
	alert.count = calls->total;
	/* From the threshold to perfection, 65 to 95; a product that many machines have is less suspect. */
	alert.confidence = (uint8_t)(score->total >= 100 ? 95 : score->total < 70 ? 65 : score->total - 5);
	if (sharers > 2)
		alert.confidence = (uint8_t)(alert.confidence - 20);
	alert_fact_u64(&alert, "period", (score->period_cs + 50) / 100);
	alert_fact_u64(&alert, "jitter",
	    score->period_cs == 0 ? 0 : ((uint64_t)score->deviation_cs * 100 + score->period_cs / 2) / score->period_cs);
	alert_fact_u64(&alert, "score", score->total);
	alert_fact_u64(&alert, "bytes", score->bytes);
	alert_fact_u64(&alert, "sharers", sharers);
	seen->out->say(seen->out->context, &alert);
}

static void
judge(struct state *s, struct calls *calls, const struct key *key, const struct seen *seen)
{
	struct beacon_score score = beacon_score_of(calls->last, calls->count);
	if (score.total < s->score_min || score.spread > s->spread_max ||
	    (int64_t)score.period_cs * centisecond_ns < s->period_ns)
		return;
	unsigned sharers = note_sharer(s, key);
	if (sharers >= s->shared_min && score.total < s->score_shared_min)
		return;
	calls->told = true;
	calls->told_ns = calls->last_ns;
	tell(calls, &score, sharers, seen);
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_flow *f = &o->flow;
	/* Said and answered. */
	if (f->data_packets[0] == 0 || f->packets[1] == 0 || (o->ip_proto != 6 && o->ip_proto != 17) || f->midstream != 0)
		return;
	if (addr_is_private(&o->dst) || !addr_is_private(&o->src) || addr_is_group(&o->dst))
		return;
	if (f->app == APP_DNS || f->app == APP_NTP || f->app == APP_DHCP || f->app == APP_SSDP || f->app == APP_MDNS ||
	    f->app == APP_NBNS || f->app == APP_SNMP || f->app == APP_SIP || o->dst_port == 53 || o->dst_port == 123 ||
	    o->dst_port == 853)
		return;
	if (s->begin_ns == INT64_MIN)
		s->begin_ns = f->first_ns - INT64_C(600000000000); /* others may have begun before */
	struct key key = {.source = o->src, .target = o->dst, .port = o->dst_port};
	if (note_trace(s, &key, f->first_ns) < CALLS_BEFORE_STATE)
		return;
	bool is_new;
	struct calls *calls = keyed_table_get(s->pairs, &key, &is_new);
	if (is_new)
		calls->base_ns = f->first_ns - INT64_C(600000000000);
	/* One conversation of datagrams, cut where it was silent: it keeps a door open, it does not call. */
	if (!is_new && o->ip_proto == 17 && o->src_port == calls->source_port)
		return;
	calls->source_port = o->src_port;
	add_call(calls, f->first_ns, f->bytes[0] > UINT32_MAX ? UINT32_MAX : (uint32_t)f->bytes[0]);
	if (calls->unjudged < JUDGE_EVERY && calls->count != s->calls_min)
		return;
	if (calls->count < s->calls_min || calls->last_ns - calls->first_ns < s->lasting_ns ||
	    (calls->told && calls->last_ns - calls->told_ns < s->repeat_ns))
		return;
	calls->unjudged = 0;
	judge(s, calls, &key, seen);
}

const struct detector beacon_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000018,
    .technique_cstr = "T1071",
    .stage = STAGE_COMMAND,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_FLOW_END),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = stop,
};
