/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/arp_spoof.h"

#include "detect/behaviour/arp_claims.h"
#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

static const char name_cstr[] = "arp-spoof";

enum { TAKEN_MAX = 4 };

struct card {                         /* what a card claims */
	struct addr own;              /* the first address that nobody disputed */
	struct addr taken[TAKEN_MAX]; /* disputed ones, claimed unasked */
	int64_t first_ns, last_ns, told_ns;
	uint32_t unasked;
	uint8_t taken_count;
	bool has_own, told;
};

struct state {
	struct arp_claims *claims;
	struct keyed_table *cards; /* MAC -> card */
	int64_t window_ns, repeat_ns;
	uint64_t unasked_one, unasked_several;
};

static void
stop(void *state)
{
	struct state *s = state;
	arp_claims_free(s->claims);
	keyed_table_free(s->cards);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->window_ns = (int64_t)tuning_u64(tuning, name_cstr, "window_s") * 1000000000;
	s->repeat_ns = (int64_t)tuning_u64(tuning, name_cstr, "repeat_s") * 1000000000;
	s->unasked_one = tuning_u64(tuning, name_cstr, "unasked");
	s->unasked_several = tuning_u64(tuning, name_cstr, "unasked_several");
	s->claims = arp_claims_new(s->window_ns, memory_bytes / 2);
	s->cards = keyed_table_new(6, sizeof(struct card), memory_bytes / 2);
	return s->claims == NULL || s->cards == NULL ? -ENOMEM : 0;
}

static void
note_own(struct state *s, const struct observed_arp *arp)
{
	if (addr_is_zero(&arp->sender_ip))
		return;
	struct card *card = keyed_table_get(s->cards, arp->sender_mac, NULL);
	if (!card->has_own)
		card->own = arp->sender_ip;
	card->has_own = true;
}

static void
note_taken(struct card *card, const struct addr *address)
{
	for (size_t i = 0; i < card->taken_count; i++)
		if (addr_eq(&card->taken[i], address))
			return;
	if (card->taken_count < TAKEN_MAX)
		card->taken[card->taken_count++] = *address;
}

static void
tell(struct card *card, const uint8_t mac[static 6], const struct seen *seen)
{
	const struct observation *o = seen->o;
	struct alert alert;
	detector_alert(&alert, &arp_spoof_detector, o);
	alert.first_ns = card->first_ns;
	alert.source = card->has_own ? card->own : (struct addr){0};
	alert.target = card->taken[0];
	alert.targets = card->taken_count;
	alert.source_port = alert.target_port = 0;
	alert.ip_proto = 0;
	alert.count = card->unasked;
	alert.confidence = card->taken_count > 1 ? 95 : 80;
	char text[ARP_CLAIMS_MAC_TEXT];
	arp_claims_write_mac(mac, text);
	alert_fact_text(&alert, "card", bytes_of_cstr(text));
	char list[ALERT_FACT_VALUE_MAX];
	size_t len = 0;
	for (size_t i = 0; i < card->taken_count && len + ADDR_TEXT_MAX + 2 < sizeof(list); i++) {
		if (i > 0) {
			list[len++] = ',';
			list[len++] = ' ';
		}
		char address[ADDR_TEXT_MAX];
		size_t n = addr_write(&card->taken[i], address);
		memcpy(list + len, address, n);
		len += n;
	}
	alert_fact_text(&alert, "addresses", (struct bytes){(const uint8_t *)list, len});
	seen->out->say(seen->out->context, &alert);
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	size_t who = 0;
	struct arp_claim *claim = arp_claims_note(s->claims, o, &who);
	if (claim == NULL) {
		if (!o->has_mac || memcmp(o->src_mac, o->arp.sender_mac, 6) == 0)
			note_own(s, &o->arp);
		return;
	}
	const struct arp_claimant *by = &claim->by[who];
	/* The rightful holder defends itself: an address that was told has its culprit. */
	if (by->unasked == 0 ||
	    (claim->told && o->time_ns - claim->told_ns < s->window_ns && memcmp(claim->culprit, by->mac, 6) != 0))
		return;
	struct card *card = keyed_table_get(s->cards, by->mac, NULL);
	if (card->last_ns != 0 && o->time_ns - card->last_ns > s->window_ns) {
		card->unasked = 0;
		card->taken_count = 0;
	}
	if (card->unasked == 0)
		card->first_ns = o->time_ns;
	if (o->arp.operation == 2)
		card->unasked++;
	card->last_ns = o->time_ns;
	note_taken(card, &o->arp.sender_ip);
	if (card->unasked < (card->taken_count > 1 ? s->unasked_several : s->unasked_one) ||
	    (card->told && o->time_ns - card->told_ns < s->repeat_ns))
		return;
	card->told = true;
	card->told_ns = o->time_ns;
	claim->told = true;
	claim->told_ns = o->time_ns;
	memcpy(claim->culprit, by->mac, sizeof(claim->culprit));
	tell(card, by->mac, seen);
}

const struct detector arp_spoof_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000023,
    .technique_cstr = "T1557.002",
    .stage = STAGE_CREDENTIALS,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_ARP),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = stop,
};
