/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_conformal.h - to decide, or to say "I have never seen this": Mondrian conformal sets over the margin.
 *
 * Each class has its own bound (Vovk, Gammerman, Shafer 2005, 4.5): of labelled flows that the model was not trained on, a share of
 * at most epsilon of the benign ones lies above benign_most, and of the attacks below attack_least. A margin that is plausible
 * for one class only is decided; for both, or for neither, it is not. Where a class of services has enough flows of a class
 * it has bounds of its own.
 */
#ifndef DETECT_LEARN_LEARN_CONFORMAL_H
#define DETECT_LEARN_LEARN_CONFORMAL_H

#include "core/bytes.h"
#include "detect/learn/learn_table.h"

/* Classes of services (FLOW_CODE_SERVICE): 0..39, the three of ports without a name, and one for whatever comes. */
enum { LEARN_CONFORMAL_SERVICES = 44 };

enum learn_decision {
	LEARN_DECISION_BENIGN,
	LEARN_DECISION_ATTACK,
	LEARN_DECISION_BOTH,    /* as likely seen in one class as in the other */
	LEARN_DECISION_NEITHER, /* never seen this */
};

struct learn_conformal_bounds {
	float benign_most, attack_least; /* plausible: benign up to, attack from */
	uint32_t benign, attack;         /* flows they rest on; 0: the bound is that of all services */
};

struct learn_conformal {
	double epsilon;
	struct learn_conformal_bounds all, services[LEARN_CONFORMAL_SERVICES];
};

/* From margins of `count` rows with their labels (unknown ones are passed over) and codes of service. Scratch: as many floats.
 * 0, or -ERANGE: a class has fewer than 1 / epsilon - 1 flows. */
MUST_USE int learn_conformal_fit(const float *margins, const uint8_t *labels, const struct flow_vector *vectors,
    size_t count, double epsilon, float *scratch, struct learn_conformal *out);
/* Which of LEARN_CONFORMAL_SERVICES a code of service belongs to. */
static inline unsigned
learn_conformal_service(uint8_t service)
{
	return service < 40 ? service : service >= 200 && service < 203 ? service - 160u : LEARN_CONFORMAL_SERVICES - 1u;
}
enum learn_decision learn_conformal_decide(const struct learn_conformal *c, uint8_t service, float margin);

#endif
