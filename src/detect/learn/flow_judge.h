/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/flow_judge.h - what a model says of the flows of a sensor: scored in blocks, decided by what is known of the site,
 * told as alerts with their reasons (record/model_words.h).
 *
 * One flow by itself is weak evidence: a source is told when three of its flows to one kind of service, within an hour, are like an
 * attack; or at the first one, where such flows were measured to be real nine times of ten. It is told again when they have
 * become ten times as many.
 * "Never seen this" raises no alert. Fixed size, nothing allocated after flow_judge_new().
 */
#ifndef DETECT_LEARN_FLOW_JUDGE_H
#define DETECT_LEARN_FLOW_JUDGE_H

#include "detect/behaviour/detector.h"
#include "detect/learn/learn_model.h"
#include "detect/learn/learn_site.h"

#define FLOW_JUDGE_SIGNATURE 9000100

struct flow_judge;

struct flow_judge_options {
	const struct learn_model *model; /* borrowed */
	struct learn_site *site;         /* borrowed, and changed: it learns */
	char model_cstr[17]; /* for alerts and events: the first 16 digits of the SHA-256 of its facts and trees */
	struct alert_out out;
	/* Whether a rule or a detector holds something against the flow; may be NULL. */
	bool (*is_suspected)(void *context, uint64_t flow_id);
	void *context;
	bool keeps_verdicts; /* flow_judge_verdict() will be asked */
};

struct flow_judge_counters {
	uint64_t flows, attacks, undecided, unseen, accepted; /* at their end; attacks at any moment, each flow once */
};

/* What is in force where no site file is: only what is far from the edge is decided, and how often that is right is not known. */
void flow_judge_site_default(struct learn_site *site);

MUST_USE struct flow_judge *flow_judge_new(const struct flow_judge_options *options); /* NULL: no memory */
void flow_judge_free(struct flow_judge *judge);

/* An observation of the kind OBSERVATION_VECTOR with all its codes. It may wait until there is a block of them. */
void flow_judge_hear(struct flow_judge *judge, const struct observation *o, const struct flow_vector *vector);
/* What waits is judged now. */
void flow_judge_flush(struct flow_judge *judge);

enum flow_judge_word { FLOW_JUDGE_BENIGN, FLOW_JUDGE_ATTACK, FLOW_JUDGE_UNSURE, FLOW_JUDGE_UNSEEN };
/* Of a flow whose end was judged since flow_judge_forget(); false: not known. */
bool flow_judge_verdict(const struct flow_judge *judge, uint64_t flow_id, float *margin, enum flow_judge_word *word);
void flow_judge_forget(struct flow_judge *judge);
/* "benign", "attack", "unsure", "unseen". */
const char *flow_judge_word_cstr(enum flow_judge_word word);

struct flow_judge_counters flow_judge_count(const struct flow_judge *judge);
const char *flow_judge_model_cstr(const struct flow_judge *judge);

#endif
