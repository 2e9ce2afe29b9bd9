/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/messages.h"

#include <stdio.h>

static uint8_t
flags_of(const struct sensor_config *c)
{
	return (uint8_t)(c->with_events | c->with_behaviour << 1 | c->with_features << 2 | c->with_community_id << 3 |
	    c->with_progress << 4 | c->with_evidence << 5 | c->live << 6 | c->collected << 7);
}

void
messages_put_config(struct writer *w, const struct sensor_config *c)
{
	writer_be64(w, c->memory_bytes);
	writer_be64(w, c->hash_key);
	writer_be16(w, c->threads);
	writer_u8(w, c->checksums);
	writer_u8(w, c->stage);
	writer_u8(w, (uint8_t)c->language);
	writer_u8(w, flags_of(c));
	writer_u8(w, c->with_kept_events);
	writer_u8(w, c->with_rules);
	writer_u8(w, c->with_vectors);
	writer_u8(w, c->vector_flags);
	writer_u8(w, c->with_model);
	writer_field(w, c->filter);
	writer_field(w, c->tuning);
	host_policy_put(w, &c->hosts);
}

static struct bytes
get_field(struct cursor *c)
{
	return cursor_take(c, cursor_be16(c));
}

enum parse
messages_get_config(struct bytes body, struct sensor_config *out)
{
	struct cursor c = cursor_of(body);
	struct sensor_config config = {0}; /* one by one: initialisers have no order (C11 6.7.9) */
	config.memory_bytes = cursor_be64(&c);
	config.hash_key = cursor_be64(&c);
	config.threads = cursor_be16(&c);
	config.checksums = cursor_u8(&c);
	config.stage = cursor_u8(&c);
	config.language = cursor_u8(&c) == LANGUAGE_FR ? LANGUAGE_FR : LANGUAGE_EN;
	uint8_t flags = cursor_u8(&c);
	config.with_events = (flags & 1) != 0;
	config.with_behaviour = (flags & 2) != 0;
	config.with_features = (flags & 4) != 0;
	config.with_community_id = (flags & 8) != 0;
	config.with_progress = (flags & 16) != 0;
	config.with_evidence = (flags & 32) != 0;
	config.live = (flags & 64) != 0;
	config.collected = (flags & 128) != 0;
	config.with_kept_events = cursor_u8(&c) != 0;
	config.with_rules = cursor_u8(&c) != 0;
	config.with_vectors = cursor_u8(&c) != 0;
	config.vector_flags = cursor_u8(&c);
	config.with_model = cursor_u8(&c) != 0;
	config.filter = get_field(&c);
	config.tuning = get_field(&c);
	if (host_policy_get(&c, &config.hosts) != PARSE_OK)
		return c.state;
	if (cursor_ok(&c))
		*out = config;
	return c.state;
}

static void
get_short_cstr(struct cursor *c, char *out, size_t size)
{
	struct bytes b = get_field(c);
	if (b.len >= size)
		cursor_stop(c, PARSE_BAD);
	(void)snprintf(out, size, "%.*s", cursor_ok(c) ? (int)b.len : 0, b.len > 0 ? (const char *)b.at : "");
}

void
messages_put_keeper(struct writer *w, const struct keeper_config *c)
{
	writer_u8(w, c->live);
	writer_u8(w, (uint8_t)c->language);
	writer_u8(w, (uint8_t)c->events);
	writer_field(w, bytes_of_cstr(c->name_cstr));
	writer_field(w, bytes_of_cstr(c->folder_cstr));
}

enum parse
messages_get_keeper(struct bytes body, struct keeper_config *out)
{
	struct cursor c = cursor_of(body);
	struct keeper_config config = {0};
	config.live = cursor_u8(&c) != 0;
	config.language = cursor_u8(&c) == LANGUAGE_FR ? LANGUAGE_FR : LANGUAGE_EN;
	uint8_t events = cursor_u8(&c);
	config.events = events <= KEEP_EVENTS_NONE ? (enum keep_events)events : KEEP_EVENTS_NONE;
	get_short_cstr(&c, config.name_cstr, sizeof(config.name_cstr));
	get_short_cstr(&c, config.folder_cstr, sizeof(config.folder_cstr));
	if (cursor_ok(&c))
		*out = config;
	return c.state;
}

void
messages_put_progress(struct writer *w, const struct progress *progress)
{
	writer_be64(w, progress->bytes);
	writer_be64(w, progress->packets);
	writer_be64(w, progress->alerts);
	writer_be64(w, progress->kernel_packets);
	writer_be64(w, progress->kernel_drops);
}

enum parse
messages_get_progress(struct bytes body, struct progress *out)
{
	struct cursor c = cursor_of(body);
	struct progress progress = {0};
	progress.bytes = cursor_be64(&c);
	progress.packets = cursor_be64(&c);
	progress.alerts = cursor_be64(&c);
	progress.kernel_packets = cursor_be64(&c);
	progress.kernel_drops = cursor_be64(&c);
	if (cursor_ok(&c))
		*out = progress;
	return c.state;
}

void
messages_put_frame(struct writer *w, const struct frame *frame)
{
	writer_be64(w, (uint64_t)frame->time_ns);
	writer_be32(w, frame->wire_len);
	writer_be16(w, frame->linktype);
	writer_be32(w, (uint32_t)frame->data.len);
	writer_put(w, frame->data);
}

enum parse
messages_get_frame(struct cursor *c, struct frame *out)
{
	struct frame frame = {0};
	frame.time_ns = (int64_t)cursor_be64(c);
	frame.wire_len = cursor_be32(c);
	frame.linktype = cursor_be16(c);
	frame.data = cursor_take(c, cursor_be32(c));
	if (frame.wire_len < frame.data.len)
		cursor_stop(c, PARSE_BAD);
	if (cursor_ok(c))
		*out = frame;
	return c->state;
}

void
messages_put_fault(struct writer *w, const struct fault *fault)
{
	writer_u8(w, fault->kind);
	writer_be64(w, fault->offset);
	writer_field(w, bytes_of_cstr(fault->file_cstr));
	writer_field(w, bytes_of_cstr(fault->text_cstr));
}

static void
get_cstr(struct cursor *c, char out[static MESSAGES_TEXT_MAX])
{
	struct bytes b = get_field(c);
	snprintf(out, MESSAGES_TEXT_MAX, "%.*s", (int)b.len, b.len > 0 ? (const char *)b.at : "");
}

enum parse
messages_get_fault(struct bytes body, struct fault *out)
{
	struct cursor c = cursor_of(body);
	struct fault fault = {.kind = cursor_u8(&c)};
	fault.offset = cursor_be64(&c);
	get_cstr(&c, fault.file_cstr);
	get_cstr(&c, fault.text_cstr);
	if (cursor_ok(&c))
		*out = fault;
	return c.state;
}

void
messages_put_summary(struct writer *w, const uint64_t fields[static SUMMARY_FIELDS])
{
	for (size_t i = 0; i < SUMMARY_FIELDS; i++)
		writer_be64(w, fields[i]);
}

enum parse
messages_get_summary(struct bytes body, uint64_t out[static SUMMARY_FIELDS])
{
	struct cursor c = cursor_of(bytes_first(body, SUMMARY_FIELDS * 8));
	if (body.len < SUMMARY_FIELDS * 8)
		return PARSE_SHORT;
	for (size_t i = 0; i < SUMMARY_FIELDS; i++)
		out[i] = cursor_be64(&c);
	return c.state;
}
