/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_flow.h - what detectors want to know of a flow, from its EVE event.
 *
 * EVE counts whole frames. The bytes of IP are those less the Ethernet header; payload is reckoned from the headers that such
 * packets usually have, and packets with payload from both. An event of ours with --features tells them exactly.
 */
#ifndef ARRIVAL_ARRIVAL_FLOW_H
#define ARRIVAL_ARRIVAL_FLOW_H

#include "core/json_value.h"
#include "record/observation.h"

/* o has its header already; its time becomes the end of the flow. False: there is no flow in the event. */
MUST_USE bool arrival_flow_read(const struct json_value *event, struct observation *o);
/* APP_UNKNOWN for "failed" and what we do not know, APP_NONE when there is no name. */
enum app_proto arrival_flow_app(struct bytes name);
/* Packets with payload, reckoned where nobody counted them. */
uint64_t arrival_flow_data_packets(uint8_t ip_proto, uint64_t packets, uint64_t payload);

#endif
