/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/inspect - the whole sensor of one worker: a script of Ethernet frames on a virtual clock.
 *
 *	[setup 1] then frames: [how 1][length 2][bytes]
 *
 * setup: 1 checksums on, 2 memory for 64 flows, 4 features, 8 community id, 16 few observations kept, 0xe0 the overlap policy.
 * how: 15 what the clock does, 16 the batch ends here, 32 the capture cut the frame, 64 it comes twice,
 * 128 it comes again from the other side (addresses and ports exchanged).
 *
 * The oracle: events are strict JSON lines of bounded length and as many as counted; every frame is counted; every flow
 * that began ends; observations are well formed; frames given one by one and in batches give the same events, in an
 * inspector that worked before too.
 */
#include "../json_check.h"

#include "core/cursor.h"
#include "core/ensure.h"
#include "core/hash.h"
#include "net/host_policy.h"
#include "inspect/inspector.h"

#include <sys/mman.h>
#include <unistd.h>

enum { FRAMES_MAX = 256, FRAME_MAX = 2048, EVENTS_MAX = 16 << 20, OBSERVATIONS_FEW = 4096, OBSERVATIONS_MANY = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct script_frame {
	struct frame frame;
	bool ends_batch;
};

struct script {
	struct script_frame frames[FRAMES_MAX];
	size_t count;
	uint8_t setup;
	bool twice;    /* compares with frames one by one: the short scripts and one in four */
	bool thorough; /* walks the flow table, drains second by second: longer than the rest, so one script in 32 */
};

static const int64_t clock_steps_ns[16] = {0, 1000, 1000000, 20000000, 100000000, 500000000, 1000000000, 3000000000,
    6000000000, 31000000000, 61000000000, 301000000000, 3601000000000, 86400000000000, -1000000, -5000000000};

/* The answer to a frame: MAC and IPv4 addresses and ports exchanged; the rest of it stays. */
static void
turn_round(uint8_t *f, size_t len)
{
	static const struct {
		uint8_t a, b, size;
	} pairs[] = {{0, 6, 6}, {26, 30, 4}, {34, 36, 2}};
	for (size_t i = 0; i < LENGTH_OF(pairs); i++) {
		uint8_t kept[6];
		if (len < (size_t)pairs[i].b + pairs[i].size || (i > 0 && (f[12] != 8 || f[13] != 0 || f[14] != 0x45)))
			return;
		memcpy(kept, f + pairs[i].a, pairs[i].size);
		memcpy(f + pairs[i].a, f + pairs[i].b, pairs[i].size);
		memcpy(f + pairs[i].b, kept, pairs[i].size);
	}
}

static void
add_frame(struct script *s, struct bytes bytes, int64_t now_ns, bool cut, bool turned)
{
	if (s->count == FRAMES_MAX)
		return;
	uint8_t *exact = malloc(bytes.len > 0 ? bytes.len : 1); /* the sanitizer sees the first byte past it */
	if (exact == NULL)
		abort();
	if (bytes.len > 0)
		memcpy(exact, bytes.at, bytes.len);
	if (turned)
		turn_round(exact, bytes.len);
	struct script_frame *f = &s->frames[s->count++];
	f->ends_batch = false;
	f->frame = (struct frame){.time_ns = now_ns,
	    .number = s->count,
	    .data = {exact, bytes.len},
	    .wire_len = (uint32_t)bytes.len + (cut ? 100 : 0),
	    .linktype = 1};
}

static void
read_script(struct cursor *c, struct script *s)
{
	int64_t now_ns = 1772524800000000000;
	s->count = 0;
	uint64_t hash = hash_bytes(cursor_rest(c), 0);
	s->twice = c->left < 512 || hash % 4 == 0;
	s->thorough = hash % 32 == 0;
	s->setup = cursor_u8(c);
	while (c->left > 0 && s->count < FRAMES_MAX) {
		uint8_t how = cursor_u8(c);
		size_t len = cursor_be16(c) % FRAME_MAX;
		struct bytes bytes = cursor_take(c, len < c->left ? len : c->left);
		now_ns += clock_steps_ns[how & 15];
		add_frame(s, bytes, now_ns, (how & 32) != 0, false);
		if ((how & 64) != 0)
			add_frame(s, bytes, now_ns, (how & 32) != 0, false);
		if ((how & 128) != 0)
			add_frame(s, bytes, now_ns, (how & 32) != 0, true);
		s->frames[s->count - 1].ends_batch = (how & 16) != 0;
	}
}

static void
check_text(size_t len, size_t room)
{
	ENSURE(len <= room);
}

static void
check_observation(const struct observation *o, uint64_t last_number)
{
	ENSURE(o->kind < OBSERVATION_KINDS && o->number <= last_number);
	switch ((enum observation_kind)o->kind) {
	case OBSERVATION_FLOW_UPDATE:
	case OBSERVATION_FLOW_END:
		ENSURE(
		    o->flow.state <= FLOW_STATE_REFUSED && o->flow.app < APP_COUNT && o->flow.first_ns <= o->flow.last_ns);
		ENSURE(o->flow.packets[0] + o->flow.packets[1] > 0);
		for (size_t i = 0; i < 2; i++)
			ENSURE(
			    o->flow.data_packets[i] <= o->flow.packets[i] && o->flow.payload_bytes[i] <= o->flow.bytes[i]);
		break;
	case OBSERVATION_DNS: check_text(o->dns.name_len, sizeof(o->dns.name)); break;
	case OBSERVATION_TLS:
		check_text(o->tls.name_len, sizeof(o->tls.name));
		check_text(o->tls.subject_len, sizeof(o->tls.subject));
		check_text(o->tls.issuer_len, sizeof(o->tls.issuer));
		ENSURE(o->tls.ja3[32] == '\0' && o->tls.ja4[36] == '\0');
		break;
	case OBSERVATION_HTTP:
		check_text(o->http.method_len, sizeof(o->http.method));
		check_text(o->http.host_len, sizeof(o->http.host));
		check_text(o->http.path_len, sizeof(o->http.path));
		check_text(o->http.agent_len, sizeof(o->http.agent));
		break;
	case OBSERVATION_SSH:
		check_text(o->ssh.client_len, sizeof(o->ssh.client));
		check_text(o->ssh.server_len, sizeof(o->ssh.server));
		break;
	case OBSERVATION_DHCP: check_text(o->dhcp.host_len, sizeof(o->dhcp.host)); break;
	case OBSERVATION_LOGIN:
		ENSURE(o->login.app < APP_COUNT && o->login.outcome <= LOGIN_REFUSED);
		check_text(o->login.user_len, sizeof(o->login.user));
		break;
	case OBSERVATION_RULE:
		check_text(o->rule.text_len, sizeof(o->rule.text));
		check_text(o->rule.category_len, sizeof(o->rule.category));
		break;
	case OBSERVATION_VECTOR:
		ENSURE(o->vector.moment <= FLOW_VECTOR_AT_60 && o->vector.bytes[0] + o->vector.bytes[1] > 0);
		break;
	case OBSERVATION_ARP:
	case OBSERVATION_KINDS: break;
	}
}

static void
check_observations(struct observation_buffer *seen, uint64_t last_number)
{
	size_t at = 0;
	uint64_t count = 0;
	for (const struct observation *o; (o = observation_next(seen, &at)) != NULL; count++)
		check_observation(o, last_number);
	ENSURE(count == seen->count && seen->used <= seen->size);
	seen->used = 0;
	seen->count = 0;
}

static void
check_counters(struct inspector *in, const struct script *s, const struct sink_counters *events)
{
	const struct inspect_counters *n = inspect_count(in);
	const struct flow_counters *flows = inspect_flow_count(in);
	uint64_t bytes = 0;
	for (size_t i = 0; i < s->count; i++)
		bytes += s->frames[i].frame.wire_len;
	ENSURE(n->packets == s->count && n->bytes == bytes);
	ENSURE(n->tcp + n->udp + n->icmp <= n->ipv4 + n->ipv6 && n->bad_checksums <= n->ipv4 + n->ipv6);
	ENSURE((s->setup & 1) != 0 || n->bad_checksums == 0);
	ENSURE(inspect_live_flows(in) == 0 && flows->created == flows->ended && flows->promoted <= flows->seeds_created);
	ENSURE(events->lost == 0 && events->events >= n->anomalies);
	ENSURE(in->states.used_bytes == 0);
}

/* An inspector as new: one is kept for each setup, since making one costs more than most scripts. */
static struct inspector *
new_inspector(uint8_t setup, struct sink *sink)
{
	static const char *const systems[] = {
	    "first", "last", "bsd", "bsd-right", "linux", "windows", "solaris", "old-linux"};
	static struct inspector *kept[2][2][LENGTH_OF(systems)];
	static struct host_policies hosts[LENGTH_OF(systems)];
	size_t system = setup >> 5;
	struct diag diag;
	struct inspector **in = &kept[setup & 1][(setup & 2) >> 1][system];
	struct inspect_options options = {
	    .memory_bytes = (setup & 2) != 0 ? 64 << 10 : 1 << 20,
	    .checksums = (setup & 1) != 0 ? DECODE_CHECKSUMS_ON : DECODE_CHECKSUMS_OFF,
	    .hosts = &hosts[system],
	    .stage = INSPECT_ALL,
	    .hash_key = 1,
	};
	if (*in != NULL)
		inspect_clear(*in, sink);
	else if (host_policy_default(&hosts[system], bytes_of_cstr(systems[system]), &diag) < 0 ||
	    (*in = inspect_new(&options, sink)) == NULL)
		abort();
	(*in)->options.with_features = (setup & 4) != 0;
	(*in)->options.with_community_id = (setup & 8) != 0;
	return *in;
}

/* What was cleared in the middle of its work must be as new. */
static void
leave_and_clear(const struct script *s, struct inspector *in, struct sink *sink)
{
	struct sink *nobody = sink_new(NULL);
	if (nobody == NULL)
		abort();
	inspect_clear(in, nobody);
	for (size_t i = 0; i < s->count; i++)
		inspect_frames(in, &s->frames[i].frame, 1, 0);
	inspect_clear(in, sink);
	sink_free(nobody);
}

/* Runs the script, events into fd; batches of one frame when one_by_one. */
static void
run_script(const struct script *s, int fd, bool one_by_one)
{
	static uint64_t room[OBSERVATIONS_MANY / 8];
	struct observation_buffer seen = {
	    .at = (uint8_t *)room, .size = (s->setup & 16) != 0 ? OBSERVATIONS_FEW : OBSERVATIONS_MANY};
	struct event_file *file = sink_file_new(fd);
	struct sink *sink = sink_new(file);
	if (sink == NULL)
		abort();
	struct inspector *in = new_inspector(s->setup, sink);
	if (one_by_one && s->thorough)
		leave_and_clear(s, in, sink);
	sink_observe_into(sink, &seen);
	struct frame batch[FRAMES_MAX];
	size_t in_batch = 0;
	int64_t latest_ns = INT64_MIN;
	for (size_t i = 0; i < s->count; i++) {
		const struct script_frame *f = &s->frames[i];
		batch[in_batch++] = f->frame;
		latest_ns = f->frame.time_ns > latest_ns ? f->frame.time_ns : latest_ns;
		if (one_by_one || f->ends_batch || i + 1 == s->count) {
			inspect_frames(in, batch, in_batch, 0);
			in_batch = 0;
		}
		if (f->ends_batch) {
			(void)inspect_expire(in, latest_ns, f->frame.number);
			if (s->thorough)
				flow_table_check(in->flows);
			check_observations(&seen, f->frame.number);
		}
	}
	if (s->thorough)
		flow_table_check(in->flows);
	for (uint32_t round = 0; !inspect_drain(in, s->count > 0 ? latest_ns : 0, round, s->count);
	     round += s->thorough ? 1 : 32)
		ENSURE(round < 8192);
	check_observations(&seen, s->count);
	sink_flush(sink);
	check_counters(in, s, sink_count(sink));
	off_t end = lseek(fd, 0, SEEK_CUR);
	ENSURE(end >= 0 && end < EVENTS_MAX);
	ENSURE((sink_count(sink)->events == 0) == (end == 0));
	sink_free(sink);
	sink_file_free(file);
}

static int
new_memory_file(void)
{
	int fd = memfd_create("events", MFD_CLOEXEC);
	if (fd < 0)
		abort();
	return fd;
}

/* The events of the last run; the next ones are written over them. */
static struct bytes
take_events(int fd, uint8_t *room)
{
	size_t len = (size_t)lseek(fd, 0, SEEK_CUR);
	if (pread(fd, room, len, 0) != (ssize_t)len || lseek(fd, 0, SEEK_SET) != 0)
		abort();
	return (struct bytes){room, len};
}

static void
check_events(struct bytes events)
{
	while (events.len > 0) {
		struct bytes line = bytes_first(events, bytes_find(events, '\n'));
		ENSURE(line.len < events.len && line.len < SINK_LINE_MAX);
		json_check_line(line);
		ENSURE(line.len > 15 && memcmp(line.at, "{\"timestamp\":\"2", 15) == 0);
		events = bytes_after(events, line.len + 1);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct script script;
	static int fd = -1;
	static uint8_t *rooms[2];
	if (fd < 0) {
		fd = new_memory_file();
		for (size_t i = 0; i < 2; i++)
			if ((rooms[i] = malloc(EVENTS_MAX)) == NULL)
				abort();
	}
	struct cursor c = cursor_of((struct bytes){data, size});
	read_script(&c, &script);
	run_script(&script, fd, false);
	struct bytes batched = take_events(fd, rooms[0]);
	check_events(batched);
	if (script.twice) {
		run_script(&script, fd, true);
		struct bytes single = take_events(fd, rooms[1]);
		if (!bytes_eq(batched, single)) {
			fprintf(stderr, "one by one, the events differ:\n%.*s----\n%.*s", (int)batched.len,
			    (const char *)batched.at, (int)single.len, (const char *)single.at);
			abort();
		}
	}
	for (size_t i = 0; i < script.count; i++)
		free((void *)(uintptr_t)script.frames[i].frame.data.at);
	return 0;
}
