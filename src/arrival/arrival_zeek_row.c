/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_zeek_row.h"

#include "arrival/arrival_json.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ARRIVAL_ZEEK_NAME(name, text) text,
static const char *const names[ZEEK_FIELDS] = {ARRIVAL_ZEEK_FIELDS(ARRIVAL_ZEEK_NAME)};

static const int64_t second_ns = INT64_C(1000000000);
enum { SECONDS_DIGITS_MAX = 10 };
static const int64_t seconds_max = INT64_C(9200000000); /* a 64-bit number of nanoseconds ends in 2262 */

static enum arrival_zeek_field
field_of(struct bytes name)
{
	for (int i = 0; i < ZEEK_FIELDS; i++)
		if (bytes_eq(name, bytes_of_cstr(names[i])))
			return (enum arrival_zeek_field)i;
	return ZEEK_FIELDS;
}

/* "\x09": how Zeek writes what would end a field. Returns the length written, at most that of text. */
static size_t
unescape(struct bytes text, uint8_t *out)
{
	size_t n = 0;
	while (text.len > 0) {
		struct bytes head = bytes_first(text, 4);
		int high = head.len == 4 && head.at[0] == '\\' && head.at[1] == 'x' ? bytes_hex_digit(head.at[2]) : -1;
		int low = high >= 0 ? bytes_hex_digit(head.at[3]) : -1;
		out[n++] = low >= 0 ? (uint8_t)(high << 4 | low) : text.at[0];
		text = bytes_after(text, low >= 0 ? 4 : 1);
	}
	return n;
}

static void
set_mark(struct arrival_zeek_mark *mark, struct bytes text)
{
	mark->len = unescape(bytes_first(text, sizeof(mark->at)), mark->at);
}

static struct bytes
mark_bytes(const struct arrival_zeek_mark *mark)
{
	return (struct bytes){mark->at, mark->len};
}

void
arrival_zeek_row_start(struct arrival_zeek_head *head)
{
	*head = (struct arrival_zeek_head){0};
	set_mark(&head->separator, BYTES("\t"));
	set_mark(&head->set_separator, BYTES(","));
	set_mark(&head->empty, BYTES("(empty)"));
	set_mark(&head->unset, BYTES("-"));
}

/* The bytes before the next separator; *rest becomes what follows it, and its len SIZE_MAX where nothing does. */
static struct bytes
next_field(struct bytes *rest, struct bytes separator, bool *more)
{
	size_t len = separator.len == 1 ? bytes_find(*rest, separator.at[0]) : bytes_find_all(*rest, separator);
	struct bytes field = bytes_first(*rest, len);
	*more = len < rest->len;
	*rest = bytes_after(*rest, len + separator.len);
	return field;
}

static int
read_names(struct arrival_zeek_head *h, struct bytes rest, struct diag *diag)
{
	bool more = true;
	size_t count = 0;
	while (more) {
		if (count == ARRIVAL_ZEEK_COLUMNS_MAX)
			return diag_say(diag, -EINVAL, "%s", _("#fields has more than 256 names"));
		h->columns[count++] = (uint8_t)field_of(next_field(&rest, mark_bytes(&h->separator), &more));
	}
	h->column_count = count;
	return 0;
}

/* "#separator \x09", then "#fields<separator>ts<separator>..." */
static int
read_head(struct arrival_zeek_head *h, struct bytes line, struct diag *diag)
{
	static const struct {
		const char *name_cstr;
		size_t offset;
	} marks[] = {{"#set_separator", offsetof(struct arrival_zeek_head, set_separator)},
	    {"#empty_field", offsetof(struct arrival_zeek_head, empty)},
	    {"#unset_field", offsetof(struct arrival_zeek_head, unset)},
	    {"#path", offsetof(struct arrival_zeek_head, path)}};
	if (bytes_start_with(line, BYTES("#separator "))) {
		arrival_zeek_row_start(h); /* another log begins */
		struct bytes text = bytes_after(line, sizeof("#separator ") - 1);
		if (text.len > 0 && text.len <= ARRIVAL_ZEEK_SEPARATOR_MAX * 4)
			set_mark(&h->separator, text);
		return 0;
	}
	bool more;
	struct bytes rest = line, name = next_field(&rest, mark_bytes(&h->separator), &more);
	if (bytes_eq(name, BYTES("#fields")))
		return more ? read_names(h, rest, diag) : diag_say(diag, -EINVAL, "%s", _("#fields without names"));
	for (size_t i = 0; i < LENGTH_OF(marks) && more; i++)
		if (bytes_eq(name, bytes_of_cstr(marks[i].name_cstr)))
			set_mark((struct arrival_zeek_mark *)(void *)((uint8_t *)h + marks[i].offset), rest);
	return 0;
}

