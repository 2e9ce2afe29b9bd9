/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/incident_grouping.h"

#include "core/hash.h"

#include <stdio.h>
#include <stdlib.h>

enum { INCIDENTS_MAX = 4096, CONFIDENCE_MAX = 99, STAGES_FOR_WORSE = 3 };
static const int64_t apart_ns = INT64_C(86400) * 1000000000; /* alerts further apart are two stories */
static const uint64_t id_key = UINT64_C(0x696e636964656e74); /* fixed: the same incident has the same id in every run */

struct group {
	struct incident incident;
	struct addr about;           /* the attacker; of a hygiene finding, the machine concerned */
	const char *detector_cstr;   /* of a hygiene finding; NULL for attacks, which may have several */
	uint32_t targets_max;
};

struct incident_grouping {
	struct group *groups[INCIDENTS_MAX];
	size_t count;
};

struct incident_grouping *
incident_grouping_new(void)
{
	return calloc(1, sizeof(struct incident_grouping));
}

void
incident_grouping_free(struct incident_grouping *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < g->count; i++)
		free(g->groups[i]);
	free(g);
}

static bool
is_victim(const struct incident *incident, const struct addr *address)
{
	for (size_t i = 0; i < incident->victim_count; i++)
		if (addr_eq(&incident->victims[i], address))
			return true;
	return false;
}

static bool
is_near(const struct incident *incident, const struct alert *alert)
{
	return alert->first_ns <= incident->last_ns + apart_ns && alert->last_ns >= incident->first_ns - apart_ns;
}

/* Whom the alert is about: who does it; when nobody knows (forged sources) or it is a weakness, who has it. */
static struct addr
about(const struct alert *alert)
{
	bool of_target = addr_is_zero(&alert->source) || (alert->stage == STAGE_HYGIENE && !addr_is_zero(&alert->target));
	return of_target ? alert->target : alert->source;
}

/* A machine that somebody broke into, and that now attacks: the same story goes on. */
static bool
continues(const struct group *group, const struct alert *alert)
{
	const struct incident *incident = &group->incident;
	unsigned entered = 1U << STAGE_ACCESS | 1U << STAGE_FOOTHOLD | 1U << STAGE_CREDENTIALS | 1U << STAGE_LATERAL;
	return group->detector_cstr == NULL && (incident->stages & entered) != 0 && is_victim(incident, &alert->source) &&
	    alert->first_ns >= incident->first_ns;
}

static struct group *
find(struct incident_grouping *g, const struct alert *alert)
{
	bool hygiene = alert->stage == STAGE_HYGIENE;
	struct addr who = about(alert);
	for (size_t i = g->count; i > 0; i--) {
		struct group *group = g->groups[i - 1];
		if (!is_near(&group->incident, alert) || (group->detector_cstr != NULL) != hygiene)
			continue;
		if (hygiene && strcmp(group->detector_cstr, alert->detector_cstr) != 0)
			continue;
		if (addr_eq(&group->about, &who))
			return group;
	}
	for (size_t i = g->count; i > 0 && !hygiene; i--)
		if (is_near(&g->groups[i - 1]->incident, alert) && continues(g->groups[i - 1], alert))
			return g->groups[i - 1];
	return NULL;
}

static void
name(struct group *group, const struct alert *alert)
{
	uint64_t h = hash_bytes((struct bytes){group->about.at, sizeof(group->about.at)}, id_key);
	h = hash_u64((uint64_t)alert->first_ns, h);
	if (group->detector_cstr != NULL)
		h = hash_bytes(bytes_of_cstr(group->detector_cstr), h);
	snprintf(group->incident.id_cstr, sizeof(group->incident.id_cstr), "INC-%012llx", (unsigned long long)(h >> 16));
}

static struct group *
add_group(struct incident_grouping *g, const struct alert *alert)
{
	struct group *group = g->count < INCIDENTS_MAX ? calloc(1, sizeof(*group)) : NULL;
	if (group == NULL)
		return g->count > 0 ? g->groups[g->count - 1] : NULL; /* full: counted in the last story rather than lost */
	g->groups[g->count++] = group;
	group->about = about(alert);
	group->detector_cstr = alert->stage == STAGE_HYGIENE ? alert->detector_cstr : NULL;
	group->incident.attacker = group->about;
	group->incident.first_ns = alert->first_ns;
	group->incident.last_ns = alert->last_ns;
	name(group, alert);
	return group;
}

