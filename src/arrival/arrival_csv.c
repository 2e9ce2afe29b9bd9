/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_csv.h"

#include "arrival/arrival_csv_column.h"
#include "arrival/arrival_csv_row.h"
#include "core/text.h"
#include "core/utf8.h"

#include <errno.h>
#include <stdlib.h>

enum { COLUMNS_MAX = 256, MAPPED_MAX = 16, FIELDS_ROOM = 2 * ARRIVAL_CSV_RECORD_MAX /* a byte of Latin-1 becomes two */ };

struct mapped {
	char theirs[ARRIVAL_CSV_COLUMN_NAME_MAX]; /* folded */
	size_t len;
	enum arrival_csv_column ours;
};

struct arrival_csv {
	const struct zone *zone;
	uint8_t separator;            /* 0: the first line will tell */
	bool refused;                 /* its first line: the file is not read further */
	size_t column_count;          /* 0: the first line is to come */
	uint8_t columns[COLUMNS_MAX]; /* enum arrival_csv_column */
	enum arrival_csv_kind kind;
	struct mapped mapped[MAPPED_MAX];
	size_t mapped_count;
	size_t used;
	uint8_t room[FIELDS_ROOM];
};

static int
read_mapping(struct arrival_csv *c, struct bytes text, struct diag *diag)
{
	while (text.len > 0) {
		struct bytes line = bytes_first(text, bytes_find(text, '\n'));
		text = bytes_after(text, line.len + 1);
		size_t equals = bytes_find(line, '=');
		struct bytes ours = bytes_after(line, equals + 1);
		struct mapped *m = &c->mapped[c->mapped_count];
		if (c->mapped_count == MAPPED_MAX || line.len == 0)
			continue;
		m->len = arrival_csv_column_fold(bytes_first(line, equals), m->theirs);
		m->ours = arrival_csv_column_ours(ours);
		if (m->ours == CSV_COLUMNS)
			return diag_say(diag, -EINVAL,
			    _("--column: there is no column \"%.*s\"; man beffroi-import lists them"),
			    (int)(ours.len < 64 ? ours.len : 64), (const char *)ours.at);
		c->mapped_count++;
	}
	return 0;
}

int
arrival_csv_new(struct arrival_csv **out, const char *columns_cstr, const struct zone *zone, struct diag *diag)
{
	struct arrival_csv *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	c->zone = zone;
	int r = read_mapping(c, bytes_of_cstr(columns_cstr), diag);
	if (r < 0) {
		free(c);
		return r;
	}
	*out = c;
	return 0;
}

void
arrival_csv_free(struct arrival_csv *c)
{
	free(c);
}

void
arrival_csv_begin(struct arrival_csv *c)
{
	c->separator = 0;
	c->column_count = 0;
	c->refused = false;
}

/* Outside quotes; the one that occurs most. */
static uint8_t
find_separator(struct bytes line)
{
	static const uint8_t candidates[] = {';', ',', '\t', '|'};
	size_t counts[LENGTH_OF(candidates)] = {0}, best = 1;
	bool quoted = false;
	for (size_t i = 0; i < line.len; i++) {
		quoted ^= line.at[i] == '"';
		for (size_t j = 0; j < LENGTH_OF(candidates) && !quoted; j++)
			counts[j] += line.at[i] == candidates[j];
	}
	for (size_t j = 0; j < LENGTH_OF(candidates); j++)
		if (counts[j] > counts[best])
			best = j;
	return candidates[best];
}

/* RFC 4180 2: a field is quoted when it begins with a quote; within, "" is one. What follows the closing quote is kept as it is:
 * some programs write it. Returns where the field ends; *open: in the middle of a quoted one. */
static size_t
field_end(struct bytes record, size_t at, uint8_t separator, bool *open)
{
	*open = false;
	if (at < record.len && record.at[at] == '"') {
		*open = true;
		for (at++; at < record.len; at++) {
			if (record.at[at] != '"')
				continue;
			if (at + 1 < record.len && record.at[at + 1] == '"') {
				at++;
				continue;
			}
			*open = false;
			break;
		}
	}
	while (at < record.len && record.at[at] != separator)
		at++;
	return at;
}

size_t
arrival_csv_record_end(const struct arrival_csv *c, struct bytes lines)
{
	uint8_t separator = c->separator != 0 ? c->separator : find_separator(lines);
	size_t at = 0;
	for (;;) {
		if (at < lines.len && lines.at[at] == '"') {
			at++;
			while (at < lines.len && (lines.at[at] != '"' || (at + 1 < lines.len && lines.at[at + 1] == '"')))
				at += lines.at[at] == '"' ? 2 : 1;
			if (at >= lines.len)
				return lines.len + 1;
		}
		while (at < lines.len && lines.at[at] != separator && lines.at[at] != '\n')
			at++;
		if (at >= lines.len || lines.at[at] == '\n')
			return at;
		at++;
	}
}

