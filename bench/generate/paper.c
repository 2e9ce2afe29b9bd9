/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "paper.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *
room(struct paper *p, size_t len)
{
	if (len > sizeof(p->at) - p->len)
		abort();
	uint8_t *at = p->at + p->len;
	p->len += len;
	return at;
}

void
paper_u8(struct paper *p, uint32_t value)
{
	*room(p, 1) = (uint8_t)value;
}

void
paper_be16(struct paper *p, uint32_t value)
{
	uint8_t *at = room(p, 2);
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

void
paper_be24(struct paper *p, uint32_t value)
{
	paper_u8(p, value >> 16);
	paper_be16(p, value);
}

void
paper_be32(struct paper *p, uint32_t value)
{
	paper_be16(p, value >> 16);
	paper_be16(p, value);
}

void
paper_le16(struct paper *p, uint32_t value)
{
	paper_u8(p, value);
	paper_u8(p, value >> 8);
}

void
paper_le32(struct paper *p, uint32_t value)
{
	paper_le16(p, value);
	paper_le16(p, value >> 16);
}

void
paper_bytes(struct paper *p, const void *at, size_t len)
{
	memcpy(room(p, len), at, len);
}

void
paper_zero(struct paper *p, size_t len)
{
	memset(room(p, len), 0, len);
}

void
paper_noise(struct paper *p, struct noise *n, size_t len)
{
	noise_fill(n, room(p, len), len);
}

void
paper_str(struct paper *p, const char *cstr)
{
	paper_bytes(p, cstr, strlen(cstr));
}

void
paper_printf(struct paper *p, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int len = vsnprintf((char *)p->at + p->len, sizeof(p->at) - p->len, format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(p->at) - p->len)
		abort();
	p->len += (size_t)len;
}

size_t
paper_open(struct paper *p, size_t width)
{
	paper_zero(p, width);
	return p->len;
}

void
paper_close(struct paper *p, size_t mark, size_t width)
{
	size_t len = p->len - mark;
	for (size_t i = 1; i <= width; i++) {
		p->at[mark - i] = (uint8_t)len;
		len >>= 8;
	}
	if (len != 0)
		abort();
}

size_t
paper_der_open(struct paper *p, uint8_t tag)
{
	paper_u8(p, tag);
	return p->len;
}

void
paper_der_close(struct paper *p, size_t mark)
{
	size_t len = p->len - mark;
	size_t width = len < 0x80 ? 1 : len < 0x100 ? 2 : 3;
	room(p, width);
	memmove(p->at + mark + width, p->at + mark, len);
	if (width > 1)
		p->at[mark] = (uint8_t)(0x80 + width - 1);
	if (width > 2)
		p->at[mark + 1] = (uint8_t)(len >> 8);
	p->at[mark + width - 1] = (uint8_t)len;
}
