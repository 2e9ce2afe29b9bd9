/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The flow table against a naive list that does the same in the plainest way. */
#include "test.h"

#include "net/flow/flow_table.h"

enum { MODEL_MAX = 4096, ENDED_MAX = 65536 };

struct model_flow {
	struct flow_key key;
	int64_t first_ns, last_ns;
	uint32_t packets[2];
	uint64_t bytes[2];
	bool low_opened, is_seed, answered;
};

struct ended {
	struct flow_key key;
	int64_t first_ns;
	uint32_t packets[2];
	uint64_t bytes[2];
	enum flow_end why;
	bool is_seed;
};

static struct model_flow model[MODEL_MAX];
static size_t model_count;
static struct ended ended[ENDED_MAX];
static size_t ended_count;
static uint64_t random_state;

static uint32_t
random_below(uint32_t limit)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(random_state >> 33) % limit;
}

static void
on_end(void *context, struct flow *flow, enum flow_end why)
{
	(void)context;
	assert_true(ended_count < ENDED_MAX);
	struct ended *e = &ended[ended_count++];
	*e = (struct ended){.key = flow->key, .first_ns = flow->first_ns, .why = why, .is_seed = flow->is_seed != 0};
	for (int i = 0; i < 2; i++) {
		e->packets[i] = flow->side[i].packets;
		e->bytes[i] = flow->side[i].bytes;
	}
}

static struct packet
some_packet(int64_t time_ns)
{
	struct packet p = {.time_ns = time_ns, .kind = PACKET_IP, .ip_version = 4, .has_transport = true};
	uint8_t a[4] = {10, 0, 0, (uint8_t)random_below(6)}, b[4] = {10, 0, 1, (uint8_t)random_below(6)};
	bool forward = random_below(2) == 0;
	p.src = addr_v4(forward ? a : b);
	p.dst = addr_v4(forward ? b : a);
	uint16_t client = (uint16_t)(40000 + random_below(8)), server = 80;
	p.src_port = forward ? client : server;
	p.dst_port = forward ? server : client;
	p.ip_proto = random_below(2) == 0 ? IP_PROTO_TCP : IP_PROTO_UDP;
	p.ip_len = 40 + random_below(1400);
	p.wire_len = p.ip_len + 14;
	p.tcp.flags = TCP_SYN; /* who sends the first packet opens, whatever the ports */
	return p;
}

static struct model_flow *
model_find(const struct flow_key *key)
{
	for (size_t i = 0; i < model_count; i++)
		if (memcmp(&model[i].key, key, sizeof(*key)) == 0)
			return &model[i];
	return NULL;
}

static void
model_add(const struct packet *p, const struct flow_key *key, bool from_low, bool as_seed)
{
	struct model_flow *m = model_find(key);
	if (m == NULL) {
		assert_true(model_count < MODEL_MAX);
		m = &model[model_count++];
		*m = (struct model_flow){.key = *key, .first_ns = p->time_ns, .low_opened = from_low, .is_seed = as_seed};
	} else {
		m->is_seed = false;
	}
	int side = from_low == m->low_opened ? 0 : 1;
	m->packets[side]++;
	m->bytes[side] += p->ip_len;
	m->answered = m->answered || side == 1;
	m->last_ns = p->time_ns;
}

static void
table_add(struct flow_table *t, const struct packet *p, const struct flow_key *key, bool from_low, bool as_seed)
{
	uint64_t hash = flow_table_hash(t, key);
	struct flow_place place = flow_table_find(t, key, hash);
	struct flow *flow = place.flow;
	uint32_t seq;
	if (place.found == FLOW_ABSENT && as_seed) {
		flow_table_add_seed(t, key, hash, from_low, p);
		return;
	}
	if (place.found == FLOW_ABSENT) {
		flow_table_add(t, key, hash, from_low, p);
		return;
	}
	if (place.found == FLOW_IS_SEED)
		flow = flow_table_promote(t, place.slot, hash, &seq);
	enum flow_side side = flow_side_of(flow, from_low);
	flow_add(flow, side, p);
	if (side == FLOW_ANSWERER)
		flow->flags |= FLOW_ESTABLISHED;
}

/* Every flow of the model must be among the ended ones, once, with the same counts. */
static void
same_flows(void)
{
	assert_int_equal(ended_count, model_count);
	for (size_t i = 0; i < ended_count; i++) {
		struct model_flow *m = model_find(&ended[i].key);
		assert_non_null(m);
		assert_int_equal(ended[i].is_seed, m->is_seed);
		for (int side = 0; side < 2; side++) {
			assert_int_equal(ended[i].packets[side], m->packets[side]);
			assert_int_equal(ended[i].bytes[side], m->bytes[side]);
		}
		*m = model[--model_count]; /* once only */
		model[model_count] = (struct model_flow){0};
	}
	assert_int_equal(model_count, 0);
}

