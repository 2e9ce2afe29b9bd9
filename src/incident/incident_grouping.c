/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/incident_grouping.h"

#include "core/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

enum { CONFIDENCE_MAX = 99, STAGES_FOR_WORSE = 3, BUCKETS = 8192, MEMBERS_MAX = 1 << 17, NONE = 0 };
static const uint64_t apart_ns = UINT64_C(86400) * 1000000000; /* alerts further apart are two stories */
static const uint64_t id_key = UINT64_C(0x696e636964656e74);   /* fixed: the same incident has the same id in every run */

/* An incident as it grows: as the record, but with the parts it has and no room for those it has not. */
struct group {
	struct addr about;         /* the attacker; of a hygiene finding, the machine concerned */
	const char *detector_cstr; /* of a hygiene finding; NULL for attacks, which may have several */
	uint32_t number;
	uint32_t older;       /* in the bucket of `about`: number of another group, or NONE */
	uint32_t targets_max; /* machines that one alert speaks of at most */
	uint32_t members;     /* victims that were named, listed or not */
	char id_cstr[INCIDENT_ID_MAX];
	uint8_t victim_count, part_count, part_room;
	struct addr victims[INCIDENT_VICTIMS_MAX];
	uint16_t stages;
	uint8_t severity, confidence;
	int64_t first_ns, last_ns;
	uint64_t alerts;
	struct incident_part *parts;
};

/* One victim of one group, found by both, or by its address alone. */
struct member {
	struct addr address;
	uint32_t group;
	uint32_t older_pair, older_address; /* in its bucket of each table */
};

/* Groups and members have numbers from 1; NONE ends a chain. */
struct incident_grouping {
	struct group *groups[INCIDENT_GROUPING_MAX + 1];
	struct group *sorted[INCIDENT_GROUPING_MAX];
	uint32_t group_count;
	struct member *members;
	uint32_t member_count, member_room;
	uint32_t by_about[BUCKETS], by_pair[BUCKETS], by_address[BUCKETS];
	uint64_t key;        /* strangers choose addresses: they cannot choose collisions */
	struct incident out; /* what was given out last */
};

struct incident_grouping *
incident_grouping_new(void)
{
	struct incident_grouping *g = calloc(1, sizeof(*g));
	if (g != NULL && getrandom(&g->key, sizeof(g->key), 0) != sizeof(g->key))
		g->key = id_key; /* works as well, only not against an expert */
	return g;
}

void
incident_grouping_free(struct incident_grouping *g)
{
	if (g == NULL)
		return;
	for (uint32_t i = 1; i <= g->group_count; i++) {
		free(g->groups[i]->parts);
		free(g->groups[i]);
	}
	free(g->members);
	free(g);
}

static uint32_t *
bucket(const struct incident_grouping *g, uint32_t table[static BUCKETS], const struct addr *address, uint32_t group)
{
	uint64_t h = hash_bytes((struct bytes){address->at, sizeof(address->at)}, g->key + group);
	return &table[h % BUCKETS];
}

static bool
is_near(const struct group *group, const struct alert *alert)
{
	if (alert->first_ns > group->last_ns)
		return (uint64_t)alert->first_ns - (uint64_t)group->last_ns <= apart_ns;
	if (alert->last_ns < group->first_ns)
		return (uint64_t)group->first_ns - (uint64_t)alert->last_ns <= apart_ns;
	return true;
}

/* Whom the alert is about: who does it; when nobody knows (forged sources) or it is a weakness, who has it. */
static struct addr
about(const struct alert *alert)
{
	bool of_target = addr_is_zero(&alert->source) || (alert->stage == STAGE_HYGIENE && !addr_is_zero(&alert->target));
	return of_target ? alert->target : alert->source;
}

/* Somebody got far enough for the victims to attack others in their turn. */
static bool
can_spread(const struct group *group)
{
	unsigned entered = 1U << STAGE_ACCESS | 1U << STAGE_FOOTHOLD | 1U << STAGE_CREDENTIALS | 1U << STAGE_LATERAL;
	return group->detector_cstr == NULL && (group->stages & entered) != 0;
}

static struct group *
find_own(struct incident_grouping *g, const struct alert *alert)
{
	bool hygiene = alert->stage == STAGE_HYGIENE;
	struct addr who = about(alert);
	for (uint32_t at = *bucket(g, g->by_about, &who, 0); at != NONE; at = g->groups[at]->older) {
		struct group *group = g->groups[at];
		if (!addr_eq(&group->about, &who) || (group->detector_cstr != NULL) != hygiene || !is_near(group, alert))
			continue;
		if (!hygiene || strcmp(group->detector_cstr, alert->detector_cstr) == 0)
			return group;
	}
	return NULL;
}

