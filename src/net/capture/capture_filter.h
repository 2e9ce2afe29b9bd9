/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_filter.h - the filters that every tcpdump user knows ("host 10.0.0.1 and port 53").
 *
 * Compiled by libpcap where files may be opened, once for each link type; carried as bytes to the
 * confined process, which checks them as it would check anything from outside, and runs them.
 */
#ifndef NET_CAPTURE_CAPTURE_FILTER_H
#define NET_CAPTURE_CAPTURE_FILTER_H

#include "core/bytes.h"

struct bpf_insn; /* pcap/bpf.h */
struct diag;
struct frame; /* net/decode/packet.h */
struct capture_filter;

enum capture_filter_verdict {
	CAPTURE_FILTER_KEEP,
	CAPTURE_FILTER_DROP,
	CAPTURE_FILTER_UNDECIDED, /* the expression has no meaning for this link type: count it */
};

/* For all link types that the decoder knows and the expression can be compiled for. -EINVAL with
 * what is wrong (capture_filter_words.h) when it can be compiled for none; -ENOMEM. */
MUST_USE int capture_filter_compile(struct capture_filter **out, const char *expression_cstr, struct diag *diag);
void capture_filter_free(struct capture_filter *filter);

/* The filter as a message; borrowed until the filter is freed. At most CAPTURE_FILTER_BYTES_MAX. */
enum { CAPTURE_FILTER_BYTES_MAX = 16 * 4096 * 8 + 256 };
struct bytes capture_filter_bytes(const struct capture_filter *filter);
/* Back from a message of which nothing is believed. -EBADMSG with diag when a program is not safe to run. */
MUST_USE int capture_filter_parse(struct capture_filter **out, struct bytes message, struct diag *diag);

/* No allocation, no loop: filter programs only jump forwards. */
enum capture_filter_verdict capture_filter_run(const struct capture_filter *filter, const struct frame *frame);

/* The program for one link type, for the kernel; NULL and 0 when there is none. Borrowed. */
const struct bpf_insn *capture_filter_program(const struct capture_filter *filter, uint16_t linktype, size_t *out_count);
/* The expression speaks of VLAN tags. The kernel takes the outer tag off before its filter runs, so
 * such a program must run here, on the frame with its tag. */
bool capture_filter_sees_tags(const struct capture_filter *filter);

#endif
