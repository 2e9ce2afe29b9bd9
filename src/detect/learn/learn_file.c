/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_file.h"

#include "core/cursor.h"
#include "core/text.h"

#include <errno.h>
#include <stdlib.h>

enum { HEAD = 64, ROW = 32, TAIL = LEARN_FILE_KEY + LEARN_FILE_SIGNATURE };

static const char magic[8] = "beffroiM";

static int
read_head(struct cursor *c, struct learn_file *f, struct diag *diag)
{
	struct bytes file = f->whole;
	if (!bytes_eq(cursor_take(c, sizeof(magic)), (struct bytes){(const uint8_t *)magic, sizeof(magic)}))
		return diag_say(diag, -EINVAL, "%s",
		    file.len < sizeof(magic) ? _("the model is cut off") : _("this is not a model of beffroi"));
	uint32_t version = cursor_le32(c), count = cursor_le32(c);
	uint64_t size = cursor_le64(c), covered = cursor_le64(c);
	cursor_take(c, HEAD - 32);
	if (!cursor_ok(c))
		return diag_say(diag, -EINVAL, "%s", _("the model is cut off"));
	if (version != LEARN_FILE_VERSION)
		return diag_say(
		    diag, -EINVAL, _("the model is of version %u, this program reads %d"), version, LEARN_FILE_VERSION);
	if (size > file.len)
		return diag_say(diag, -EINVAL, _("the model is cut off: %zu of %llu bytes are there"), file.len,
		    (unsigned long long)size);
	if (size != file.len || (covered != 0 && (size < HEAD + TAIL || covered != size - TAIL)) || count < 1 ||
	    count > LEARN_FILE_SECTIONS)
		return diag_say(diag, -EINVAL, "%s", _("the head of the model does not fit its bytes"));
	f->count = count;
	f->covered = bytes_first(file, (size_t)covered);
	if (covered != 0) {
		memcpy(f->key, file.at + covered, LEARN_FILE_KEY);
		memcpy(f->signature, file.at + covered + LEARN_FILE_KEY, LEARN_FILE_SIGNATURE);
	}
	return 0;
}

int
learn_file_read(struct bytes file, struct learn_file *out, struct diag *diag)
{
	struct learn_file f = {.whole = file};
	struct cursor c = cursor_of(file);
	int r = read_head(&c, &f, diag);
	if (r < 0)
		return r;
	size_t end = f.covered.len > 0 ? f.covered.len : file.len, least = HEAD + f.count * ROW;
	for (size_t i = 0; i < f.count; i++) {
		uint32_t kind = cursor_le32(&c);
		cursor_take(&c, 4);
		uint64_t offset = cursor_le64(&c), len = cursor_le64(&c);
		cursor_take(&c, 8);
		if (!cursor_ok(&c) || offset < least || offset % LEARN_FILE_ALIGN != 0 || offset > end || len > end - offset)
			return diag_say(diag, -EINVAL, _("section %zu of the model lies outside the file"), i + 1);
		f.section[i] = (struct learn_file_section){kind, {file.at + offset, (size_t)len}};
		least = (size_t)(offset + len);
	}
	*out = f;
	return 0;
}

struct bytes
learn_file_find(const struct learn_file *f, uint32_t kind)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->section[i].kind == kind)
			return f->section[i].bytes;
	return (struct bytes){0};
}

int
learn_file_put(struct learn_file *f, uint32_t kind, struct bytes bytes)
{
	size_t i = 0;
	while (i < f->count && f->section[i].kind != kind)
		i++;
	if (bytes.len == 0) {
		if (i < f->count)
			memmove(&f->section[i], &f->section[i + 1], (--f->count - i) * sizeof(f->section[i]));
		return 0;
	}
	if (i == LEARN_FILE_SECTIONS)
		return -ENOSPC;
	f->count += i == f->count;
	f->section[i] = (struct learn_file_section){kind, bytes};
	return 0;
}

static uint8_t *
put_le(uint8_t *at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * i));
	return at + bytes;
}

static size_t
aligned(size_t offset)
{
	return (offset + LEARN_FILE_ALIGN - 1) / LEARN_FILE_ALIGN * LEARN_FILE_ALIGN;
}

int
learn_file_write(const struct learn_file *f, uint8_t **out, size_t *len)
{
	size_t size = aligned(HEAD + f->count * ROW);
	for (size_t i = 0; i < f->count; i++) {
		if (f->section[i].bytes.len > LEARN_FILE_MAX - size)
			return -EFBIG;
		size = aligned(size + f->section[i].bytes.len);
	}
	uint8_t *file = size > LEARN_FILE_MAX ? NULL : calloc(1, size);
	if (file == NULL)
		return size > LEARN_FILE_MAX ? -EFBIG : -ENOMEM;
	memcpy(file, magic, sizeof(magic));
	uint8_t *at = put_le(file + sizeof(magic), LEARN_FILE_VERSION, 4);
	at = put_le(at, f->count, 4);
	put_le(at, size, 8);
	at = file + HEAD;
	size_t offset = aligned(HEAD + f->count * ROW);
	for (size_t i = 0; i < f->count; i++) {
		struct bytes b = f->section[i].bytes;
		at = put_le(at, f->section[i].kind, 8);
		at = put_le(at, offset, 8);
		at = put_le(at, b.len, 8) + 8;
		memcpy(file + offset, b.at, b.len);
		offset = aligned(offset + b.len);
	}
	*out = file;
	*len = size;
	return 0;
}
