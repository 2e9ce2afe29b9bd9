/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* generate - write a capture for the benchmark.
 *
 * usage: generate --profile small|large|mixed --out FILE [--bytes N] [--flows N] [--seed N] [--duration S] [--start S] [--report]
 *
 * small: packets of 86 bytes and flows of 3.6 packets on average: DNS (37 % of the flows outside the
 *        floods), SYN scans (24 %), one-request HTTP (22 %), unanswered UDP, TLS hello and reset, NTP, ping;
 *        four floods (SYN, UDP, SYN, ping) of a fortieth of the time each.
 * large: packets of 625 bytes on average: DNS (34 % of the flows), TLS 1.3 and 1.2 with real-looking hellos and
 *        certificates (32 %), HTTP/1.1 with keep-alive (15 %), SMB 3, SMTP, SSH, DHCP, NTP, ARP, ping,
 *        services that are down, downloads of megabytes; 0.15 % of the segments sent twice, 0.15 % swapped.
 * mixed: both kinds of flow in the proportion that gives --bytes with --flows.
 *
 * Flows overlap; packets are in the order of time; every IP, TCP, UDP and ICMP checksum is right. The same
 * options give the same bytes. --bytes (1M, 2G) ends the capture there, with --flows it is an aim instead.
 * --out - is standard output. Prints on standard error: packets, flows, file bytes, packet bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mix.h"
#include "net.h"

enum profile { PROFILE_SMALL, PROFILE_LARGE, PROFILE_MIXED };

struct options {
	enum profile profile;
	uint64_t bytes;
	uint64_t flows;
	uint64_t seed;
	double duration_s;
	uint64_t start_s;
	const char *out;
	bool report;
};

struct due {
	uint64_t when_us;
	struct flow *flow;
};

/* All flows that are under way, the one with the earliest packet first. */
struct agenda {
	struct due *due;
	size_t count, room;
	struct flow **idle;
	size_t idle_count;
};

static void *
must(void *memory)
{
	if (memory == NULL) {
		fputs("generate: not enough memory\n", stderr);
		exit(1);
	}
	return memory;
}