static void
add_victim(struct group *group, const struct addr *victim)
{
	struct incident *incident = &group->incident;
	size_t at = 0;
	if (addr_is_zero(victim) || addr_eq(victim, &incident->attacker))
		return;
	while (at < incident->victim_count && addr_compare(&incident->victims[at], victim) < 0)
		at++;
	if (at < incident->victim_count && addr_eq(&incident->victims[at], victim))
		return;
	if (incident->victim_count == INCIDENT_VICTIMS_MAX) {
		group->targets_max++; /* seen, but not listed */
		return;
	}
	memmove(&incident->victims[at + 1], &incident->victims[at], (size_t)(incident->victim_count - at) * sizeof(incident->victims[0]));
	incident->victims[at] = *victim;
	incident->victim_count++;
}

static bool
tells_more(const struct alert *a, const struct alert *b)
{
	if (a->severity != b->severity)
		return a->severity > b->severity;
	return a->count > b->count;
}

static struct incident_part *
part_of(struct incident *incident, const struct alert *alert)
{
	for (size_t i = 0; i < incident->part_count; i++)
		if (strcmp(incident->parts[i].strongest.detector_cstr, alert->detector_cstr) == 0)
			return &incident->parts[i];
	if (incident->part_count == INCIDENT_PARTS_MAX)
		return NULL;
	struct incident_part *part = &incident->parts[incident->part_count++];
	*part = (struct incident_part){.strongest = *alert, .first_ns = alert->first_ns, .last_ns = alert->last_ns};
	return part;
}

static void
add_part(struct incident *incident, const struct alert *alert)
{
	struct incident_part *part = part_of(incident, alert);
	if (part == NULL)
		return;
	if (tells_more(alert, &part->strongest))
		part->strongest = *alert;
	part->alerts++;
	part->count += alert->count;
	if (alert->first_ns < part->first_ns)
		part->first_ns = alert->first_ns;
	if (alert->last_ns > part->last_ns)
		part->last_ns = alert->last_ns;
	/* Parts stand in the order in which they began. */
	for (size_t i = (size_t)(part - incident->parts); i > 0 && incident->parts[i].first_ns < incident->parts[i - 1].first_ns; i--) {
		struct incident_part swap = incident->parts[i];
		incident->parts[i] = incident->parts[i - 1];
		incident->parts[i - 1] = swap;
	}
}

/* Several stages of an attack together are worse than each: somebody is getting somewhere. */
static void
judge(struct incident *incident)
{
	unsigned gravest = SEVERITY_MINOR, doubt = 100;
	for (size_t i = 0; i < incident->part_count; i++) {
		const struct alert *alert = &incident->parts[i].strongest;
		if (alert->severity > gravest)
			gravest = alert->severity;
		doubt = doubt * (100U - alert->confidence) / 100;
	}
	unsigned stages = (unsigned)__builtin_popcount(incident->stages & ~(1U << STAGE_HYGIENE));
	if (stages >= STAGES_FOR_WORSE && gravest < SEVERITY_CRITICAL)
		gravest++;
	incident->severity = (uint8_t)gravest;
	incident->confidence = (uint8_t)(100 - doubt > CONFIDENCE_MAX ? CONFIDENCE_MAX : 100 - doubt);
}

const struct incident *
incident_grouping_add(struct incident_grouping *g, const struct alert *alert)
{
	struct group *group = find(g, alert);
	if (group == NULL)
		group = add_group(g, alert);
	if (group == NULL)
		return NULL;
	struct incident *incident = &group->incident;
	if (alert->first_ns < incident->first_ns)
		incident->first_ns = alert->first_ns;
	if (alert->last_ns > incident->last_ns)
		incident->last_ns = alert->last_ns;
	incident->alerts++;
	incident->stages |= (uint16_t)(1U << alert->stage);
	add_victim(group, &alert->target);
	if (alert->stage == STAGE_HYGIENE)
		add_victim(group, &alert->source); /* whom the weakness exposes */
	if (alert->targets > group->targets_max)
		group->targets_max = alert->targets;
	incident->victims_total = group->targets_max > incident->victim_count ? group->targets_max : incident->victim_count;
	add_part(incident, alert);
	judge(incident);
	return incident;
}

static int
compare(const void *left, const void *right)
{
	const struct incident *a = &(*(struct group *const *)left)->incident, *b = &(*(struct group *const *)right)->incident;
	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->first_ns != b->first_ns)
		return a->first_ns < b->first_ns ? -1 : 1;
	return strcmp(a->id_cstr, b->id_cstr);
}

void
incident_grouping_each(struct incident_grouping *g, void (*each)(void *context, const struct incident *incident), void *context)
{
	qsort(g->groups, g->count, sizeof(struct group *), compare);
	for (size_t i = 0; i < g->count; i++)
		each(context, &g->groups[i]->incident);
}
