/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/events_keep.h"

#include "core/text.h"
#include "dossier/events_known.h"

#include <errno.h>
#include <stdlib.h>

enum { OPEN_DAYS = 8 };

/* A day that is being written. */
struct writing {
	bool used;
	uint64_t touched; /* when, in lines */
	struct events_day day;
	struct events_block block;
	struct events_counts *counts; /* of what is in no row yet */
	struct {
		size_t bytes; /* of the block: in small rows already */
		uint64_t lines;
		int64_t first_ns, last_ns; /* of the rest */
		uint64_t types;
	} flushed;
	struct events_known *known; /* a copy only; NULL: the day was empty */
};

struct events_keep {
	struct dossier *d;
	enum events_keep_mode mode;
	uint64_t types; /* that are kept */
	struct events_press *press;
	struct json_value_list values;
	struct writing days[OPEN_DAYS];
	uint64_t lines;
	struct events_keep_counts counts;
};

static int
no_memory(struct diag *diag)
{
	return diag_say(diag, -ENOMEM, "%s", _("not enough memory for the dossier"));
}

int
events_keep_new(
    struct events_keep **out, struct dossier *d, enum events_keep_mode mode, enum events_keep_what what, struct diag *diag)
{
	struct events_keep *k = calloc(1, sizeof(*k));
	if (k == NULL)
		return no_memory(diag);
	k->d = d;
	k->mode = mode;
	k->types = what == EVENTS_KEEP_ALL ? UINT64_MAX
	    : what == EVENTS_KEEP_NETWORK  ? ~events_line_type(BYTES("stats"))
	                                   : events_line_type(BYTES("flow")) | events_line_type(BYTES("alert"));
	k->press = events_block_press_new();
	if (k->press == NULL) {
		free(k);
		return no_memory(diag);
	}
	*out = k;
	return 0;
}

/* ---- one day ---- */

static void
forget_flushed(struct writing *w)
{
	memset(&w->flushed, 0, sizeof(w->flushed));
}

static int
read_line(
    struct events_keep *k, struct bytes line, const struct json_value **event, struct events_line *out, struct diag *diag)
{
	size_t wrong_at;
	if (line.len > EVENTS_LINE_MAX)
		return diag_say(diag, -EINVAL, "%s", _("the line is longer than 1 MB"));
	int r = json_value_read(&k->values, line, event, &wrong_at);
	if (r == -EINVAL)
		return diag_say(diag, r, _("this is not JSON (RFC 8259), from byte %zu on"), wrong_at + 1);
	return r < 0 ? no_memory(diag) : events_line_read(*event, out, diag);
}

static enum events_block_escaped
escaped(const struct events_keep *k)
{
	return k->values.plain_used > 0 ? EVENTS_BLOCK_SOME_ESCAPE : EVENTS_BLOCK_NO_ESCAPE;
}

/* Lines that are in rows already go into the block again, so that the rows can be put together. */
static int
take_again(struct events_keep *k, struct writing *w, struct bytes text, struct diag *diag)
{
	while (text.len > 0) {
		const struct json_value *event;
		struct events_line known;
		struct bytes line = bytes_first(text, bytes_find(text, '\n'));
		int r = read_line(k, line, &event, &known, diag);
		if (r == 0 && events_block_add(&w->block, line, event, &known, escaped(k)) < 0)
			return no_memory(diag);
		if (r < 0)
			return r;
		text = bytes_after(text, line.len + 1);
	}
	return 0;
}

/* The last rows of a watch that was killed: they have no filter. Their events are taken up again as a block that is not full. */
static int
take_up_tail(struct events_keep *k, struct writing *w, struct diag *diag)
{
	struct events_block_head head;
	struct bytes text;
	struct store_statement *s = events_day_sql(&w->day,
	    "SELECT seq, count, bytes, first_ns, last_ns, types, flags, data FROM @block WHERE seq >"
	    " (SELECT coalesce(max(seq), -1) FROM @block WHERE length(filter) > 0) ORDER BY seq");
	int r;
	while ((r = events_day_next(&w->day, s, diag)) > 0) {
		if (!events_day_head(s, &head) || events_block_unpack(k->press, &head, store_bytes(s, 7), &text) < 0)
			break; /* verify tells of it; what comes goes behind */
		if (w->block.head.count == 0)
			w->block.head.seq = head.seq;
		if (events_block_full(&w->block) || w->block.head.seq + (int64_t)w->block.head.count != head.seq)
			break;
		struct diag ignored;
		if (take_again(k, w, text, &ignored) < 0)
			break;
	}
	store_reset(s);
	w->flushed.bytes = w->block.head.bytes;
	w->flushed.lines = w->block.head.count;
	return r < 0 ? r : 0;
}

