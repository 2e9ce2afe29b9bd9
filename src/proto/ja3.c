/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/ja3.h"

#include "proto/digest.h"

struct writer {
	char *at, *end;
	bool full;
};

static void
put_char(struct writer *w, char c)
{
	if (w->at < w->end)
		*w->at++ = c;
	else
		w->full = true;
}

static void
put_number(struct writer *w, uint16_t value)
{
	uint16_t unit = value >= 10000 ? 10000 : value >= 1000 ? 1000 : value >= 100 ? 100 : value >= 10 ? 10 : 1;
	for (; unit > 0; unit /= 10)
		put_char(w, (char)('0' + value / unit % 10));
}

static void
put_listed(struct writer *w, uint16_t value, bool *later)
{
	if (tls_is_grease(value))
		return;
	if (*later)
		put_char(w, '-');
	put_number(w, value);
	*later = true;
}

static void
put_list(struct writer *w, struct bytes values)
{
	struct cursor list = cursor_of(values);
	uint16_t value;
	bool later = false;
	put_char(w, ',');
	while (!w->full && tls_next_u16(&list, &value))
		put_listed(w, value, &later);
}

static void
put_extensions(struct writer *w, struct bytes extensions)
{
	struct cursor list = cursor_of(extensions);
	struct tls_extension e;
	bool later = false;
	put_char(w, ',');
	while (!w->full && tls_next_extension(&list, &e))
		put_listed(w, e.type, &later);
}

static size_t
written(const struct writer *w, const char *start)
{
	return w->full ? 0 : (size_t)(w->at - start);
}

size_t
ja3_write_client(const struct tls_client_hello *hello, char *out, size_t size)
{
	struct writer w = {out, out + size, false};
	struct cursor points = cursor_of(hello->points);
	if (hello->is_ssl2)
		return 0;
	put_number(&w, hello->version);
	put_list(&w, hello->ciphers);
	put_extensions(&w, hello->extensions);
	put_list(&w, hello->groups);
	put_char(&w, ',');
	for (bool later = false; points.left > 0 && !w.full; later = true) {
		if (later)
			put_char(&w, '-');
		put_number(&w, cursor_u8(&points));
	}
	return written(&w, out);
}

size_t
ja3_write_server(const struct tls_server_hello *hello, char *out, size_t size)
{
	struct writer w = {out, out + size, false};
	put_number(&w, hello->version);
	put_char(&w, ',');
	put_number(&w, hello->cipher);
	put_extensions(&w, hello->extensions);
	return written(&w, out);
}

void
ja3_hash(struct bytes text, char out[static JA3_HASH_SIZE])
{
	uint8_t hash[DIGEST_MD5_SIZE];
	digest_md5(text, hash);
	digest_hex((struct bytes){hash, sizeof(hash)}, '\0', out);
}

/* 1 to 10 for the digits, 11 for '-', 12 for ','; 0 ends an odd text. */
static uint8_t
nibble_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return (uint8_t)(c - '0' + 1);
	return c == '-' ? 11 : c == ',' ? 12 : 0;
}

size_t
ja3_pack(struct bytes text, uint8_t *out, size_t size)
{
	size_t needed = text.len / 2 + text.len % 2;
	if (needed > size)
		return 0;
	struct cursor c = cursor_of(text);
	for (size_t i = 0; i < needed; i++) {
		uint8_t high = nibble_of(cursor_u8(&c));
		uint8_t low = c.left > 0 ? nibble_of(cursor_u8(&c)) : 15;
		if (high == 0 || low == 0)
			return 0;
		out[i] = (uint8_t)(high << 4 | (low & (low == 15 ? 0 : 15)));
	}
	return needed;
}

size_t
ja3_unpack(struct bytes packed, char *out, size_t size)
{
	static const char letters[] = "?0123456789-,???";
	struct writer w = {out, out + size, false};
	struct cursor c = cursor_of(packed);
	while (c.left > 0) {
		uint8_t pair = cursor_u8(&c);
		put_char(&w, letters[pair >> 4]);
		if ((pair & 15) != 0)
			put_char(&w, letters[pair & 15]);
	}
	return (size_t)(w.at - out);
}
