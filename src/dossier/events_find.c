/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/events_find.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/events_day.h"
#include "dossier/events_filter.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

enum { ROWS_AT_ONCE = 128 };

struct finding {
	struct dossier *d;
	const struct events_search *search;
	struct events_query *query; /* NULL: no words */
	uint64_t type;              /* its bit; 0: all */
	int64_t to_ns;
	struct events_press *press;
	struct json_value_list values;
	uint8_t *lower; /* the block in lower case */
	size_t lower_room, given_bytes;
	struct hit {
		size_t start, len, number;
	} * hits;
	size_t hit_count;
	void (*each)(void *context, struct bytes line);
	void *context;
	struct events_found *out;
	int64_t deadline_ns;
	int64_t row_seq;            /* of the row looked at last */
	int64_t next_day, next_seq; /* where a next call goes on: events of that day before that number */
	int64_t line_ns;            /* of the line that was looked at last */
	bool stopped;
};

static int64_t
monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* "2026-03-03.4711" */
static bool
read_cursor(const char *text_cstr, int64_t *day, int64_t *seq)
{
	struct bytes text = bytes_of_cstr(text_cstr), digits = bytes_after(text, 11);
	if (text.len < 12 || text.at[10] != '.' || digits.len > 18 || !events_day_parse(bytes_first(text, 10), day))
		return false;
	*seq = 0;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.at[i] < '0' || digits.at[i] > '9')
			return false;
		*seq = *seq * 10 + (digits.at[i] - '0');
	}
	return true;
}

static void
write_cursor(const struct finding *f, char out[static EVENTS_CURSOR_MAX])
{
	char name[EVENTS_DAY_NAME_MAX];
	events_day_name(f->next_day, name);
	(void)snprintf(out, EVENTS_CURSOR_MAX, "%.10s.%lld", name + sizeof("events/") - 1, (long long)f->next_seq);
}

static bool
may_have(const struct finding *f, struct bytes filter)
{
	for (size_t i = 0; f->query != NULL && i < f->query->hash_count; i++)
		if (!events_filter_may_have(filter, f->query->hashes[i]))
			return false;
	return true;
}

static bool
is_within(const struct finding *f, int64_t first_ns, int64_t last_ns)
{
	return last_ns >= f->search->from_ns && first_ns < f->to_ns;
}

/* The whole truth about one line. */
static bool
is_wanted(struct finding *f, struct bytes line)
{
	const struct json_value *event;
	struct events_line known;
	struct diag ignored;
	size_t wrong_at;
	if (json_value_read(&f->values, line, &event, &wrong_at) < 0 || events_line_read(event, &known, &ignored) < 0)
		return false;
	f->line_ns = known.time_ns;
	if (!is_within(f, known.time_ns, known.time_ns))
		return false;
	if (f->type != 0 && strcmp(known.type_cstr, f->search->type_cstr) != 0)
		return false;
	return f->query == NULL || events_words_match(f->query, event);
}

/* Of a block whose lines say what they say by their letters, those without the rarest word need not be read. */
static bool
make_lower(struct finding *f, const struct events_block_head *head, struct bytes text)
{
	if (f->query == NULL || f->query->needle_len == 0 ||
	    (head->flags & (EVENTS_BLOCK_ESCAPES | EVENTS_BLOCK_ODD_ADDRESSES)) != 0)
		return false;
	if (f->lower_room < text.len) {
		free(f->lower);
		f->lower = malloc(text.len);
		f->lower_room = f->lower == NULL ? 0 : text.len;
	}
	for (size_t i = 0; i < text.len && f->lower != NULL; i++)
		f->lower[i] = bytes_lower(text.at[i]);
	return f->lower != NULL;
}

/* The lines with the rarest word, in their order: where each begins, and its number. */
static void
find_lines(struct finding *f, struct bytes text)
{
	size_t at = 0, number = 0, counted = 0;
	f->hit_count = 0;
	while (at < text.len && f->hit_count < EVENTS_BLOCK_LINES) {
		const uint8_t *hit = memmem(f->lower + at, text.len - at, f->query->needle, f->query->needle_len);
		if (hit == NULL)
			return;
		size_t found = (size_t)(hit - f->lower);
		for (const uint8_t *end; (end = memchr(text.at + counted, '\n', found - counted)) != NULL; number++)
			counted = (size_t)(end - text.at) + 1;
		size_t start = counted; /* behind the last end of a line before it */
		size_t len = bytes_find(bytes_after(text, start), '\n');
		f->hits[f->hit_count++] = (struct hit){.start = start, .len = len, .number = number};
		at = start + len + 1;
	}
}

