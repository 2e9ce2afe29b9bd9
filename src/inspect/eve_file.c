/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_file.h"

static struct bytes
hash(const uint8_t *at, size_t len)
{
	return (struct bytes){at, len};
}

void
eve_file_write(struct json *j, const struct eve_file *e)
{
	static const char *const states[] = {
	    [VIEW_FILE_OPEN] = "UNKNOWN", [VIEW_FILE_CLOSED] = "CLOSED", [VIEW_FILE_TRUNCATED] = "TRUNCATED"};
	const struct view_file *f = e->file;
	json_text(j, JSON_KEY("filename"), e->name.at == NULL ? BYTES("") : e->name);
	if (e->sid_count > 0) {
		json_open_array(j, JSON_KEY("sid"));
		for (size_t i = 0; i < e->sid_count; i++)
			json_u64(j, (struct bytes){0}, e->sids[i]);
		json_close_array(j);
	}
	if (e->magic.len > 0)
		json_text(j, JSON_KEY("magic"), e->magic);
	json_bool(j, JSON_KEY("gaps"), f->has_gaps);
	json_cstr(j, JSON_KEY("state"), states[f->state]);
	if ((f->hashes & VIEW_FILE_MD5) != 0)
		json_hex(j, JSON_KEY("md5"), hash(f->md5, sizeof(f->md5)), '\0');
	if ((f->hashes & VIEW_FILE_SHA1) != 0)
		json_hex(j, JSON_KEY("sha1"), hash(f->sha1, sizeof(f->sha1)), '\0');
	if ((f->hashes & VIEW_FILE_SHA256) != 0)
		json_hex(j, JSON_KEY("sha256"), hash(f->sha256, sizeof(f->sha256)), '\0');
	json_bool(j, JSON_KEY("stored"), e->stored > 0);
	if (e->stored > 0)
		json_u64(j, JSON_KEY("file_id"), e->stored);
	else if (e->storing)
		json_bool(j, JSON_KEY("storing"), true);
	json_u64(j, JSON_KEY("size"), f->size);
	if (e->has_range) {
		json_u64(j, JSON_KEY("start"), e->start);
		json_u64(j, JSON_KEY("end"), e->end);
	}
	json_u64(j, JSON_KEY("tx_id"), e->tx_id);
}
