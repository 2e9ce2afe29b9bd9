/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/dns_tunnel.h"

#include "core/hash.h"
#include "detect/behaviour/domain_name.h"
#include "detect/behaviour/names_watch.h"
#include "detect/behaviour/tuning.h"

static const char name_cstr[] = "dns-tunnel";
static const uint64_t name_key = UINT64_C(0x74756e6e656c6e73); /* fixed: alerts must not change from run to run */

enum { WORDS = 16, FULL = WORDS * 64 / 4 * 3, DOMAIN_MAX = 64 };
enum { TYPE_NULL = 10, TYPE_TXT = 16, TYPE_KEY = 25, TYPE_PRIVATE = 65280 /* and above: RFC 6895 3.1 */ };

struct key {
	struct addr source;
	uint64_t domain; /* hash */
};

struct talk { /* of one machine with one domain */
	struct names_subject base;
	uint64_t sent, received; /* bytes in names below the domain, and in answers */
	uint32_t names, long_names, text_names;
	uint16_t bits_set;
	uint8_t domain_len;
	char domain[DOMAIN_MAX];
	uint64_t seen[WORDS];
};

struct state {
	struct names_watch watch; /* key -> talk */
	uint64_t names_min, sent_min, name_bytes_min, text_names_min;
};

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->names_min = tuning_u64(tuning, name_cstr, "names");
	s->sent_min = tuning_u64(tuning, name_cstr, "sent");
	s->name_bytes_min = tuning_u64(tuning, name_cstr, "name_bytes");
	s->text_names_min = tuning_u64(tuning, name_cstr, "text_names");
	return names_watch_start(&s->watch, tuning, name_cstr, sizeof(struct key), sizeof(struct talk), memory_bytes);
}

/* Products that look up hashes of files and addresses in this way, and say so in their documentation. */
static bool
is_reputation_service(struct bytes domain)
{
	static const struct bytes known[] = {BYTES("mcafee.com"), BYTES("sophosxl.net"), BYTES("e5.sk"), BYTES("cymru.com"),
	    BYTES("trendmicro.com"), BYTES("spamhaus.org"), BYTES("spamhaus.net"), BYTES("surbl.org"), BYTES("uribl.com"),
	    BYTES("dnswl.org"), BYTES("barracudacentral.org"), BYTES("sonicwall.com"), BYTES("senderbase.org"),
	    BYTES("spamcop.net")};
	for (size_t i = 0; i < LENGTH_OF(known); i++)
		if (bytes_eq(domain, known[i]))
			return true;
	return false;
}

/* Whether the name was not asked before, as far as known. */
static bool
note_name(struct talk *talk, struct bytes below)
{
	uint64_t h = hash_bytes(below, name_key) >> 32;
	uint64_t *word = &talk->seen[h / 64 % WORDS], bit = UINT64_C(1) << (h % 64);
	if ((*word & bit) != 0)
		return false;
	if (talk->bits_set >= FULL) {
		memset(talk->seen, 0, sizeof(talk->seen));
		talk->bits_set = 0;
	}
	*word |= bit;
	talk->bits_set++;
	return true;
}

static void
tell(const struct talk *talk, const struct seen *seen)
{
	struct alert alert;
	names_watch_alert(&alert, &dns_tunnel_detector, &talk->base, seen->o);
	alert.count = talk->names;
	alert.confidence = talk->names > 0 && talk->sent / talk->names >= 40 ? 95 : talk->text_names > 0 ? 85 : 70;
	alert_fact_text(&alert, "domain", (struct bytes){(const uint8_t *)talk->domain, talk->domain_len});
	alert_fact_u64(&alert, "names", talk->names);
	alert_fact_u64(&alert, "sent", talk->sent);
	alert_fact_u64(&alert, "received", talk->received);
	seen->out->say(seen->out->context, &alert);
}

static bool
enough(const struct state *s, const struct talk *talk)
{
	return (talk->long_names >= s->names_min && talk->sent >= s->sent_min) || talk->text_names >= s->text_names_min;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_dns *dns = &o->dns;
	bool text = dns->type == TYPE_TXT || dns->type == TYPE_NULL || dns->type == TYPE_KEY || dns->type >= TYPE_PRIVATE;
	if (LIKELY(!text && dns->name_len < s->name_bytes_min + 4))
		return;
	struct bytes name = {(const uint8_t *)dns->name, dns->name_len};
	struct domain_name d = domain_name_split(name);
	if (d.below.len == 0 || (!text && d.below.len < s->name_bytes_min) || domain_name_is_address(name) ||
	    is_reputation_service(d.registered))
		return;
	names_watch_resolver(&s->watch, &o->dst);
	struct key key = {.source = o->src, .domain = hash_bytes(d.registered, name_key)};
	struct talk *talk = names_watch_subject(&s->watch, &key, o->time_ns);
	talk->received += dns->answer_bytes;
	if (!note_name(talk, d.below))
		return;
	talk->names++;
	talk->sent += d.below.len;
	talk->long_names += d.below.len >= s->name_bytes_min;
	talk->text_names += text;
	if (!enough(s, talk) || !names_watch_due(&s->watch, &talk->base, o))
		return;
	struct bytes domain = bytes_first(d.registered, DOMAIN_MAX);
	memcpy(talk->domain, domain.at, domain.len);
	talk->domain_len = (uint8_t)domain.len;
	tell(talk, seen);
}

const struct detector dns_tunnel_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000019,
    .technique_cstr = "T1071.004",
    .stage = STAGE_COMMAND,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_DNS),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = names_watch_stop,
};