static void
reach(struct finding *f, int64_t time_ns)
{
	f->out->searched_to = time_ns < f->out->searched_to ? time_ns : f->out->searched_to;
}

static void
stop_at(struct finding *f, int64_t seq)
{
	f->next_seq = seq < f->next_seq ? seq : f->next_seq;
	f->stopped = true;
}

/* False: the page is full. */
static bool
give_line(struct finding *f, struct bytes line, int64_t seq)
{
	const struct events_search *s = f->search;
	if (seq >= f->next_seq || !is_wanted(f, line))
		return true;
	if (s->bytes_max != 0 && f->out->events > 0 && line.len > s->bytes_max - f->given_bytes) {
		stop_at(f, seq + 1);
		return false;
	}
	f->each(f->context, line);
	f->out->events++;
	f->given_bytes += line.len;
	reach(f, f->line_ns);
	if (f->out->events != s->limit && (s->bytes_max == 0 || f->given_bytes < s->bytes_max))
		return true;
	stop_at(f, seq);
	return false;
}

/* From its end to its beginning. */
static void
look_into(struct finding *f, const struct events_block_head *head, struct bytes text)
{
	struct bytes rest = text, line;
	int64_t seq = head->seq + (int64_t)head->count;
	if (!make_lower(f, head, text)) {
		while (events_block_last(&rest, &line) && give_line(f, line, --seq))
			;
		return;
	}
	find_lines(f, text);
	for (size_t i = f->hit_count; i-- > 0;) {
		const struct hit *hit = &f->hits[i];
		if (!give_line(f, (struct bytes){text.at + hit->start, hit->len}, head->seq + (int64_t)hit->number))
			return;
	}
}

static int
damaged(const struct events_day *day, struct diag *diag)
{
	return diag_say_at(diag, -EBADMSG, day->name_cstr, UINT64_MAX, "%s",
	    _("the events of this day are damaged: put your last copy of this file back, or take it away; nothing was overwritten"));
}

/* One row: 0 or a negative errno. The first one of a call is looked at in any case, so that each call comes further. */
static int
look_at(struct finding *f, struct events_day *day, struct store_statement *s, struct diag *diag)
{
	const struct events_search *search = f->search;
	struct events_block_head head;
	struct bytes text;
	if (!events_day_head(s, &head))
		return damaged(day, diag);
	bool may = is_within(f, head.first_ns, head.last_ns) && (f->type == 0 || (head.types & f->type) != 0) &&
	    may_have(f, store_bytes(s, 7));
	bool late = search->budget_ns != 0 && monotonic_ns() >= f->deadline_ns;
	bool enough = may && search->blocks_max != 0 && f->out->blocks >= search->blocks_max;
	if (f->out->filters > 0 && (late || enough)) {
		stop_at(f, head.seq + (int64_t)head.count);
		return 0;
	}
	f->out->filters++;
	if (may) {
		struct store_statement *data = events_day_sql(
		    day, "SELECT seq, count, bytes, first_ns, last_ns, types, flags, data FROM @block WHERE seq = ?1");
		store_bind_i64(data, 1, head.seq);
		int r = events_day_next(day, data, diag);
		if (r <= 0)
			return r; /* small rows were put together meanwhile: the block comes later, in the place of the first */
		r = events_day_head(data, &head) ? events_block_unpack(f->press, &head, store_bytes(data, 7), &text)
		                                 : -EBADMSG;
		store_reset(data);
		if (r < 0)
			return r == -ENOMEM ? diag_say(diag, r, "%s", _("not enough memory for the dossier"))
			                    : damaged(day, diag);
		f->out->blocks++;
		look_into(f, &head, text);
	}
	if (f->stopped)
		return 0;
	f->next_seq = head.seq;
	reach(f, head.first_ns);
	return 0;
}

