/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/events_words.h"

#include "core/hash.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>

enum { WORD_BYTES = 64 /* of a longer one, its beginning */, ROOM_FIRST = 4096 };

/* Fixed, for filters are kept and carried from one machine to another. */
static const uint64_t key_of_texts = UINT64_C(0x1d8e4e27c47d124f), key_of_addresses = UINT64_C(0xeb44accab455d165),
                      key_of_pairs = UINT64_C(0x9c6e6877736c46e3);

/* A letter or digit in lower case, or a byte of a longer character; 0: stands between words. */
static const uint8_t *
letters(void)
{
	static const uint8_t table[256] = {
#define SAME(c) [c] = (c)
#define LETTER(c) [c] = (c), [(c) & ~0x20] = (c)
#define ROW(c)                                                                                                              \
	[c] = (c), [(c) + 1] = (c) + 1, [(c) + 2] = (c) + 2, [(c) + 3] = (c) + 3, [(c) + 4] = (c) + 4, [(c) + 5] = (c) + 5, \
	[(c) + 6] = (c) + 6, [(c) + 7] = (c) + 7
	    ROW('0'), SAME('8'), SAME('9'), LETTER('a'), LETTER('b'), LETTER('c'), LETTER('d'), LETTER('e'), LETTER('f'),
	    LETTER('g'), LETTER('h'), LETTER('i'), LETTER('j'), LETTER('k'), LETTER('l'), LETTER('m'), LETTER('n'),
	    LETTER('o'), LETTER('p'), LETTER('q'), LETTER('r'), LETTER('s'), LETTER('t'), LETTER('u'), LETTER('v'),
	    LETTER('w'), LETTER('x'), LETTER('y'), LETTER('z'), ROW(0x80), ROW(0x88), ROW(0x90), ROW(0x98), ROW(0xa0),
	    ROW(0xa8), ROW(0xb0), ROW(0xb8), ROW(0xc0), ROW(0xc8), ROW(0xd0), ROW(0xd8), ROW(0xe0), ROW(0xe8), ROW(0xf0),
	    ROW(0xf8)};
	return table;
}

/* ---- pieces ---- */

static bool
is_address_byte(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '.' || c == ':';
}

/* The whole text is an address. Most texts are not, and show it soon. */
static bool
whole_address(struct bytes text, struct addr *out)
{
	size_t marks = 0;
	if (text.len < 2 || text.len >= ADDR_TEXT_MAX)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!is_address_byte(text.at[i]))
			return false;
		marks += text.at[i] == '.' || text.at[i] == ':';
	}
	return marks >= 2 && addr_parse(text, out);
}

/* Four numbers with points between them at the front of `rest`; the length of it, 0: none. */
static size_t
address_length(struct bytes rest, struct addr *out)
{
	size_t len = 0, points = 0;
	while (len < rest.len && ((rest.at[len] >= '0' && rest.at[len] <= '9') || rest.at[len] == '.')) {
		points += rest.at[len] == '.';
		len++;
	}
	if (len > 0 && rest.at[len - 1] == '.') {
		len--;
		points--;
	}
	bool ends = len == rest.len || letters()[rest.at[len]] == 0;
	return points == 3 && len <= 15 && ends && addr_parse(bytes_first(rest, len), out) ? len : 0;
}

/* The next piece from *at on. */
static inline bool
next_piece(struct bytes whole, size_t *at, struct events_piece *out)
{
	const uint8_t *const letter = letters();
	size_t start = *at, i = start;
	out->is_address = false;
	if (i == 0 && whole_address(whole, &out->address)) {
		*out = (struct events_piece){.text = whole, .address = out->address, .is_address = true};
		*at = whole.len;
		return true;
	}
	while (i < whole.len && letter[whole.at[i]] == 0)
		i++;
	if (i == whole.len)
		return false;
	out->between = (struct bytes){whole.at + start, i - start};
	size_t len = 0;
	if (whole.at[i] <= '9') /* of letters, digits are the lowest */
		len = address_length(bytes_after(whole, i), &out->address);
	out->is_address = len > 0;
	if (len == 0)
		while (i + len < whole.len && letter[whole.at[i + len]] != 0)
			len++;
	out->text = (struct bytes){whole.at + i, len};
	*at = i + len;
	return true;
}

static uint64_t
hash_text(struct bytes text)
{
	const uint8_t *const letter = letters();
	uint8_t lower[WORD_BYTES] = {0};
	uint64_t h = key_of_texts ^ text.len;
	text = bytes_first(text, WORD_BYTES);
	for (size_t i = 0; i < text.len; i++)
		lower[i] = letter[text.at[i]];
	for (size_t i = 0; i < text.len; i += 8) {
		uint64_t word;
		memcpy(&word, lower + i, 8);
		h = hash_fold(le64toh(word) ^ UINT64_C(0xa0761d6478bd642f), h ^ UINT64_C(0xe7037ed1a0b428db));
	}
	return h == 0 ? 1 : h;
}