static void
agenda_up(struct agenda *a, size_t i)
{
	struct due moving = a->due[i];
	while (i > 0 && a->due[(i - 1) / 2].when_us > moving.when_us) {
		a->due[i] = a->due[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	a->due[i] = moving;
}

static void
agenda_down(struct agenda *a, size_t i)
{
	struct due moving = a->due[i];
	for (size_t child = 2 * i + 1; child < a->count; child = 2 * i + 1) {
		if (child + 1 < a->count && a->due[child + 1].when_us < a->due[child].when_us)
			child++;
		if (a->due[child].when_us >= moving.when_us)
			break;
		a->due[i] = a->due[child];
		i = child;
	}
	a->due[i] = moving;
}

static struct flow *
agenda_new_flow(struct agenda *a)
{
	if (a->count + a->idle_count == a->room) {
		a->room = a->room > 0 ? a->room * 2 : 1024;
		a->due = must(realloc(a->due, a->room * sizeof(*a->due)));
		a->idle = must(realloc(a->idle, a->room * sizeof(struct flow *)));
	}
	if (a->idle_count > 0)
		return a->idle[--a->idle_count];
	struct flow *f = must(malloc(sizeof(*f)));
	f->head = must(malloc(sizeof(*f->head)));
	return f;
}

static void
agenda_add(struct agenda *a, struct flow *f)
{
	a->due[a->count] = (struct due){f->when_us, f};
	agenda_up(a, a->count++);
}

static void
agenda_drop_first(struct agenda *a)
{
	a->idle[a->idle_count++] = a->due[0].flow;
	a->due[0] = a->due[--a->count];
	if (a->count > 0)
		agenda_down(a, 0);
}

/* What is common to all kinds; the kind then says who talks to whom. */
static void
flow_begin(struct world *w, struct flow *f, const struct mix *mix, struct share *share, uint64_t when_us)
{
	struct noise *n = &w->noise;
	struct paper *head = f->head;
	head->len = 0;
	*f = (struct flow){.when_us = when_us, .kind = share->kind, .count = &share->count, .head = head, .id = w->flows++};
	f->rtt_us = noise_tail(n, 800, 14000, 250000);
	f->gap_us = noise_tail(n, 12, 60, 1500);
	f->v6 = noise_chance(n, mix->v6_per_ten_thousand);
	f->timestamps = noise_chance(n, 4500);
	for (int i = 0; i < 2; i++) {
		f->end[i].seq = noise_u32(n);
		f->end[i].ip_id = (uint16_t)noise_u32(n);
		f->end[i].window = (uint16_t)noise_between(n, 501, 1026);
		f->end[i].clock_ms = noise_u32(n);
	}
	share->kind->start(w, f);
	if (f->clean)
		f->v6 = false;
	f->mss = (uint16_t)(1460 - (f->v6 ? 20 : 0) - (f->timestamps ? 12 : 0));
	share->count.flows++;
}

/* Which mix the next flow comes from, so that the file ends near the size that was asked for. */
static struct mix *
choose_mix(struct world *w, const struct options *o)
{
	if (o->profile != PROFILE_MIXED)
		return o->profile == PROFILE_SMALL ? &mix_small : &mix_large;
	double left = o->flows > w->flows ? (double)(o->flows - w->flows) : 1;
	double wanted = ((double)o->bytes - (double)w->out.bytes) / left;
	double share = (wanted - mix_small.bytes_per_flow) / (mix_large.bytes_per_flow - mix_small.bytes_per_flow);
	return share > 0 && noise_chance(&w->noise, share >= 1 ? 10000 : (uint32_t)(share * 10000)) ? &mix_large
	                                                                                            : &mix_small;
}

static uint64_t
gap_us(const struct world *w, const struct options *o, uint64_t now_us)
{
	if (o->flows > 0)
		return (uint64_t)(o->duration_s * 1e6 / (double)o->flows * 1024);
	/* aim at the wanted size at the wanted end, whatever the long tail gave so far */
	double mean = o->profile == PROFILE_SMALL ? mix_small.bytes_per_flow : mix_large.bytes_per_flow;
	double left_s = ((double)w->end_us - (double)now_us) / 1e6, left = (double)o->bytes - (double)w->out.bytes;
	if (left_s < o->duration_s / 100)
		left_s = o->duration_s / 100;
	if (left < (double)o->bytes / 100)
		left = (double)o->bytes / 100;
	return (uint64_t)(left_s * 1e6 * mean / left * 1024);
}

static int
run(struct world *w, const struct options *o)
{
	struct agenda agenda = {0};
	uint64_t next_1024 = w->start_us << 10; /* when the next flow starts, in 1/1024 microseconds */
	while (w->error == 0) {
		bool full = o->flows > 0 ? w->flows >= o->flows : w->out.bytes >= o->bytes;
		if (full && (o->flows == 0 || agenda.count == 0))
			break;
		uint64_t next = next_1024 >> 10;
		if (!full && (agenda.count == 0 || next <= agenda.due[0].when_us)) {
			struct mix *mix = choose_mix(w, o);
			struct share *share = mix_draw(mix, &w->noise, next - w->start_us, w->end_us - w->start_us);
			struct flow *f = agenda_new_flow(&agenda);
			flow_begin(w, f, mix, share, next);
			agenda_add(&agenda, f);
			next_1024 += gap_us(w, o, next);
			continue;
		}
		struct due *due = &agenda.due[0];
		if (flow_step(w, due->flow)) {
			due->when_us = due->flow->when_us;
			agenda_down(&agenda, 0);
		} else {
			agenda_drop_first(&agenda);
		}
	}
	while (agenda.count > 0)
		agenda_drop_first(&agenda);
	while (agenda.idle_count > 0) {
		free(agenda.idle[--agenda.idle_count]->head);
		free(agenda.idle[agenda.idle_count]);
	}
	free(agenda.due);
	free(agenda.idle);
	return w->error;
}

static void
report(const struct mix *mix)
{
	for (size_t i = 0; i < mix->share_count + (mix->floods != NULL ? 4 : 0); i++) {
		const struct share *s = i < mix->share_count ? &mix->shares[i] : &mix->floods[i - mix->share_count];
		if (s->count.flows > 0)
			fprintf(stderr, "%-26s %9llu flows %10llu packets %12llu bytes\n", s->kind->name,
			    (unsigned long long)s->count.flows, (unsigned long long)s->count.packets,
			    (unsigned long long)s->count.bytes);
	}
}

static bool
number(const char *text_cstr, uint64_t *out)
{
	char *end;
	errno = 0;
	uint64_t value = strtoull(text_cstr, &end, 10);
	unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
	if (errno != 0 || end == text_cstr || end[shift > 0 ? 1 : 0] != '\0' || value > UINT64_MAX >> shift)
		return false;
	*out = value << shift;
	return true;
}

static int
usage(void)
{
	fputs(
	    "usage: generate --profile small|large|mixed --out FILE|- [--bytes N] [--flows N] [--seed N] [--duration S] [--start S] [--report]\n",
	    stderr);
	return 2;
}

static bool
parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {{"profile", 1, NULL, 'p'}, {"bytes", 1, NULL, 'b'}, {"flows", 1, NULL, 'f'},
	    {"seed", 1, NULL, 's'}, {"duration", 1, NULL, 'd'}, {"start", 1, NULL, 't'}, {"out", 1, NULL, 'o'},
	    {"report", 0, NULL, 'r'}, {0}};
	uint64_t duration = 0;
	int choice;
	bool good = true;
	while (good && (choice = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (choice) {
		case 'p':
			good = !strcmp(optarg, "small") || !strcmp(optarg, "large") || !strcmp(optarg, "mixed");
			o->profile = optarg[0] == 's' ? PROFILE_SMALL : optarg[0] == 'l' ? PROFILE_LARGE : PROFILE_MIXED;
			break;
		case 'b': good = number(optarg, &o->bytes); break;
		case 'f': good = number(optarg, &o->flows); break;
		case 's': good = number(optarg, &o->seed); break;
		case 'd': good = number(optarg, &duration) && duration > 0; break;
		case 't': good = number(optarg, &o->start_s); break;
		case 'o': o->out = optarg; break;
		case 'r': o->report = true; break;
		default: good = false;
		}
	}
	if (!good || o->out == NULL || optind != argc)
		return false;
	if (o->bytes == 0)
		o->bytes = o->profile == PROFILE_SMALL ? 537000000 : o->profile == PROFILE_LARGE ? 962000000 : 2000000000;
	if (o->flows == 0 && o->profile == PROFILE_MIXED)
		o->flows = o->bytes / 2000;
	o->duration_s = duration > 0 ? (double)duration : o->profile == PROFILE_LARGE ? 327 : 300;
	return true;
}

int
main(int argc, char **argv)
{
	struct options o = {.seed = 1, .start_s = 1700000000};
	if (!parse_options(argc, argv, &o))
		return usage();
	int fd = !strcmp(o.out, "-") ? STDOUT_FILENO : open(o.out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0) {
		fprintf(stderr, "generate: %s: %s\n", o.out, strerror(errno));
		return 1;
	}
	static struct world w;
	w.noise.state = o.seed * 0x9e3779b97f4a7c15u;
	w.start_us = o.start_s * 1000000;
	w.end_us = w.start_us + (uint64_t)(o.duration_s * 1e6);
	w.next_port = must(calloc(NET_CLIENTS, sizeof(*w.next_port)));
	for (size_t i = 0; i < NET_CLIENTS; i++)
		w.next_port[i] = (uint16_t)noise_below(&w.noise, 28000);
	flow_blocks(&w);
	int r = pcap_out_init(&w.out, fd);
	if (r == 0)
		r = run(&w, &o);
	int done = pcap_out_done(&w.out);
	r = r < 0 ? r : done;
	if (r == 0 && close(fd) != 0)
		r = -errno;
	if (r < 0) {
		fprintf(stderr, "generate: %s: %s\n", o.out, strerror(-r));
		return 1;
	}
	for (size_t i = 0; i < 3; i++)
		free(w.blocks[i]);
	free(w.next_port);
	if (o.report) {
		report(&mix_small);
		report(&mix_large);
	}
	fprintf(stderr, "packets %llu flows %u file_bytes %llu packet_bytes %llu\n", (unsigned long long)w.out.packets,
	    w.flows, (unsigned long long)w.out.bytes, (unsigned long long)w.out.packet_bytes);
	return 0;
}
