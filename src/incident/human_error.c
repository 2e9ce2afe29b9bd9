/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/human_error.h"

#include "record/case_file.h"

/* U+00C0 to U+00FF without their accents; the rest of UTF-8 stays as it is. */
static const char latin[] = "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuyty";

const char *
human_error_fold(const char *text_cstr, char *out, size_t size)
{
	size_t n = 0;
	bool space = true;
	for (const uint8_t *c = (const uint8_t *)text_cstr; *c != '\0' && n + 1 < size; c++) {
		char letter = (char)bytes_lower(*c);
		if (c[0] == 0xc3 && c[1] >= 0x80 && c[1] <= 0xbf) {
			letter = latin[c[1] - 0x80];
			c++;
		} else if (c[0] == 0xe2 && c[1] == 0x80 && c[2] == 0x99) { /* the curved apostrophe */
			letter = '\'';
			c += 2;
		} else if (c[0] == 0xc2 && c[1] == 0xa0) { /* a space that does not break */
			letter = ' ';
			c++;
		}
		bool is_space = letter == ' ' || letter == '\t' || letter == '\n' || letter == '-' || letter == '_';
		if (is_space && space)
			continue;
		out[n++] = is_space ? ' ' : letter;
		space = is_space;
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

static bool
has_one(const struct data_tree *list, const char *folded_cstr)
{
	for (const struct data_tree *e = list == NULL ? NULL : list->first; e != NULL; e = e->next)
		if (strstr(folded_cstr, (const char *)e->text.at) != NULL)
			return true;
	return false;
}

bool
human_error_blames(const struct vocabulary *v, const char *text_cstr)
{
	char folded[CASE_VALUE_MAX];
	(void)human_error_fold(text_cstr, folded, sizeof(folded));
	return has_one(v->refused, folded) && !has_one(v->conditions, folded);
}