static struct bytes
keep(struct arrival_zeek_row *row, struct bytes text)
{
	struct bytes kept = {row->scratch + row->scratch_used, 0};
	if (text.len > sizeof(row->scratch) - row->scratch_used)
		return kept; /* more than any log needs: the value is as if unset */
	kept.len = unescape(text, row->scratch + row->scratch_used);
	row->scratch_used += kept.len;
	return kept;
}

static int
read_columns(const struct arrival_zeek_head *h, struct bytes line, struct arrival_zeek_row *row, struct diag *diag)
{
	struct bytes separator = mark_bytes(&h->separator), empty = mark_bytes(&h->empty), unset = mark_bytes(&h->unset);
	bool more = true;
	size_t count = 0;
	if (h->column_count == 0)
		return diag_say(diag, -EINVAL, "%s",
		    _("a line of a Zeek log was expected: a JSON object, or values after a line that begins with #fields"));
	while (more) {
		struct bytes value = next_field(&line, separator, &more);
		if (count == h->column_count)
			return diag_say(diag, -EINVAL, _("more values than the %zu names of #fields"), h->column_count);
		enum arrival_zeek_field field = (enum arrival_zeek_field)h->columns[count++];
		if (field == ZEEK_FIELDS || bytes_eq(value, unset) || bytes_eq(value, empty))
			continue;
		row->values[field] = bytes_find(value, '\\') < value.len ? keep(row, value) : value;
	}
	if (count < h->column_count)
		return diag_say(diag, -EINVAL, _("%zu values, and %zu names in #fields"), count, h->column_count);
	row->set_mark = h->set_separator.len > 0 ? h->set_separator.at[0] : ',';
	row->path = mark_bytes(&h->path);
	return 1;
}

static struct bytes
put_text(struct arrival_zeek_row *row, struct bytes text)
{
	struct bytes kept = {row->scratch + row->scratch_used, 0};
	if (text.len == 0 || text.len > sizeof(row->scratch) - row->scratch_used)
		return kept;
	memcpy(row->scratch + row->scratch_used, text.at, text.len);
	row->scratch_used += text.len;
	kept.len = text.len;
	return kept;
}

/* "9.5e-05" as Zeek's other form has it; all other numbers are as they were written. */
static struct bytes
plain_number(struct arrival_zeek_row *row, struct bytes text)
{
	char room[64];
	bool exponent = bytes_find(text, 'e') < text.len || bytes_find(text, 'E') < text.len;
	if (!exponent || text.len >= sizeof(room))
		return exponent ? (struct bytes){0} : text;
	memcpy(room, text.at, text.len);
	room[text.len] = '\0';
	double value = strtod(room, NULL);
	if (!(value > -1e18 && value < 1e18))
		return (struct bytes){0};
	int n = snprintf(room, sizeof(room), "%.9f", value);
	return n > 0 ? put_text(row, (struct bytes){(const uint8_t *)room, (size_t)n}) : (struct bytes){0};
}

static struct bytes
scalar(struct arrival_zeek_row *row, const struct json_value *v)
{
	switch (v->kind) {
	case JSON_VALUE_STRING: return json_value_text(v);
	case JSON_VALUE_INTEGER:
	case JSON_VALUE_REAL: return plain_number(row, v->text);
	case JSON_VALUE_TRUE: return BYTES("T");
	case JSON_VALUE_FALSE: return BYTES("F");
	case JSON_VALUE_NULL:
	case JSON_VALUE_ARRAY:
	case JSON_VALUE_OBJECT: break;
	}
	return (struct bytes){0};
}

