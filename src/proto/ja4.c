/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/ja4.h"

#include "proto/digest.h"

enum {
	VALUES_MAX = 1024, /* no honest hello has a fifth of it; what follows is not looked at */
	HASH_SHOWN = 12,   /* characters of each SHA-256 */
};

struct values {
	size_t count;
	uint16_t list[VALUES_MAX];
};

static void
values_add(struct values *v, uint16_t value)
{
	if (!tls_is_grease(value) && v->count < VALUES_MAX)
		v->list[v->count++] = value;
}

static void
sift_down(uint16_t *list, size_t root, size_t count)
{
	while (root * 2 + 1 < count) {
		size_t child = root * 2 + 1;
		if (child + 1 < count && list[child] < list[child + 1])
			child++;
		if (list[root] >= list[child])
			return;
		uint16_t swap = list[root];
		list[root] = list[child];
		list[child] = swap;
		root = child;
	}
}

/* Heapsort: a stranger chooses the values, so no quadratic case; and qsort() may allocate. */
static void
values_sort(struct values *v)
{
	for (size_t i = v->count / 2; i > 0; i--)
		sift_down(v->list, i - 1, v->count);
	for (size_t i = v->count; i > 1; i--) {
		uint16_t swap = v->list[0];
		v->list[0] = v->list[i - 1];
		v->list[i - 1] = swap;
		sift_down(v->list, 0, i - 1);
	}
}

/* "1301,1302": returns the length. */
static size_t
write_list(const struct values *v, char *out)
{
	size_t n = 0;
	for (size_t i = 0; i < v->count; i++) {
		uint8_t pair[2] = {(uint8_t)(v->list[i] >> 8), (uint8_t)v->list[i]};
		if (i > 0)
			out[n++] = ',';
		n += digest_hex((struct bytes){pair, 2}, '\0', out + n);
	}
	return n;
}

static void
write_hash(struct bytes text, char out[static HASH_SHOWN])
{
	uint8_t hash[DIGEST_SHA256_SIZE];
	if (text.len == 0) {
		memset(out, '0', HASH_SHOWN);
		return;
	}
	digest_sha256(text, hash);
	digest_hex((struct bytes){hash, HASH_SHOWN / 2}, '\0', out);
}

static void
write_version(const struct tls_client_hello *hello, char out[static 2])
{
	struct cursor list = cursor_of(hello->supported_versions);
	uint16_t best = 0, version;
	while (tls_next_u16(&list, &version))
		if (!tls_is_grease(version) && version > best)
			best = version;
	const char *text;
	switch (best > 0 ? best : hello->version) {
	case 0x0304: text = "13"; break;
	case 0x0303: text = "12"; break;
	case 0x0302: text = "11"; break;
	case 0x0301: text = "10"; break;
	case 0x0300: text = "s3"; break;
	case 0x0200:
	case 0x0002: text = "s2"; break;
	default: text = "00";
	}
	memcpy(out, text, 2);
}

static bool
is_alphanumeric(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void
write_alpn(struct bytes alpn, char out[static 2])
{
	struct cursor list = cursor_of(alpn);
	struct bytes name = {0};
	memcpy(out, "00", 2);
	if (!tls_next_name(&list, &name) || name.len == 0)
		return;
	struct cursor first_byte = cursor_of(name), last_byte = cursor_of(bytes_after(name, name.len - 1));
	uint8_t ends[2] = {cursor_u8(&first_byte), cursor_u8(&last_byte)};
	if (is_alphanumeric(ends[0]) && is_alphanumeric(ends[1])) {
		memcpy(out, ends, 2);
		return;
	}
	char hex[4];
	digest_hex((struct bytes){ends, 2}, '\0', hex);
	out[0] = hex[0];
	out[1] = hex[3];
}

static void
write_count(size_t count, char out[static 2])
{
	size_t shown = count > 99 ? 99 : count;
	out[0] = (char)('0' + shown / 10);
	out[1] = (char)('0' + shown % 10);
}

bool
ja4_write(const struct tls_client_hello *hello, enum ja4_transport transport, char out[static JA4_SIZE])
{
	struct values v = {.count = 0};
	char text[VALUES_MAX * 5 * 2 + 1];
	if (hello->is_ssl2)
		return false;
	out[0] = transport == JA4_QUIC ? 'q' : 't';
	write_version(hello, out + 1);
	out[3] = hello->has_sni ? 'd' : 'i';
	write_alpn(hello->alpn, out + 8);

	struct cursor list = cursor_of(hello->ciphers);
	uint16_t value;
	while (tls_next_u16(&list, &value))
		values_add(&v, value);
	write_count(v.count, out + 4);
	values_sort(&v);
	out[10] = '_';
	write_hash((struct bytes){(const uint8_t *)text, write_list(&v, text)}, out + 11);

	/* The name and the ALPN count as extensions, but are not hashed: they tell the server, not the client. */
	size_t extensions = 0;
	struct tls_extension e;
	v.count = 0;
	list = cursor_of(hello->extensions);
	while (tls_next_extension(&list, &e)) {
		extensions += !tls_is_grease(e.type);
		if (e.type != TLS_EXTENSION_SERVER_NAME && e.type != TLS_EXTENSION_ALPN)
			values_add(&v, e.type);
	}
	write_count(extensions, out + 6);
	values_sort(&v);
	size_t n = write_list(&v, text);
	v.count = 0;
	list = cursor_of(hello->signature_algorithms);
	while (tls_next_u16(&list, &value))
		values_add(&v, value);
	if (v.count > 0) {
		text[n++] = '_';
		n += write_list(&v, text + n);
	}
	out[23] = '_';
	write_hash((struct bytes){(const uint8_t *)text, n}, out + 24);
	return true;
}
