/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/host_policy.h - which machine reads overlapping fragments and segments in which way.
 *
 * Systems disagree on which copy of a byte counts; an attacker who knows the receiver sends both (Ptacek and Newsham,
 * 1998). Who knows the machines of the site names their systems by network, with Suricata's names; the longest prefix
 * that holds the receiver's address decides.
 */
#ifndef NET_HOST_POLICY_H
#define NET_HOST_POLICY_H

#include "core/addr.h"
#include "core/cursor.h"
#include "core/diag.h"
#include "core/writer.h"
#include "net/decode/decode.h"
#include "net/stream/held.h"

enum { HOST_POLICY_MAX = 256 }; /* networks */

struct host_policy {
	struct addr prefix;
	uint8_t bits;   /* of the prefix; of IPv4, 96 more */
	uint8_t system; /* place in the table of host_policy.c */
};

/* Zeroed: Linux for fragments, the first copy for streams, everywhere. */
struct host_policies {
	uint8_t system; /* of whom no network is named */
	uint16_t count;
	struct host_policy networks[HOST_POLICY_MAX]; /* longest prefix first */
};

/* "windows": for all that no network says. 0, or -EINVAL with the names there are. */
MUST_USE int host_policy_default(struct host_policies *policies, struct bytes name, struct diag *diag);
/* "windows=10.0.0.0/8,192.168.1.7". 0, or -EINVAL, -ENOSPC. */
MUST_USE int host_policy_add(struct host_policies *policies, struct bytes text, struct diag *diag);

/* Of the machine that receives. O(networks). */
enum overlap_policy host_policy_of_fragments(const struct host_policies *policies, const struct addr *receiver);
enum reassembly_policy host_policy_of_stream(const struct host_policies *policies, const struct addr *receiver);

void host_policy_put(struct writer *w, const struct host_policies *policies);
MUST_USE enum parse host_policy_get(struct cursor *c, struct host_policies *out);

#endif