static uint64_t
hash_piece(const struct events_piece *piece)
{
	if (!piece->is_address)
		return hash_text(piece->text);
	uint64_t high, low;
	memcpy(&high, piece->address.at, 8);
	memcpy(&low, piece->address.at + 8, 8);
	uint64_t h = hash_fold(le64toh(high) ^ key_of_addresses, le64toh(low) ^ UINT64_C(0xa0761d6478bd642f));
	return h == 0 ? 1 : h;
}

/* Two words of one name, such as "example.com": together they are rarer than each. 0: they are none. */
static uint64_t
hash_pair(uint64_t before, uint64_t here, const struct events_piece *piece)
{
	if (before == 0 || piece->is_address || piece->between.len != 1 ||
	    (piece->between.at[0] != '.' && piece->between.at[0] != '-'))
		return 0;
	return hash_fold(before ^ key_of_pairs, here ^ piece->between.at[0]);
}

/* ---- what is searched in an event ---- */

/* "2026-03-03T08:00:04.329855+0000": they are asked for by --from and --to. */
static bool
is_time(struct bytes text)
{
	return text.len >= 19 && text.at[4] == '-' && text.at[7] == '-' && text.at[10] == 'T' && text.at[13] == ':';
}

static bool
names_something(struct bytes key)
{
	static const char *const keys[] = {
	    "src_port", "dest_port", "flow_id", "vlan", "signature_id", "status", "port", "id", "tx_id", "gid"};
	for (size_t i = 0; i < LENGTH_OF(keys); i++)
		if (bytes_eq(key, bytes_of_cstr(keys[i])))
			return true;
	return false;
}

/* The text of a value that is searched; empty: it is not. *key: the name of the array around it counts for numbers. */
static inline struct bytes
searched(const struct json_value *v, struct bytes *key)
{
	if (v->key.len > 0)
		*key = v->key;
	if (v->kind == JSON_VALUE_STRING)
		return is_time(v->text) ? (struct bytes){0} : v->text;
	return v->kind == JSON_VALUE_INTEGER && names_something(*key) ? v->text : (struct bytes){0};
}

/* ---- words of many events ---- */

static int
grow(struct events_words *w)
{
	uint32_t room = w->room == 0 ? ROOM_FIRST : 2 * w->room;
	uint64_t *slots = calloc(room, sizeof(*slots));
	if (slots == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < w->room; i++) {
		if (w->slots[i] == 0)
			continue;
		uint32_t at = (uint32_t)w->slots[i] & (room - 1);
		while (slots[at] != 0)
			at = (at + 1) & (room - 1);
		slots[at] = w->slots[i];
	}
	free(w->slots);
	w->slots = slots;
	w->room = room;
	return 0;
}

static inline int
add_hash(struct events_words *w, uint64_t hash)
{
	if (UNLIKELY(2 * w->count >= w->room)) {
		w->over |= w->count >= EVENTS_WORDS_MAX;
		if (w->over)
			return 0;
		int r = grow(w);
		if (r < 0)
			return r;
	}
	uint32_t at = (uint32_t)hash & (w->room - 1);
	for (; w->slots[at] != 0; at = (at + 1) & (w->room - 1))
		if (w->slots[at] == hash)
			return 0;
	w->slots[at] = hash;
	w->count++;
	return 0;
}

/* One that is written in another way than ours is not found by its text. */
static bool
is_odd(const struct events_piece *piece)
{
	char text[ADDR_TEXT_MAX];
	if (bytes_find(piece->text, ':') == piece->text.len)
		return false; /* four numbers have one way */
	size_t len = addr_write_full(&piece->address, text);
	if (bytes_eq(piece->text, (struct bytes){(const uint8_t *)text, len}))
		return false;
	len = addr_write(&piece->address, text);
	return !bytes_eq(piece->text, (struct bytes){(const uint8_t *)text, len});
}

static int
add_text(struct events_words *w, struct bytes text)
{
	struct events_piece piece;
	uint64_t before = 0;
	int r = 0;
	for (size_t at = 0; r == 0 && next_piece(text, &at, &piece);) {
		uint64_t hash = hash_piece(&piece), pair = hash_pair(before, hash, &piece);
		r = add_hash(w, hash);
		if (r == 0 && pair != 0)
			r = add_hash(w, pair);
		if (piece.is_address)
			w->odd_addresses |= is_odd(&piece);
		before = piece.is_address ? 0 : hash;
	}
	return r;
}

