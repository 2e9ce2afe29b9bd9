/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_table.h"

#include "core/auto.h"
#include "core/hash.h"

#include <errno.h>
#include <stdlib.h>

enum { ROOM_FIRST = 4096, ALIGNMENT = 64, SLOTS = 2 * LEARN_NAMES_MAX };
_Static_assert((SLOTS & (SLOTS - 1)) == 0, "a mask finds the slot");

int
learn_table_new(const char *schema_cstr, struct learn_table **out)
{
	struct learn_table *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return -ENOMEM;
	struct bytes schema = bytes_first(bytes_of_cstr(schema_cstr), sizeof(t->schema) - 1);
	memcpy(t->schema, schema.at, schema.len);
	if (learn_table_family(t, BYTES("benign")) != 0) {
		learn_table_free(t);
		return -ENOMEM;
	}
	*out = t;
	return 0;
}

void
learn_table_free(struct learn_table *t)
{
	if (t == NULL)
		return;
	free(t->vectors);
	free(t->labels);
	free(t->families);
	free(t->groups);
	free(t->times_ns);
	free(t->hosts);
	free(t->family_names.name);
	free(t->family_names.slots);
	free(t->group_names.name);
	free(t->group_names.slots);
	free(t);
}

static bool
grow(void **column, size_t size, size_t room)
{
	void *larger = realloc(*column, size * room);
	if (larger != NULL)
		*column = larger;
	return larger != NULL;
}

/* A vector is a cache line, which realloc() would not keep. */
static bool
grow_vectors(struct learn_table *t, size_t room)
{
	struct flow_vector *larger = aligned_alloc(ALIGNMENT, room * sizeof(*larger));
	if (larger == NULL)
		return false;
	if (t->rows > 0)
		memcpy(larger, t->vectors, t->rows * sizeof(*larger));
	free(t->vectors);
	t->vectors = larger;
	return true;
}

int
learn_table_reserve(struct learn_table *t, size_t rows)
{
	if (rows <= t->room)
		return 0;
	if (rows > LEARN_ROWS_MAX)
		return -E2BIG;
	size_t room = t->room == 0 ? ROOM_FIRST : 2 * t->room;
	if (room < rows)
		room = rows;
	if (room > LEARN_ROWS_MAX)
		room = LEARN_ROWS_MAX;
	if (!grow_vectors(t, room) || !grow((void **)&t->labels, sizeof(t->labels[0]), room) ||
	    !grow((void **)&t->families, sizeof(t->families[0]), room) ||
	    !grow((void **)&t->groups, sizeof(t->groups[0]), room) ||
	    !grow((void **)&t->times_ns, sizeof(t->times_ns[0]), room) ||
	    !grow((void **)&t->hosts, sizeof(t->hosts[0]), room))
		return -ENOMEM; /* what grew stays larger than room says, which harms nothing */
	t->room = room;
	return 0;
}

int
learn_table_add(struct learn_table *t, const struct learn_row *row)
{
	int r = t->rows < t->room ? 0 : learn_table_reserve(t, t->rows + 1);
	if (r < 0)
		return r;
	size_t i = t->rows++;
	t->vectors[i] = row->vector;
	t->labels[i] = (uint8_t)row->label;
	t->families[i] = row->family;
	t->groups[i] = row->group;
	t->times_ns[i] = row->time_ns;
	t->hosts[i] = row->host;
	return 0;
}

void
learn_table_finish(struct learn_table *t)
{
	t->present = 0;
	for (size_t i = 0; i < t->rows; i++) {
		uint64_t known = 0;
		for (unsigned c = 0; c < FLOW_CODES; c++)
			known |= (uint64_t)(t->vectors[i].code[c] != FLOW_CODE_MISSING) << c;
		t->present |= known;
	}
}

/* Index of a name, by a table of slots: 0 is free, else the index + 1. */
static int
name_index(struct learn_names *n, struct bytes name)
{
	if (n->slots == NULL) {
		n->slots = calloc(SLOTS, sizeof(n->slots[0]));
		n->name = calloc(LEARN_NAMES_MAX, LEARN_NAME_SIZE);
		if (n->slots == NULL || n->name == NULL)
			return -ENOMEM;
	}
	name = bytes_first(name, LEARN_NAME_SIZE - 1);
	name.len = bytes_find(name, '\0');
	size_t slot = (size_t)hash_bytes(name, 0) & (SLOTS - 1); /* at most half are used, whoever chose the names */
	for (; n->slots[slot] != 0; slot = (slot + 1) & (SLOTS - 1))
		if (bytes_eq(name, bytes_of_cstr(n->name[n->slots[slot] - 1])))
			return n->slots[slot] - 1;
	if (n->count == LEARN_NAMES_MAX)
		return -ENOSPC;
	if (name.len > 0)
		memcpy(n->name[n->count], name.at, name.len);
	n->slots[slot] = (uint16_t)++n->count;
	return (int)n->count - 1;
}

int
learn_table_family(struct learn_table *t, struct bytes name)
{
	return name_index(&t->family_names, name);
}

int
learn_table_group(struct learn_table *t, struct bytes name)
{
	return name_index(&t->group_names, name);
}
