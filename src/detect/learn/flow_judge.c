/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/flow_judge.h"

#include "detect/behaviour/alerted_flows.h"
#include "detect/behaviour/keyed_table.h"
#include "detect/learn/learn_explain.h"
#include "record/model_words.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	BLOCK = LEARN_BLOCK,
	VERDICTS = 1 << 15, /* more than flows end in one chunk, so that few places are asked for one */
	VERDICT_TRIES = 16,
	TOLD_BYTES = 64 * 1024,
	TOLD_FIRST = 3,  /* flows within an hour */
	TOLD_AGAIN = 10, /* times as many flows */
};
static const int64_t told_ns = INT64_C(3600000000000);
static const char detector_cstr[] = "model";

struct waiting { /* what an alert needs to know of a flow in the block */
	struct addr source, target;
	int64_t time_ns, first_ns, last_ns;
	uint64_t number, flow_id;
	uint16_t source_port, target_port, vlan;
	uint8_t ip_proto, moment;
};

struct told_key {
	struct addr source;
	uint16_t vlan;
	uint8_t service, none;
};

struct told {
	int64_t first_ns, told_ns; /* told_ns: of the first flow, while it was not told */
	uint64_t flows, told_flows;
};

struct verdict {
	uint64_t flow_id;
	float margin;
	uint32_t chunk_word; /* number of the chunk << 2 | enum flow_judge_word; of another chunk: free */
};

struct flow_judge {
	struct flow_judge_options options;
	struct flow_vector vectors[BLOCK];
	struct waiting waiting[BLOCK];
	float margins[BLOCK];
	size_t count;
	struct keyed_table *told;
	struct alerted_flows attacks; /* flows that were called one: each is counted once */
	struct verdict *verdicts;     /* NULL: nobody asks */
	uint32_t chunk;               /* from 1 on */
	size_t verdict_count;
	struct flow_judge_counters counters;
};

void
flow_judge_site_default(struct learn_site *site)
{
	memset(site, 0, sizeof(*site));
	site->target = 0.001;
	site->conformal.epsilon = 0.01;
	/* Log-odds: below an even chance it is benign, from twenty to one an attack, between them it is not decided. */
	struct learn_conformal_bounds bounds = {.benign_most = 3, .attack_least = 0};
	site->conformal.all = bounds;
	for (size_t i = 0; i < LEARN_CONFORMAL_SERVICES; i++)
		site->conformal.services[i] = bounds;
}

struct flow_judge *
flow_judge_new(const struct flow_judge_options *options)
{
	struct flow_judge *j = aligned_alloc(64, (sizeof(*j) + 63) / 64 * 64);
	if (j == NULL)
		return NULL;
	memset(j, 0, sizeof(*j));
	j->options = *options;
	j->chunk = 1;
	j->told = keyed_table_new(sizeof(struct told_key), sizeof(struct told), TOLD_BYTES);
	if (options->keeps_verdicts)
		j->verdicts = calloc(VERDICTS, sizeof(*j->verdicts));
	if (j->told == NULL || (options->keeps_verdicts && j->verdicts == NULL)) {
		flow_judge_free(j);
		return NULL;
	}
	return j;
}

void
flow_judge_free(struct flow_judge *j)
{
	if (j == NULL)
		return;
	keyed_table_free(j->told);
	free(j->verdicts);
	free(j);
}

static enum learn_profile
profile_of(const struct waiting *w)
{
	return addr_is_private(&w->source) ? LEARN_PROFILE_OPENED_HERE : LEARN_PROFILE_OPENED_ELSEWHERE;
}

static enum flow_judge_word
word_of(enum learn_decision decision)
{
	switch (decision) {
	case LEARN_DECISION_BENIGN: return FLOW_JUDGE_BENIGN;
	case LEARN_DECISION_ATTACK: return FLOW_JUDGE_ATTACK;
	case LEARN_DECISION_BOTH: return FLOW_JUDGE_UNSURE;
	case LEARN_DECISION_NEITHER: return FLOW_JUDGE_UNSEEN;
	}
	return FLOW_JUDGE_UNSURE;
}

