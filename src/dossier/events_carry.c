/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/events_carry.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/events_filter.h"
#include "dossier/events_keep.h"

#include <errno.h>
#include <stdio.h>
#include <zstd.h>

enum { LEVEL = 1, IN_ROOM = 1 << 16, OUT_ROOM = 1 << 18, WINDOW_LOG_MAX = 23 };

void
events_carry_name(int64_t number, char out[static EVENTS_DAY_NAME_MAX])
{
	char name[EVENTS_DAY_NAME_MAX];
	events_day_name(number, name);
	(void)snprintf(out, EVENTS_DAY_NAME_MAX, "%.17s.jsonl.zst", name);
}

static int
no_memory(struct diag *diag)
{
	return diag_say(diag, -ENOMEM, "%s", _("not enough memory for the dossier"));
}

/* ---- out ---- */

struct carrying {
	ZSTD_CCtx *zstd;
	uint8_t *text, *packed; /* lines of the next frame; a frame */
	size_t used, lines;
	void (*put)(void *context, struct bytes data);
	void *context;
};

static int
put_frame(struct carrying *c)
{
	size_t bound = ZSTD_compressBound(EVENTS_BLOCK_BYTES_MAX);
	size_t len = c->used == 0 ? 0 : ZSTD_compress2(c->zstd, c->packed, bound, c->text, c->used);
	if (ZSTD_isError(len))
		return -ENOMEM;
	if (len > 0)
		c->put(c->context, (struct bytes){c->packed, len});
	c->used = c->lines = 0;
	return 0;
}

/* Frames are cut by the lines alone, not where blocks happened to end. */
static int
put_lines(struct carrying *c, struct bytes text)
{
	while (text.len > 0) {
		size_t len = bytes_find(text, '\n') + 1; /* every line has its end */
		memcpy(c->text + c->used, text.at, len);
		c->used += len;
		text = bytes_after(text, len);
		if (++c->lines < EVENTS_BLOCK_LINES && c->used < EVENTS_BLOCK_BYTES)
			continue;
		int r = put_frame(c);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
damaged(const struct events_day *day, struct diag *diag)
{
	return diag_say_at(diag, -EBADMSG, day->name_cstr, UINT64_MAX, "%s",
	    _("the events of this day are damaged: put your last copy of this file back, or take it away; nothing was overwritten"));
}

static const char blocks_sql_cstr[] =
    "SELECT seq, count, bytes, first_ns, last_ns, types, flags, filter, data FROM @block WHERE seq > ?1 ORDER BY seq LIMIT ?2";

/* So that all that is read is of one moment: a watch may be writing. */
static int
look(struct events_day *day, struct diag *diag)
{
	if (day->d->is_remote || day->store->make->begin(day->store, false) == 0)
		return 0;
	return events_day_fail(day, diag);
}

/* Every block of the day in its order: each() gets its lines, or, when it is damaged, none. */
static int
each_block(struct events_day *day, struct events_press *press,
    int (*each)(void *context, const struct events_block_head *head, struct bytes filter, struct bytes text), void *context,
    struct diag *diag)
{
	enum { ROWS_AT_ONCE = 64 };
	int64_t seq = -1;
	int rows, r = 0;
	do {
		struct store_statement *s = events_day_sql(day, blocks_sql_cstr);
		store_bind_i64(s, 1, seq);
		store_bind_i64(s, 2, ROWS_AT_ONCE);
		for (rows = 0; r >= 0 && (r = events_day_next(day, s, diag)) > 0; rows++) {
			struct events_block_head head = {0};
			struct bytes text = {0};
			seq = store_i64(s, 0);
			int known = events_day_head(s, &head) ? events_block_unpack(press, &head, store_bytes(s, 8), &text)
			                                      : -EBADMSG;
			if (known == -ENOMEM)
				r = no_memory(diag);
			else
				r = each(context, &head, store_bytes(s, 7), text);
		}
		store_reset(s);
	} while (r >= 0 && rows == ROWS_AT_ONCE);
	return r;
}

static int
carry_block(void *context, const struct events_block_head *head, struct bytes filter, struct bytes text)
{
	(void)head;
	(void)filter;
	return text.len == 0 ? -EBADMSG : put_lines(context, text);
}

int
events_carry_out(
    struct events_day *day, void (*put)(void *context, struct bytes data), void *context, uint64_t *lines, struct diag *diag)
{
	struct carrying c = {.put = put, .context = context, .zstd = ZSTD_createCCtx()};
	struct events_press *press = events_block_press_new();
	int64_t end = 0;
	c.text = malloc(EVENTS_BLOCK_BYTES_MAX);
	c.packed = malloc(ZSTD_compressBound(EVENTS_BLOCK_BYTES_MAX));
	bool ready = c.zstd != NULL && press != NULL && c.text != NULL && c.packed != NULL &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(c.zstd, ZSTD_c_compressionLevel, LEVEL)) &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(c.zstd, ZSTD_c_checksumFlag, 1));
	int r = ready ? look(day, diag) : -ENOMEM;
	if (r == 0)
		r = each_block(day, press, carry_block, &c, diag);
	if (r == 0)
		r = put_frame(&c);
	if (r == -ENOMEM)
		r = no_memory(diag);
	if (r == -EBADMSG)
		r = damaged(day, diag);
	if (r == 0)
		r = events_day_end(day, &end, diag);
	*lines = (uint64_t)end;
	ZSTD_freeCCtx(c.zstd);
	events_block_press_free(press);
	free(c.text);
	free(c.packed);
	return r;
}