/* A machine that somebody broke into, and that now attacks: the same story goes on. */
static struct group *
find_cause(struct incident_grouping *g, const struct alert *alert)
{
	if (alert->stage == STAGE_HYGIENE || addr_is_zero(&alert->source))
		return NULL;
	for (uint32_t at = *bucket(g, g->by_address, &alert->source, 0); at != NONE; at = g->members[at].older_address) {
		struct group *group = g->groups[g->members[at].group];
		if (addr_eq(&g->members[at].address, &alert->source) && can_spread(group) && is_near(group, alert) &&
		    alert->first_ns >= group->first_ns)
			return group;
	}
	return NULL;
}

static void
name(struct group *group, const struct alert *alert)
{
	uint64_t h = hash_bytes((struct bytes){group->about.at, sizeof(group->about.at)}, id_key);
	h = hash_u64((uint64_t)alert->first_ns, h);
	if (group->detector_cstr != NULL)
		h = hash_bytes(bytes_of_cstr(group->detector_cstr), h);
	snprintf(group->id_cstr, sizeof(group->id_cstr), "INC-%012llx", (unsigned long long)(h >> 16));
}

static struct group *
add_group(struct incident_grouping *g, const struct alert *alert)
{
	struct group *group = g->group_count < INCIDENT_GROUPING_MAX ? calloc(1, sizeof(*group)) : NULL;
	if (group == NULL)
		return g->group_count > 0 ? g->groups[g->group_count]
		                          : NULL; /* full: counted in the latest story rather than lost */
	g->groups[++g->group_count] = group;
	group->number = g->group_count;
	group->about = about(alert);
	group->detector_cstr = alert->stage == STAGE_HYGIENE ? alert->detector_cstr : NULL;
	group->first_ns = alert->first_ns;
	group->last_ns = alert->last_ns;
	uint32_t *chain = bucket(g, g->by_about, &group->about, 0);
	group->older = *chain;
	*chain = g->group_count;
	name(group, alert);
	return group;
}

/* True when this victim was not one of the group before. What does not fit is not counted. */
static bool
add_member(struct incident_grouping *g, uint32_t group, const struct addr *victim)
{
	uint32_t *pair = bucket(g, g->by_pair, victim, group), *chain = bucket(g, g->by_address, victim, 0);
	for (uint32_t at = *pair; at != NONE; at = g->members[at].older_pair)
		if (g->members[at].group == group && addr_eq(&g->members[at].address, victim))
			return false;
	if (g->member_count + 1 >= g->member_room) {
		uint32_t room = g->member_room == 0 ? 256 : g->member_room * 2;
		struct member *more = room <= MEMBERS_MAX ? realloc(g->members, room * sizeof(*more)) : NULL;
		if (more == NULL)
			return false;
		g->members = more;
		g->member_room = room;
	}
	g->members[++g->member_count] = (struct member){
	    .address = *victim, .group = group, .older_pair = *pair, .older_address = *chain};
	*pair = g->member_count;
	*chain = g->member_count;
	return true;
}

/* Listed in order of address, as many as a record holds. */
static void
add_victim(struct incident_grouping *g, struct group *group, const struct addr *victim)
{
	size_t at = 0;
	if (addr_is_zero(victim) || addr_eq(victim, &group->about) || !add_member(g, group->number, victim))
		return;
	group->members++;
	if (group->victim_count == INCIDENT_VICTIMS_MAX)
		return;
	while (at < group->victim_count && addr_compare(&group->victims[at], victim) < 0)
		at++;
	memmove(
	    &group->victims[at + 1], &group->victims[at], (size_t)(group->victim_count - at) * sizeof(group->victims[0]));
	group->victims[at] = *victim;
	group->victim_count++;
}

static bool
tells_more(const struct alert *a, const struct alert *b)
{
	if (a->severity != b->severity)
		return a->severity > b->severity;
	return a->count > b->count;
}

