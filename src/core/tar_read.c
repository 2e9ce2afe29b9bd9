/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/tar_read.h"

enum { BLOCK = 512, NAME = 100, SIZE_AT = 124, SIZE_DIGITS = 12, SUM_AT = 148, SUM_DIGITS = 8, TYPE_AT = 156 };

/* Octal digits, led by blanks, ended by a blank, a NUL or the field's end. */
static bool
octal(struct bytes field, uint64_t *out)
{
	size_t i = 0;
	while (i < field.len && field.at[i] == ' ')
		i++;
	uint64_t value = 0;
	size_t first = i;
	while (i < field.len && field.at[i] >= '0' && field.at[i] <= '7')
		value = value << 3 | (uint64_t)(field.at[i++] - '0');
	*out = value;
	return i > first && (i == field.len || field.at[i] == ' ' || field.at[i] == '\0');
}

/* The sum of the header's bytes, its own field counted as blanks. */
static bool
sum_fits(struct bytes header)
{
	uint64_t said, sum = 0;
	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= SUM_AT && i < SUM_AT + SUM_DIGITS ? ' ' : header.at[i];
	return octal((struct bytes){header.at + SUM_AT, SUM_DIGITS}, &said) && said == sum;
}

static bool
is_empty(struct bytes block)
{
	for (size_t i = 0; i < block.len; i++)
		if (block.at[i] != 0)
			return false;
	return true;
}

enum parse
tar_read_next(struct cursor *archive, struct tar_read_member *out)
{
	while (archive->left >= BLOCK) {
		uint64_t size;
		struct bytes header = cursor_take(archive, BLOCK);
		if (is_empty(header))
			return PARSE_SHORT;
		if (!sum_fits(header) || !octal((struct bytes){header.at + SIZE_AT, SIZE_DIGITS}, &size) ||
		    size > archive->left)
			return PARSE_BAD;
		struct bytes data = cursor_take(archive, (size_t)size), name = {header.at, NAME};
		size_t padding = (BLOCK - size % BLOCK) % BLOCK;
		(void)cursor_take(archive, padding < archive->left ? padding : archive->left);
		uint8_t type = header.at[TYPE_AT];
		if (type != '0' && type != '\0')
			continue;
		*out = (struct tar_read_member){bytes_first(name, bytes_find(name, '\0')), data};
		return PARSE_OK;
	}
	return archive->left == 0 ? PARSE_SHORT : PARSE_BAD;
}