static int
look_at_day(struct finding *f, int64_t number, struct diag *diag)
{
	struct events_day day;
	int r = events_day_open(&day, f->d, number, false, diag);
	if (r < 0)
		return r == -ENOENT ? 0 : r; /* purged meanwhile, or empty */
	if (number != f->next_day) {
		f->next_day = number;
		f->next_seq = INT64_MAX;
	}
	f->row_seq = f->next_seq;
	/* In pieces, so that neither a server sends nor anybody holds more than is looked at. */
	size_t rows;
	do {
		rows = 0;
		struct store_statement *s = events_day_sql(&day,
		    "SELECT seq, count, bytes, first_ns, last_ns, types, flags, filter FROM @block WHERE seq < ?1"
		    " ORDER BY seq DESC LIMIT ?2");
		store_bind_i64(s, 1, f->row_seq);
		store_bind_i64(s, 2, ROWS_AT_ONCE);
		while (!f->stopped && (r = events_day_next(&day, s, diag)) > 0) {
			f->row_seq = store_i64(s, 0);
			rows++;
			r = look_at(f, &day, s, diag);
			if (r < 0)
				break;
		}
		store_reset(s);
	} while (r >= 0 && rows == ROWS_AT_ONCE && !f->stopped);
	events_day_close(&day);
	return r < 0 ? r : 0;
}

static int
look_at_days(struct finding *f, struct diag *diag)
{
	AUTO_FREE int64_t *days = NULL;
	size_t count;
	int r = events_day_list(f->d, &days, &count, diag);
	for (size_t i = 0; i < count && r == 0 && !f->stopped; i++) {
		int64_t begins_ns = days[i] * EVENTS_DAY_NS;
		if (days[i] > f->next_day || begins_ns >= f->to_ns || f->search->from_ns - begins_ns >= EVENTS_DAY_NS)
			continue;
		r = look_at_day(f, days[i], diag);
	}
	return r;
}

static int
prepare(struct finding *f, struct diag *diag)
{
	const struct events_search *s = f->search;
	f->next_day = INT64_MAX;
	f->next_seq = INT64_MAX;
	f->to_ns = s->to_ns == 0 ? INT64_MAX : s->to_ns;
	f->deadline_ns = monotonic_ns() + s->budget_ns;
	f->type = s->type_cstr == NULL ? 0 : events_line_type(bytes_of_cstr(s->type_cstr));
	if (s->after_cstr != NULL && !read_cursor(s->after_cstr, &f->next_day, &f->next_seq))
		return diag_say(
		    diag, -EINVAL, "%s", _("this is no place to go on from: take the one that the search before gave"));
	if (bytes_trim(s->text).len > 0) {
		f->query = malloc(sizeof(*f->query));
		if (f->query != NULL && events_words_query(s->text, f->query) < 0)
			return diag_say(diag, -EINVAL, "%s",
			    _("search for words, names, numbers or addresses: at most 16, of 256 letters together"));
		if (f->query == NULL)
			return diag_say(diag, -ENOMEM, "%s", _("not enough memory for the dossier"));
	}
	f->press = events_block_press_new();
	f->hits = malloc(EVENTS_BLOCK_LINES * sizeof(*f->hits));
	return f->press == NULL || f->hits == NULL ? diag_say(diag, -ENOMEM, "%s", _("not enough memory for the dossier"))
	                                           : 0;
}

int
events_find(struct dossier *d, const struct events_search *search, void (*each)(void *context, struct bytes line),
    void *context, struct events_found *out, struct diag *diag)
{
	struct events_found found = {.searched_to = INT64_MAX};
	struct finding f = {.d = d, .search = search, .each = each, .context = context, .out = &found};
	int r = prepare(&f, diag);
	if (r == 0)
		r = look_at_days(&f, diag);
	if (r == 0) {
		found.complete = !f.stopped;
		if (f.stopped)
			write_cursor(&f, found.next_cstr);
		else
			found.searched_to = search->from_ns;
		*out = found;
	}
	free(f.query);
	free(f.lower);
	free(f.hits);
	json_value_list_done(&f.values);
	events_block_press_free(f.press);
	return r;
}
