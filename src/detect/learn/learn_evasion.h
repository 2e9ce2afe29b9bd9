/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_evasion.h - a flow as it would look if its opener had added to it, or packets of it had been lost: in codes of fv64. */
#ifndef DETECT_LEARN_LEARN_EVASION_H
#define DETECT_LEARN_LEARN_EVASION_H

#include "record/flow_vector.h"

/* More packets, bytes or time, drawn from *at: what the opener decides, and only ever more. */
void learn_evasion_add(struct flow_vector *v, uint64_t *at);
/* A share of the packets is lost: counts fall, first messages are missing, gaps grow. */
void learn_evasion_lose(struct flow_vector *v, double share, uint64_t *at);

#endif