static void
keep_verdict(struct flow_judge *j, uint64_t flow_id, float margin, enum flow_judge_word word)
{
	if (j->verdicts == NULL || flow_id == 0)
		return;
	for (uint64_t i = 0; i < VERDICT_TRIES; i++) {
		struct verdict *v = &j->verdicts[(flow_id + i) % VERDICTS]; /* ids are hashes already */
		if (v->chunk_word >> 2 == j->chunk && v->flow_id != flow_id)
			continue;
		*v = (struct verdict){.flow_id = flow_id, .margin = margin, .chunk_word = j->chunk << 2 | word};
		j->verdict_count++;
		return;
	}
}

bool
flow_judge_verdict(const struct flow_judge *j, uint64_t flow_id, float *margin, enum flow_judge_word *word)
{
	for (uint64_t i = 0; j->verdict_count > 0 && flow_id != 0 && i < VERDICT_TRIES; i++) {
		const struct verdict *v = &j->verdicts[(flow_id + i) % VERDICTS];
		if (v->chunk_word >> 2 != j->chunk)
			return false;
		if (v->flow_id == flow_id) {
			*margin = v->margin;
			*word = (enum flow_judge_word)(v->chunk_word & 3);
			return true;
		}
	}
	return false;
}

void
flow_judge_forget(struct flow_judge *j)
{
	enum { CHUNKS = 1 << 30 };
	if (j->verdict_count == 0)
		return;
	j->verdict_count = 0;
	if (++j->chunk == CHUNKS) { /* the numbers begin again */
		memset(j->verdicts, 0, VERDICTS * sizeof(*j->verdicts));
		j->chunk = 1;
	}
}

const char *
flow_judge_word_cstr(enum flow_judge_word word)
{
	static const char *const words[] = {"benign", "attack", "unsure", "unseen"};
	return words[word];
}

/* What the reasons say about how far an attack has come: a model does not know, so it is said coarsely. */
static enum alert_stage
stage_of(const struct model_verdict *v)
{
	unsigned first = v->reason_count > 0 ? v->reasons[0].code : FLOW_CODE_STATE;
	if (first == FLOW_CODE_SOURCE_UPLOAD)
		return STAGE_EXFILTRATION;
	if (first == FLOW_CODE_REGULARITY || first == FLOW_CODE_DNS_FAILED || first == FLOW_CODE_TLS_CLIENT_RARITY)
		return STAGE_COMMAND;
	if (first == FLOW_CODE_SERVICE_SOURCES || first == FLOW_CODE_SERVICE_FLOWS)
		return STAGE_IMPACT;
	return first >= FLOW_CODE_SOURCE_FLOWS && first <= FLOW_CODE_SOURCE_FAILED ? STAGE_RECONNAISSANCE : STAGE_ACCESS;
}

static void
explain(const struct flow_judge *j, size_t i, const struct learn_judgement *judged, struct model_verdict *out)
{
	float contributions[FLOW_CODES], base;
	int16_t usual[FLOW_CODES];
	const struct learn_normal *normal = &j->options.site->normal[profile_of(&j->waiting[i])];
	for (unsigned code = 0; code < FLOW_CODES; code++) {
		uint8_t low, median, high;
		usual[code] = learn_normal_usual(normal, (enum flow_code)code, &low, &median, &high) ? (int16_t)median : -1;
	}
	*out = (struct model_verdict){.margin = judged->margin,
	    .sure_word = (unsigned)judged->confidence.word,
	    .sure_share = judged->confidence.share,
	    .sure_counted = judged->confidence.counted};
	memcpy(out->model_cstr, j->options.model_cstr, sizeof(out->model_cstr));
	learn_explain(j->options.model, &j->vectors[i], contributions, &base);
	out->reason_count = model_words_reasons(contributions, &j->vectors[i], usual, out->reasons);
}

static uint8_t
percent_of(const struct learn_judgement *judged)
{
	enum { UNMEASURED = 50 };
	return judged->confidence.word == LEARN_CONFIDENCE_UNMEASURED ? UNMEASURED
	                                                              : (uint8_t)(judged->confidence.share / 100);
}

