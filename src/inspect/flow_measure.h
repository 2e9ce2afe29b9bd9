/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/flow_measure.h - what the flow table counted of a flow, as the numbers of a vector (record/flow_numbers.h). */
#ifndef INSPECT_FLOW_MEASURE_H
#define INSPECT_FLOW_MEASURE_H

#include "net/flow/flow.h"
#include "record/flow_numbers.h"

/* app: enum app_proto. What TLS said is not the flow table's: it stays 0. */
void flow_measure(const struct flow *flow, const uint32_t retransmitted[static 2], uint8_t app, struct flow_numbers *out);

#endif