/* Without its quotes, as UTF-8, in the room; empty when the room is full. */
static struct bytes
plain_field(struct arrival_csv *c, struct bytes raw)
{
	struct bytes field = {c->room + c->used, 0};
	bool quoted = raw.len > 0 && raw.at[0] == '"', is_utf8 = true, closed = false;
	for (size_t i = 0; i < raw.len && is_utf8;) {
		size_t len = raw.at[i] < 0x80 ? 1 : utf8_length(bytes_after(raw, i));
		is_utf8 = len > 0;
		i += len;
	}
	for (size_t i = quoted; i < raw.len && c->used + 2 <= sizeof(c->room); i++) {
		uint8_t b = raw.at[i];
		if (quoted && !closed && b == '"') {
			closed = i + 1 >= raw.len || raw.at[i + 1] != '"';
			i += !closed;
			if (closed)
				continue;
		}
		if (b >= 0x80 && !is_utf8) { /* Latin-1 is the beginning of Unicode */
			c->room[c->used++] = (uint8_t)(0xc0 | b >> 6);
			b = (uint8_t)(0x80 | (b & 0x3f));
		}
		c->room[c->used++] = b;
	}
	field.len = (size_t)(c->room + c->used - field.at);
	while (field.len > 0 && (field.at[0] == ' ' || field.at[0] == '\t' || field.at[0] == '\n'))
		field = bytes_after(field, 1);
	while (field.len > 0 && field.at[field.len - 1] <= ' ')
		field.len--;
	return field;
}

static enum arrival_csv_column
column_of(const struct arrival_csv *c, struct bytes header)
{
	char room[ARRIVAL_CSV_COLUMN_NAME_MAX];
	struct bytes folded = {(const uint8_t *)room, arrival_csv_column_fold(header, room)};
	for (size_t i = 0; i < c->mapped_count; i++)
		if (bytes_eq(folded, (struct bytes){(const uint8_t *)c->mapped[i].theirs, c->mapped[i].len}))
			return c->mapped[i].ours;
	return arrival_csv_column_of(header);
}

static int
read_head(struct arrival_csv *c, struct bytes record, struct diag *diag)
{
	bool has[CSV_COLUMNS + 1] = {0}, open;
	if (bytes_start_with(record, BYTES("\xef\xbb\xbf")))
		record = bytes_after(record, 3);
	if (bytes_start_with(record, BYTES("sep=")) && record.len == 5) { /* for Excel */
		c->separator = record.at[4];
		return 0;
	}
	if (c->separator == 0)
		c->separator = find_separator(record);
	for (size_t at = 0; at <= record.len && c->column_count < COLUMNS_MAX;) {
		size_t end = field_end(record, at, c->separator, &open);
		enum arrival_csv_column column = column_of(
		    c, plain_field(c, bytes_first(bytes_after(record, at), end - at)));
		if (has[column])
			column = CSV_COLUMNS; /* the first of a name counts */
		has[column] = true;
		c->columns[c->column_count++] = (uint8_t)column;
		at = end + 1;
	}
	bool ends = has[CSV_SOURCE] || has[CSV_TARGET];
	c->kind = ends && has[CSV_SIGNATURE]                    ? CSV_ALERTS
	    : has[CSV_SOURCE] && has[CSV_TARGET]                ? CSV_FLOWS
	    : has[CSV_ADDRESS] || has[CSV_MAC] || has[CSV_NAME] ? CSV_MACHINES
	                                                        : CSV_KINDS;
	if (c->kind != CSV_KINDS && (c->kind == CSV_MACHINES || has[CSV_TIME]))
		return 0;
	c->refused = true;
	return diag_say(diag, -EINVAL, "%s",
	    _("the first line names no columns we know, and nothing of the file was read: machines need an address, a MAC or a name; alerts a time, a source and a signature; flows a time, a source and a target (--column THEIRS=OURS)"));
}

int
arrival_csv_read(
    struct arrival_csv *c, struct bytes record, struct arrival *arrival, struct machine *machine, struct diag *diag)
{
	struct bytes values[CSV_COLUMNS] = {0};
	size_t count = 0;
	bool open = false;
	if (record.len > ARRIVAL_CSV_RECORD_MAX)
		return diag_say(diag, -EINVAL, "%s", _("the line is longer than 64 kB"));
	c->used = 0;
	if (c->refused)
		return ARRIVAL_CSV_NOTHING;
	if (c->column_count == 0) {
		int r = read_head(c, record, diag);
		return r < 0 ? r : ARRIVAL_CSV_NOTHING;
	}
	for (size_t at = 0; at <= record.len; count++) {
		size_t end = field_end(record, at, c->separator, &open);
		struct bytes raw = bytes_first(bytes_after(record, at), end - at);
		if (count >= c->column_count && raw.len > 0)
			return diag_say(
			    diag, -EINVAL, _("more values than the %zu columns of the first line"), c->column_count);
		if (count < c->column_count && c->columns[count] != CSV_COLUMNS)
			values[c->columns[count]] = plain_field(c, raw);
		at = end + 1;
	}
	if (open)
		return diag_say(diag, -EINVAL, "%s", _("a quote is opened here and never closed"));
	return arrival_csv_row_read(c->kind, values, c->zone, arrival, machine, diag);
}
