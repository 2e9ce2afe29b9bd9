/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_asn1.h"

#include "core/cursor.h"

enum { OBJECTS_MAX = 30, TAG_BIT_STRING = 3, TAG_REAL = 9, CONSTRUCTED = 0x20, DOUBLE_MAX = 256 };

/* Its head: X.690 8.1.2 and 8.1.3. Of an indefinite length 0: what it holds follows. */
static uint8_t
read_head(struct cursor *c, uint64_t *length)
{
	uint8_t first = cursor_u8(c), more;
	if ((first & 31) == 31) {
		int n = 0;
		do
			more = cursor_u8(c);
		while ((more & 0x80) != 0 && ++n < 5);
	}
	*length = cursor_u8(c);
	if ((*length & 0x80) == 0)
		return first;
	unsigned bytes = *length & 0x7f;
	*length = 0;
	if (bytes > 8)
		cursor_stop(c, PARSE_BAD);
	for (unsigned i = 0; i < bytes && cursor_ok(c); i++)
		*length = *length << 8 | cursor_u8(c);
	return first;
}

/* What the encoding states counts, whether or not all of it is there: that it is not is the attack. */
static bool
is_odd(const struct rule_asn1 *asked, uint8_t first, uint64_t length, struct cursor content)
{
	bool universal = (first & 0xc0) == 0 && (first & CONSTRUCTED) == 0;
	unsigned tag = first & 31;
	if (asked->has_oversize && length > asked->oversize)
		return true;
	if (!universal || length == 0)
		return false;
	uint8_t start = cursor_u8(&content);
	/* 8.6.2.2: the first byte counts the bits of the last one that are not used: more than there are. */
	if (asked->bit_strings && tag == TAG_BIT_STRING && start > (length - 1) * 8)
		return true;
	/* 8.5.8: written in decimal digits, longer than any number needs. */
	return asked->doubles && tag == TAG_REAL && cursor_ok(&content) && (start & 0xc0) == 0 && length > DOUBLE_MAX;
}

bool
rule_asn1_holds(const struct rule_asn1 *asked, struct bytes data)
{
	struct cursor c = cursor_of(data);
	for (int i = 0; i < OBJECTS_MAX && c.left > 0; i++) {
		uint64_t length;
		uint8_t first = read_head(&c, &length);
		if (!cursor_ok(&c))
			return false;
		if (is_odd(asked, first, length, c))
			return true;
		if ((first & CONSTRUCTED) == 0) /* what holds others is entered */
			cursor_take(&c, length > c.left ? c.left : (size_t)length);
	}
	return false;
}
