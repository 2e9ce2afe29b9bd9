/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/arp_claims.h"

#include "detect/behaviour/keyed_table.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARP_REQUEST = 1, ARP_REPLY = 2, MAC_LEN = 6 }; /* RFC 826 */
static const int64_t asked_lasts_ns = INT64_C(3000000000);

struct key {
	struct addr address;
	uint32_t vlan;
};

struct arp_claims {
	struct keyed_table *table; /* key -> arp_claim */
	int64_t window_ns;
};

struct arp_claims *
arp_claims_new(int64_t window_ns, size_t memory_bytes)
{
	struct arp_claims *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NULL;
	c->window_ns = window_ns;
	c->table = keyed_table_new(sizeof(struct key), sizeof(struct arp_claim), memory_bytes);
	if (c->table == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void
arp_claims_free(struct arp_claims *c)
{
	if (c == NULL)
		return;
	keyed_table_free(c->table);
	free(c);
}

static void
note_question(struct arp_claims *c, const struct observation *o)
{
	if (o->arp.operation != ARP_REQUEST || addr_eq(&o->arp.sender_ip, &o->arp.target_ip))
		return;
	struct key key = {.address = o->arp.target_ip, .vlan = o->vlan};
	bool is_new;
	struct arp_claim *claim = keyed_table_get(c->table, &key, &is_new);
	claim->asked_ns = o->time_ns;
}

static bool
is_by(const struct arp_claim *claim, size_t who, const uint8_t mac[static MAC_LEN])
{
	return claim->count > who && memcmp(claim->by[who].mac, mac, MAC_LEN) == 0;
}

/* Which claimant the card is. One who comes after a long silence of the others holds the address alone. */
static size_t
claimant(struct arp_claims *c, struct arp_claim *claim, const uint8_t mac[static MAC_LEN], int64_t time_ns)
{
	if (claim->count == 2 && is_by(claim, 0, mac) && time_ns - claim->by[1].last_ns > c->window_ns)
		claim->count = 1;
	if (is_by(claim, 0, mac))
		return 0;
	bool other = is_by(claim, 1, mac);
	if (claim->count == 0 || time_ns - claim->by[0].last_ns > c->window_ns) {
		claim->by[0] = other ? claim->by[1] : (struct arp_claimant){0};
		memcpy(claim->by[0].mac, mac, MAC_LEN);
		claim->by[0].unasked = 0;
		claim->count = 1;
		claim->last = 0;
		claim->turns = 0;
		return 0;
	}
	if (!other) {
		claim->by[1] = (struct arp_claimant){0};
		memcpy(claim->by[1].mac, mac, MAC_LEN);
		claim->by[0].unasked = 0;
		claim->count = 2;
		claim->disputed_ns = time_ns;
		claim->turns = 0;
		claim->last = 0;
	}
	return 1;
}

struct arp_claim *
arp_claims_note(struct arp_claims *c, const struct observation *o, size_t *who)
{
	static const uint8_t none[MAC_LEN];
	const struct observed_arp *arp = &o->arp;
	note_question(c, o);
	/* Sent in another card's name: by a bridge, or by an attacker who tidies up. It claims nothing. */
	if (addr_is_zero(&arp->sender_ip) || (arp->operation != ARP_REQUEST && arp->operation != ARP_REPLY) ||
	    memcmp(arp->sender_mac, none, MAC_LEN) == 0 || (o->has_mac && memcmp(o->src_mac, arp->sender_mac, MAC_LEN) != 0))
		return NULL;
	struct key key = {.address = arp->sender_ip, .vlan = o->vlan};
	struct arp_claim *claim = keyed_table_get(c->table, &key, NULL);
	size_t i = claimant(c, claim, arp->sender_mac, o->time_ns);
	claim->by[i].last_ns = o->time_ns;
	if (claim->count < 2)
		return NULL;
	bool asked = claim->asked_ns != 0 && o->time_ns - claim->asked_ns < asked_lasts_ns;
	if (arp->operation == ARP_REPLY && !asked && !addr_eq(&arp->sender_ip, &arp->target_ip))
		claim->by[i].unasked++;
	claim->turns += claim->last != i;
	claim->last = (uint8_t)i;
	*who = i;
	return claim;
}

void
arp_claims_write_mac(const uint8_t mac[static MAC_LEN], char out[static ARP_CLAIMS_MAC_TEXT])
{
	snprintf(out, ARP_CLAIMS_MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}
