/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_json.h"

#include "core/timestamp.h"

static const struct json_value *
member(const struct json_value *object, const char *key_cstr)
{
	return json_value_get(object, bytes_of_cstr(key_cstr));
}

struct bytes
arrival_json_text(const struct json_value *object, const char *key_cstr)
{
	return json_value_text(member(object, key_cstr));
}

struct bytes
arrival_json_first_text(const struct json_value *object, const char *key_cstr)
{
	const struct json_value *value = member(object, key_cstr);
	return json_value_text(json_value_is(value, JSON_VALUE_ARRAY) ? json_value_at(value, 0) : value);
}

uint64_t
arrival_json_number(const struct json_value *object, const char *key_cstr, uint64_t max)
{
	const struct json_value *value = member(object, key_cstr);
	int64_t n = json_value_is(value, JSON_VALUE_INTEGER) ? value->integer : 0;
	return n < 0 ? 0 : (uint64_t)n > max ? max : (uint64_t)n;
}

bool
arrival_json_addr(const struct json_value *object, const char *key_cstr, struct addr *out)
{
	return addr_parse(arrival_json_text(object, key_cstr), out);
}

bool
arrival_json_read_time(struct bytes text, int64_t *out_ns)
{
	return timestamp_read(text, out_ns);
}

bool
arrival_json_time(const struct json_value *object, const char *key_cstr, int64_t *out_ns)
{
	return arrival_json_read_time(arrival_json_text(object, key_cstr), out_ns);
}

uint16_t
arrival_json_copy(char *field, size_t field_size, struct bytes text)
{
	struct bytes kept = bytes_first(text, field_size);
	if (kept.len > 0)
		memcpy(field, kept.at, kept.len);
	return (uint16_t)kept.len;
}

void
arrival_json_copy_cstr(char *field, size_t field_size, struct bytes text)
{
	struct bytes kept = bytes_first(text, field_size - 1);
	if (bytes_find(kept, '\0') != kept.len)
		kept.len = 0;
	field[arrival_json_copy(field, field_size - 1, kept)] = '\0';
}