static void
close_day(struct writing *w)
{
	if (w->day.d != NULL)
		events_day_close(&w->day);
	events_block_done(&w->block);
	free(w->counts);
	events_known_free(w->known);
	*w = (struct writing){0};
}

static int
open_day(struct events_keep *k, struct writing *w, int64_t number, struct diag *diag)
{
	int64_t end = 0;
	int r = events_day_open(&w->day, k->d, number, true, diag);
	if (r < 0)
		return r;
	w->used = true;
	w->counts = events_counts_new(number * EVENTS_DAY_NS);
	if (w->counts == NULL)
		r = no_memory(diag);
	if (r == 0)
		r = k->mode == EVENTS_KEEP_COPY ? events_known_new(&w->known, &w->day, diag) : take_up_tail(k, w, diag);
	if (r == 0)
		r = events_day_end(&w->day, &end, diag);
	if (r == 0 && w->block.head.seq + (int64_t)w->block.head.count != end) { /* no tail, or one that does not fit */
		events_block_next(&w->block);
		forget_flushed(w);
		w->block.head.seq = end;
	}
	if (r < 0)
		close_day(w);
	return r;
}

/* Another program may have written behind our small rows: they stay as they are, and the rest goes behind. */
static int
give_way(struct events_keep *k, struct writing *w, struct diag *diag)
{
	int64_t end = 0;
	int r = events_day_end(&w->day, &end, diag);
	if (r < 0 || end == w->block.head.seq + (int64_t)w->flushed.lines)
		return r;
	size_t len = w->block.head.bytes - w->flushed.bytes;
	uint8_t *rest = malloc(len + 1);
	if (rest == NULL)
		return no_memory(diag);
	memcpy(rest, w->block.text + w->flushed.bytes, len);
	events_block_next(&w->block);
	w->block.head.seq = end;
	w->flushed.bytes = 0;
	w->flushed.lines = 0;
	r = take_again(k, w, (struct bytes){rest, len}, diag);
	free(rest);
	return r;
}

/* The whole block as one row, in the place of the small ones. */
static int
put_whole(struct events_keep *k, struct writing *w, struct diag *diag)
{
	struct events_packed packed;
	int r = w->flushed.lines > 0 ? events_day_drop_blocks(&w->day, w->block.head.seq, diag) : 0;
	if (r == 0 && events_block_pack(k->press, &w->block, &packed) < 0)
		r = no_memory(diag);
	if (r == 0)
		r = events_day_put_block(&w->day, &w->block.head, &packed, diag);
	return r;
}

/* What is new since the last flush, as a small row. */
static int
put_rest(struct events_keep *k, struct writing *w, struct diag *diag)
{
	struct events_packed packed;
	struct events_block rest = {
	    .head = w->block.head, .words = {.over = true}, .text = w->block.text + w->flushed.bytes};
	rest.head.seq += (int64_t)w->flushed.lines;
	rest.head.count -= w->flushed.lines;
	rest.head.bytes -= w->flushed.bytes;
	rest.head.first_ns = w->flushed.first_ns;
	rest.head.last_ns = w->flushed.last_ns;
	rest.head.types = w->flushed.types;
	if (events_block_pack(k->press, &rest, &packed) < 0)
		return no_memory(diag);
	return events_day_put_block(&w->day, &rest.head, &packed, diag);
}

enum sealing { SEAL_NOT, SEAL };

