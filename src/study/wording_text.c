/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "study/wording.h"

/* U+00C0 to U+017F to their letters; 0: none. Two letters for the ligatures, as people type them without. */
static const char latin[192][3] = {"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i", "d", "n",
    "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "", "ss", "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e",
    "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "o", "", "o", "u", "u", "u", "u", "y", "", "y",
    [0x152 - 0xc0] = "oe", [0x153 - 0xc0] = "oe", [0x178 - 0xc0] = "y"};

static bool
is_alnum(uint8_t c)
{
	return (bytes_lower(c) >= 'a' && bytes_lower(c) <= 'z') || (c >= '0' && c <= '9');
}

/* What a character is within a word: how many bytes it takes, and what it becomes; "" when it ends a word. */
static size_t
fold(struct bytes text, char out[static 5])
{
	uint8_t c = text.at[0];
	out[0] = out[1] = '\0';
	if (c < 0x80) {
		if (is_alnum(c))
			out[0] = (char)bytes_lower(c);
		return 1;
	}
	size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	len = len > text.len ? text.len : len;
	if (len == 2 && c >= 0xc3 && c <= 0xc5) {
		unsigned code = ((unsigned)(c & 0x1f) << 6 | (text.at[1] & 0x3f)) - 0xc0;
		if (code < LENGTH_OF(latin))
			memcpy(out, latin[code], sizeof(latin[code]));
		return len;
	}
	if (c >= 0xc4 && c != 0xe2 && len > 1) { /* letters of other scripts stay as they are; U+2000 on is punctuation */
		memcpy(out, text.at, len);
		out[len] = '\0';
	}
	return len;
}

/* "sécurisées", "sécurisé" and "securise" are one word. */
static size_t
cut_endings(char *form, size_t len)
{
	while (len > 3 && (form[len - 1] == 'e' || form[len - 1] == 's' || form[len - 1] == 'x'))
		len--;
	form[len] = '\0';
	return len;
}

size_t
wording_text_form(struct bytes word, char out[static WORDING_TOKEN_MAX + 1])
{
	char piece[5];
	size_t len = 0;
	while (word.len > 0) {
		word = bytes_after(word, fold(word, piece));
		for (size_t i = 0; piece[i] != '\0' && len < WORDING_TOKEN_MAX; i++)
			out[len++] = piece[i];
	}
	out[len] = '\0';
	return cut_endings(out, len);
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* "1,5" and "1.5" are one number; "1.3.2" and "27001" too, each its own. */
static size_t
take_number(struct bytes text, struct wording_token *out)
{
	size_t n = 0;
	while (n < text.len &&
	    (is_digit(text.at[n]) ||
	        ((text.at[n] == '.' || text.at[n] == ',') && n + 1 < text.len && is_digit(text.at[n + 1])))) {
		if (out->len < WORDING_TOKEN_MAX)
			out->form[out->len++] = text.at[n] == ',' ? '.' : (char)text.at[n];
		n++;
	}
	out->form[out->len] = '\0';
	return n;
}

static size_t
take_word(struct bytes text, struct wording_token *out)
{
	char piece[5];
	size_t n = 0;
	while (n < text.len) {
		size_t step = fold(bytes_after(text, n), piece);
		if (piece[0] == '\0')
			break;
		for (size_t i = 0; piece[i] != '\0' && out->len < WORDING_TOKEN_MAX; i++)
			out->form[out->len++] = piece[i];
		n += step;
	}
	out->len = (uint8_t)cut_endings(out->form, out->len);
	return n;
}

size_t
wording_text_split(const struct wording_words *words, struct bytes text, struct wording_token out[static WORDING_TOKENS_MAX])
{
	char piece[5];
	size_t at = 0, count = 0;
	while (at < text.len && count < WORDING_TOKENS_MAX) {
		struct bytes left = bytes_after(text, at);
		size_t step = fold(left, piece);
		if (piece[0] == '\0') {
			at += step;
			continue;
		}
		struct wording_token *t = &out[count++];
		*t = (struct wording_token){.at = at, .is_number = is_digit(left.at[0])};
		t->written = t->is_number ? take_number(left, t) : take_word(left, t);
		at += t->written;
	}
	for (size_t i = 0; i < count;) {
		size_t span = 0;
		out[i].uses = words == NULL ? 0 : wording_words_find(words, &out[i], count - i, &span);
		span = span == 0 ? 1 : span;
		out[i].span = (uint8_t)span;
		i += span;
	}
	return count;
}
