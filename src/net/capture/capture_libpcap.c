/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_libpcap.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include <pcap/pcap.h>

#include "core/diag.h"
#include "net/capture/capture_text.h"

enum {
	SNAPLEN = 262144,
	LINKTYPE_RAW_IP = 101,
	BATCH_WAIT_MS = 10, /* how long libpcap may collect before it wakes us */
};

struct capture_libpcap {
	pcap_t *pcap;
	int fd;
	uint16_t linktype;
	bool nanos;
	uint64_t number;
	struct capture_live_counts counts;
};

static int
say_failed(pcap_t *pcap, int status, const char *interface_cstr, struct diag *diag)
{
	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return diag_say(diag, -EPERM,
		    _("capturing on %s needs the capability CAP_NET_RAW: run as root, or give it once with: "
		      "setcap cap_net_raw=ep \"$(command -v beffroi)\""),
		    interface_cstr);
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return diag_say(
		    diag, -ENODEV, _("there is no capture device \"%s\": %s"), interface_cstr, pcap_geterr(pcap));
	case PCAP_ERROR_IFACE_NOT_UP:
		return diag_say(diag, -ENETDOWN, _("the interface %s is down; start it with: ip link set %s up"),
		    interface_cstr, interface_cstr);
	default:
		return diag_say(diag, -EIO, _("capturing on %s failed: %s: %s"), interface_cstr, pcap_statustostr(status),
		    pcap_geterr(pcap));
	}
}

static int
set_up(struct capture_libpcap *live, const struct capture_live_options *options, struct diag *diag)
{
	char error_cstr[PCAP_ERRBUF_SIZE] = "";
	size_t ring_bytes = options->ring_bytes == 0 ? CAPTURE_LIVE_RING_BYTES : options->ring_bytes;
	live->pcap = pcap_create(options->interface_cstr, error_cstr);
	if (live->pcap == NULL)
		return diag_say(diag, -ENODEV, _("capturing on %s failed: %s"), options->interface_cstr, error_cstr);
	(void)pcap_set_snaplen(live->pcap, SNAPLEN); /* these refuse active handles only */
	(void)pcap_set_promisc(live->pcap, options->mode == CAPTURE_LIVE_PROMISCUOUS);
	(void)pcap_set_timeout(live->pcap, BATCH_WAIT_MS);
	(void)pcap_set_buffer_size(live->pcap, ring_bytes > INT32_MAX ? INT32_MAX : (int)ring_bytes);
	live->nanos = pcap_set_tstamp_precision(live->pcap, PCAP_TSTAMP_PRECISION_NANO) == 0;
	int status = pcap_activate(live->pcap);
	if (status < 0)
		return say_failed(live->pcap, status, options->interface_cstr, diag);
	if (pcap_setnonblock(live->pcap, 1, error_cstr) < 0)
		return diag_say(diag, -EIO, _("capturing on %s failed: %s"), options->interface_cstr, error_cstr);
	live->fd = pcap_get_selectable_fd(live->pcap);
	int dlt = pcap_datalink(live->pcap);
	live->linktype = dlt == DLT_RAW ? LINKTYPE_RAW_IP : (uint16_t)dlt;
	return 0;
}

int
capture_libpcap_open(struct capture_libpcap **out, const struct capture_live_options *options, struct diag *diag)
{
	struct capture_libpcap *live = calloc(1, sizeof(*live));
	if (live == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory to capture"));
	live->fd = -1;
	int r = set_up(live, options, diag);
	if (r < 0) {
		capture_libpcap_free(live);
		return r;
	}
	*out = live;
	return 0;
}

void
capture_libpcap_free(struct capture_libpcap *live)
{
	if (live == NULL)
		return;
	if (live->pcap != NULL)
		pcap_close(live->pcap);
	free(live);
}

struct filling {
	struct capture_libpcap *live;
	struct capture_batch *batch;
	size_t used; /* bytes of the block */
};

/* libpcap's frame lives as long as this call. */
static void
keep(u_char *context, const struct pcap_pkthdr *header, const u_char *data)
{
	struct filling *filling = (void *)context;
	struct capture_batch *batch = filling->batch;
	size_t len = header->caplen;
	if (len > CAPTURE_BATCH_RECORD_MAX)
		len = CAPTURE_BATCH_RECORD_MAX;
	uint8_t *to = batch->block + filling->used;
	memcpy(to, data, len);
	filling->used += len;
	int64_t fraction = header->ts.tv_usec;
	batch->frames[batch->count++] = (struct frame){
	    .time_ns = (int64_t)header->ts.tv_sec * 1000000000 + (filling->live->nanos ? fraction : fraction * 1000),
	    .number = ++filling->live->number,
	    .data = {to, len},
	    .wire_len = header->len > len ? header->len : (uint32_t)len,
	    .linktype = filling->live->linktype,
	};
	if (batch->count == batch->frames_max || filling->used > capture_batch_block_bytes(batch) - CAPTURE_BATCH_RECORD_MAX)
		pcap_breakloop(filling->live->pcap);
}

static int
collect(struct capture_libpcap *live, struct capture_batch *batch, struct diag *diag)
{
	struct filling filling = {.live = live, .batch = batch};
	batch->count = 0;
	int r = pcap_dispatch(live->pcap, -1, keep, (u_char *)&filling);
	if (r < 0 && r != PCAP_ERROR_BREAK && batch->count == 0)
		return diag_say(diag, r == PCAP_ERROR_IFACE_NOT_UP ? -ENETDOWN : -EIO, _("no frames come any more: %s"),
		    pcap_geterr(live->pcap));
	live->counts.frames += batch->count;
	return (int)batch->count;
}

int
capture_libpcap_next(struct capture_libpcap *live, struct capture_batch *batch, int timeout_ms, struct diag *diag)
{
	int r = collect(live, batch, diag);
	if (r != 0)
		return r;
	if (poll(&(struct pollfd){.fd = live->fd, .events = POLLIN}, 1, timeout_ms) <= 0)
		return 0;
	return collect(live, batch, diag);
}

struct capture_live_counts
capture_libpcap_counts(struct capture_libpcap *live)
{
	struct pcap_stat all = {0}; /* since the start, unlike the ring's */
	if (pcap_stats(live->pcap, &all) == 0)
		live->counts.dropped = (uint64_t)all.ps_drop + all.ps_ifdrop;
	return live->counts;
}

uint16_t
capture_libpcap_linktype(const struct capture_libpcap *live)
{
	return live->linktype;
}

bool
capture_libpcap_knows(const char *name_cstr)
{
	char error_cstr[PCAP_ERRBUF_SIZE];
	pcap_if_t *all = NULL;
	bool known = false;
	size_t len = strcspn(name_cstr, ":"); /* "nflog:5" is the fifth group of "nflog" */
	if (pcap_findalldevs(&all, error_cstr) < 0)
		return false;
	for (const pcap_if_t *at = all; at != NULL && !known; at = at->next)
		known = strlen(at->name) == len && strncmp(at->name, name_cstr, len) == 0;
	pcap_freealldevs(all);
	return known;
}
