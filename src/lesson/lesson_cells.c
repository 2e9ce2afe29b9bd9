/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_cells.h"

uint8_t
lesson_cells_separator(struct bytes line)
{
	static const uint8_t marks[] = {',', ';', '\t'};
	size_t counts[LENGTH_OF(marks)] = {0}, best = 0;
	bool quoted = false;
	for (size_t i = 0; i < line.len; i++) {
		quoted ^= line.at[i] == '"';
		for (size_t m = 0; !quoted && m < LENGTH_OF(marks); m++)
			counts[m] += line.at[i] == marks[m];
	}
	for (size_t m = 1; m < LENGTH_OF(marks); m++)
		best = counts[m] > counts[best] ? m : best;
	return marks[best];
}

/* After the opening quote: the text up to the closing one, *rest what follows it. False: it does not close. */
static bool
read_quoted(struct bytes *rest, uint8_t *scratch, size_t *used, struct bytes *out)
{
	size_t len = bytes_find(*rest, '"');
	if (len == rest->len)
		return false;
	if (len + 1 == rest->len || rest->at[len + 1] != '"') { /* the usual case: borrowed */
		*out = bytes_first(*rest, len);
		*rest = bytes_after(*rest, len + 1);
		return true;
	}
	uint8_t *start = scratch + *used;
	size_t n = 0, i = 0;
	for (; i < rest->len; i++) {
		if (rest->at[i] == '"' && (i + 1 == rest->len || rest->at[++i] != '"'))
			break;
		start[n++] = rest->at[i];
	}
	bool closes = i < rest->len || rest->at[rest->len - 1] == '"';
	*rest = bytes_after(*rest, i);
	*used += n;
	*out = (struct bytes){start, n};
	return closes;
}

/* ARFF's quotes. */
static struct bytes
unquote(struct bytes cell)
{
	bool quoted = cell.len >= 2 && cell.at[0] == '\'' && cell.at[cell.len - 1] == '\'';
	return quoted ? bytes_first(bytes_after(cell, 1), cell.len - 2) : cell;
}

enum lesson_cells_said
lesson_cells_read(struct bytes line, uint8_t separator, struct lesson_cells *out, size_t *wrong_at)
{
	size_t used = 0;
	out->count = 0;
	if (line.len > sizeof(out->scratch))
		return LESSON_CELLS_LONG;
	for (bool more = true; more;) {
		struct bytes cell;
		if (out->count == LENGTH_OF(out->cell))
			return LESSON_CELLS_MANY;
		struct bytes start = line;
		while (start.len > 0 && start.at[0] == ' ')
			start = bytes_after(start, 1);
		if (start.len > 0 && start.at[0] == '"') {
			line = bytes_after(start, 1);
			bool closes = read_quoted(&line, out->scratch, &used, &cell);
			size_t end = closes ? bytes_find(line, separator) : 0;
			if (!closes || bytes_trim(bytes_first(line, end)).len > 0) {
				*wrong_at = out->count + 1;
				return LESSON_CELLS_QUOTE;
			}
			more = end < line.len;
			line = bytes_after(line, end + 1);
		} else {
			size_t end = bytes_find(line, separator);
			cell = bytes_first(line, end);
			more = end < line.len;
			line = bytes_after(line, end + 1);
		}
		out->cell[out->count++] = unquote(bytes_trim(cell));
	}
	return LESSON_CELLS_OK;
}
