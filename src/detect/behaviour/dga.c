/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/dga.h"

#include "core/hash.h"
#include "detect/behaviour/domain_name.h"
#include "detect/behaviour/letter_model.h"
#include "detect/behaviour/names_watch.h"
#include "detect/behaviour/tuning.h"

static const char name_cstr[] = "dga";
static const uint64_t bit_key = UINT64_C(0x6e78646f6d61696e); /* fixed: alerts must not change from run to run */

enum { WORDS = 16, EXAMPLES_MAX = 3, EXAMPLE_LEN = 32, DNS_NXDOMAIN = 3, TRACES = 4096, NOT_COUNTED = 3 };

/* Everybody mistypes: a source costs eight bytes until its fourth name that does not exist within the window. */
struct trace {
	uint32_t since_s;
	uint16_t mark, names;
};

struct search { /* of one machine */
	struct names_subject base;
	uint32_t names, invented; /* different domains that do not exist */
	uint64_t seen[WORDS];
	uint8_t example_count, example_len[EXAMPLES_MAX];
	char example[EXAMPLES_MAX][EXAMPLE_LEN];
};

struct state {
	struct names_watch watch; /* source -> search */
	uint64_t names_min, percent_min, any_names_min;
	struct trace traces[TRACES];
};

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->names_min = tuning_u64(tuning, name_cstr, "names");
	s->percent_min = tuning_u64(tuning, name_cstr, "percent");
	s->any_names_min = tuning_u64(tuning, name_cstr, "any_names");
	return names_watch_start(&s->watch, tuning, name_cstr, sizeof(struct addr), sizeof(struct search), memory_bytes);
}

static void
tell(struct search *search, bool invented, const struct seen *seen)
{
	struct alert alert;
	names_watch_alert(&alert, &dga_detector, &search->base, seen->o);
	alert.count = search->names;
	alert.confidence = invented ? (search->invented >= search->names / 10 * 8 ? 90 : 75) : 50;
	if (!invented)
		alert.severity = SEVERITY_SIGNIFICANT;
	alert_fact_u64(&alert, "names", search->names);
	alert_fact_u64(&alert, "invented", search->invented);
	char list[EXAMPLES_MAX * (EXAMPLE_LEN + 2)];
	size_t len = 0;
	for (size_t i = 0; i < search->example_count; i++) {
		if (i > 0) {
			list[len++] = ',';
			list[len++] = ' ';
		}
		memcpy(list + len, search->example[i], search->example_len[i]);
		len += search->example_len[i];
	}
	alert_fact_text(&alert, "examples", (struct bytes){(const uint8_t *)list, len});
	seen->out->say(seen->out->context, &alert);
}

static void
keep_example(struct search *search, struct bytes domain)
{
	if (search->example_count == EXAMPLES_MAX)
		return;
	domain = bytes_first(domain, EXAMPLE_LEN);
	memcpy(search->example[search->example_count], domain.at, domain.len);
	search->example_len[search->example_count++] = (uint8_t)domain.len;
}

static bool
is_worth_a_search(struct state *s, const struct addr *source, int64_t time_ns)
{
	uint64_t h = hash_bytes((struct bytes){source->at, sizeof(source->at)}, bit_key);
	struct trace *trace = &s->traces[h % TRACES];
	uint16_t mark = (uint16_t)(h >> 48 | 1);
	uint32_t now_s = (uint32_t)(time_ns / 1000000000);
	if (trace->mark != mark || now_s - trace->since_s > (uint64_t)s->watch.window_ns / 1000000000)
		*trace = (struct trace){.mark = mark, .since_s = now_s};
	if (trace->names < NOT_COUNTED) {
		trace->names++;
		return false;
	}
	trace->since_s = now_s;
	return true;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	if (LIKELY(o->dns.rcode != DNS_NXDOMAIN || !o->dns.answered))
		return;
	struct bytes name = {(const uint8_t *)o->dns.name, o->dns.name_len};
	struct domain_name d = domain_name_split(name);
	/* Without a dot: a browser that tests its resolver, or a machine name of the house. */
	if (d.registered.len == 0 || domain_name_is_address(name))
		return;
	names_watch_resolver(&s->watch, &o->dst);
	if (!is_worth_a_search(s, &o->src, o->time_ns))
		return;
	struct search *search = names_watch_subject(&s->watch, &o->src, o->time_ns);
	uint64_t h = hash_bytes(d.registered, bit_key) >> 32;
	uint64_t *word = &search->seen[h / 64 % WORDS], bit = UINT64_C(1) << (h % 64);
	/* Beyond some hundred names most bits are set, and new names go uncounted: enough is enough. */
	if ((*word & bit) != 0)
		return;
	*word |= bit;
	search->names++;
	if (letter_model_points(d.label) >= LETTER_MODEL_ODD) {
		search->invented++;
		keep_example(search, d.registered);
	}
	bool invented = search->invented >= s->names_min && search->invented * 100 >= search->names * s->percent_min;
	if ((!invented && search->names < s->any_names_min) || !names_watch_due(&s->watch, &search->base, o))
		return;
	if (search->example_count == 0)
		keep_example(search, d.registered);
	tell(search, invented, seen);
}

const struct detector dga_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000020,
    .technique_cstr = "T1568.002",
    .stage = STAGE_COMMAND,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_DNS),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = names_watch_stop,
};
