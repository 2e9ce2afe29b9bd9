/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The line of a small organisation, between two tun cards: delay and jitter by far end, loss, and a narrow uplink.
 *
 *     link INSIDE OUTSIDE SEED UP_KBIT DOWN_KBIT
 *
 * The kernel of a recorder may lack netem. Datagrams of one far end keep their order; a full queue drops its tail, as a
 * modem does. Ends with its parent.
 */
#define _GNU_SOURCE /* ppoll */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <math.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { FRAME = 2048, ROOM = 16384, FARS = 4096 };

struct waiting {
	uint64_t due_ns;
	size_t len;
	int to;
	unsigned char bytes[FRAME];
};

static struct waiting *heap[ROOM + 1];
static size_t waiting;
static uint64_t seed, dice, last_due[2][FARS], free_ns[2];

static uint64_t
now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t
mixed(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static double
share(uint64_t x)
{
	return (double)(mixed(x) >> 11) / 9007199254740992.0;
}

static void
push(struct waiting *w)
{
	size_t i = ++waiting;
	for (; i > 1 && heap[i / 2]->due_ns > w->due_ns; i /= 2)
		heap[i] = heap[i / 2];
	heap[i] = w;
}

static struct waiting *
pop(void)
{
	struct waiting *first = heap[1], *last = heap[waiting--];
	size_t i = 1;
	for (size_t child; (child = 2 * i) <= waiting; i = child) {
		if (child < waiting && heap[child + 1]->due_ns < heap[child]->due_ns)
			child++;
		if (heap[child]->due_ns >= last->due_ns)
			break;
		heap[i] = heap[child];
	}
	heap[i] = last;
	return first;
}

static int
card(const char *name)
{
	struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &r) < 0) {
		perror(name);
		exit(1);
	}
	return fd;
}

/* When a datagram that comes now leaves at the other end; 0: lost. */
static uint64_t
due(int way, const unsigned char *ip, size_t len, double kbit)
{
	uint32_t far;
	memcpy(&far, ip + (way == 0 ? 16 : 12), 4);
	uint64_t now = now_ns(), of = mixed(seed ^ far), *last = &last_due[way][of % FARS];
	double base_ms = 2.5 * exp(3.4 * share(of + 1)); /* 2.5 to 75 ms one way */
	double loss = 0.002 * share(of + 2) * share(of + 2);
	double jitter_ms = -log(1.0 - share(++dice)) * base_ms * 0.06;
	uint64_t start = free_ns[way] > now ? free_ns[way] : now;
	if (start - now > 250000000u || share(++dice) < loss)
		return 0;
	free_ns[way] = start + (uint64_t)((double)len * 8e6 / kbit);
	uint64_t at = free_ns[way] + (uint64_t)((base_ms + jitter_ms) * 1e6);
	*last = at > *last ? at : *last + 1;
	return *last;
}

int
main(int argc, char **argv)
{
	if (argc != 6)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	struct pollfd cards[2] = {{card(argv[1]), POLLIN, 0}, {card(argv[2]), POLLIN, 0}};
	double kbit[2] = {atof(argv[4]), atof(argv[5])};
	seed = dice = mixed(strtoull(argv[3], NULL, 10) + 1);
	puts("ready");
	fflush(stdout);
	for (struct waiting *spare = NULL;;) {
		uint64_t now = now_ns();
		while (waiting > 0 && heap[1]->due_ns <= now) {
			struct waiting *w = pop();
			if (write(cards[w->to].fd, w->bytes, w->len) < 0) {
				/* the card is down: as lost on the way */
			}
			free(spare);
			spare = w;
		}
		struct timespec wait = {3600, 0};
		if (waiting > 0) {
			uint64_t left = heap[1]->due_ns - now;
			wait = (struct timespec){(time_t)(left / 1000000000u), (long)(left % 1000000000u)};
		}
		if (ppoll(cards, 2, &wait, NULL) <= 0)
			continue;
		for (int way = 0; way < 2; way++) {
			for (int burst = 0; burst < 64; burst++) {
				if (spare == NULL && (spare = malloc(sizeof(*spare))) == NULL)
					return 1;
				ssize_t n = read(cards[way].fd, spare->bytes, FRAME);
				if (n < 0)
					break;
				if (n < 20 || spare->bytes[0] >> 4 != 4 || waiting == ROOM)
					continue;
				spare->due_ns = due(way, spare->bytes, (size_t)n, kbit[way]);
				if (spare->due_ns == 0)
					continue;
				spare->len = (size_t)n;
				spare->to = 1 - way;
				push(spare);
				spare = NULL;
			}
		}
	}
}
