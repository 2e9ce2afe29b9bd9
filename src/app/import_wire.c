/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/import_wire.h"

#include "record/wire.h"

enum { LIVE = 1, DATAGRAMS = 2, PROGRESS = 4, FRENCH = 8 };

void
import_wire_put_config(struct writer *w, const struct import_config *c)
{
	writer_u8(w, c->format);
	writer_u8(w,
	    (uint8_t)((c->live ? LIVE : 0) | (c->datagrams ? DATAGRAMS : 0) | (c->progress ? PROGRESS : 0) |
	        (c->language == LANGUAGE_FR ? FRENCH : 0)));
	writer_be16(w, c->year);
	writer_be64(w, (uint64_t)c->now_s);
	writer_field(w, bytes_of_cstr(c->zone_cstr));
	writer_field(w, bytes_of_cstr(c->columns_cstr));
}

enum parse
import_wire_get_config(struct bytes body, struct import_config *out)
{
	struct cursor c = cursor_of(body);
	struct import_config config = {.format = cursor_u8(&c)};
	uint8_t flags = cursor_u8(&c);
	config.live = (flags & LIVE) != 0;
	config.datagrams = (flags & DATAGRAMS) != 0;
	config.progress = (flags & PROGRESS) != 0;
	config.language = (flags & FRENCH) != 0 ? LANGUAGE_FR : LANGUAGE_EN;
	config.year = cursor_be16(&c);
	config.now_s = (int64_t)cursor_be64(&c);
	wire_get_cstr(&c, config.zone_cstr, sizeof(config.zone_cstr));
	wire_get_cstr(&c, config.columns_cstr, sizeof(config.columns_cstr));
	if (config.format >= IMPORT_FORMATS)
		cursor_stop(&c, PARSE_BAD);
	if (cursor_ok(&c))
		*out = config;
	return c.state;
}

void
import_wire_put_host(struct writer *w, const struct import_host *host)
{
	writer_put(w, (struct bytes){host->address.at, sizeof(host->address.at)});
	writer_field(w, bytes_of_cstr(host->name_cstr));
}

enum parse
import_wire_get_host(struct bytes body, struct import_host *out)
{
	struct cursor c = cursor_of(body);
	struct import_host host = {0};
	struct bytes address = cursor_take(&c, sizeof(host.address.at));
	if (address.len == sizeof(host.address.at))
		memcpy(host.address.at, address.at, sizeof(host.address.at));
	wire_get_cstr(&c, host.name_cstr, sizeof(host.name_cstr));
	if (cursor_ok(&c))
		*out = host;
	return c.state;
}

void
import_wire_put_bad_line(struct writer *w, const struct import_bad_line *bad)
{
	writer_be64(w, bad->line);
	writer_field(w, bytes_of_cstr(bad->file_cstr));
	writer_field(w, bytes_of_cstr(bad->reason_cstr));
}

enum parse
import_wire_get_bad_line(struct bytes body, struct import_bad_line *out)
{
	struct cursor c = cursor_of(body);
	struct import_bad_line bad = {.line = cursor_be64(&c)};
	wire_get_cstr(&c, bad.file_cstr, sizeof(bad.file_cstr));
	wire_get_cstr(&c, bad.reason_cstr, sizeof(bad.reason_cstr));
	if (cursor_ok(&c))
		*out = bad;
	return c.state;
}

void
import_wire_put_sums(struct writer *w, const uint64_t sums[static IMPORT_SUMS])
{
	for (size_t i = 0; i < IMPORT_SUMS; i++)
		writer_be64(w, sums[i]);
}

enum parse
import_wire_get_sums(struct bytes body, uint64_t out[static IMPORT_SUMS])
{
	struct cursor c = cursor_of(bytes_first(body, IMPORT_SUMS * 8));
	if (body.len < IMPORT_SUMS * 8)
		return PARSE_SHORT;
	for (size_t i = 0; i < IMPORT_SUMS; i++)
		out[i] = cursor_be64(&c);
	return c.state;
}
