/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/address_duplicate.h"

#include "detect/behaviour/arp_claims.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

static const char name_cstr[] = "address-duplicate";

enum { UNASKED_MAX = 1 }; /* beyond, somebody insists: see arp_spoof.h */

struct state {
	struct arp_claims *claims;
	int64_t repeat_ns;
	uint64_t turns_min;
};

static void
stop(void *state)
{
	struct state *s = state;
	arp_claims_free(s->claims);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->repeat_ns = (int64_t)tuning_u64(tuning, name_cstr, "repeat_s") * 1000000000;
	s->turns_min = tuning_u64(tuning, name_cstr, "turns");
	s->claims = arp_claims_new((int64_t)tuning_u64(tuning, name_cstr, "window_s") * 1000000000, memory_bytes);
	return s->claims == NULL ? -ENOMEM : 0;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	size_t who = 0;
	struct arp_claim *claim = arp_claims_note(s->claims, o, &who);
	if (claim == NULL || claim->turns < s->turns_min || claim->by[0].unasked > UNASKED_MAX ||
	    claim->by[1].unasked > UNASKED_MAX || (claim->told && o->time_ns - claim->told_ns < s->repeat_ns))
		return;
	claim->told = true;
	claim->told_ns = o->time_ns;
	struct alert alert;
	detector_alert(&alert, &address_duplicate_detector, o);
	alert.first_ns = claim->disputed_ns;
	alert.source = alert.target = o->arp.sender_ip;
	alert.source_port = alert.target_port = 0;
	alert.ip_proto = 0;
	alert.count = claim->turns;
	char text[ARP_CLAIMS_MAC_TEXT];
	arp_claims_write_mac(claim->by[0].mac, text);
	alert_fact_text(&alert, "first_card", bytes_of_cstr(text));
	arp_claims_write_mac(claim->by[1].mac, text);
	alert_fact_text(&alert, "second_card", bytes_of_cstr(text));
	seen->out->say(seen->out->context, &alert);
}

const struct detector address_duplicate_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000024,
    .technique_cstr = "T1557",
    .stage = STAGE_HYGIENE,
    .severity = SEVERITY_SIGNIFICANT,
    .wants = DETECTOR_WANTS(OBSERVATION_ARP),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = stop,
};
