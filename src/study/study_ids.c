/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/study_ids.h"

#include "core/hash.h"

#include <errno.h>
#include <stdio.h>

struct study_ids_slot {
	const char *id_cstr; /* NULL: free */
	size_t number;
};

int
study_ids_init(struct study_ids *ids, struct arena *arena, size_t room)
{
	size_t size = 8;
	while (size < room * 2)
		size *= 2;
	/* Where the arena lies is the key: no stranger knows it, and nothing that is told depends on it. */
	*ids = (struct study_ids){.slots = arena_new(arena, struct study_ids_slot, size),
	    .mask = size - 1,
	    .room = room,
	    .key = (uint64_t)(uintptr_t)arena->start};
	return ids->slots == NULL ? -ENOMEM : 0;
}

static struct study_ids_slot *
slot_of(const struct study_ids *ids, const char *id_cstr)
{
	size_t at = (size_t)hash_bytes(bytes_of_cstr(id_cstr), ids->key) & ids->mask;
	while (ids->slots[at].id_cstr != NULL && strcmp(ids->slots[at].id_cstr, id_cstr) != 0)
		at = (at + 1) & ids->mask;
	return &ids->slots[at];
}

bool
study_ids_add(struct study_ids *ids, const char *id_cstr, size_t number)
{
	struct study_ids_slot *slot = slot_of(ids, id_cstr);
	if (slot->id_cstr != NULL || ids->count == ids->room)
		return false;
	*slot = (struct study_ids_slot){id_cstr, number};
	ids->count++;
	return true;
}

size_t
study_ids_find(const struct study_ids *ids, const char *id_cstr)
{
	const struct study_ids_slot *slot = slot_of(ids, id_cstr);
	return slot->id_cstr == NULL ? SIZE_MAX : slot->number;
}

size_t
study_ids_count(const struct data_tree *list)
{
	size_t count = 0;
	for (const struct data_tree *n = list == NULL ? NULL : list->first; n != NULL; n = n->next)
		count++;
	return count;
}

static bool
is_id(const char *id_cstr)
{
	size_t len = strlen(id_cstr);
	for (size_t i = 0; i < len; i++)
		if ((uint8_t)id_cstr[i] <= ' ' || id_cstr[i] == 0x7f)
			return false;
	return len > 0 && len <= STUDY_ID_MAX;
}

int
study_ids_take(
    struct study_ids *ids, const struct data_read *r, const struct data_tree *map, size_t number, const char **out)
{
	int e = data_read_need_word(r, map, "id", out);
	if (e < 0)
		return e;
	const struct data_tree *at = data_tree_find(map, "id");
	if (!is_id(*out))
		return data_read_complain(r, at, _("expected an id without spaces, 63 bytes at most"), "id");
	if (study_ids_find(ids, *out) != SIZE_MAX)
		return data_read_complain(r, at, _("this id is there twice"), *out);
	return study_ids_add(ids, *out, number) ? 0 : data_read_complain(r, at, _("too many entries in one file"), *out);
}

int
study_ids_refer(
    const struct study_ids *ids, const struct data_read *r, const struct data_tree *text, const char *kind_cstr, size_t *out)
{
	char sentence[160];
	if (text->kind != DATA_TEXT || text->text.len == 0)
		return data_read_complain(r, text, _("expected one id here"), kind_cstr);
	size_t number = study_ids_find(ids, (const char *)text->text.at);
	if (number != SIZE_MAX) {
		*out = number;
		return 0;
	}
	(void)snprintf(sentence, sizeof(sentence), _("there is no such id; %s was expected"), kind_cstr);
	return data_read_complain(r, text, sentence, (const char *)text->text.at);
}