static void
nothing_is_lost_or_counted_twice(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		random_state = seed;
		model_count = ended_count = 0;
		struct flow_table_options options = {.budget_bytes = 1 << 20, .hash_key = seed, .ended = on_end};
		struct flow_table *t = flow_table_new(&options);
		int64_t time_ns = INT64_C(1700000000000000000);
		for (int i = 0; i < 3000; i++) {
			struct packet p = some_packet(time_ns);
			bool from_low, as_seed = random_below(3) > 0;
			struct flow_key key = flow_key_of(&p, &from_low);
			table_add(t, &p, &key, from_low, as_seed);
			model_add(&p, &key, from_low, as_seed);
			time_ns += random_below(2000) * 1000; /* within every timeout */
			if (i % 500 == 0)
				flow_table_check(t);
		}
		assert_int_equal(flow_table_size(t), model_count);
		for (uint32_t round = 0; !flow_table_drain(t, time_ns + (int64_t)round * 1000000000, 10); round++) {
			assert_true(round < 100000);
			flow_table_check(t);
		}
		same_flows();
		assert_int_equal(flow_table_size(t), 0);
		flow_table_free(t);
	}
}

static struct packet
numbered_packet(uint32_t n, int64_t time_ns)
{
	uint8_t from[4] = {10, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}, to[4] = {10, 255, 0, 1};
	return (struct packet){.time_ns = time_ns,
	    .kind = PACKET_IP,
	    .ip_version = 4,
	    .has_transport = true,
	    .ip_proto = IP_PROTO_TCP,
	    .src = addr_v4(from),
	    .dst = addr_v4(to),
	    .src_port = 1000,
	    .dst_port = 80,
	    .ip_len = 40,
	    .wire_len = 54,
	    .tcp = {.flags = TCP_SYN}};
}

static void
a_flood_neither_grows_the_table_nor_loses_a_flow(void **state)
{
	(void)state;
	ended_count = 0;
	size_t budget = 256 * 1024;
	struct flow_table_options options = {.budget_bytes = budget, .hash_key = 1, .ended = on_end};
	struct flow_table *t = flow_table_new(&options);
	for (uint32_t n = 0; n < 30000; n++) {
		struct packet p = numbered_packet(n, INT64_C(1700000000000000000) + n);
		bool from_low;
		struct flow_key key = flow_key_of(&p, &from_low);
		table_add(t, &p, &key, from_low, n % 4 != 0);
	}
	flow_table_check(t);
	assert_true(flow_table_memory(t) <= budget);
	assert_int_equal(ended_count + flow_table_size(t), 30000);
	const struct flow_counters *n = flow_table_count(t);
	assert_true(n->evicted_seeds > 0 && n->evicted_flows > 0);
	assert_int_equal(n->evicted_seeds + n->evicted_flows, ended_count);
	flow_table_free(t);
}

static void
a_flow_ends_after_its_timeout_and_not_before(void **state)
{
	(void)state;
	struct flow_table_options options = {.budget_bytes = 1 << 20, .hash_key = 1, .ended = on_end};
	struct flow_table *t = flow_table_new(&options);
	int64_t start_ns = INT64_C(1700000000000000000), second_ns = 1000000000;
	ended_count = 0;
	struct packet p = numbered_packet(1, start_ns);
	bool from_low;
	struct flow_key key = flow_key_of(&p, &from_low);
	table_add(t, &p, &key, from_low, true);
	assert_true(flow_table_expire(t, start_ns + 29 * second_ns, 100));
	assert_int_equal(ended_count, 0);
	assert_true(flow_table_expire(t, start_ns + 33 * second_ns, 100));
	assert_int_equal(ended_count, 1);
	assert_int_equal(ended[0].why, FLOW_END_TIMEOUT);
	flow_table_free(t);
}

static void
a_jump_of_years_ends_everything_at_once(void **state)
{
	(void)state;
	struct flow_table_options options = {.budget_bytes = 1 << 20, .hash_key = 1, .ended = on_end};
	struct flow_table *t = flow_table_new(&options);
	int64_t start_ns = INT64_C(1700000000000000000);
	ended_count = 0;
	for (uint32_t n = 0; n < 200; n++) {
		struct packet p = numbered_packet(n, start_ns);
		bool from_low;
		struct flow_key key = flow_key_of(&p, &from_low);
		table_add(t, &p, &key, from_low, n % 2 == 0);
	}
	assert_true(flow_table_expire(t, start_ns + INT64_C(100000000) * 1000000000, 1000));
	assert_int_equal(ended_count, 200);
	flow_table_free(t);
}

