/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_live.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pcap/bpf.h>

#include "core/diag.h"
#include "core/ensure.h"
#include "net/capture/capture_filter.h"
#include "net/capture/capture_text.h"
#include "net/decode/packet.h"

enum {
	BLOCK_BYTES = 256 * 1024, /* holds the largest frame that the kernel merges, several times */
	FRAME_BYTES = 2048,       /* only its product with the number of frames counts, in version 3 */
	RETIRE_MS = 60,           /* a block that is not full is handed over after this time */
	TAG_BYTES = 4,
	MACS_BYTES = 12,
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_RAW_IP = 101,
	HATYPE_RAW_IP = 519, /* ARPHRD_RAWIP, newer than some headers */
};

struct capture_live {
	int fd;
	uint8_t *ring;
	size_t block_count, block; /* the next or held one */
	bool holds;                /* block is ours; given back by release */
	uint8_t *packet;           /* the next one in the held block */
	uint32_t packets_left;
	uint16_t linktype;
	bool is_loopback; /* shows each packet twice: going out and coming in */
	uint64_t number;
	struct capture_live_counts counts;
};

static size_t
block_count_of(size_t ring_bytes)
{
	if (ring_bytes == 0)
		ring_bytes = CAPTURE_LIVE_RING_BYTES;
	size_t count = (ring_bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
	return count < 2 ? 2 : count;
}

/* The link type of what a raw socket gives; -1 for the interfaces that want libpcap. */
static int
linktype_of(unsigned hatype)
{
	switch (hatype) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK: return LINKTYPE_ETHERNET;
	case ARPHRD_NONE:
	case ARPHRD_TUNNEL:
	case ARPHRD_SIT:
	case ARPHRD_IPGRE:
	case HATYPE_RAW_IP: return LINKTYPE_RAW_IP;
	default: return -1;
	}
}

static int
say_no_interface(const char *interface_cstr, struct diag *diag)
{
	char names_cstr[256] = "";
	struct if_nameindex *all = if_nameindex();
	for (size_t i = 0, at = 0; all != NULL && all[i].if_name != NULL && at < sizeof(names_cstr) - IF_NAMESIZE - 2;
	     i++, at = strlen(names_cstr))
		snprintf(names_cstr + at, sizeof(names_cstr) - at, "%s%s", i == 0 ? "" : ", ", all[i].if_name);
	if_freenameindex(all);
	return diag_say(diag, -ENODEV, _("there is no network interface \"%s\"; there are: %s"), interface_cstr, names_cstr);
}

static int
say_failed(int error, const char *interface_cstr, struct diag *diag)
{
	if (error == EPERM || error == EACCES)
		return diag_say(diag, -EPERM,
		    _("capturing on %s needs the capability CAP_NET_RAW: run as root, or give it once with: "
		      "setcap cap_net_raw=ep \"$(command -v beffroi)\""),
		    interface_cstr);
	if (error == ENOMEM)
		return diag_say(
		    diag, -ENOMEM, _("not enough memory for the capture ring of %s: make it smaller"), interface_cstr);
	if (error == ENETDOWN)
		return diag_say(diag, -ENETDOWN, _("the interface %s is down; start it with: ip link set %s up"),
		    interface_cstr, interface_cstr);
	return diag_say(diag, -error, _("capturing on %s failed: %s"), interface_cstr, text_error(error));
}

/* Name to index; refuses what the ring cannot do. */
static int
check_interface(int fd, const char *interface_cstr, unsigned *out_index, struct diag *diag)
{
	struct ifreq request = {0};
	*out_index = 0;
	if (strcmp(interface_cstr, "any") == 0)
		return diag_say(diag, -EPROTONOSUPPORT, _("all interfaces at once cannot be read without copying"));
	if (strlen(interface_cstr) < sizeof(request.ifr_name))
		*out_index = if_nametoindex(interface_cstr);
	if (*out_index == 0)
		return say_no_interface(interface_cstr, diag);
	memcpy(request.ifr_name, interface_cstr, strlen(interface_cstr) + 1);
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return say_failed(errno, interface_cstr, diag);
	if ((request.ifr_flags & IFF_UP) == 0)
		return say_failed(ENETDOWN, interface_cstr, diag);
	if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
		return say_failed(errno, interface_cstr, diag);
	if (linktype_of(request.ifr_hwaddr.sa_family) < 0)
		return diag_say(diag, -EPROTONOSUPPORT,
		    _("the interface %s is of a kind (%u) that cannot be read without copying"), interface_cstr,
		    request.ifr_hwaddr.sa_family);
	return linktype_of(request.ifr_hwaddr.sa_family);
}

static int
attach_filter(int fd, const struct capture_filter *filter, uint16_t linktype)
{
	enum { INSTRUCTIONS_MAX = 4096 };
	static struct sock_filter program[INSTRUCTIONS_MAX]; /* at start, by one thread */
	size_t count = 0;
	const struct bpf_insn *from = capture_filter_program(filter, linktype, &count);
	if (from == NULL || count > INSTRUCTIONS_MAX)
		return -1;
	for (size_t i = 0; i < count; i++)
		program[i] = (struct sock_filter){.code = from[i].code, .jt = from[i].jt, .jf = from[i].jf, .k = from[i].k};
	struct sock_fprog all = {.len = (unsigned short)count, .filter = program};
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &all, sizeof(all));
}

