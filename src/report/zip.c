/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/zip.h"

#include <stdlib.h>
#include <zlib.h>

enum {
	LOCAL = 0x04034b50,
	CENTRAL = 0x02014b50,
	END = 0x06054b50,
	LOCAL_BYTES = 30,
	CENTRAL_BYTES = 46,
	END_BYTES = 22,
	VERSION = 20,
	DOS_DATE = 0x21, /* 1980-01-01 */
	UTF8_NAMES = 1 << 11,
	STORED = 0,
	DEFLATED = 8,
	FIRST_ROOM = 1 << 16
};

static uint8_t *
grow(struct zip *z, size_t more)
{
	if (z->failed || more > ZIP_BYTES_MAX - z->len) {
		z->failed = true;
		return NULL;
	}
	if (more > z->room - z->len) {
		size_t room = z->room == 0 ? FIRST_ROOM : z->room;
		while (room - z->len < more)
			room *= 2;
		uint8_t *bigger = realloc(z->at, room);
		if (bigger == NULL) {
			z->failed = true;
			return NULL;
		}
		z->at = bigger;
		z->room = room;
	}
	uint8_t *at = z->at + z->len;
	z->len += more;
	return at;
}

static uint8_t *
le(uint8_t *at, uint32_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * i));
	return at + bytes;
}

/* What local and central headers have in common, from the version needed to the length of the name. */
static uint8_t *
common(uint8_t *at, const struct zip_entry *e)
{
	at = le(at, VERSION, 2);
	at = le(at, UTF8_NAMES, 2);
	at = le(at, e->is_deflated ? DEFLATED : STORED, 2);
	at = le(at, 0, 2);
	at = le(at, DOS_DATE, 2);
	at = le(at, e->crc, 4);
	at = le(at, e->packed, 4);
	at = le(at, e->size, 4);
	return le(at, (uint32_t)strlen(e->name_cstr), 2);
}

static struct zip_entry *
start(struct zip *z, const char *name_cstr, struct bytes data)
{
	size_t name = strlen(name_cstr);
	if (z->count == ZIP_FILES_MAX || name >= ZIP_NAME_MAX || data.len > ZIP_BYTES_MAX) {
		z->failed = true;
		return NULL;
	}
	struct zip_entry *e = &z->entries[z->count++];
	*e = (struct zip_entry){.at = (uint32_t)z->len, .size = (uint32_t)data.len, .packed = (uint32_t)data.len};
	memcpy(e->name_cstr, name_cstr, name + 1);
	e->crc = (uint32_t)crc32(0, data.at, (uInt)data.len);
	return e;
}

static void
put_local(struct zip *z, const struct zip_entry *e, struct bytes packed)
{
	size_t name = strlen(e->name_cstr);
	uint8_t *at = grow(z, LOCAL_BYTES + name + packed.len);
	if (at == NULL)
		return;
	at = common(le(at, LOCAL, 4), e);
	at = le(at, 0, 2);
	memcpy(at, e->name_cstr, name);
	if (packed.len > 0)
		memcpy(at + name, packed.at, packed.len);
}

void
zip_store(struct zip *z, const char *name_cstr, struct bytes data)
{
	const struct zip_entry *e = start(z, name_cstr, data);
	if (e != NULL)
		put_local(z, e, data);
}