/* Elements beside each other, as the other form has them. */
static struct bytes
join(struct arrival_zeek_row *row, const struct json_value *array)
{
	struct bytes all = {row->scratch + row->scratch_used, 0};
	size_t before = row->scratch_used, count = json_value_length(array);
	const struct json_value *v = count > 0 ? array + 1 : NULL;
	for (size_t i = 0; i < count; i++, v += v->span) {
		if (i > 0)
			(void)put_text(row, (struct bytes){&row->set_mark, 1});
		if (json_value_is(v, JSON_VALUE_STRING) || json_value_is(v, JSON_VALUE_INTEGER))
			(void)put_text(row, v->text);
	}
	all.len = row->scratch_used - before;
	return all;
}

static int
read_object(struct json_value_list *list, struct bytes line, struct arrival_zeek_row *row, struct diag *diag)
{
	const struct json_value *object = NULL;
	size_t wrong_at = 0;
	int r = json_value_read(list, line, &object, &wrong_at);
	if (r == -ENOMEM)
		return diag_say(diag, r, "%s", _("not enough memory"));
	if (r < 0)
		return diag_say(diag, -EINVAL, _("this is not JSON (RFC 8259), from byte %zu on"), wrong_at + 1);
	row->set_mark = ',';
	for (const struct json_value *v = object + 1; v < object + object->span; v += v->span) {
		enum arrival_zeek_field field = field_of(v->key);
		if (field < ZEEK_FIELDS)
			row->values[field] = v->kind == JSON_VALUE_ARRAY ? join(row, v) : scalar(row, v);
	}
	row->path = row->values[ZEEK_PATH];
	return 1;
}

int
arrival_zeek_row_read(struct arrival_zeek_head *head, struct json_value_list *list, struct bytes line,
    struct arrival_zeek_row *out, struct diag *diag)
{
	memset(out->values, 0, sizeof(out->values));
	out->path = (struct bytes){0};
	out->scratch_used = 0;
	if (bytes_start_with(line, BYTES("#")))
		return read_head(head, line, diag);
	if (bytes_start_with(line, BYTES("{")))
		return read_object(list, line, out, diag);
	return read_columns(head, line, out, diag);
}

bool
arrival_zeek_row_addr(const struct arrival_zeek_row *row, enum arrival_zeek_field field, struct addr *out)
{
	return addr_parse(row->values[field], out);
}

uint64_t
arrival_zeek_row_number(const struct arrival_zeek_row *row, enum arrival_zeek_field field, uint64_t max)
{
	struct bytes text = row->values[field];
	uint64_t value = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return text.at[i] == '.' ? value : 0;
		if (value > (max - (uint64_t)(text.at[i] - '0')) / 10)
			return max;
		value = value * 10 + (uint64_t)(text.at[i] - '0');
	}
	return value;
}

bool
arrival_zeek_row_seconds(const struct arrival_zeek_row *row, enum arrival_zeek_field field, int64_t *out_ns)
{
	struct bytes text = row->values[field];
	size_t dot = bytes_find(text, '.');
	int64_t seconds = 0, ns = 0, unit = second_ns;
	if (dot == 0 || dot > SECONDS_DIGITS_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (i == dot)
			continue;
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		int digit = text.at[i] - '0';
		if (i < dot)
			seconds = seconds * 10 + digit;
		else
			ns += digit * (unit /= 10); /* digits beyond the ninth are dropped */
	}
	if (seconds > seconds_max)
		return false;
	*out_ns = seconds * second_ns + ns;
	return true;
}

bool
arrival_zeek_row_time(const struct arrival_zeek_row *row, enum arrival_zeek_field field, int64_t *out_ns)
{
	return arrival_zeek_row_seconds(row, field, out_ns) || arrival_json_read_time(row->values[field], out_ns);
}
