/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_dataset.h"

#include "core/addr.h"
#include "core/hash.h"
#include "core/json_value.h"
#include "core/text.h"
#include "detect/rules/rule_base64.h"
#include "detect/rules/rule_eval.h"
#include "detect/rules/rule_text.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

enum { VALUE_MAX = 65535, SLOTS_MAX = 1 << 27 };

struct slot {
	uint32_t at, len; /* in room */
	uint16_t reputation;
	enum { SLOT_FREE, SLOT_USED, SLOT_GONE } state;
};

struct rule_dataset_table {
	struct bytes name;
	int type;
	bool is_datarep, changes;
	bool is_set; /* by a rule */
	struct bytes save;
	uint64_t hash_key;
	uint32_t slot_count; /* a power of two */
	uint32_t taken, limit;
	struct slot *slots;
	uint8_t *room; /* of values */
	size_t room_used, room_size;
	pthread_mutex_t lock; /* where it changes */
};

struct rule_dataset_table *
rule_dataset_find(const struct rule_datasets *sets, struct bytes name)
{
	for (size_t i = 0; i < sets->count; i++)
		if (bytes_eq(sets->tables[i]->name, name))
			return sets->tables[i];
	return NULL;
}

/* The slot of a value; or, when it is not there, the first one that it may take (NULL: the table is full). */
static struct slot *
find(const struct rule_dataset_table *t, struct bytes value, bool *there)
{
	size_t mask = t->slot_count - 1, at = hash_bytes(value, t->hash_key) & mask;
	struct slot *room = NULL;
	*there = false;
	for (size_t i = 0; i < t->slot_count; i++, at = (at + 1) & mask) {
		struct slot *s = &t->slots[at];
		if (s->state == SLOT_USED && s->len == value.len && memcmp(t->room + s->at, value.at, value.len) == 0) {
			*there = true;
			return s;
		}
		if (s->state != SLOT_USED && room == NULL)
			room = s;
		if (s->state == SLOT_FREE)
			break;
	}
	return room;
}

/* False: it was there, or there is no room. */
static bool
add(struct rule_dataset_table *t, struct bytes value, uint16_t reputation)
{
	bool there;
	struct slot *s = find(t, value, &there);
	if (there && t->is_datarep)
		s->reputation = reputation;
	if (there || s == NULL || t->taken >= t->limit || value.len > t->room_size - t->room_used)
		return false;
	t->taken += s->state == SLOT_FREE; /* one that is gone counts already: so a search always ends */
	if (value.len > 0)
		memcpy(t->room + t->room_used, value.at, value.len);
	*s = (struct slot){(uint32_t)t->room_used, (uint32_t)value.len, reputation, SLOT_USED};
	t->room_used += value.len;
	return true;
}

/* ---- Values ---- */

