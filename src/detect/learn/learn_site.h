/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_site.h - a model at home: what it needs to know of this site to decide, and what was learned here.
 *
 * `beffroi learn calibrate` makes one from labelled flows that the model was not trained on, and writes it as a file that belongs to that
 * model (learn_site_file.h). A sensor loads it, asks learn_site_judge() of each flow, and tells
 * learn_site_learn() what it has judged. The site's own thresholds, by service, join those it came with after the first
 * `calibrate_flows` flows; they are then left alone until a person asks again. Nothing here trains a model.
 *
 * Fixed size, no allocation after load; one thread.
 */
#ifndef DETECT_LEARN_LEARN_SITE_H
#define DETECT_LEARN_LEARN_SITE_H

#include "core/bytes.h"
#include "detect/learn/learn_confidence.h"
#include "detect/learn/learn_conformal.h"
#include "detect/learn/learn_drift.h"
#include "detect/learn/learn_local.h"
#include "detect/learn/learn_normal.h"
#include "detect/learn/learn_threshold.h"

/* Whose habits a flow is held against: two of 96 kB each. */
enum learn_profile { LEARN_PROFILE_OPENED_HERE, LEARN_PROFILE_OPENED_ELSEWHERE };
enum { LEARN_PROFILES = 2, LEARN_SITE_KEY = 32, LEARN_SITE_EXAMPLES = 32 };

/* What there is to say to a person; bits of learn_site.notices, set once, cleared by who said it. */
enum learn_site_notice {
	LEARN_SITE_CALIBRATED = 1,      /* the site's own threshold is in force now */
	LEARN_SITE_NORMAL_ADOPTED = 2,  /* habits of a profile are known now, or were renewed */
	LEARN_SITE_NORMAL_CHANGED = 4,  /* traffic is not like what is in force: propose to calibrate again */
	LEARN_SITE_SCORES_CHANGED = 8,  /* the mean score changed */
	LEARN_SITE_SILENCE_CHANGED = 16 /* "never seen this" is said more, or less, often */
};

struct learn_site_example {
	struct flow_vector vector;
	int64_t until_ns; /* 0: no example */
};

struct learn_site {
	uint8_t model[LEARN_SITE_KEY];        /* SHA-256 of the model file that it belongs to */
	double target;                        /* of local benign flows called attacks */
	uint64_t calibrate_flows;             /* how many make the site's own threshold; 0: never */
	struct learn_threshold_choice choice; /* that the model came with */
	bool is_local;                        /* thresholds were made here, and are in force */
	struct learn_local local;             /* margins counted here */
	struct learn_local_choice thresholds;
	struct learn_conformal conformal;
	struct learn_confidence confidence;
	struct learn_normal normal[LEARN_PROFILES];
	int64_t adopt_after_ns[LEARN_PROFILES]; /* of the capture's clock; 0: at once */
	struct learn_site_example examples[LEARN_SITE_EXAMPLES];
	struct learn_drift_window scores, silence; /* of probabilities, and of flows left undecided */
	uint64_t guarded;                          /* flows that were not learned from: they may be poison */
	float psi[FLOW_CODES];                     /* of the last comparison */
	uint32_t notices;                          /* enum learn_site_notice */
};

struct learn_judgement {
	enum learn_decision decision;
	float margin;
	struct learn_confidence_answer confidence;
	struct learn_normal_score strange;
	unsigned strange_per_million; /* flows here as strange as this one, or stranger; 1000000: not known yet */
	bool is_accepted;             /* like an example of a person: benign, whatever the margin */
};

/* Pure: the same site and flow give the same answer. */
void learn_site_judge(const struct learn_site *s, enum learn_profile profile, const struct flow_vector *v, float margin,
    int64_t time_ns, struct learn_judgement *out);
/* A flow that was judged, at the end of its life; `suspected`: a rule, a detector or a person holds something against it.
 * time_ns is that of the capture. What looks like an attack, or is far stranger than anything before, is not learned. */
enum learn_suspicion { LEARN_NOT_SUSPECTED, LEARN_SUSPECTED };
void learn_site_learn(struct learn_site *s, enum learn_profile profile, const struct flow_vector *v,
    const struct learn_judgement *j, enum learn_suspicion suspected, int64_t time_ns);
/* "This is normal for us": a flow of the same service that went much like this one is no attack until then, by the capture's clock.
 * Of LEARN_SITE_EXAMPLES the one that ends first makes room. Who said so, and why, is for the journal. */
void learn_site_accept(struct learn_site *s, const struct flow_vector *v, int64_t until_ns);
/* Counting begins anew, with the choice in force until it is done. */
void learn_site_recalibrate(struct learn_site *s, uint64_t flows);

#endif
