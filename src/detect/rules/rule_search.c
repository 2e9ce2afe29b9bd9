/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_search.h"

#include "core/auto.h"
#include "core/ensure.h"
#include "core/text.h"
#include "core/writer.h"

#include <openssl/evp.h>
#include <stdlib.h>

static const char magic[] = "beffroi1";
enum { MAGIC = 8, DIGEST = 32, HEAD_MAX = MAGIC + RULE_SEARCH_KEY + 4 + 4 * RULE_SEARCH_REFUSED_MAX + 8 + DIGEST };

/* ---- Keys ---- */

static void
add_number(EVP_MD_CTX *digest, uint64_t number)
{
	uint8_t bytes[8];
	struct writer w = writer_of(bytes, sizeof(bytes));
	writer_be64(&w, number);
	ENSURE(EVP_DigestUpdate(digest, bytes, sizeof(bytes)) == 1);
}

void
rule_search_key(const struct rule_patterns *patterns, uint8_t out[static RULE_SEARCH_KEY])
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	hs_platform_info_t platform = {0};
	(void)hs_populate_platform(&platform);
	ENSURE(digest != NULL && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1);
	ENSURE(EVP_DigestUpdate(digest, hs_version(), strlen(hs_version())) == 1);
	add_number(digest, platform.tune);
	add_number(digest, platform.cpu_features);
	add_number(digest, patterns->count);
	for (size_t i = 0; i < patterns->count; i++) {
		add_number(digest, (uint64_t)patterns->flags[i] << 32 | patterns->lengths[i]);
		ENSURE(EVP_DigestUpdate(digest, patterns->texts[i], patterns->lengths[i]) == 1);
	}
	ENSURE(EVP_DigestFinal_ex(digest, out, NULL) == 1);
	EVP_MD_CTX_free(digest);
}

/* ---- Making ---- */

static bool
is_refused(const struct rule_search *s, uint32_t place)
{
	for (size_t i = 0; i < s->refused_count; i++)
		if (s->refused[i] == place)
			return true;
	return false;
}

static void
refuse(struct rule_search *s, uint32_t place)
{
	size_t i = s->refused_count++;
	for (; i > 0 && s->refused[i - 1] > place; i--)
		s->refused[i] = s->refused[i - 1];
	s->refused[i] = place;
}