static int
write_day(struct events_keep *k, struct writing *w, enum sealing sealing, struct diag *diag)
{
	uint64_t fresh = w->block.head.count - w->flushed.lines;
	if (fresh == 0 && (sealing == SEAL_NOT || w->flushed.lines == 0))
		return 0;
	int r = events_day_begin(&w->day, diag);
	if (r == 0)
		r = give_way(k, w, diag);
	if (r == 0)
		r = sealing == SEAL ? put_whole(k, w, diag) : put_rest(k, w, diag);
	if (r == 0)
		r = events_day_put_counts(&w->day, w->counts, diag);
	if (r < 0)
		return r;
	k->counts.kept += fresh;
	events_counts_forget(w->counts);
	forget_flushed(w);
	if (sealing == SEAL) {
		events_block_next(&w->block);
	} else {
		w->flushed.bytes = w->block.head.bytes;
		w->flushed.lines = w->block.head.count;
	}
	return 0;
}

static int
seal_day(struct events_keep *k, struct writing *w, struct diag *diag)
{
	int r = write_day(k, w, SEAL, diag);
	return r == 0 ? events_day_commit(&w->day, diag) : r;
}

/* ---- all days ---- */

/* The day, opened; the one that was not written for the longest time makes room. */
static int
find_day(struct events_keep *k, int64_t number, struct writing **out, struct diag *diag)
{
	struct writing *oldest = &k->days[0];
	for (size_t i = 0; i < OPEN_DAYS; i++) {
		struct writing *w = &k->days[i];
		if (w->used && w->day.number == number) {
			*out = w;
			return 0;
		}
		if (oldest->used && (!w->used || w->touched < oldest->touched))
			oldest = w;
	}
	int r = oldest->used ? seal_day(k, oldest, diag) : 0;
	if (r < 0)
		return r;
	close_day(oldest);
	r = open_day(k, oldest, number, diag);
	if (r == 0)
		*out = oldest;
	return r;
}

static int64_t
day_of(int64_t time_ns)
{
	return time_ns / EVENTS_DAY_NS - (time_ns % EVENTS_DAY_NS < 0);
}

int
events_keep_add(struct events_keep *k, struct bytes line, struct diag *diag)
{
	const struct json_value *event;
	struct events_line known;
	struct writing *w = NULL;
	int r = read_line(k, line, &event, &known, diag);
	if (r == 0 && (known.type & k->types) == 0)
		return 0;
	if (r == 0)
		r = find_day(k, day_of(known.time_ns), &w, diag);
	if (r < 0)
		return r;
	int before = w->known == NULL ? 0 : events_known_has(w->known, &w->day, k->press, line, known.time_ns, diag);
	if (before != 0) {
		k->counts.known += before > 0;
		return before < 0 ? before : 0;
	}
	if (events_block_add(&w->block, line, event, &known, escaped(k)) < 0)
		return no_memory(diag);
	bool first = w->flushed.types == 0;
	w->flushed.first_ns = first || known.time_ns < w->flushed.first_ns ? known.time_ns : w->flushed.first_ns;
	w->flushed.last_ns = first || known.time_ns > w->flushed.last_ns ? known.time_ns : w->flushed.last_ns;
	w->flushed.types |= known.type;
	events_counts_add(w->counts, &known);
	w->touched = ++k->lines;
	if (!events_block_full(&w->block))
		return 0;
	return seal_day(k, w, diag); /* at once: others want to write here too */
}

int
events_keep_flush(struct events_keep *k, struct diag *diag)
{
	int r = 0;
	for (size_t i = 0; i < OPEN_DAYS && r == 0; i++) {
		if (!k->days[i].used)
			continue;
		r = write_day(k, &k->days[i], k->mode == EVENTS_KEEP_LIVE ? SEAL_NOT : SEAL, diag);
		if (r == 0)
			r = events_day_commit(&k->days[i].day, diag);
	}
	return r;
}

int
events_keep_close(struct events_keep *k, struct events_keep_counts *out, struct diag *diag)
{
	int r = 0;
	if (k == NULL)
		return 0;
	for (size_t i = 0; i < OPEN_DAYS; i++) {
		if (k->days[i].used && r == 0)
			r = seal_day(k, &k->days[i], diag);
		close_day(&k->days[i]);
	}
	if (out != NULL)
		*out = k->counts;
	events_block_press_free(k->press);
	json_value_list_done(&k->values);
	free(k);
	return r;
}
