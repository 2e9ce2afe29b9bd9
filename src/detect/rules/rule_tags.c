/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_tags.h"

#include "core/hash.h"

#include <stdlib.h>

enum { NEAR = 8 /* places looked at: who is tagged first gives way only to the ninth that falls together */ };

/* What is tagged, and what of it is left. */
struct slot {
	uint64_t flow_id; /* 0: of a machine */
	struct addr host;
	const void *tag; /* whose; NULL: free. Never followed */
	unsigned metric;
	uint32_t packets; /* that may still come, of all metrics */
	uint64_t left;    /* packets or bytes */
	int64_t until_ns; /* of seconds */
	uint64_t after;   /* the packet that it was tagged by */
};

struct rule_tags {
	uint64_t hash_key;
	size_t count;
	struct slot flows[RULE_TAGS], hosts[RULE_TAGS];
};

struct rule_tags *
rule_tags_new(uint64_t hash_key)
{
	struct rule_tags *t = calloc(1, sizeof(*t));
	if (t != NULL)
		t->hash_key = hash_key;
	return t;
}

void
rule_tags_free(struct rule_tags *t)
{
	free(t);
}

static struct slot *
near_of(const struct rule_tags *t, struct slot *all, struct bytes key)
{
	return all + hash_bytes(key, t->hash_key) % (RULE_TAGS / NEAR) * NEAR;
}

static struct slot *
flow_near(struct rule_tags *t, const uint64_t *flow_id)
{
	return near_of(t, t->flows, (struct bytes){(const uint8_t *)flow_id, sizeof(*flow_id)});
}

static struct slot *
host_near(struct rule_tags *t, const struct addr *host)
{
	return near_of(t, t->hosts, (struct bytes){host->at, sizeof(host->at)});
}

/* The one of this flow, or of this machine (flow_id 0); NULL: it is not tagged. */
static struct slot *
find(struct slot *near, uint64_t flow_id, const struct addr *host)
{
	for (size_t i = 0; i < NEAR; i++)
		if (near[i].tag != NULL && near[i].flow_id == flow_id && (flow_id != 0 || addr_eq(&near[i].host, host)))
			return &near[i];
	return NULL;
}

/* A free one, or the one that was tagged first. */
static struct slot *
room(struct slot *near)
{
	struct slot *oldest = near;
	for (size_t i = 0; i < NEAR; i++) {
		if (near[i].tag == NULL)
			return &near[i];
		if (near[i].after < oldest->after)
			oldest = &near[i];
	}
	return oldest;
}

void
rule_tags_begin(struct rule_tags *t, const struct rule_tag *tag, uint64_t flow_id, const struct addr *host, int64_t time_ns,
    uint64_t number)
{
	if (tag->session && flow_id == 0)
		return;
	if (!tag->session)
		flow_id = 0;
	struct slot *near = tag->session ? flow_near(t, &flow_id) : host_near(t, host), *s = find(near, flow_id, host);
	if (s == NULL)
		s = room(near);
	t->count += s->tag == NULL;
	*s = (struct slot){.flow_id = flow_id,
	    .host = *host,
	    .tag = tag,
	    .metric = (unsigned)tag->metric,
	    .packets = RULE_TAG_PACKETS_MAX,
	    .left = tag->count,
	    .until_ns = time_ns + (int64_t)tag->count * 1000000000,
	    .after = number};
}

static bool
take(struct rule_tags *t, struct slot *s, const struct view_packet *p)
{
	if (p->number <= s->after)
		return false;
	bool over = s->packets == 0 || (s->metric == RULE_TAG_SECONDS ? p->time_ns > s->until_ns : s->left == 0);
	if (over) {
		s->tag = NULL;
		t->count--;
		return false;
	}
	uint64_t cost = s->metric == RULE_TAG_PACKETS ? 1 : s->metric == RULE_TAG_BYTES ? p->payload.len : 0;
	s->left -= cost < s->left ? cost : s->left;
	s->packets--;
	return true;
}

bool
rule_tags_catch(struct rule_tags *t, const struct view_packet *p)
{
	bool caught = false;
	if (LIKELY(t->count == 0))
		return false;
	struct slot *s = p->flow == NULL ? NULL : find(flow_near(t, &p->flow->id), p->flow->id, NULL);
	if (s != NULL)
		caught = take(t, s, p);
	const struct addr *ends[] = {&p->source, &p->target};
	for (size_t i = 0; i < LENGTH_OF(ends); i++) {
		s = find(host_near(t, ends[i]), 0, ends[i]);
		if (s != NULL)
			caught = take(t, s, p) || caught;
	}
	return caught;
}