static void
tell(struct flow_judge *j, size_t i, const struct learn_judgement *judged, const struct told *told)
{
	const struct waiting *w = &j->waiting[i];
	struct model_verdict verdict;
	explain(j, i, judged, &verdict);
	struct alert alert = {.detector_cstr = detector_cstr,
	    .signature_id = FLOW_JUDGE_SIGNATURE,
	    .severity = judged->confidence.word >= LEARN_CONFIDENCE_FAIRLY ? SEVERITY_SIGNIFICANT : SEVERITY_MINOR,
	    .confidence = percent_of(judged),
	    .stage = (uint8_t)stage_of(&verdict),
	    .ip_proto = w->ip_proto,
	    .first_ns = told->first_ns < w->last_ns ? told->first_ns : w->last_ns,
	    .last_ns = w->last_ns,
	    .number = w->number,
	    .flow_id = w->flow_id,
	    .source = w->source,
	    .target = w->target,
	    .targets = 1,
	    .source_port = w->source_port,
	    .target_port = w->target_port,
	    .vlan = w->vlan,
	    .app = APP_NONE,
	    .count = told->flows};
	model_words_put(&alert, &j->vectors[i], &verdict);
	j->options.out.say(j->options.out.context, &alert);
}

static void
call_attack(struct flow_judge *j, size_t i, const struct learn_judgement *judged)
{
	const struct waiting *w = &j->waiting[i];
	if (alerted_flows_has(&j->attacks, w->flow_id))
		return;
	alerted_flows_add(&j->attacks, w->flow_id);
	j->counters.attacks++;
	struct told_key key = {.source = w->source, .vlan = w->vlan, .service = j->vectors[i].code[FLOW_CODE_SERVICE]};
	struct told *t = keyed_table_get(j->told, &key, NULL);
	if (t->flows == 0 || w->last_ns - t->told_ns > told_ns)
		*t = (struct told){.first_ns = w->first_ns, .told_ns = w->last_ns};
	t->flows++;
	uint64_t wanted = t->told_flows > 0                      ? t->told_flows * TOLD_AGAIN
	    : judged->confidence.word >= LEARN_CONFIDENCE_FAIRLY ? 1
	                                                         : TOLD_FIRST;
	if (t->flows < wanted)
		return;
	t->told_flows = t->flows;
	t->told_ns = w->last_ns;
	tell(j, i, judged, t);
}

static void
count(struct flow_judge *j, const struct learn_judgement *judged)
{
	j->counters.flows++;
	j->counters.undecided += judged->decision == LEARN_DECISION_BOTH;
	j->counters.unseen += judged->decision == LEARN_DECISION_NEITHER;
	j->counters.accepted += judged->is_accepted;
}

static void
judge(struct flow_judge *j, size_t i)
{
	const struct waiting *w = &j->waiting[i];
	struct learn_site *site = j->options.site;
	struct learn_judgement judged;
	learn_site_judge(site, profile_of(w), &j->vectors[i], j->margins[i], w->time_ns, &judged);
	if (judged.decision == LEARN_DECISION_ATTACK)
		call_attack(j, i, &judged);
	if (w->moment != FLOW_VECTOR_AT_END)
		return;
	count(j, &judged);
	bool suspected = j->options.is_suspected != NULL && j->options.is_suspected(j->options.context, w->flow_id);
	learn_site_learn(
	    site, profile_of(w), &j->vectors[i], &judged, suspected ? LEARN_SUSPECTED : LEARN_NOT_SUSPECTED, w->time_ns);
	keep_verdict(j, w->flow_id, judged.margin, word_of(judged.decision));
}

void
flow_judge_flush(struct flow_judge *j)
{
	if (j->count == 0)
		return;
	learn_model_margins(j->options.model, j->vectors, j->count, j->margins);
	for (size_t i = 0; i < j->count; i++)
		judge(j, i);
	j->count = 0;
}

void
flow_judge_hear(struct flow_judge *j, const struct observation *o, const struct flow_vector *vector)
{
	size_t i = j->count++;
	j->vectors[i] = *vector;
	j->waiting[i] = (struct waiting){.source = o->src,
	    .target = o->dst,
	    .time_ns = o->time_ns,
	    .first_ns = o->vector.first_ns,
	    .last_ns = o->vector.last_ns,
	    .number = o->number,
	    .flow_id = o->flow_id,
	    .source_port = o->src_port,
	    .target_port = o->dst_port,
	    .vlan = o->vlan,
	    .ip_proto = o->ip_proto,
	    .moment = o->vector.moment};
	if (j->count == BLOCK)
		flow_judge_flush(j);
}

struct flow_judge_counters
flow_judge_count(const struct flow_judge *j)
{
	return j->counters;
}

const char *
flow_judge_model_cstr(const struct flow_judge *j)
{
	return j->options.model_cstr;
}
