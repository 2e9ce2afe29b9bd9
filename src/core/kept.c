/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/kept.h"

#include "core/ensure.h"

bool
kept_open(struct kept *k, uint8_t kind)
{
	if (k->count == KEPT_ITEMS) {
		k->full = true;
		return false;
	}
	k->items[k->count++] = (struct kept_item){.at = k->used, .kind = kind};
	return true;
}

bool
kept_append(struct kept *k, struct bytes text, size_t limit)
{
	ENSURE(k->count > 0);
	struct kept_item *item = &k->items[k->count - 1];
	size_t allowed = limit > item->len ? limit - item->len : 0, room = (size_t)(KEPT_TEXT - k->used);
	struct bytes kept = bytes_first(bytes_first(text, allowed), room);
	k->full = k->full || (kept.len < text.len && kept.len == room);
	if (kept.len > 0)
		memmove(k->text + k->used, kept.at, kept.len);
	k->used = (uint16_t)(k->used + kept.len);
	item->len = (uint16_t)(item->len + kept.len);
	return kept.len == text.len;
}

void
kept_drop_last(struct kept *k)
{
	ENSURE(k->count > 0);
	k->used = k->items[--k->count].at;
}

bool
kept_put(struct kept *k, uint8_t kind, struct bytes text)
{
	return kept_open(k, kind) && kept_append(k, text, KEPT_TEXT);
}

bool
kept_next(const struct kept *k, uint8_t kind, size_t *from, struct bytes *text)
{
	for (size_t i = *from; i < k->count; i++) {
		if (k->items[i].kind != kind)
			continue;
		*text = (struct bytes){k->text + k->items[i].at, k->items[i].len};
		*from = i + 1;
		return true;
	}
	*from = k->count;
	return false;
}

struct bytes
kept_first(const struct kept *k, uint8_t kind)
{
	size_t from = 0;
	struct bytes text = {0};
	(void)kept_next(k, kind, &from, &text);
	return text;
}

bool
kept_has(const struct kept *k, uint8_t kind)
{
	size_t from = 0;
	struct bytes text;
	return kept_next(k, kind, &from, &text);
}