/* Room in front of each frame, so that a VLAN tag can be put back without moving the frame. */
static int
make_ring(int fd, size_t ring_bytes)
{
	int version = TPACKET_V3;
	unsigned reserve = TAG_BYTES;
	unsigned blocks = (unsigned)block_count_of(ring_bytes);
	struct tpacket_req3 ring = {
	    .tp_block_size = BLOCK_BYTES,
	    .tp_block_nr = blocks,
	    .tp_frame_size = FRAME_BYTES,
	    .tp_frame_nr = blocks * (BLOCK_BYTES / FRAME_BYTES),
	    .tp_retire_blk_tov = RETIRE_MS,
	};
	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_RESERVE, &reserve, sizeof(reserve)) < 0)
		return -1;
	return setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring));
}

/* Nothing arrives before the last step: no frame gets past the filter. */
static int
set_up(int fd, const struct capture_live_options *options, unsigned index, uint16_t linktype)
{
	const struct capture_filter *filter = options->filter;
	if (filter != NULL && !capture_filter_sees_tags(filter) && attach_filter(fd, filter, linktype) < 0)
		return -1;
	if (make_ring(fd, options->ring_bytes) < 0)
		return -1;
	struct packet_mreq promiscuous = {.mr_ifindex = (int)index, .mr_type = PACKET_MR_PROMISC};
	if (options->mode == CAPTURE_LIVE_PROMISCUOUS &&
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof(promiscuous)) < 0)
		return -1;
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)index};
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	/* whole packets to one worker: fragments carry no ports to share them out by */
	uint32_t fanout = (uint32_t)options->group | (uint32_t)(PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG) << 16;
	return options->workers > 1 ? setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &fanout, sizeof(fanout)) : 0;
}

int
capture_live_socket(int *out_fd, const struct capture_live_options *options, struct diag *diag)
{
	/* protocol 0: nothing arrives before bind() */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return say_failed(errno, options->interface_cstr, diag);
	unsigned index = 0;
	int linktype = check_interface(fd, options->interface_cstr, &index, diag);
	if (linktype >= 0 && options->filter != NULL) {
		size_t count;
		if (capture_filter_program(options->filter, (uint16_t)linktype, &count) == NULL)
			linktype = diag_say(diag, -EINVAL, _("the capture filter has no meaning on the interface %s"),
			    options->interface_cstr);
	}
	if (linktype < 0) {
		close(fd);
		return linktype;
	}
	if (set_up(fd, options, index, (uint16_t)linktype) < 0) {
		int r = say_failed(errno, options->interface_cstr, diag);
		close(fd);
		return r;
	}
	*out_fd = fd;
	return 0;
}

