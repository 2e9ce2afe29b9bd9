/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/incident.h"

const struct incident_part *
incident_main_part(const struct incident *incident)
{
	const struct incident_part *best = &incident->parts[0];
	for (size_t i = 1; i < incident->part_count; i++) {
		const struct alert *a = &incident->parts[i].strongest, *b = &best->strongest;
		if (a->severity > b->severity ||
		    (a->severity == b->severity && a->stage > b->stage && a->stage != STAGE_HYGIENE))
			best = &incident->parts[i];
	}
	return best;
}
