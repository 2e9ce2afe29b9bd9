/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/alerted_flows.h"

static size_t
row_of(uint64_t flow_id)
{
	return (size_t)(flow_id % ALERTED_FLOWS_ROWS); /* ids are hashes already */
}

bool
alerted_flows_has(const struct alerted_flows *flows, uint64_t flow_id)
{
	if (flows->count == 0 || flow_id == 0)
		return false;
	const uint64_t *row = flows->ids[row_of(flow_id)];
	for (size_t i = 0; i < ALERTED_FLOWS_EACH; i++)
		if (row[i] == flow_id)
			return true;
	return false;
}

void
alerted_flows_add(struct alerted_flows *flows, uint64_t flow_id)
{
	if (flow_id == 0 || alerted_flows_has(flows, flow_id))
		return;
	size_t row = row_of(flow_id);
	flows->ids[row][flows->next[row]] = flow_id;
	flows->next[row] = (uint8_t)((flows->next[row] + 1) % ALERTED_FLOWS_EACH);
	flows->count++;
}
