/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_texts.h"

uint8_t
l7_texts_keep(struct l7_texts *t, struct bytes text)
{
	text = bytes_first(text, L7_TEXTS_ONE_MAX);
	uint8_t i = 0;
	while (i < L7_TEXTS_MAX && t->list[i].taken)
		i++;
	if (text.len == 0 || i == L7_TEXTS_MAX || text.len > (size_t)(L7_TEXTS_ROOM - t->used))
		return 0;
	t->list[i].at = t->used;
	t->list[i].len = (uint16_t)text.len;
	t->list[i].taken = true;
	memcpy(t->room + t->used, text.at, text.len);
	t->used = (uint16_t)(t->used + text.len);
	return (uint8_t)(i + 1);
}

static size_t
put_utf8(uint8_t *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	out[0] = (uint8_t)((0xf00u >> more) | c >> (6 * more));
	for (size_t i = 1; i <= more; i++)
		out[i] = (uint8_t)(0x80 | (c >> (6 * (more - i)) & 0x3f));
	return more + 1;
}

uint8_t
l7_texts_keep_wide(struct l7_texts *t, struct bytes text)
{
	enum { CHARACTER_MAX = 4 };
	uint8_t out[L7_TEXTS_ONE_MAX + CHARACTER_MAX];
	size_t len = 0;
	for (size_t i = 0; i + 1 < text.len && len < L7_TEXTS_ONE_MAX; i += 2) {
		uint32_t c = (uint32_t)text.at[i] | (uint32_t)text.at[i + 1] << 8;
		if ((c & 0xfc00) == 0xd800 && i + 3 < text.len && (text.at[i + 3] & 0xfc) == 0xdc) {
			c = 0x10000 + ((c & 0x3ff) << 10) + ((uint32_t)text.at[i + 2] | (uint32_t)(text.at[i + 3] & 3) << 8);
			i += 2;
		} else if ((c & 0xf800) == 0xd800) {
			c = 0xfffd;
		}
		if (c != 0)
			len += put_utf8(out + len, c);
	}
	return l7_texts_keep(t, (struct bytes){out, len < L7_TEXTS_ONE_MAX ? len : L7_TEXTS_ONE_MAX});
}

uint8_t
l7_texts_copy(struct l7_texts *t, uint8_t number)
{
	return l7_texts_keep(t, l7_texts_at(t, number));
}

struct bytes
l7_texts_at(const struct l7_texts *t, uint8_t number)
{
	if (number == 0)
		return (struct bytes){0};
	return (struct bytes){t->room + t->list[number - 1].at, t->list[number - 1].len};
}

void
l7_texts_drop(struct l7_texts *t, uint8_t number)
{
	if (number == 0 || !t->list[number - 1].taken)
		return;
	uint16_t at = t->list[number - 1].at, len = t->list[number - 1].len;
	t->list[number - 1].taken = false;
	memmove(t->room + at, t->room + at + len, (size_t)(t->used - at - len));
	t->used = (uint16_t)(t->used - len);
	for (size_t i = 0; i < L7_TEXTS_MAX; i++)
		if (t->list[i].taken && t->list[i].at > at)
			t->list[i].at = (uint16_t)(t->list[i].at - len);
}