void
zip_deflate(struct zip *z, const char *name_cstr, struct bytes data)
{
	struct zip_entry *e = start(z, name_cstr, data);
	z_stream s = {.next_in = (Bytef *)(uintptr_t)data.at, .avail_in = (uInt)data.len};
	if (e == NULL || deflateInit2(&s, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		z->failed = true;
		return;
	}
	uLong most = deflateBound(&s, (uLong)data.len);
	uint8_t *room = malloc(most);
	s.next_out = room;
	s.avail_out = (uInt)most;
	if (room != NULL && deflate(&s, Z_FINISH) == Z_STREAM_END) {
		e->is_deflated = true;
		e->packed = (uint32_t)s.total_out;
		put_local(z, e, (struct bytes){room, s.total_out});
	} else {
		z->failed = true;
	}
	(void)deflateEnd(&s);
	free(room);
}

bool
zip_end(struct zip *z)
{
	size_t start_at = z->len;
	for (size_t i = 0; i < z->count; i++) {
		const struct zip_entry *e = &z->entries[i];
		size_t name = strlen(e->name_cstr);
		uint8_t *at = grow(z, CENTRAL_BYTES + name);
		if (at == NULL)
			return false;
		at = common(le(le(at, CENTRAL, 4), VERSION, 2), e);
		memset(at, 0, 12); /* no more fields, no comment, first disk, no attributes */
		at = le(at + 12, e->at, 4);
		memcpy(at, e->name_cstr, name);
	}
	size_t bytes = z->len - start_at;
	uint8_t *at = grow(z, END_BYTES);
	if (at == NULL)
		return false;
	at = le(le(at, END, 4), 0, 4);
	at = le(le(at, (uint32_t)z->count, 2), (uint32_t)z->count, 2);
	at = le(le(at, (uint32_t)bytes, 4), (uint32_t)start_at, 4);
	(void)le(at, 0, 2);
	return !z->failed;
}

void
zip_free(struct zip *z)
{
	free(z->at);
	z->at = NULL;
}

/* --- reading: every number is checked against what there is */

static uint32_t
number(struct bytes b, size_t at, size_t bytes)
{
	uint32_t value = 0;
	for (size_t i = 0; i < bytes && at + i < b.len; i++)
		value |= (uint32_t)b.at[at + i] << (8 * i);
	return value;
}

/* Where the data of a local header begin; false when it is not in the archive. */
static bool
find_data(struct bytes archive, struct zip_entry *e)
{
	struct bytes local = bytes_after(archive, e->at);
	if (local.len < LOCAL_BYTES || number(local, 0, 4) != LOCAL)
		return false;
	size_t skip = (size_t)LOCAL_BYTES + number(local, 26, 2) + number(local, 28, 2);
	if (skip > local.len || e->packed > local.len - skip)
		return false;
	e->at += (uint32_t)skip;
	return true;
}

bool
zip_open(struct bytes archive, struct zip *out)
{
	*out = (struct zip){.count = 0};
	if (archive.len < END_BYTES || archive.len > ZIP_BYTES_MAX)
		return false;
	struct bytes end = bytes_after(archive, archive.len - END_BYTES); /* no comment: no program of ours writes one */
	uint32_t count = number(end, 10, 2);
	struct bytes central = bytes_after(archive, number(end, 16, 4));
	if (number(end, 0, 4) != END || count > ZIP_FILES_MAX)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		struct zip_entry *e = &out->entries[out->count];
		uint32_t method = number(central, 10, 2), name = number(central, 28, 2);
		if (central.len < CENTRAL_BYTES || number(central, 0, 4) != CENTRAL || name == 0 || name >= ZIP_NAME_MAX ||
		    name > central.len - CENTRAL_BYTES || (method != STORED && method != DEFLATED))
			return false;
		*e = (struct zip_entry){.crc = number(central, 16, 4),
		    .packed = number(central, 20, 4),
		    .size = number(central, 24, 4),
		    .at = number(central, 42, 4),
		    .is_deflated = method == DEFLATED};
		memcpy(e->name_cstr, central.at + CENTRAL_BYTES, name);
		if (memchr(e->name_cstr, '\0', name) != NULL || e->size > ZIP_BYTES_MAX || !find_data(archive, e))
			return false;
		central = bytes_after(
		    central, (size_t)CENTRAL_BYTES + name + number(central, 30, 2) + number(central, 32, 2));
		out->count++;
	}
	return true;
}

bool
zip_read(struct bytes archive, const struct zip_entry *e, uint8_t **out)
{
	struct bytes packed = bytes_first(bytes_after(archive, e->at), e->packed);
	uint8_t *room = malloc((size_t)e->size + 1);
	bool ok = room != NULL && packed.len == e->packed;
	if (ok && e->is_deflated) {
		z_stream s = {.next_in = (Bytef *)(uintptr_t)packed.at,
		    .avail_in = (uInt)packed.len,
		    .next_out = room,
		    .avail_out = (uInt)e->size + 1};
		ok = inflateInit2(&s, -MAX_WBITS) == Z_OK;
		ok = ok && inflate(&s, Z_FINISH) == Z_STREAM_END && s.total_out == e->size;
		(void)inflateEnd(&s);
	} else if (ok) {
		ok = packed.len == e->size;
		if (ok && packed.len > 0)
			memcpy(room, packed.at, packed.len);
	}
	ok = ok && (uint32_t)crc32(0, room, (uInt)e->size) == e->crc;
	if (!ok) {
		free(room);
		return false;
	}
	room[e->size] = '\0';
	*out = room;
	return true;
}
