/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/mime_decode.h"

static void
put(struct mime_decode_out *out, struct bytes text)
{
	if (text.len > 0)
		memcpy(out->at + out->len, text.at, text.len);
	out->len += text.len;
}

static void
put_end_before(struct mime_decode *d, struct mime_decode_out *out)
{
	put(out, (struct bytes){d->end, d->end_len});
	d->end_len = 0;
}

static void
hold_end(struct mime_decode *d, struct bytes end)
{
	end = bytes_first(end, sizeof(d->end));
	d->end_len = (uint8_t)end.len;
	if (end.len > 0)
		memcpy(d->end, end.at, end.len);
}

void
mime_decode_plain(struct mime_decode *d, struct bytes text, struct bytes end, struct mime_decode_out *out)
{
	put_end_before(d, out);
	put(out, text);
	hold_end(d, end);
}

/* After padding what follows begins anew: some programs write one base64 text after the other. */
void
mime_decode_base64_end(struct mime_decode *d, struct mime_decode_out *out)
{
	if (d->digits >= 2)
		out->at[out->len++] = (uint8_t)(d->bits >> (d->digits * 6 - 8));
	if (d->digits == 3)
		out->at[out->len++] = (uint8_t)(d->bits >> 2);
	d->bits = d->digits = 0;
}

enum { NO = 0x80 };
static const uint8_t digits_of[128] = {
    /* bytes_base64_digit() */
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    62,
    NO,
    NO,
    NO,
    63,
    52,
    53,
    54,
    55,
    56,
    57,
    58,
    59,
    60,
    61,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    16,
    17,
    18,
    19,
    20,
    21,
    22,
    23,
    24,
    25,
    NO,
    NO,
    NO,
    NO,
    NO,
    NO,
    26,
    27,
    28,
    29,
    30,
    31,
    32,
    33,
    34,
    35,
    36,
    37,
    38,
    39,
    40,
    41,
    42,
    43,
    44,
    45,
    46,
    47,
    48,
    49,
    50,
    51,
    NO,
    NO,
    NO,
    NO,
    NO,
};

/* Whole groups of four digits from the beginning of the text, three bytes each: what most lines consist of. */
static size_t
whole_groups(struct bytes text, struct mime_decode_out *out)
{
	size_t i = 0;
	uint8_t *to = out->at + out->len;
	for (; i + 4 <= text.len; i += 4, to += 3) {
		const uint8_t *c = text.at + i;
		uint8_t all = c[0] | c[1] | c[2] | c[3];
		uint32_t a = digits_of[c[0] & 0x7f], b = digits_of[c[1] & 0x7f];
		uint32_t x = digits_of[c[2] & 0x7f], y = digits_of[c[3] & 0x7f];
		if (((all | a | b | x | y) & NO) != 0)
			break;
		uint32_t bits = a << 18 | b << 12 | x << 6 | y;
		to[0] = (uint8_t)(bits >> 16);
		to[1] = (uint8_t)(bits >> 8);
		to[2] = (uint8_t)bits;
	}
	out->len += i / 4 * 3;
	return i;
}

bool
mime_decode_base64(struct mime_decode *d, struct bytes text, struct mime_decode_out *out)
{
	bool valid = true;
	for (size_t i = d->digits == 0 ? whole_groups(text, out) : 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		int digit = bytes_base64_digit(c);
		if (digit < 0) {
			if (c == '=')
				mime_decode_base64_end(d, out);
			else
				valid = valid && (c == ' ' || c == '\t' || c == '\r');
			continue;
		}
		d->bits = d->bits << 6 | (uint32_t)digit;
		if (++d->digits < 4)
			continue;
		out->at[out->len++] = (uint8_t)(d->bits >> 16);
		out->at[out->len++] = (uint8_t)(d->bits >> 8);
		out->at[out->len++] = (uint8_t)d->bits;
		d->bits = d->digits = 0;
		i += whole_groups(bytes_after(text, i + 1), out);
	}
	return valid;
}

bool
mime_decode_qp(struct mime_decode *d, struct bytes text, struct bytes end, struct mime_decode_out *out)
{
	bool valid = true;
	put_end_before(d, out);
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		if (d->held_len == 0) {
			if (c == '=')
				d->held[d->held_len++] = c;
			else
				out->at[out->len++] = c;
			continue;
		}
		if (d->held_len == 1 && bytes_hex_digit(c) >= 0) {
			d->held[d->held_len++] = c;
			continue;
		}
		int low = d->held_len == 2 ? bytes_hex_digit(c) : -1;
		if (low >= 0) {
			out->at[out->len++] = (uint8_t)(bytes_hex_digit(d->held[1]) << 4 | low);
		} else {
			valid = false;
			put(out, (struct bytes){d->held, d->held_len});
			i--; /* this byte again: it may begin another one */
		}
		d->held_len = 0;
	}
	if (end.len == 0)
		return valid;
	/* "=" at the end of a line: the line goes on (RFC 2045 6.7) */
	if (d->held_len != 1)
		hold_end(d, end);
	if (d->held_len == 2) {
		valid = false;
		put(out, (struct bytes){d->held, d->held_len});
	}
	d->held_len = 0;
	return valid;
}