/* One bad pattern must not cost the others: it is taken out, and the rest is tried again. */
int
rule_search_compile(const struct rule_patterns *patterns, struct rule_search *out, struct diag *diag)
{
	struct rule_search s = {0};
	size_t room = patterns->count;
	AUTO_FREE const char **texts = calloc(room + 1, sizeof(*texts));
	AUTO_FREE size_t *lengths = calloc(room + 1, sizeof(*lengths));
	AUTO_FREE unsigned *flags = calloc(room + 1, sizeof(*flags));
	AUTO_FREE unsigned *ids = calloc(room + 1, sizeof(*ids));
	if (texts == NULL || lengths == NULL || flags == NULL || ids == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	for (uint32_t i = 0; i < patterns->count && s.refused_count < RULE_SEARCH_REFUSED_MAX; i++)
		if (patterns->lengths[i] == 0) /* Hyperscan does not survive it */
			refuse(&s, i);
	for (;;) {
		unsigned count = 0;
		for (uint32_t i = 0; i < patterns->count; i++) {
			if (is_refused(&s, i))
				continue;
			if (patterns->lengths[i] == 0)
				return diag_say(
				    diag, -EINVAL, _("the search for bytes could not be made: %s"), _("empty patterns"));
			texts[count] = patterns->texts[i];
			lengths[count] = patterns->lengths[i];
			flags[count] = patterns->flags[i];
			ids[count++] = i;
		}
		hs_compile_error_t *error = NULL;
		if (count == 0 ||
		    hs_compile_lit_multi(texts, flags, ids, lengths, count, HS_MODE_BLOCK, NULL, &s.database, &error) ==
		        HS_SUCCESS)
			break;
		int bad = error == NULL ? -1 : error->expression;
		bool goes_on = bad >= 0 && (unsigned)bad < count && s.refused_count < RULE_SEARCH_REFUSED_MAX;
		int r = goes_on ? 0
		                : diag_say(diag, -EINVAL, _("the search for bytes could not be made: %s"),
		                      error == NULL ? "?" : error->message);
		(void)hs_free_compile_error(error);
		if (r < 0)
			return r;
		refuse(&s, ids[bad]);
	}
	*out = s;
	return 0;
}

/* ---- Entries ---- */

/* The digest of what stands before it, of zeroes in its place, and of what follows. */
static void
digest_of(struct bytes head, struct bytes database, uint8_t out[static DIGEST])
{
	static const uint8_t zeroes[DIGEST];
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	ENSURE(digest != NULL && EVP_DigestInit_ex(digest, EVP_sha256(), NULL) == 1);
	ENSURE(EVP_DigestUpdate(digest, head.at, head.len) == 1);
	ENSURE(EVP_DigestUpdate(digest, zeroes, sizeof(zeroes)) == 1);
	ENSURE(EVP_DigestUpdate(digest, database.at, database.len) == 1);
	ENSURE(EVP_DigestFinal_ex(digest, out, NULL) == 1);
	EVP_MD_CTX_free(digest);
}

int
rule_search_write(const uint8_t key[static RULE_SEARCH_KEY], const struct rule_search *search, uint8_t **out, size_t *len)
{
	char *database = NULL;
	size_t database_len = 0;
	uint8_t head[HEAD_MAX], digest[DIGEST];
	if (search->database != NULL && hs_serialize_database(search->database, &database, &database_len) != HS_SUCCESS)
		return -ENOMEM;
	struct bytes body = {(const uint8_t *)database, database_len};
	struct writer w = writer_of(head, sizeof(head));
	writer_put(&w, (struct bytes){(const uint8_t *)magic, MAGIC});
	writer_put(&w, (struct bytes){key, RULE_SEARCH_KEY});
	writer_be32(&w, search->refused_count);
	for (size_t i = 0; i < search->refused_count; i++)
		writer_be32(&w, search->refused[i]);
	writer_be64(&w, database_len);
	digest_of(writer_written(&w), body, digest);
	writer_put(&w, (struct bytes){digest, DIGEST});
	uint8_t *whole = malloc(w.len + database_len);
	if (whole != NULL) {
		memcpy(whole, head, w.len);
		if (database_len > 0)
			memcpy(whole + w.len, database, database_len);
		*out = whole;
		*len = w.len + database_len;
	}
	free(database);
	return whole == NULL ? -ENOMEM : 0;
}

enum parse
rule_search_read(struct cursor *c, struct rule_search_entry *out)
{
	struct rule_search_entry e = {0};
	struct cursor before = *c;
	struct bytes form = cursor_take(c, MAGIC), key = cursor_take(c, RULE_SEARCH_KEY);
	e.refused_count = cursor_be32(c);
	if (cursor_ok(c) && (memcmp(form.at, magic, MAGIC) != 0 || e.refused_count > RULE_SEARCH_REFUSED_MAX))
		cursor_stop(c, PARSE_BAD);
	for (size_t i = 0; i < e.refused_count && cursor_ok(c); i++) {
		e.refused[i] = cursor_be32(c);
		if (i > 0 && e.refused[i] <= e.refused[i - 1])
			cursor_stop(c, PARSE_BAD);
	}
	uint64_t len = cursor_be64(c);
	struct bytes head = {before.at, before.left - c->left}, digest = cursor_take(c, DIGEST);
	e.database = cursor_take(c, len);
	if (!cursor_ok(c))
		return c->state;
	uint8_t wanted[DIGEST];
	digest_of(head, e.database, wanted);
	if (memcmp(wanted, digest.at, DIGEST) != 0) {
		cursor_stop(c, PARSE_BAD);
		return c->state;
	}
	memcpy(e.key, key.at, RULE_SEARCH_KEY);
	e.whole = (struct bytes){before.at, before.left - c->left};
	*out = e;
	return PARSE_OK;
}

int
rule_search_open(const struct rule_search_entry *entry, const struct rule_patterns *patterns, struct rule_search *out)
{
	struct rule_search s = {.refused_count = entry->refused_count};
	if (entry->refused_count > patterns->count || (entry->database.len == 0 && entry->refused_count < patterns->count))
		return -EBADMSG;
	for (size_t i = 0; i < entry->refused_count; i++) {
		if (entry->refused[i] >= patterns->count)
			return -EBADMSG;
		s.refused[i] = entry->refused[i];
	}
	if (entry->database.len > 0) { /* its own check: magic, version, processor, CRC */
		hs_error_t e = hs_deserialize_database((const char *)entry->database.at, entry->database.len, &s.database);
		if (e != HS_SUCCESS)
			return e == HS_NOMEM ? -ENOMEM : -EBADMSG;
	}
	*out = s;
	return 0;
}
