/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_file.h"

#include "core/text.h"
#include "detect/rules/rule_eval.h"
#include "inspect/viewer.h"

#include <errno.h>
#include <stdlib.h>

enum { HASH_MAX = 32 };

static const uint8_t *
hash_of(const struct view_file *f, uint8_t kind)
{
	return kind == VIEW_FILE_MD5 ? f->md5 : kind == VIEW_FILE_SHA1 ? f->sha1 : f->sha256;
}

static bool
has(const struct rule_hashes *list, const uint8_t *hash)
{
	size_t low = 0, high = list->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(list->hashes + middle * list->hash_bytes, hash, list->hash_bytes);
		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* Of a file that was cut short only that it has more than so much is known. */
static bool
size_holds(const struct rule_file_test *t, const struct view_file *f)
{
	bool at_least = t->compare == RULE_GREATER || t->compare == RULE_GREATER_EQUAL;
	if (f->state == VIEW_FILE_OPEN || (f->state == VIEW_FILE_TRUNCATED && !at_least))
		return false;
	return rule_eval_compare(t->compare, f->size > INT64_MAX ? INT64_MAX : (int64_t)f->size, t->low, t->high);
}

bool
rule_file_holds(const struct rule_file_test *t, struct bytes view)
{
	struct view_file f;
	if (view.len != sizeof(f))
		return false;
	memcpy(&f, view.at, sizeof(f));
	switch (t->what) {
	case RULE_FILE_SIZE: return size_holds(t, &f);
	case RULE_FILE_HASH:
		return f.state == VIEW_FILE_CLOSED && (f.hashes & t->hash) != 0 && t->hashes != NULL &&
		    has(t->hashes, hash_of(&f, t->hash)) != t->negated;
	case RULE_FILE_STORE: return true;
	}
	return false;
}

bool
rule_file_fits(const struct rule *r, struct bytes view)
{
	for (size_t i = 0; i < r->match_count; i++)
		if (r->matches[i].kind == RULE_FILE && !rule_file_holds(&r->matches[i].u.file, view))
			return false;
	return true;
}

static int
by_bytes(const void *a, const void *b, void *size)
{
	return memcmp(a, b, *(const size_t *)size);
}

/* False: no hash of this length. */
static bool
read_hash(struct bytes word, size_t hash_bytes, uint8_t *out)
{
	if (word.len != 2 * hash_bytes)
		return false;
	for (size_t i = 0; i < hash_bytes; i++) {
		int high = bytes_hex_digit(word.at[2 * i]), low = bytes_hex_digit(word.at[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static struct bytes
first_word(struct bytes line)
{
	size_t n = 0;
	while (n < line.len && line.at[n] > ' ')
		n++;
	return bytes_first(line, n);
}

const struct rule_hashes *
rule_file_read_hashes(struct arena *arena, struct bytes text, size_t hash_bytes, struct diag *diag)
{
	struct rule_hashes *list = arena_new(arena, struct rule_hashes, 1);
	size_t room = text.len / (2 * hash_bytes) + 1, count = 0;
	uint8_t *hashes = arena_take(arena, room * hash_bytes, 1);
	if (list == NULL || hashes == NULL) {
		(void)diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
		return NULL;
	}
	for (unsigned line = 1; text.len > 0; line++) {
		size_t end = bytes_find(text, '\n');
		struct bytes word = first_word(bytes_trim(bytes_first(text, end)));
		text = bytes_after(text, end + 1);
		if (word.len == 0 || word.at[0] == '#')
			continue;
		if (!read_hash(word, hash_bytes, hashes + count * hash_bytes)) {
			(void)diag_say(
			    diag, -EINVAL, _("line %u of the list has no hash of %zu digits"), line, 2 * hash_bytes);
			return NULL;
		}
		count++;
	}
	if (count > 0)
		qsort_r(hashes, count, hash_bytes, by_bytes, &hash_bytes);
	*list = (struct rule_hashes){.count = count, .hash_bytes = hash_bytes, .hashes = hashes};
	return list;
}
