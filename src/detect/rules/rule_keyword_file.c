/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keywords of files that are not a buffer: their size, their hashes, their names as rules wrote them before there were buffers, and that they
 * are to be kept.
 */
#include "detect/rules/rule_keywords.h"

#include "inspect/viewer.h"

#include <errno.h>
#include <stdio.h>

static int
file_content(struct rule_parser *p, enum view view, struct bytes text, bool negated, bool ends)
{
	struct bytes bytes;
	int r = rule_parser_content_bytes(p, text, &bytes);
	if (r < 0)
		return r;
	struct rule_content content = rule_parser_content(bytes, negated);
	content.nocase = true;
	content.ends = ends;
	return rule_parser_add_content(p, view, &content);
}

static int
file_keyword(struct rule_parser *p, struct bytes value, enum view view, bool is_ending)
{
	bool negated;
	struct bytes text;
	int r = rule_parser_unquote(p, value, &negated, &text);
	if (r < 0)
		return r;
	if (text.len == 0 || text.len >= RULE_CONTENT_MAX)
		return rule_parser_refuse(p, _("from 1 to %d bytes were expected"), RULE_CONTENT_MAX - 1);
	if (!is_ending)
		return file_content(p, view, text, negated, false);
	uint8_t *room = arena_take(p->arena, text.len + 1, 1);
	if (room == NULL)
		return diag_say(p->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	room[0] = '.';
	memcpy(room + 1, text.at, text.len);
	return file_content(p, view, (struct bytes){room, text.len + 1}, negated, true);
}

RULE_KEYWORD(rule_keyword_file_filename)
{
	return file_keyword(p, value, VIEW_FILE_NAME, false);
}

RULE_KEYWORD(rule_keyword_file_fileext)
{
	return file_keyword(p, value, VIEW_FILE_NAME, true);
}

RULE_KEYWORD(rule_keyword_file_filemagic)
{
	return file_keyword(p, value, VIEW_FILE_MAGIC, false);
}

/* A test of the file as a whole; what comes after stays where it was. */
static struct rule_file_test *
add_test(struct rule_parser *p, int what)
{
	int before = p->current, r = rule_parser_enter(p, VIEW_FILE);
	struct rule_match *m = r < 0 ? NULL : rule_parser_match(p, RULE_FILE);
	p->current = before;
	if (m == NULL)
		return NULL;
	m->u.file = (struct rule_file_test){.hash = 0};
	m->u.file.what = what;
	return &m->u.file;
}

/* "10KB" as "10240": *out in the arena. */
static int
without_units(struct rule_parser *p, struct bytes text, struct bytes *out)
{
	char room[96];
	size_t len = 0;
	for (size_t i = 0; i < text.len;) {
		uint64_t number = 0;
		size_t digits = 0;
		for (; i + digits < text.len && digits < 18 && text.at[i + digits] >= '0' && text.at[i + digits] <= '9';
		     digits++)
			number = number * 10 + (uint64_t)(text.at[i + digits] - '0');
		struct bytes unit = bytes_after(text, i + digits);
		uint8_t letter = unit.len == 0 || digits == 0 ? 0 : bytes_lower(unit.at[0]);
		unsigned shift = letter == 'k' ? 10 : letter == 'm' ? 20 : letter == 'g' ? 30 : 0;
		int n = digits == 0 ? snprintf(room + len, sizeof(room) - len, "%c", text.at[i])
		                    : snprintf(room + len, sizeof(room) - len, "%llu", (unsigned long long)number << shift);
		if (n < 0 || (size_t)n >= sizeof(room) - len || number > (UINT64_MAX >> 1) >> shift)
			return rule_parser_refuse(p, "%s", _("a size like 100kb was expected"));
		len += (size_t)n;
		i += digits == 0 ? 1 : digits;
		if (shift == 0)
			continue;
		i++;
		i += i < text.len && bytes_lower(text.at[i]) == 'i';
		i += i < text.len && bytes_lower(text.at[i]) == 'b';
	}
	*out = arena_dup(p->arena, (struct bytes){(const uint8_t *)room, len});
	return out->at == NULL ? diag_say(p->diag, -ENOMEM, "%s", _("not enough memory for these rules")) : 0;
}

RULE_KEYWORD(rule_keyword_file_filesize)
{
	struct rule_value low, high;
	enum rule_compare compare;
	uint8_t sides = 0; /* of a rule of both sides: whose file */
	size_t comma = bytes_find(value, ',');
	struct bytes side = rule_text_trim(bytes_first(value, comma));
	if (bytes_eq(side, BYTES("to_client")) || bytes_eq(side, BYTES("to_server"))) {
		sides = bytes_eq(side, BYTES("to_client")) ? VIEW_FROM_SERVER : VIEW_FROM_CLIENT;
		value = rule_text_trim(bytes_after(value, comma + 1));
	}
	int r = without_units(p, value, &value);
	if (r == 0)
		r = rule_parser_comparison(p, value, INT64_MAX, &compare, &low, &high);
	if (r < 0)
		return r;
	struct rule_file_test *test = add_test(p, RULE_FILE_SIZE);
	if (test == NULL)
		return -EINVAL;
	test->compare = compare;
	test->low = low.number;
	test->high = high.number;
	if (sides != 0)
		p->buffers[p->matches[p->rule.match_count - 1].buffer].sides = sides;
	return 0;
}

/* filemd5:[!]NAME: a file with one hash in each line. */
RULE_KEYWORD(rule_keyword_file_hash)
{
	bool negated = value.len > 0 && value.at[0] == '!';
	struct bytes name = negated ? rule_text_trim(bytes_after(value, 1)) : value;
	if (name.len == 0)
		return rule_parser_refuse(p, "%s", _("the name of a file was expected"));
	struct rule_file_test *test = add_test(p, RULE_FILE_HASH);
	if (test == NULL)
		return -EINVAL;
	test->negated = negated;
	test->list = name;
	test->hash = strcmp(p->keyword_cstr, "filemd5") == 0 ? VIEW_FILE_MD5
	    : strcmp(p->keyword_cstr, "filesha1") == 0       ? VIEW_FILE_SHA1
	                                                     : VIEW_FILE_SHA256;
	return 0;
}

/* filestore[:DIRECTION,SCOPE] */
RULE_KEYWORD(rule_keyword_file_filestore)
{
	static const char *const directions[] = {"request", "to_server", "response", "to_client", "both", NULL},
	                         *const scopes[] = {"file", "tx", "ssn", "flow", NULL};
	struct bytes word;
	p->store = (struct rule_store){.scope = RULE_STORE_FILE};
	if (rule_text_split(&value, ',', &word) && word.len > 0) {
		int direction = rule_parser_word(word, directions);
		if (direction < 0)
			return rule_parser_refuse(
			    p, "%s", _("one of request, to_server, response, to_client, both was expected"));
		p->store.from_client = direction < 2 || direction == 4;
		p->store.from_server = direction >= 2;
		int scope = rule_text_split(&value, ',', &word) ? rule_parser_word(word, scopes) : 0;
		if (scope < 0)
			return rule_parser_refuse(p, "%s", _("one of file, tx, ssn, flow was expected"));
		p->store.scope = scope == 0 ? RULE_STORE_FILE : scope == 1 ? RULE_STORE_TRANSACTION : RULE_STORE_FLOW;
	}
	p->rule.store = &p->store;
	return add_test(p, RULE_FILE_STORE) == NULL ? -EINVAL : 0;
}
