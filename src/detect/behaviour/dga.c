/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/dga.h"

#include "core/hash.h"
#include "detect/behaviour/domain_name.h"
#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/letter_model.h"
#include "detect/behaviour/tuning.h"

#include <stdlib.h>

static const char name_cstr[] = "dga";
static const uint64_t bit_key = UINT64_C(0x6e78646f6d61696e); /* fixed: alerts must not change from run to run */

enum { WORDS = 16, EXAMPLES_MAX = 3, EXAMPLE_LEN = 32, DNS_NXDOMAIN = 3, TRACES = 4096, NOT_COUNTED = 3 };

/* Everybody mistypes: a source costs eight bytes until its fourth name that does not exist within the window. */
struct trace {
	uint32_t since_s;
	uint16_t mark, names;
};

struct search {
	int64_t first_ns, last_ns, told_ns;
	uint32_t names, invented; /* different domains that do not exist */
	uint64_t seen[WORDS];
	bool told;
	uint8_t example_count, example_len[EXAMPLES_MAX];
	char example[EXAMPLES_MAX][EXAMPLE_LEN];
};

struct state {
	struct keyed_table *searches;  /* source -> search */
	struct keyed_table *resolvers; /* who gave such answers */
	int64_t window_ns, repeat_ns;
	uint64_t names_min, percent_min, any_names_min;
	struct addr last_resolver;
	struct trace traces[TRACES];
};

static void
stop(void *state)
{
	struct state *s = state;
	keyed_table_free(s->searches);
	keyed_table_free(s->resolvers);
	free(s);
}

static void *
start(const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->window_ns = (int64_t)tuning_u64(tuning, name_cstr, "window_s") * 1000000000;
	s->repeat_ns = (int64_t)tuning_u64(tuning, name_cstr, "repeat_s") * 1000000000;
	s->names_min = tuning_u64(tuning, name_cstr, "names");
	s->percent_min = tuning_u64(tuning, name_cstr, "percent");
	s->any_names_min = tuning_u64(tuning, name_cstr, "any_names");
	s->searches = keyed_table_new(sizeof(struct addr), sizeof(struct search), memory_bytes / 8 * 7);
	s->resolvers = keyed_table_new(sizeof(struct addr), sizeof(uint8_t), memory_bytes / 8);
	if (s->searches == NULL || s->resolvers == NULL) {
		stop(s);
		return NULL;
	}
	return s;
}

static void
tell(struct search *search, bool invented, const struct seen *seen)
{
	struct alert alert;
	detector_alert(&alert, &dga_detector, seen->o);
	alert.first_ns = search->first_ns;
	alert.last_ns = search->last_ns;
	alert.target = (struct addr){0}; /* the resolver is no victim */
	alert.source_port = alert.target_port = 0;
	alert.flow_id = 0;
	alert.app = APP_DNS;
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
	if (trace->mark != mark || now_s - trace->since_s > (uint64_t)s->window_ns / 1000000000)
		*trace = (struct trace){.mark = mark, .since_s = now_s};
	if (trace->names < NOT_COUNTED) {
		trace->names++;
		return false;
	}
	trace->since_s = now_s;
	return true;
}

static void
note_resolver(struct state *s, const struct addr *resolver)
{
	if (addr_eq(resolver, &s->last_resolver))
		return;
	s->last_resolver = *resolver;
	*(uint8_t *)keyed_table_get(s->resolvers, resolver, NULL) = 1;
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
	note_resolver(s, &o->dst);
	if (!is_worth_a_search(s, &o->src, o->time_ns))
		return;
	struct search *search = keyed_table_get(s->searches, &o->src, NULL);
	bool over = o->time_ns - search->last_ns > s->window_ns ||
	    (!search->told && o->time_ns - search->first_ns > s->window_ns);
	if (search->names == 0 || over)
		*search = (struct search){.first_ns = o->time_ns, .told = search->told, .told_ns = search->told_ns};
	if (o->time_ns > search->last_ns)
		search->last_ns = o->time_ns;
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
	if ((!invented && search->names < s->any_names_min) ||
	    (search->told && o->time_ns - search->told_ns < s->repeat_ns) || keyed_table_has(s->resolvers, &o->src))
		return;
	if (search->example_count == 0)
		keep_example(search, d.registered);
	search->told = true;
	search->told_ns = o->time_ns;
	tell(search, invented, seen);
}

const struct detector dga_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000020,
    .technique_cstr = "T1568.002",
    .stage = STAGE_COMMAND,
    .severity = SEVERITY_SERIOUS,
    .wants = DETECTOR_WANTS(OBSERVATION_DNS),
    .start = start,
    .observe = observe,
    .stop = stop,
};
