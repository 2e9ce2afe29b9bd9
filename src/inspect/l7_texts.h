/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_texts.h - texts of different lengths in a fixed room, for states of flows: names of files, shares, people.
 *
 * A text is known by a small number; 0 is none, and empty. What does not fit is cut, or not kept.
 */
#ifndef INSPECT_L7_TEXTS_H
#define INSPECT_L7_TEXTS_H

#include "core/bytes.h"

enum { L7_TEXTS_MAX = 120, L7_TEXTS_ROOM = 6144, L7_TEXTS_ONE_MAX = 1024 };

struct l7_texts {
	uint16_t used;
	struct {
		uint16_t at, len;
		bool taken;
	} list[L7_TEXTS_MAX];
	uint8_t room[L7_TEXTS_ROOM];
};

/* 0 when the text is empty, or there is no room. */
uint8_t l7_texts_keep(struct l7_texts *t, struct bytes text);
/* From UTF-16 (little endian) as UTF-8, without zero characters; what is half of a pair is U+FFFD. */
uint8_t l7_texts_keep_wide(struct l7_texts *t, struct bytes text);
/* One more of a text that is kept. */
uint8_t l7_texts_copy(struct l7_texts *t, uint8_t number);
/* Valid until the next l7_texts_drop(), which moves texts. */
struct bytes l7_texts_at(const struct l7_texts *t, uint8_t number);
void l7_texts_drop(struct l7_texts *t, uint8_t number);

#endif
