/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/wording.h"

#include "core/text.h"
#include "core/utf8.h"

#include <errno.h>

enum { FIELDS = 4, COLUMNS_MAX = 256 };

struct csv {
	struct arena *arena;
	struct bytes text;
	size_t at;
	unsigned line;
	uint8_t separator;
	const char *file_cstr;
	struct diag *diag;
};

static int
refuse(const struct csv *c, int error, const char *sentence_cstr)
{
	error = diag_say_at(c->diag, error, c->file_cstr, UINT64_MAX, "%s", sentence_cstr);
	if (c->diag != NULL) {
		c->diag->line = c->line;
		c->diag->column = 1;
	}
	return error;
}

static bool
is_utf8(struct bytes text)
{
	for (size_t i = 0; i < text.len;) {
		size_t n = text.at[i] < 0x80 ? 1 : utf8_length(bytes_after(text, i));
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

/* What spreadsheets of Windows wrote: each byte is a character (ISO 8859-1). */
static struct bytes
from_latin(struct arena *arena, struct bytes text)
{
	uint8_t *out = arena_take(arena, text.len + 1, 2);
	size_t used = 0;
	for (size_t i = 0; out != NULL && i < text.len; i++) {
		if (text.at[i] >= 0x80) {
			out[used++] = (uint8_t)(0xc0 | text.at[i] >> 6);
			out[used++] = (uint8_t)(0x80 | (text.at[i] & 0x3f));
		} else {
			out[used++] = text.at[i];
		}
	}
	return (struct bytes){out, used};
}

/* The one that occurs most in the first line, outside quotes. */
static uint8_t
find_separator(struct bytes text)
{
	static const uint8_t candidates[] = {',', ';', '\t'};
	size_t counts[LENGTH_OF(candidates)] = {0}, best = 0;
	bool quoted = false;
	for (size_t i = 0; i < text.len && (quoted || text.at[i] != '\n'); i++) {
		quoted ^= text.at[i] == '"';
		for (size_t k = 0; k < LENGTH_OF(candidates); k++)
			counts[k] += !quoted && text.at[i] == candidates[k];
	}
	for (size_t k = 0; k < LENGTH_OF(candidates); k++)
		if (counts[k] > counts[best])
			best = k;
	return candidates[best];
}

/* RFC 4180: a field that begins with a quote ends with one; "" within is one quote. What follows the closing quote is kept. The value
 * ends in NUL; bytes zero are left out. *last: the record ends here. */
static int
take_field(struct csv *c, struct bytes *out, bool *last)
{
	size_t from = c->at, used = 0;
	bool quoted = from < c->text.len && c->text.at[from] == '"';
	size_t end = from;
	while (end < c->text.len && (quoted || (c->text.at[end] != c->separator && c->text.at[end] != '\n'))) {
		if (quoted && end > from && c->text.at[end] == '"') {
			if (end + 1 < c->text.len && c->text.at[end + 1] == '"')
				end++;
			else
				quoted = false;
		}
		end++;
	}
	if (quoted)
		return refuse(c, -EINVAL, _("a quote is opened here and never closed"));
	uint8_t *room = arena_new(c->arena, uint8_t, end - from + 1);
	if (room == NULL)
		return refuse(c, -ENOMEM, _("the file is too large for the memory it may take"));
	bool within = end > from && c->text.at[from] == '"';
	for (size_t i = from + within; i < end; i++) {
		uint8_t b = c->text.at[i];
		c->line += b == '\n';
		if (within && b == '"') {
			within = i + 1 < end && c->text.at[i + 1] == '"';
			i += within;
			if (!within)
				continue;
		}
		if (b != '\0')
			room[used++] = b == '\n' || b == '\r' ? ' ' : b;
	}
	while (used > 0 && room[used - 1] == ' ')
		used--;
	room[used] = '\0';
	*last = end >= c->text.len || c->text.at[end] == '\n';
	c->line += end < c->text.len && c->text.at[end] == '\n';
	c->at = end < c->text.len ? end + 1 : end;
	*out = bytes_trim((struct bytes){room, used});
	return 0;
}

static int
read_head(struct csv *c, int columns[static COLUMNS_MAX], size_t *count)
{
	bool last = false, has_text = false;
	for (*count = 0; !last;) {
		struct bytes name = {0};
		int e = take_field(c, &name, &last);
		if (e < 0)
			return e;
		if (*count == COLUMNS_MAX)
			return refuse(c, -E2BIG, _("too many columns"));
		int column = wording_read_column(name);
		for (size_t i = 0; i < *count; i++)
			column = columns[i] == column ? -1 : column; /* the first of two counts */
		has_text |= column == 1;
		columns[(*count)++] = column;
	}
	c->line = 1;
	return has_text
	    ? 0
	    : refuse(c, -EINVAL,
	          _("no column is called \"requirement\", \"text\", \"statement\" or \"énoncé\": name them in the first row"));
}

static int
read_record(struct csv *c, const int columns[static COLUMNS_MAX], size_t count, struct wording_requirement *out, bool *empty)
{
	const char **fields[FIELDS] = {&out->id_cstr, &out->text_cstr, &out->acceptance_cstr, &out->verification_cstr};
	bool last = false;
	*out = (struct wording_requirement){"", "", "", "", c->line, 1};
	*empty = true;
	for (size_t i = 0; !last; i++) {
		struct bytes value = {0};
		int e = take_field(c, &value, &last);
		if (e < 0)
			return e;
		*empty &= value.len == 0;
		if (i < count && columns[i] >= 0)
			*fields[columns[i]] = (const char *)value.at;
	}
	return 0;
}

int
wording_csv(struct arena *arena, struct bytes text, const char *file_cstr, struct wording_list *out, struct diag *diag)
{
	static int columns[COLUMNS_MAX];
	struct csv c = {.arena = arena, .text = text, .line = 1, .file_cstr = file_cstr, .diag = diag};
	size_t column_count = 0, room = 1, number = 0;
	if (bytes_start_with(text, BYTES("\xef\xbb\xbf")))
		c.text = bytes_after(text, 3);
	if (!is_utf8(c.text))
		c.text = from_latin(arena, c.text);
	for (size_t i = 0; i < c.text.len; i++)
		room += c.text.at[i] == '\n';
	if (c.text.at == NULL || c.text.len == 0)
		return refuse(&c, -EINVAL, _("the file is empty"));
	c.separator = find_separator(c.text);
	int e = read_head(&c, columns, &column_count);
	if (e < 0)
		return e;
	c.line = 2;
	room = room > WORDING_REQUIREMENTS_MAX ? WORDING_REQUIREMENTS_MAX : room;
	struct wording_requirement *items = arena_new(arena, struct wording_requirement, room);
	if (items == NULL)
		return refuse(&c, -ENOMEM, _("the file is too large for the memory it may take"));
	while (c.at < c.text.len) {
		struct wording_requirement q;
		bool empty;
		e = read_record(&c, columns, column_count, &q, &empty);
		if (e < 0)
			return e;
		if (empty)
			continue;
		if (number == room)
			return refuse(&c, -E2BIG, _("too many entries in one file"));
		items[number++] = q;
	}
	*out = (struct wording_list){items, number};
	return 0;
}