/* ---- in ---- */

struct unpacking {
	struct events_keep *keep;
	const char *path_cstr;
	uint8_t *line;
	size_t used;
	uint64_t lines;
};

static int
wrong(const struct unpacking *u, int error, const char *why_cstr, struct diag *diag)
{
	(void)diag_say_at(diag, error, u->path_cstr, UINT64_MAX, "%s", why_cstr);
	if (diag != NULL)
		diag->line = u->lines > UINT32_MAX ? UINT32_MAX : (unsigned)u->lines;
	return error;
}

static int
take_text(struct unpacking *u, struct bytes text, struct diag *diag)
{
	while (text.len > 0) {
		struct diag why = {0};
		struct bytes part = bytes_first(text, bytes_find(text, '\n'));
		bool ends = part.len < text.len;
		text = bytes_after(text, part.len + 1);
		if (part.len > EVENTS_LINE_MAX - u->used)
			return wrong(u, -EBADMSG, _("the line is longer than 1 MB"), diag);
		if (part.len > 0)
			memcpy(u->line + u->used, part.at, part.len);
		u->used += part.len;
		if (!ends)
			return 0;
		u->lines++;
		int r = events_keep_add(u->keep, (struct bytes){u->line, u->used}, &why);
		if (r < 0)
			return wrong(u, r == -EINVAL ? -EBADMSG : r, why.text_cstr, diag);
		u->used = 0;
	}
	return 0;
}

static int
unpack_file(struct unpacking *u, int fd, struct diag *diag)
{
	AUTO_FREE uint8_t *in_room = malloc(IN_ROOM), *out_room = malloc(OUT_ROOM);
	ZSTD_DCtx *zstd = ZSTD_createDCtx();
	size_t state = 0;
	ssize_t n = 0;
	int r = in_room == NULL || out_room == NULL || zstd == NULL ||
	        ZSTD_isError(ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX))
	    ? no_memory(diag)
	    : 0;
	while (r == 0 && (n = read(fd, in_room, IN_ROOM)) > 0) {
		ZSTD_inBuffer in = {in_room, (size_t)n, 0};
		bool more = true;
		while (r == 0 && (in.pos < in.size || more)) {
			ZSTD_outBuffer out = {out_room, OUT_ROOM, 0};
			state = ZSTD_decompressStream(zstd, &out, &in);
			if (ZSTD_isError(state))
				r = wrong(
				    u, -EBADMSG, _("this file is damaged: take another copy; nothing was imported"), diag);
			else
				r = take_text(u, (struct bytes){out_room, out.pos}, diag);
			more = out.pos == out.size;
		}
	}
	if (r == 0 && n < 0)
		r = diag_say_at(diag, -errno, u->path_cstr, UINT64_MAX, "%s", text_error(errno));
	if (r == 0 && (state != 0 || u->used > 0))
		r = wrong(u, -EBADMSG, _("this file is damaged: take another copy; nothing was imported"), diag);
	ZSTD_freeDCtx(zstd);
	return r;
}