int
capture_live_map(struct capture_live **out, int fd, size_t ring_bytes, struct diag *diag)
{
	struct sockaddr_ll address = {0};
	socklen_t address_bytes = sizeof(address);
	if (getsockname(fd, (struct sockaddr *)&address, &address_bytes) < 0 || address.sll_family != AF_PACKET ||
	    linktype_of(address.sll_hatype) < 0)
		return diag_say(diag, -EINVAL, _("this descriptor is not a capture socket"));
	struct capture_live *live = calloc(1, sizeof(*live));
	if (live == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory to capture"));
	live->fd = fd;
	live->block_count = block_count_of(ring_bytes);
	live->linktype = (uint16_t)linktype_of(address.sll_hatype);
	live->is_loopback = address.sll_hatype == ARPHRD_LOOPBACK;
	void *ring = mmap(NULL, live->block_count * BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ring == MAP_FAILED) {
		int error = errno;
		free(live);
		return diag_say(diag, -error, _("the capture ring cannot be mapped: %s"), text_error(error));
	}
	live->ring = ring;
	*out = live;
	return 0;
}

void
capture_live_free(struct capture_live *live)
{
	if (live == NULL)
		return;
	munmap(live->ring, live->block_count * BLOCK_BYTES);
	free(live);
}

static struct tpacket_hdr_v1 *
block_header(const struct capture_live *live)
{
	void *at = live->ring + live->block * BLOCK_BYTES;
	return &((struct tpacket_block_desc *)at)->hdr.bh1;
}

void
capture_live_release(struct capture_live *live)
{
	if (!live->holds || live->packets_left > 0)
		return;
	__atomic_store_n(&block_header(live)->block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	live->holds = false;
	live->block = (live->block + 1) % live->block_count;
}

/* The outer tag travels beside the frame; back to its place between the addresses and the type. */
static uint8_t *
put_tag_back(uint8_t *data, const struct tpacket3_hdr *header)
{
	uint8_t *moved = data - TAG_BYTES;
	unsigned tpid = header->tp_status & TP_STATUS_VLAN_TPID_VALID ? header->hv1.tp_vlan_tpid : ETH_P_8021Q;
	unsigned tci = header->hv1.tp_vlan_tci;
	memmove(moved, data, MACS_BYTES);
	const uint8_t tag[TAG_BYTES] = {(uint8_t)(tpid >> 8), (uint8_t)tpid, (uint8_t)(tci >> 8), (uint8_t)tci};
	memcpy(moved + MACS_BYTES, tag, TAG_BYTES);
	return moved;
}

/* The packet at live->packet, or false for the copies that loopback makes. */
static bool
take_packet(struct capture_live *live, struct frame *out)
{
	const struct tpacket3_hdr *header = (const void *)live->packet;
	const struct sockaddr_ll *from = (const void *)(live->packet + (size_t)TPACKET_ALIGN((int)sizeof(*header)));
	const uint8_t *end = live->ring + (live->block + 1) * BLOCK_BYTES;
	uint8_t *data = live->packet + header->tp_mac;
	/* the kernel writes these; a ring of another size than it was made with shows here */
	ENSURE(data <= end && header->tp_snaplen <= (size_t)(end - data));
	if (live->is_loopback && from->sll_pkttype == PACKET_OUTGOING)
		return false;
	struct bytes bytes = {data, header->tp_snaplen};
	uint32_t wire_len = header->tp_len;
	if (UNLIKELY(header->tp_status & TP_STATUS_VLAN_VALID) && live->linktype == LINKTYPE_ETHERNET &&
	    bytes.len >= MACS_BYTES) {
		bytes = (struct bytes){put_tag_back(data, header), bytes.len + TAG_BYTES};
		wire_len += TAG_BYTES;
	}
	*out = (struct frame){
	    .time_ns = (int64_t)header->tp_sec * 1000000000 + header->tp_nsec,
	    .number = ++live->number,
	    .data = bytes,
	    .wire_len = wire_len > bytes.len ? wire_len : (uint32_t)bytes.len,
	    .linktype = live->linktype,
	};
	return true;
}

static size_t
take_packets(struct capture_live *live, struct frame *frames, size_t frames_max)
{
	size_t count = 0;
	while (count < frames_max && live->packets_left > 0) {
		const struct tpacket3_hdr *header = (const void *)live->packet;
		ENSURE(live->packet + sizeof(*header) <= live->ring + (live->block + 1) * BLOCK_BYTES);
		count += take_packet(live, &frames[count]);
		live->packets_left--;
		live->packet += header->tp_next_offset;
	}
	live->counts.frames += count;
	return count;
}

static bool
block_ready(const struct capture_live *live)
{
	return (__atomic_load_n(&block_header(live)->block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) != 0;
}

/* Waits for the next block. 0 also when it is not there in time. */
static int
wait_for_block(struct capture_live *live, int timeout_ms, struct diag *diag)
{
	struct pollfd ready = {.fd = live->fd, .events = POLLIN};
	int r = poll(&ready, 1, timeout_ms);
	if (r < 0 && errno != EINTR)
		return diag_say(diag, -errno, _("waiting for frames failed: %s"), text_error(errno));
	if (r > 0 && (ready.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0 && !block_ready(live)) {
		int error = 0;
		socklen_t error_bytes = sizeof(error);
		(void)getsockopt(live->fd, SOL_SOCKET, SO_ERROR, &error, &error_bytes);
		return diag_say(diag, error == 0 ? -ENETDOWN : -error, _("the interface went down: no frames come from it"));
	}
	return 0;
}

int
capture_live_next(struct capture_live *live, struct frame *frames, size_t frames_max, int timeout_ms, struct diag *diag)
{
	capture_live_release(live);
	if (live->packets_left == 0 && !block_ready(live)) {
		int r = wait_for_block(live, timeout_ms, diag);
		if (r < 0 || !block_ready(live))
			return r;
	}
	if (live->packets_left == 0) {
		const struct tpacket_hdr_v1 *block = block_header(live);
		live->holds = true;
		live->packets_left = block->num_pkts;
		live->packet = live->ring + live->block * BLOCK_BYTES + block->offset_to_first_pkt;
	}
	return (int)take_packets(live, frames, frames_max);
}

struct capture_live_counts
capture_live_counts(struct capture_live *live)
{
	struct tpacket_stats_v3 since = {0}; /* since the last question */
	socklen_t since_bytes = sizeof(since);
	if (getsockopt(live->fd, SOL_PACKET, PACKET_STATISTICS, &since, &since_bytes) == 0) {
		live->counts.dropped += since.tp_drops;
		live->counts.stalls += since.tp_freeze_q_cnt;
	}
	return live->counts;
}

uint16_t
capture_live_linktype(const struct capture_live *live)
{
	return live->linktype;
}

bool
capture_live_is_gone(const struct capture_live *live)
{
	struct sockaddr_ll address = {0};
	socklen_t address_bytes = sizeof(address);
	/* packet(7) does not say it: the kernel unbinds the sockets of what it removes, which is index -1 */
	return getsockname(live->fd, (struct sockaddr *)&address, &address_bytes) < 0 || address.sll_ifindex <= 0;
}
