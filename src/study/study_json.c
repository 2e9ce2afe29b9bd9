/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/study_json.h"

void
study_json_decimal(struct json *j, struct bytes key, int64_t value)
{
	char text[DECIMAL_TEXT_MAX];
	json_raw(j, key, bytes_of_cstr(decimal_write(LANGUAGE_EN, value, text)));
}

void
study_json_key(struct json *j, const char *key_cstr)
{
	json_text(j, (struct bytes){0}, bytes_of_cstr(key_cstr));
	json_mark(j, ':');
	j->comma = false; /* the value stands behind its colon */
}

void
study_json_maybe(struct json *j, struct bytes key, const char *text_cstr)
{
	if (text_cstr == NULL || text_cstr[0] == '\0')
		json_none(j, key);
	else
		json_cstr(j, key, text_cstr);
}