int
events_carry_in(struct dossier *d, int fd, const char *path_cstr, uint64_t *lines, struct diag *diag)
{
	struct unpacking u = {.path_cstr = path_cstr, .line = malloc(EVENTS_LINE_MAX)};
	struct diag late = {0};
	int r = u.line == NULL ? no_memory(diag) : events_keep_new(&u.keep, d, EVENTS_KEEP_COPY, EVENTS_KEEP_ALL, diag);
	if (r == 0) {
		r = unpack_file(&u, fd, diag);
		int closed = events_keep_close(u.keep, NULL, r < 0 ? &late : diag);
		r = r < 0 ? r : closed;
	}
	*lines = u.lines;
	free(u.line);
	return r;
}

void
events_carry_undo(struct dossier *d, const int64_t *days, size_t count)
{
	struct diag ignored;
	for (size_t i = 0; i < count; i++)
		if (events_day_remove(d, days[i], &ignored) < 0)
			return;
	if (count > 0 && d->is_remote && dossier_db_commit(d, &ignored) < 0)
		return; /* it is broken, and nothing of it stays */
}

/* ---- check ---- */

struct checking {
	struct json_value_list values;
	int64_t next_seq;
	bool failed;
	void (*bad)(void *context, struct bytes what);
	void *context;
	struct bytes what;
};

/* What the row says of its lines is what they say. */
static bool
holds(struct checking *c, const struct events_block_head *head, struct bytes filter, struct bytes text)
{
	struct events_words words = {0};
	struct bytes line;
	uint64_t count = 0, types = 0;
	bool ok = text.len > 0 && head->seq >= c->next_seq;
	while (ok && events_block_last(&text, &line)) {
		const struct json_value *event;
		struct events_line known;
		struct diag ignored;
		size_t wrong_at;
		ok = json_value_read(&c->values, line, &event, &wrong_at) == 0 &&
		    events_line_read(event, &known, &ignored) == 0 && known.time_ns >= head->first_ns &&
		    known.time_ns <= head->last_ns && (filter.len == 0 || events_words_add(&words, event) == 0);
		types |= ok ? known.type : 0;
		count++;
	}
	for (uint32_t i = 0; i < words.room && ok && !words.over; i++)
		ok = words.slots[i] == 0 || events_filter_may_have(filter, words.slots[i]);
	events_words_done(&words);
	return ok && count == head->count && types == head->types;
}

static int
check_block(void *context, const struct events_block_head *head, struct bytes filter, struct bytes text)
{
	struct checking *c = context;
	if (!c->failed && !holds(c, head, filter, text)) {
		c->failed = true; /* once for a day: what is wrong is the file */
		c->bad(c->context, c->what);
	}
	c->next_seq = head->seq + (int64_t)head->count;
	return 0;
}

static void
see_damage(void *context, struct bytes what)
{
	struct checking *c = context;
	(void)what;
	if (!c->failed)
		c->bad(c->context, c->what);
	c->failed = true;
}

int
events_carry_check(
    struct dossier *d, int64_t number, void (*bad)(void *context, struct bytes what), void *context, struct diag *diag)
{
	struct events_day day;
	char name[EVENTS_DAY_NAME_MAX];
	struct events_press *press = events_block_press_new();
	events_day_name(number, name);
	struct checking c = {.bad = bad, .context = context, .what = bytes_of_cstr(name)};
	int r = press == NULL ? no_memory(diag) : events_day_open(&day, d, number, false, diag);
	if (r == 0) {
		if (!d->is_remote && day.store->make->check(day.store, see_damage, &c) < 0)
			r = events_day_fail(&day, diag);
		if (r == 0)
			r = look(&day, diag);
		if (r == 0)
			r = each_block(&day, press, check_block, &c, diag);
		events_day_close(&day);
	}
	if (r == -EBADMSG || r == -EMEDIUMTYPE) {
		see_damage(&c, (struct bytes){0});
		r = 0;
	}
	json_value_list_done(&c.values);
	events_block_press_free(press);
	return r == -ENOENT ? 0 : r;
}
