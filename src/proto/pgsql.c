/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/pgsql.h"

#include <string.h>

enum parse
pgsql_head(struct cursor *c, bool opens, struct pgsql_head *out)
{
	uint32_t least = opens ? 8 : 4; /* opening: with the code that says what it is */
	out->type = opens ? 0 : cursor_u8(c);
	uint32_t length = cursor_be32(c);
	if (!cursor_ok(c))
		return c->state;
	if (length < least || length > INT32_MAX || (opens && length > PGSQL_START_MAX))
		return PARSE_BAD;
	out->length = length - 4;
	return PARSE_OK;
}

bool
pgsql_is_request(uint8_t type)
{
	return type != 0 && strchr("BCDEFHPQSXcdfp", type) != NULL;
}

bool
pgsql_is_response(uint8_t type)
{
	return type != 0 && strchr("123ACDEGHIKNRSTVWZcdnstv", type) != NULL;
}

struct bytes
pgsql_text(struct bytes *rest)
{
	size_t end = bytes_find(*rest, '\0');
	struct bytes text = bytes_first(*rest, end);
	*rest = bytes_after(*rest, end + 1);
	return text;
}

bool
pgsql_next_parameter(struct bytes *rest, struct bytes *name, struct bytes *value)
{
	*name = pgsql_text(rest);
	if (name->len == 0 || bytes_find(*rest, '\0') == rest->len) /* the end, or a value that never ends */
		return false;
	*value = pgsql_text(rest);
	return true;
}

bool
pgsql_next_field(struct bytes *rest, uint8_t *type, struct bytes *value)
{
	if (rest->len < 2 || rest->at[0] == 0)
		return false;
	*type = rest->at[0];
	*rest = bytes_after(*rest, 1);
	*value = pgsql_text(rest);
	return true;
}

const char *
pgsql_field_name(uint8_t type)
{
	static const struct {
		uint8_t type;
		const char *name_cstr;
	} names[] = {{'S', "severity_localizable"}, {'V', "severity_non_localizable"}, {'C', "code"}, {'M', "message"},
	    {'D', "detail"}, {'H', "hint"}, {'P', "position"}, {'p', "internal_position"}, {'q', "internal_query"},
	    {'W', "where"}, {'s', "schema_name"}, {'t', "table_name"}, {'c', "column_name"}, {'d', "data_type_name"},
	    {'n', "constraint_name"}, {'F', "file"}, {'L', "line"}, {'R', "routine"}};
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (names[i].type == type)
			return names[i].name_cstr;
	return NULL;
}