static bool
value_of_hex(struct bytes text, size_t bytes, uint8_t *out)
{
	if (text.len != bytes * 2)
		return false;
	for (size_t i = 0; i < bytes; i++) {
		int high = bytes_hex_digit(text.at[i * 2]), low = bytes_hex_digit(text.at[i * 2 + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* As it stands in a file: text in base64, hashes in hexadecimal, addresses as people write them. */
static bool
value_of_text(int type, struct bytes text, bool is_plain, uint8_t *out, size_t size, struct bytes *value)
{
	struct addr address;
	size_t len = 0;
	switch (type) {
	case RULE_DATASET_STRING:
		if (text.len > size)
			return false;
		len = is_plain ? text.len : rule_base64_decode(text, RULE_BASE64_STRICT, out, size);
		if (is_plain && len > 0)
			memcpy(out, text.at, len);
		break;
	case RULE_DATASET_MD5: len = value_of_hex(text, 16, out) ? 16 : 0; break;
	case RULE_DATASET_SHA256: len = value_of_hex(text, 32, out) ? 32 : 0; break;
	default:
		if (!addr_parse(text, &address) || (type == RULE_DATASET_IPV4 && !addr_is_v4(&address)))
			return false;
		memcpy(out, address.at, 16);
		len = 16;
	}
	*value = (struct bytes){out, len};
	return len > 0;
}

/* As a buffer has it: hashes and addresses as their bytes. */
static bool
value_of_bytes(int type, struct bytes data, struct addr *address, struct bytes *value)
{
	*value = data;
	switch (type) {
	case RULE_DATASET_STRING: return data.len > 0 && data.len <= VALUE_MAX;
	case RULE_DATASET_MD5: return data.len == 16;
	case RULE_DATASET_SHA256: return data.len == 32;
	default: break;
	}
	if (data.len != 4 && (data.len != 16 || type == RULE_DATASET_IPV4))
		return false;
	*address = data.len == 4 ? addr_v4(data.at) : addr_v6(data.at);
	*value = (struct bytes){address->at, 16};
	return true;
}

/* ---- Files ---- */

static bool
add_line(struct rule_dataset_table *t, struct bytes line)
{
	static _Thread_local uint8_t room[VALUE_MAX];
	struct bytes value, text = line;
	int64_t reputation = 0;
	if (t->is_datarep) {
		size_t comma = bytes_find(line, ',');
		text = rule_text_trim(bytes_first(line, comma));
		if (!rule_text_number(rule_text_trim(bytes_after(line, comma + 1)), &reputation) || reputation < 0 ||
		    reputation > UINT16_MAX)
			return false;
	}
	if (!value_of_text(t->type, text, false, room, sizeof(room), &value))
		return false;
	(void)add(t, value, (uint16_t)reputation); /* a line that is there twice is no fault */
	return true;
}

/* "a.b.c" of an object. */
static const struct json_value *
member(const struct json_value *v, struct bytes path)
{
	for (; path.len > 0; path = bytes_after(path, bytes_find(path, '.') + 1))
		v = json_value_get(v, bytes_first(path, bytes_find(path, '.')));
	return v;
}

static bool
add_object(struct rule_dataset_table *t, const struct json_value *object, struct bytes value_key)
{
	static _Thread_local uint8_t room[VALUE_MAX];
	struct bytes value, text = json_value_text(member(object, value_key));
	if (text.len == 0 || !value_of_text(t->type, text, true, room, sizeof(room), &value))
		return false;
	(void)add(t, value, 0);
	return true;
}

static int
read_json(struct rule_dataset_table *t, const struct rule_dataset *wanted, struct bytes file, size_t *odd)
{
	struct json_value_list list = {0};
	const struct json_value *v;
	size_t wrong;
	int r = json_value_read(&list, file, &v, &wrong);
	const struct json_value *array = r == 0 ? member(v, wanted->array_key) : NULL;
	const struct json_value *at = array == NULL ? NULL : array + 1; /* its first one, and then from one to the next */
	size_t left = json_value_length(array);
	for (; left > 0; left--, at += at->span)
		*odd += !add_object(t, at, wanted->value_key);
	*odd += r == -EINVAL;
	json_value_list_done(&list);
	return r == -ENOMEM ? r : 0;
}

static int
read_lines(struct rule_dataset_table *t, const struct rule_dataset *wanted, struct bytes file, size_t *odd)
{
	struct json_value_list list = {0};
	int r = 0;
	for (size_t end; file.len > 0 && r != -ENOMEM; file = bytes_after(file, end + 1)) {
		end = bytes_find(file, '\n');
		struct bytes line = rule_text_trim(bytes_first(file, end));
		if (line.len == 0)
			continue;
		if (wanted->format == RULE_DATASET_CSV) {
			*odd += !add_line(t, line);
			continue;
		}
		const struct json_value *v;
		size_t wrong;
		r = json_value_read(&list, line, &v, &wrong);
		*odd += r < 0 || !add_object(t, v, wanted->value_key);
	}
	json_value_list_done(&list);
	return r == -ENOMEM ? r : 0;
}

/* ---- Tables ---- */

static struct rule_dataset_table *
make(const struct rule_datasets *sets, const struct rule_dataset *wanted, bool is_datarep, bool changes, struct bytes file)
{
	size_t values = changes ? RULE_DATASET_ADDED_MAX : 16;
	for (size_t i = 0; i < file.len; i++)
		values += file.at[i] == '\n' || file.at[i] == '{';
	uint64_t slots = 16;
	while (slots < values * 2 && slots < SLOTS_MAX)
		slots *= 2;
	struct rule_dataset_table *t = arena_new(sets->arena, struct rule_dataset_table, 1);
	if (t == NULL)
		return NULL;
	size_t room = file.len + (changes ? RULE_DATASET_ADDED_BYTES : 0) + 16 * values;
	*t = (struct rule_dataset_table){.name = wanted->name,
	    .save = wanted->save,
	    .type = wanted->type,
	    .is_datarep = is_datarep,
	    .changes = changes,
	    .hash_key = sets->hash_key,
	    .slot_count = (uint32_t)slots,
	    .limit = (uint32_t)(slots / 4 * 3),
	    .slots = arena_new(sets->arena, struct slot, slots),
	    .room = room > UINT32_MAX ? NULL : arena_take(sets->arena, room, 1),
	    .room_size = room};
	return t->slots == NULL || t->room == NULL || pthread_mutex_init(&t->lock, NULL) != 0 ? NULL : t;
}

int
rule_dataset_get(struct rule_datasets *sets, const struct rule_dataset *wanted, bool is_datarep, struct bytes file,
    struct rule_dataset_table **out, size_t *odd_lines, struct diag *diag)
{
	struct rule_dataset_table *t = rule_dataset_find(sets, wanted->name);
	*odd_lines = 0;
	if (t != NULL) {
		if (t->save.len == 0)
			t->save = wanted->save;
		if (t->type != (int)wanted->type || t->is_datarep != is_datarep)
			return diag_say(diag, -EINVAL, _("the set %.*s has another type elsewhere"),
			    (int)bytes_first(wanted->name, 60).len, (const char *)wanted->name.at);
		*out = t;
		return 0;
	}
	if (sets->tables == NULL)
		sets->tables = arena_new(sets->arena, struct rule_dataset_table *, RULE_DATASETS_MAX);
	if (sets->tables == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	if (sets->count == RULE_DATASETS_MAX)
		return diag_say(diag, -E2BIG, _("more than %d data sets"), RULE_DATASETS_MAX);
	/* Whether some rule adds to it is known when all are read: room for that is address space until it is used. */
	t = make(sets, wanted, is_datarep, !is_datarep, file);
	int r = t == NULL                         ? -ENOMEM
	    : file.len == 0                       ? 0
	    : wanted->format == RULE_DATASET_JSON ? read_json(t, wanted, file, odd_lines)
	                                          : read_lines(t, wanted, file, odd_lines);
	if (r < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	sets->tables[sets->count++] = t;
	*out = t;
	return 0;
}

/* ---- What is kept ---- */

bool
rule_dataset_is_file(struct bytes name)
{
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = bytes_lower(name.at[i]);
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
			return false;
	}
	return name.len > 0 && name.len < RULE_DATASET_FILE_MAX && name.at[0] != '.';
}

bool
rule_dataset_is_kept(const struct rule_dataset_table *t, struct bytes *file)
{
	*file = t->save;
	return t->changes && t->save.len > 0;
}

static void
put_base64(struct writer *w, struct bytes value)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < value.len; i += 3) {
		size_t have = value.len - i;
		uint32_t bits = (uint32_t)value.at[i] << 16 | (have > 1 ? (uint32_t)value.at[i + 1] << 8 : 0) |
		    (have > 2 ? value.at[i + 2] : 0u);
		for (unsigned k = 0; k < 4; k++)
			writer_u8(w, k > have ? '=' : (uint8_t)digits[bits >> (18 - 6 * k) & 63]);
	}
}

static void
put_value(struct writer *w, int type, struct bytes value)
{
	static const char hex[] = "0123456789abcdef";
	struct addr address;
	char text[ADDR_TEXT_MAX];
	if (type == RULE_DATASET_STRING) {
		put_base64(w, value);
	} else if (type == RULE_DATASET_MD5 || type == RULE_DATASET_SHA256) {
		for (size_t i = 0; i < value.len; i++) {
			writer_u8(w, (uint8_t)hex[value.at[i] >> 4]);
			writer_u8(w, (uint8_t)hex[value.at[i] & 15]);
		}
	} else {
		memcpy(address.at, value.at, sizeof(address.at));
		size_t len = addr_write(&address, text);
		writer_put(w, (struct bytes){(const uint8_t *)text, len});
	}
	writer_u8(w, '\n');
}

bool
rule_dataset_put_lines(struct rule_dataset_table *t, uint32_t *place, struct writer *w)
{
	bool more = false;
	(void)pthread_mutex_lock(&t->lock);
	for (; *place < t->slot_count && !more; ++*place) {
		const struct slot *s = &t->slots[*place];
		if (s->state != SLOT_USED)
			continue;
		more = w->size - w->len <
		    s->len / 3 * (size_t)4 + 4 + ADDR_TEXT_MAX; /* of the longest, in an empty message, too */
		if (more)
			break;
		put_value(w, t->type, (struct bytes){t->room + s->at, s->len});
	}
	(void)pthread_mutex_unlock(&t->lock);
	return more;
}

void
rule_dataset_inherit(const struct rule_datasets *sets, const struct rule_datasets *before)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct rule_dataset_table *from = before->tables[i];
		struct rule_dataset_table *t = from->is_set ? rule_dataset_find(sets, from->name) : NULL;
		for (uint32_t k = 0; t != NULL && t->type == from->type && t->changes && k < from->slot_count; k++)
			if (from->slots[k].state == SLOT_USED)
				(void)add(t, (struct bytes){from->room + from->slots[k].at, from->slots[k].len}, 0);
	}
}

/* ---- Questions ---- */

void
rule_dataset_note_setter(struct rule_dataset_table *t)
{
	t->is_set = true;
}

bool
rule_dataset_can_hold(const struct rule_dataset_table *t)
{
	return t->is_set || t->taken > 0;
}

static bool
has(const struct rule_dataset_table *t, const struct rule_dataset *wanted, struct bytes value, uint16_t *reputation)
{
	bool there;
	const struct slot *s = find(t, value, &there);
	/* The names above a name: ".b.c" of ".a.b.c". */
	while (!there && wanted->of_subdomains && value.len > 1) {
		value = bytes_after(value, 1);
		value = bytes_after(value, bytes_find(value, '.'));
		if (value.len > 0)
			s = find(t, value, &there);
	}
	*reputation = there ? s->reputation : 0;
	return there;
}

bool
rule_dataset_holds(const struct rule_dataset *wanted, bool is_datarep, struct bytes data)
{
	struct rule_dataset_table *t = wanted->table;
	struct addr address;
	struct bytes value;
	uint16_t reputation;
	bool holds = false, there;
	if (!value_of_bytes(t->type, data, &address, &value))
		return false;
	if (t->changes)
		(void)pthread_mutex_lock(&t->lock);
	if (is_datarep) {
		holds = has(t, wanted, value, &reputation) &&
		    rule_eval_compare(wanted->compare, reputation, wanted->reputation, 0);
	} else if (wanted->command == RULE_DATASET_SET) {
		holds = add(t, value, 0);
	} else if (wanted->command == RULE_DATASET_UNSET) {
		struct slot *s = find(t, value, &there);
		if (there)
			s->state = SLOT_GONE;
		holds = there;
	} else {
		holds = has(t, wanted, value, &reputation) == (wanted->command == RULE_DATASET_IS_SET);
	}
	if (t->changes)
		(void)pthread_mutex_unlock(&t->lock);
	return holds;
}
