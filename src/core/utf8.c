/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/utf8.h"

size_t
utf8_length(struct bytes b)
{
	if (b.len < 2)
		return 0;
	uint8_t c = b.at[0], d = b.at[1];
	if ((d & 0xc0) != 0x80)
		return 0;
	if (c >= 0xc2 && c <= 0xdf)
		return c == 0xc2 && d < 0xa0 ? 0 : 2;
	if (b.len < 3 || (b.at[2] & 0xc0) != 0x80)
		return 0;
	if (c == 0xe0)
		return d >= 0xa0 ? 3 : 0;
	if (c == 0xed)
		return d <= 0x9f ? 3 : 0;
	if (c >= 0xe1 && c <= 0xef)
		return 3;
	if (b.len < 4 || (b.at[3] & 0xc0) != 0x80)
		return 0;
	if (c == 0xf0)
		return d >= 0x90 ? 4 : 0;
	if (c >= 0xf1 && c <= 0xf3)
		return 4;
	return c == 0xf4 && d <= 0x8f ? 4 : 0;
}