int
events_words_add(struct events_words *w, const struct json_value *event)
{
	struct bytes key = {0};
	int r = 0;
	for (const struct json_value *v = event, *end = event + event->span; v < end && r == 0; v++) {
		struct bytes text = searched(v, &key);
		if (text.len > 0)
			r = add_text(w, text);
	}
	return r;
}

void
events_words_forget(struct events_words *w)
{
	if (w->room > 4 * ROOM_FIRST && w->count < w->room / 16) { /* what one odd block needed is not kept for ever */
		events_words_done(w);
		return;
	}
	if (w->room > 0)
		memset(w->slots, 0, w->room * sizeof(*w->slots));
	w->count = 0;
	w->over = w->odd_addresses = false;
}

void
events_words_done(struct events_words *w)
{
	free(w->slots);
	*w = (struct events_words){0};
}

/* ---- what is searched for ---- */

static void
take_needle(struct events_query *q, const struct events_piece *piece)
{
	char address[ADDR_TEXT_MAX];
	struct bytes text = piece->text;
	if (piece->is_address && !addr_is_v4(&piece->address))
		return; /* events have it in either form */
	if (piece->is_address)
		text = (struct bytes){(const uint8_t *)address, addr_write(&piece->address, address)};
	if (text.len <= q->needle_len)
		return;
	for (size_t i = 0; i < text.len; i++)
		q->needle[i] = (char)bytes_lower(text.at[i]);
	q->needle_len = text.len;
}

static int
add_word(struct events_query *q, struct bytes word)
{
	struct events_piece piece = {0};
	uint64_t before = 0;
	size_t first = q->word_count == 0 ? 0 : q->words[q->word_count - 1].first + q->words[q->word_count - 1].count,
	       n = first;
	for (size_t at = 0; next_piece(word, &at, &piece);) {
		if (n == EVENTS_QUERY_PIECES_MAX)
			return -EINVAL;
		uint64_t hash = hash_piece(&piece), pair = n > first ? hash_pair(before, hash, &piece) : 0;
		q->hashes[q->hash_count++] = hash;
		if (pair != 0)
			q->hashes[q->hash_count++] = pair;
		take_needle(q, &piece);
		q->pieces[n++] = piece;
		before = piece.is_address ? 0 : hash;
	}
	if (n == first)
		return 0; /* nothing but signs */
	if (q->word_count == EVENTS_QUERY_WORDS_MAX)
		return -EINVAL;
	q->words[q->word_count].first = first;
	q->words[q->word_count++].count = n - first;
	return 0;
}

int
events_words_query(struct bytes text, struct events_query *out)
{
	int r = 0;
	memset(out, 0, sizeof(*out));
	if (text.len > sizeof(out->text))
		return -EINVAL;
	memcpy(out->text, text.at, text.len);
	struct bytes rest = {(const uint8_t *)out->text, text.len};
	while (rest.len > 0 && r == 0) {
		rest = bytes_trim(rest);
		size_t space = bytes_find(rest, ' '), tab = bytes_find(rest, '\t'), len = space < tab ? space : tab;
		r = add_word(out, bytes_first(rest, len));
		rest = bytes_after(rest, len);
	}
	return r == 0 && out->word_count == 0 ? -EINVAL : r;
}

static bool
same_piece(const struct events_piece *wanted, const struct events_piece *got, bool is_first)
{
	if (!is_first && !bytes_eq(wanted->between, got->between))
		return false;
	if (wanted->is_address != got->is_address)
		return false;
	return wanted->is_address ? addr_eq(&wanted->address, &got->address) : bytes_eq_nocase(wanted->text, got->text);
}

static bool
text_has(struct bytes text, const struct events_piece *wanted, size_t count)
{
	struct events_piece piece;
	for (size_t at = 0; next_piece(text, &at, &piece);) {
		size_t next = at, n = 0;
		while (n < count && same_piece(&wanted[n], &piece, n == 0) && ++n < count && next_piece(text, &next, &piece))
			;
		if (n == count)
			return true;
	}
	return false;
}

bool
events_words_match(const struct events_query *q, const struct json_value *event)
{
	for (size_t i = 0; i < q->word_count; i++) {
		struct bytes key = {0};
		bool found = false;
		for (const struct json_value *v = event, *end = event + event->span; v < end && !found; v++) {
			struct bytes text = searched(v, &key);
			found = text.len > 0 && text_has(text, &q->pieces[q->words[i].first], q->words[i].count);
		}
		if (!found)
			return false;
	}
	return true;
}
