/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "access/password.h"

#include "core/text.h"

#include <errno.h>
#include <sodium.h>
#include <utf8proc.h>

_Static_assert(PASSWORD_HASH_MAX == crypto_pwhash_STRBYTES, "a hash as libsodium writes it");

enum { POINTS_MAX = PASSWORD_BYTES_MAX * 4, PREPARED_MAX = PASSWORD_BYTES_MAX * 4, KIB = 1024 };

struct prepared {
	utf8proc_int32_t points[POINTS_MAX]; /* the characters, or their bytes */
	size_t len;                          /* of what it is now */
};

int
password_start(void)
{
	return sodium_init() < 0 ? -EIO : 0;
}

void
password_wipe(void *at, size_t len)
{
	sodium_memzero(at, len);
}

/* RFC 8265 4.2.2: no control characters, spaces of any width are spaces, NFC. Composed letters need no more room than the bytes
 * that told them. */
static bool
prepare(struct bytes password, struct prepared *out)
{
	if (password.len == 0 || password.len > PASSWORD_BYTES_MAX)
		return false;
	utf8proc_ssize_t n = utf8proc_decompose(
	    password.at, (utf8proc_ssize_t)password.len, out->points, POINTS_MAX, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n <= 0 || n > POINTS_MAX)
		return false;
	n = utf8proc_normalize_utf32(out->points, n, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n <= 0)
		return false;
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		utf8proc_category_t category = utf8proc_category(out->points[i]);
		if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CS)
			return false;
		if (category == UTF8PROC_CATEGORY_ZS)
			out->points[i] = ' ';
	}
	out->len = (size_t)n;
	return true;
}

/* The characters as UTF-8, for the hash. */
static struct bytes
encode(const struct prepared *p, uint8_t room[static PREPARED_MAX + 4])
{
	size_t len = 0;
	for (size_t i = 0; i < p->len && len <= PREPARED_MAX - 4; i++)
		len += (size_t)utf8proc_encode_char(p->points[i], room + len);
	return (struct bytes){room, len};
}

/* The letter that a character stands for in the list of common passwords; 0: none, it is left out. */
static uint8_t
letter_of(utf8proc_int32_t point)
{
	utf8proc_int32_t parts[8];
	switch (point) {
	case '0': return 'o';
	case '1':
	case '!': return 'i';
	case '3': return 'e';
	case '4':
	case '@': return 'a';
	case '5':
	case '$': return 's';
	default: break;
	}
	int boundary = 0;
	utf8proc_ssize_t n = utf8proc_decompose_char(
	    point, parts, LENGTH_OF(parts), UTF8PROC_DECOMPOSE | UTF8PROC_STABLE | UTF8PROC_CASEFOLD, &boundary);
	return n > 0 && parts[0] >= 'a' && parts[0] <= 'z' ? (uint8_t)parts[0] : 0;
}

static bool
is_letter(utf8proc_int32_t point)
{
	utf8proc_category_t category = utf8proc_category(point);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

/* What is left of it as plain letters, without the digits and marks behind; those before go too, or stand for letters ("@zerty"). */
enum front { FRONT_GOES, FRONT_STAYS };
static struct bytes
skeleton(const struct prepared *p, enum front front, uint8_t room[static POINTS_MAX])
{
	size_t from = 0, to = p->len, len = 0;
	while (from < to && front == FRONT_GOES && !is_letter(p->points[from]))
		from++;
	while (to > from && !is_letter(p->points[to - 1]))
		to--;
	for (size_t i = from; i < to; i++) {
		uint8_t letter = letter_of(p->points[i]);
		if (letter != 0)
			room[len++] = letter;
	}
	return (struct bytes){room, len};
}

/* Made of one word of the list, or of several behind one another. */
static bool
is_common(const struct access_settings *s, struct bytes letters)
{
	if (letters.len == 0)
		return true;
	while (letters.len > 0) {
		size_t longest = 0;
		for (size_t i = 0; i < s->common_count; i++)
			if (s->common[i].len > longest && bytes_start_with(letters, s->common[i]))
				longest = s->common[i].len;
		if (longest == 0)
			return false;
		letters = bytes_after(letters, longest);
	}
	return true;
}

/* Different ones; a run such as "abcdef" or "987654" counts as one. */
static size_t
distinct(const struct prepared *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->len; i++) {
		bool again = false,
		     runs = i > 0 && (p->points[i] - p->points[i - 1] == 1 || p->points[i - 1] - p->points[i] == 1);
		for (size_t j = 0; j < i && !again; j++)
			again = p->points[j] == p->points[i];
		n += !again && !runs;
	}
	return n;
}

