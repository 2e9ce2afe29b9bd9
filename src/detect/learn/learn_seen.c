/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_seen.h"

#include "core/ensure.h"
#include "core/hash.h"

#include <errno.h>
#include <stdlib.h>

int
learn_seen_init(struct learn_seen *s, size_t vectors)
{
	size_t room = 64;
	while (room < vectors + vectors / 2)
		room *= 2;
	struct learn_seen_vector *at = calloc(room, sizeof(*at));
	if (at == NULL)
		return -ENOMEM;
	*s = (struct learn_seen){.at = at, .room = room};
	return 0;
}

void
learn_seen_done(struct learn_seen *s)
{
	free(s->at);
	*s = (struct learn_seen){0};
}

static uint64_t
hash_of(const struct flow_vector *v, uint64_t mask)
{
	struct flow_vector kept;
	for (unsigned i = 0; i < FLOW_CODES; i++)
		kept.code[i] = mask >> i & 1 ? v->code[i] : FLOW_CODE_MISSING;
	uint64_t h = hash_bytes((struct bytes){kept.code, sizeof(kept.code)}, 0);
	return h == 0 ? 1 : h;
}

static struct learn_seen_vector *
slot_of(const struct learn_seen *s, uint64_t hash)
{
	size_t i = hash & (s->room - 1);
	while (s->at[i].hash != 0 && s->at[i].hash != hash)
		i = (i + 1) & (s->room - 1);
	return &s->at[i];
}

void
learn_seen_add(struct learn_seen *s, const struct flow_vector *v, uint64_t mask, enum learn_label label)
{
	if (label == LEARN_UNKNOWN)
		return;
	uint64_t hash = hash_of(v, mask);
	struct learn_seen_vector *slot = slot_of(s, hash);
	if (slot->hash == 0) {
		ENSURE(s->used < s->room / 4 * 3);
		slot->hash = hash;
		s->used++;
	}
	slot->rows[label == LEARN_ATTACK]++;
}

const struct learn_seen_vector *
learn_seen_find(const struct learn_seen *s, const struct flow_vector *v, uint64_t mask)
{
	const struct learn_seen_vector *slot = slot_of(s, hash_of(v, mask));
	return slot->hash == 0 ? NULL : slot;
}

uint64_t
learn_seen_conflicts(const struct learn_seen *s)
{
	uint64_t rows = 0;
	for (size_t i = 0; i < s->room; i++)
		if (s->at[i].rows[0] > 0 && s->at[i].rows[1] > 0)
			rows += (uint64_t)s->at[i].rows[0] + s->at[i].rows[1];
	return rows;
}