static struct incident_part *
part_of(struct group *group, const struct alert *alert)
{
	for (size_t i = 0; i < group->part_count; i++)
		if (strcmp(group->parts[i].strongest.detector_cstr, alert->detector_cstr) == 0)
			return &group->parts[i];
	if (group->part_count == INCIDENT_PARTS_MAX)
		return NULL;
	if (group->part_count == group->part_room) {
		size_t room = group->part_room == 0 ? 1 : INCIDENT_PARTS_MAX; /* most incidents have one */
		struct incident_part *more = realloc(group->parts, room * sizeof(*more));
		if (more == NULL)
			return NULL;
		group->parts = more;
		group->part_room = (uint8_t)room;
	}
	struct incident_part *part = &group->parts[group->part_count++];
	*part = (struct incident_part){.strongest = *alert, .first_ns = alert->first_ns, .last_ns = alert->last_ns};
	return part;
}

static void
add_part(struct group *group, const struct alert *alert)
{
	struct incident_part *part = part_of(group, alert);
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
	for (size_t i = (size_t)(part - group->parts); i > 0 && group->parts[i].first_ns < group->parts[i - 1].first_ns;
	     i--) {
		struct incident_part swap = group->parts[i];
		group->parts[i] = group->parts[i - 1];
		group->parts[i - 1] = swap;
	}
}

/* Several stages of an attack together are worse than each: somebody is getting somewhere. */
static void
judge(struct group *group)
{
	unsigned gravest = SEVERITY_MINOR, doubt = 100;
	for (size_t i = 0; i < group->part_count; i++) {
		const struct alert *alert = &group->parts[i].strongest;
		if (alert->severity > gravest)
			gravest = alert->severity;
		doubt = doubt * (100U - alert->confidence) / 100;
	}
	unsigned stages = (unsigned)__builtin_popcount(group->stages & ~(1U << STAGE_HYGIENE));
	if (stages >= STAGES_FOR_WORSE && gravest < SEVERITY_CRITICAL)
		gravest++;
	group->severity = (uint8_t)gravest;
	group->confidence = (uint8_t)(100 - doubt > CONFIDENCE_MAX ? CONFIDENCE_MAX : 100 - doubt);
}

static const struct incident *
give_out(struct incident_grouping *g, const struct group *group)
{
	struct incident *out = &g->out;
	memcpy(out->id_cstr, group->id_cstr, sizeof(out->id_cstr));
	out->attacker = group->about;
	out->victims_total = group->targets_max > group->members ? group->targets_max : group->members;
	out->victim_count = group->victim_count;
	memcpy(out->victims, group->victims, sizeof(out->victims));
	out->stages = group->stages;
	out->severity = group->severity;
	out->confidence = group->confidence;
	out->first_ns = group->first_ns;
	out->last_ns = group->last_ns;
	out->alerts = group->alerts;
	out->part_count = group->part_count;
	for (size_t i = 0; i < group->part_count; i++)
		out->parts[i] = group->parts[i];
	return out;
}

const struct incident *
incident_grouping_add(struct incident_grouping *g, const struct alert *alert)
{
	struct group *group = find_own(g, alert);
	if (group == NULL)
		group = find_cause(g, alert);
	if (group == NULL)
		group = add_group(g, alert);
	if (group == NULL)
		return NULL;
	if (alert->first_ns < group->first_ns)
		group->first_ns = alert->first_ns;
	if (alert->last_ns > group->last_ns)
		group->last_ns = alert->last_ns;
	group->alerts++;
	group->stages |= (uint16_t)(1U << alert->stage);
	add_victim(g, group, &alert->target);
	if (alert->stage == STAGE_HYGIENE)
		add_victim(g, group, &alert->source); /* whom the weakness exposes */
	if (alert->targets > group->targets_max)
		group->targets_max = alert->targets;
	add_part(group, alert);
	judge(group);
	return give_out(g, group);
}

static int
compare(const void *left, const void *right)
{
	const struct group *a = *(struct group *const *)left, *b = *(struct group *const *)right;
	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->first_ns != b->first_ns)
		return a->first_ns < b->first_ns ? -1 : 1;
	return strcmp(a->id_cstr, b->id_cstr);
}

void
incident_grouping_each(
    struct incident_grouping *g, void (*each)(void *context, const struct incident *incident), void *context)
{
	if (g->group_count == 0)
		return;
	memcpy(g->sorted, g->groups + 1, g->group_count * sizeof(struct group *));
	qsort(g->sorted, g->group_count, sizeof(struct group *), compare);
	for (uint32_t i = 0; i < g->group_count; i++)
		each(context, give_out(g, g->sorted[i]));
}