static bool
contains_name(const struct prepared *p, const char *account_cstr)
{
	size_t len = strlen(account_cstr);
	for (size_t i = 0; len >= 3 && p->len >= len && i <= p->len - len; i++) {
		size_t same = 0;
		while (same < len && p->points[i + same] < 128 &&
		    bytes_lower((uint8_t)p->points[i + same]) == (uint8_t)account_cstr[same])
			same++;
		if (same == len)
			return true;
	}
	return false;
}

int
password_check(const struct access_settings *s, struct bytes password, const char *account_cstr, struct diag *diag)
{
	struct prepared p;
	uint8_t room[POINTS_MAX];
	int r = 0;
	if (password.len > PASSWORD_BYTES_MAX)
		r = diag_say(diag, -EINVAL, _("this password is too long: %d bytes at most"), PASSWORD_BYTES_MAX);
	else if (password.len == 0)
		r = diag_say(diag, -EINVAL, _("this password is too short: %u characters at least"), s->length_min);
	else if (!prepare(password, &p))
		r = diag_say(
		    diag, -EINVAL, "%s", _("this password has characters that are no text: use letters, digits, marks"));
	else if (p.len < s->length_min)
		r = diag_say(diag, -EINVAL, _("this password is too short: %u characters at least"), s->length_min);
	else if (contains_name(&p, account_cstr))
		r = diag_say(diag, -EINVAL, "%s", _("this password contains the name of the account: take another one"));
	else if (distinct(&p) < s->distinct_min || is_common(s, skeleton(&p, FRONT_GOES, room)) ||
	    is_common(s, skeleton(&p, FRONT_STAYS, room)))
		r = diag_say(diag, -EINVAL, "%s",
		    _("this password is one of the first that are tried: take four or five words that have nothing in common"));
	password_wipe(&p, sizeof(p));
	password_wipe(room, sizeof(room));
	return r;
}

int
password_hash(const struct access_settings *s, struct bytes password, char out[static PASSWORD_HASH_MAX])
{
	struct prepared p;
	uint8_t room[PREPARED_MAX + 4];
	int r = prepare(password, &p) ? 0 : -EINVAL;
	if (r == 0) {
		struct bytes text = encode(&p, room);
		r = crypto_pwhash_str(out, (const char *)text.at, text.len, s->passes, (size_t)s->memory_kib * KIB) == 0
		    ? 0
		    : -ENOMEM;
	}
	password_wipe(&p, sizeof(p));
	password_wipe(room, sizeof(room));
	return r;
}

bool
password_matches(const struct access_settings *s, struct bytes password, const char *hash_cstr)
{
	struct prepared p;
	uint8_t room[PREPARED_MAX + 4];
	char other[PASSWORD_HASH_MAX];
	struct bytes text = prepare(password, &p) ? encode(&p, room) : BYTES("");
	bool yes = false;
	if (strncmp(hash_cstr, crypto_pwhash_STRPREFIX, strlen(crypto_pwhash_STRPREFIX)) == 0)
		yes = crypto_pwhash_str_verify(hash_cstr, (const char *)text.at, text.len) == 0 && text.len > 0;
	else /* nobody is told whether there is such an account by how long the answer takes */
		(void)!crypto_pwhash_str(other, (const char *)text.at, text.len, s->passes, (size_t)s->memory_kib * KIB);
	password_wipe(&p, sizeof(p));
	password_wipe(room, sizeof(room));
	return yes;
}

bool
password_is_dated(const struct access_settings *s, const char *hash_cstr)
{
	return crypto_pwhash_str_needs_rehash(hash_cstr, s->passes, (size_t)s->memory_kib * KIB) != 0;
}
