/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/arp_claims.h - who says "this address is mine" in ARP, and when two cards say it within one window.
 *
 * Of each address two cards are remembered: the holder, and whoever claims it while the holder still does. When the
 * holder falls silent for the window, the other one holds it: addresses change hands honestly every day.
 */
#ifndef DETECT_BEHAVIOUR_ARP_CLAIMS_H
#define DETECT_BEHAVIOUR_ARP_CLAIMS_H

#include "record/observation.h"

struct arp_claimant {
	uint8_t mac[6];
	int64_t last_ns;
	uint32_t unasked; /* answers to nobody's question, addressed to somebody, while the address is disputed */
};

struct arp_claim {
	struct arp_claimant by[2]; /* the holder, and the other */
	int64_t asked_ns;          /* when somebody last asked for the address */
	int64_t disputed_ns;       /* since when there are two */
	int64_t told_ns;           /* the caller's */
	uint32_t turns;            /* times that the word went from one to the other */
	uint8_t count, last;       /* claimants; who spoke last */
	bool told;                 /* the caller's */
	uint8_t culprit[6];        /* the caller's */
};

struct arp_claims;

MUST_USE struct arp_claims *arp_claims_new(int64_t window_ns, size_t memory_bytes); /* NULL: no memory */
void arp_claims_free(struct arp_claims *claims);

/* Takes an OBSERVATION_ARP into account. The claim when its address is disputed, by[*who] speaking now; else NULL. */
struct arp_claim *arp_claims_note(struct arp_claims *claims, const struct observation *o, size_t *who);

enum { ARP_CLAIMS_MAC_TEXT = 18 };
void arp_claims_write_mac(const uint8_t mac[static 6], char out[static ARP_CLAIMS_MAC_TEXT]);

#endif