/* Two recordings in one capture, years apart: a connection of one packet began when its packet says. */
static void
a_seed_keeps_its_time_whatever_the_clock_does(void **state)
{
	(void)state;
	static const int64_t begins_s[] = {946730124, 1692572670, 946730125, 1692572671, 946728000, 86400};
	struct flow_table_options options = {.budget_bytes = 1 << 20, .hash_key = 1, .ended = on_end};
	struct flow_table *t = flow_table_new(&options);
	ended_count = 0;
	for (uint32_t n = 0; n < LENGTH_OF(begins_s); n++) {
		struct packet p = numbered_packet(n, begins_s[n] * INT64_C(1000000000) + 123456000);
		bool from_low;
		struct flow_key key = flow_key_of(&p, &from_low);
		table_add(t, &p, &key, from_low, true);
	}
	while (!flow_table_drain(t, INT64_C(5000000000000000000), 1000))
		;
	assert_int_equal(ended_count, LENGTH_OF(begins_s));
	for (size_t i = 0; i < ended_count; i++) {
		bool found = false;
		for (uint32_t n = 0; n < LENGTH_OF(begins_s); n++) {
			struct packet p = numbered_packet(n, 0);
			bool from_low;
			struct flow_key key = flow_key_of(&p, &from_low);
			if (memcmp(&key, &ended[i].key, sizeof(key)) == 0) {
				found = true;
				assert_int_equal(ended[i].first_ns, begins_s[n] * INT64_C(1000000000) + 123456000);
			}
		}
		assert_true(found);
	}
	flow_table_free(t);
}

static void
community_ids_are_those_of_the_specification(void **state)
{
	(void)state;
	/* From the reference tests of community-id 1.0 (github.com/corelight/community-id-spec, baseline). */
	uint8_t from[4] = {128, 232, 110, 120}, to[4] = {66, 35, 250, 204};
	struct packet p = {.kind = PACKET_IP,
	    .ip_version = 4,
	    .has_transport = true,
	    .ip_proto = IP_PROTO_TCP,
	    .src = addr_v4(from),
	    .dst = addr_v4(to),
	    .src_port = 34855,
	    .dst_port = 80,
	    .ip_len = 40};
	struct flow flow;
	bool from_low;
	struct flow_key key = flow_key_of(&p, &from_low);
	flow_start(&flow, &key, from_low, &p);
	char text[FLOW_COMMUNITY_ID_SIZE];
	flow_community_id(&flow.key, 0, text);
	assert_string_equal(text, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
}

static void
sizes_and_gaps_are_measured_per_side(void **state)
{
	(void)state;
	struct packet p = numbered_packet(1, INT64_C(1000000000));
	struct flow flow;
	bool from_low;
	struct flow_key key = flow_key_of(&p, &from_low);
	flow_start(&flow, &key, from_low, &p);
	p.time_ns += 2000000;
	p.ip_len = 140;
	p.payload_wire_len = 100;
	flow_add(&flow, FLOW_OPENER, &p);
	p.time_ns += 6000000000;
	p.payload_wire_len = 60;
	flow_add(&flow, FLOW_ANSWERER, &p);
	assert_int_equal(flow.side[0].packets, 2);
	assert_int_equal(flow.side[0].size_min, 40);
	assert_int_equal(flow.side[0].size_max, 140);
	assert_int_equal(flow.side[0].gap_min_us, 2000);
	assert_int_equal(flow.side[0].gap_max_us, 2000);
	assert_int_equal(flow.first_count, 2);
	assert_int_equal(flow.first_sizes[0], 100);
	assert_int_equal(flow.first_sizes[1], -60);
	assert_int_equal(flow.first_gaps_us[1], 6000000);
	assert_int_equal(flow.idle_count, 1);
	assert_int_equal(flow_idle_max_ms(&flow), 6000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_lost_or_counted_twice),
	    cmocka_unit_test(a_flood_neither_grows_the_table_nor_loses_a_flow),
	    cmocka_unit_test(a_flow_ends_after_its_timeout_and_not_before),
	    cmocka_unit_test(a_jump_of_years_ends_everything_at_once),
	    cmocka_unit_test(a_seed_keeps_its_time_whatever_the_clock_does),
	    cmocka_unit_test(community_ids_are_those_of_the_specification),
	    cmocka_unit_test(sizes_and_gaps_are_measured_per_side),
	};
	return RUN_TESTS(tests);
}
