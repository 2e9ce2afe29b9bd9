/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/veil.h"

#include <errno.h>
#include <stdio.h>

enum { INSTEAD_MAX = 64, WORD_MIN = 3, NAME_MIN = 2, NAME_MAX_BYTES = 200, TOKEN_MAX = 64, MAC_TEXT = 17, PHONE_DIGITS = 9 };

struct veil_name {
	struct bytes folded;
	char instead[INSTEAD_MAX];
};

struct veil_address {
	struct addr address;
	char instead[INSTEAD_MAX];
};

/* The letter without its accent and in lower case, in `out`; returns how many bytes of the text it was. A combining accent is
 * nothing. */
static size_t
fold_one(struct bytes text, uint8_t *out, size_t *out_len)
{
	static const char plain[] = "aaaaaaaceeeeiiiidnooooo\0ouuuuyts"; /* of U+00C0 to U+00DF, and of U+00E0 to U+00FF */
	uint8_t c = text.at[0], d = text.len > 1 ? text.at[1] : 0;
	*out_len = 1;
	if (c == 0xc3 && d >= 0x80 && d <= 0xbf && plain[d & 0x1f] != '\0') {
		out[0] = (uint8_t)plain[d & 0x1f];
		return 2;
	}
	if ((c == 0xcc && d >= 0x80) || (c == 0xcd && d >= 0x80 && d <= 0xaf)) {
		*out_len = 0;
		return 2;
	}
	out[0] = bytes_lower(c);
	return 1;
}

/* at[i]: where the folded byte i begins in the text; at[len]: its end. */
struct folded {
	uint8_t *bytes;
	uint32_t *at;
	size_t len;
};

static bool
fold(struct arena *arena, struct bytes text, struct folded *out)
{
	struct folded f = {
	    .bytes = arena_take(arena, text.len + 1, 1), .at = arena_take(arena, text.len + 1, sizeof(uint32_t))};
	if (f.bytes == NULL || f.at == NULL)
		return false;
	for (size_t i = 0; i < text.len;) {
		size_t n;
		f.at[f.len] = (uint32_t)i;
		i += fold_one(bytes_after(text, i), f.bytes + f.len, &n);
		f.len += n;
	}
	f.at[f.len] = (uint32_t)text.len;
	*out = f;
	return true;
}

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
}

int
veil_start(struct veil *v, struct arena *arena, enum language language)
{
	*v = (struct veil){.arena = arena,
	    .language = language,
	    .names = arena_new(arena, struct veil_name, VEIL_NAMES_MAX),
	    .addresses = arena_new(arena, struct veil_address, VEIL_ADDRESSES_MAX)};
	return v->names == NULL || v->addresses == NULL ? -ENOMEM : 0;
}

/* False: it is hidden already. */
static bool
add_name(struct veil *v, struct bytes name, const char *instead_cstr)
{
	struct folded f;
	if (v->full || !fold(v->arena, name, &f)) {
		v->full = true;
		return false;
	}
	struct bytes folded = {f.bytes, f.len};
	for (size_t i = 0; i < v->name_count; i++)
		if (bytes_eq(v->names[i].folded, folded))
			return false;
	if (v->name_count == VEIL_NAMES_MAX) {
		v->full = true;
		return false;
	}
	struct veil_name *n = &v->names[v->name_count++];
	n->folded = folded;
	(void)snprintf(n->instead, sizeof(n->instead), "%s", instead_cstr);
	return true;
}

/* Words of names that are nobody's: titles, and what people call a function rather than a person. */
static bool
is_common(struct bytes word)
{
	static const char *const words[] = {"mme", "mlle", "madame", "monsieur", "mrs", "miss", "the", "and", "des", "les",
	    "van", "von", "del", "help", "desk", "service", "services", "dpo", "dpd", "rssi", "ciso", "soc", "dsi", "team",
	    "equipe", "responsable", "directeur", "directrice", "technicien", "technician", "administrator",
	    "administrateur", "support", "beffroi", "uid", "watch", "import", "mairie", "ville", "town", "hall"};
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if (bytes_eq_nocase(word, bytes_of_cstr(words[i])))
			return true;
	return false;
}

static bool
parts_names(uint8_t c)
{
	return c == ' ' || c == '.' || c == ',' || c == '_' || c == '@' || c == '-' || c == '\t' || c == '(' || c == ')';
}

void
veil_person(struct veil *v, struct bytes name)
{
	char instead[INSTEAD_MAX];
	name = bytes_first(bytes_trim(name), NAME_MAX_BYTES);
	if (name.len < NAME_MIN || is_common(name))
		return;
	(void)snprintf(instead, sizeof(instead), text_in(v->language, N_("Person %u")), v->people + 1);
	bool is_new = add_name(v, name, instead);
	while (name.len > 0) {
		size_t n = 0;
		while (n < name.len && !parts_names(name.at[n]))
			n++;
		struct bytes word = bytes_first(name, n);
		name = bytes_after(name, n + 1);
		if (word.len >= WORD_MIN && !is_common(word))
			is_new |= add_name(v, word, instead);
	}
	v->people += is_new;
}

static struct veil_address *
find_address(struct veil *v, const struct addr *address)
{
	for (size_t i = 0; i < v->address_count; i++)
		if (addr_eq(&v->addresses[i].address, address))
			return &v->addresses[i];
	return NULL;
}

static const char *
hide_address(struct veil *v, const struct addr *address)
{
	struct veil_address *known = find_address(v, address);
	if (known != NULL)
		return known->instead;
	if (v->address_count == VEIL_ADDRESSES_MAX) {
		v->full = true;
		return "";
	}
	struct veil_address *a = &v->addresses[v->address_count++];
	a->address = *address;
	if (addr_is_private(address))
		(void)snprintf(a->instead, sizeof(a->instead), text_in(v->language, N_("Machine %u")), ++v->machines);
	else
		(void)snprintf(a->instead, sizeof(a->instead), text_in(v->language, N_("Outside address %u")), ++v->outside);
	return a->instead;
}

void
veil_machine(struct veil *v, const struct addr *address, struct bytes name)
{
	char instead[INSTEAD_MAX];
	name = bytes_first(bytes_trim(name), NAME_MAX_BYTES);
	if (address != NULL && !addr_is_zero(address))
		(void)snprintf(instead, sizeof(instead), "%s", hide_address(v, address));
	else
		(void)snprintf(instead, sizeof(instead), text_in(v->language, N_("Machine %u")), ++v->machines);
	if (name.len >= NAME_MIN)
		(void)add_name(v, name, instead);
}

/* The longest name that stands at this place of the folded text; its length, or 0. */
static size_t
name_at(const struct veil *v, const struct folded *f, size_t at, const char **instead)
{
	size_t longest = 0;
	struct bytes rest = {f->bytes + at, f->len - at};
	if (at > 0 && is_letter(f->bytes[at - 1]))
		return 0;
	for (size_t i = 0; i < v->name_count; i++) {
		const struct veil_name *n = &v->names[i];
		if (n->folded.len <= longest || !bytes_start_with(rest, n->folded) ||
		    (rest.len > n->folded.len && is_letter(rest.at[n->folded.len]) &&
		        is_letter(n->folded.at[n->folded.len - 1])))
			continue;
		longest = n->folded.len;
		*instead = n->instead;
	}
	return longest;
}

static bool
is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool
is_mac(struct bytes text)
{
	if (text.len < MAC_TEXT)
		return false;
	for (size_t i = 0; i < MAC_TEXT; i++)
		if (i % 3 == 2 ? text.at[i] != text.at[2] || (text.at[i] != ':' && text.at[i] != '-') : !is_hex(text.at[i]))
			return false;
	return text.len == MAC_TEXT || !is_letter(text.at[MAC_TEXT]);
}

/* An address at this place: the longest beginning of what looks like one. */
static size_t
address_at(struct veil *v, struct bytes rest, const char **instead)
{
	size_t n = 0;
	struct addr address;
	bool has_digit = false;
	while (n < rest.len && n < ADDR_TEXT_MAX && (is_hex(rest.at[n]) || rest.at[n] == '.' || rest.at[n] == ':'))
		has_digit |= is_hex(rest.at[n++]);
	if (!has_digit || n < WORD_MIN)
		return 0;
	if (is_mac(rest)) {
		*instead = text_in(v->language, N_("(MAC address)"));
		return MAC_TEXT;
	}
	for (size_t len = n; len >= WORD_MIN; len--) {
		if ((len < rest.len && is_letter(rest.at[len]) && is_letter(rest.at[len - 1])) ||
		    !addr_parse(bytes_first(rest, len), &address))
			continue;
		*instead = hide_address(v, &address);
		return len;
	}
	return 0;
}

/* "06 12 34 56 78", "+33 6 12 34 56 78", "+442071234567": groups of digits after 0 or +, with spaces, dots or dashes. */
static size_t
phone_at(struct bytes rest)
{
	size_t digits = 0, end = 0;
	if (rest.len == 0 || (rest.at[0] != '0' && rest.at[0] != '+'))
		return 0;
	size_t in_group = 0, i = rest.at[0] == '+';
	for (; i < rest.len; i++) {
		uint8_t c = rest.at[i];
		if (c >= '0' && c <= '9') {
			digits++;
			in_group++;
			end = i + 1;
		} else if ((c != ' ' && c != '.' && c != '-') || in_group == 0 || (rest.at[0] == '0' && in_group > 2)) {
			break;
		} else {
			in_group = 0;
		}
	}
	bool ends = end == rest.len || !is_letter(rest.at[end]);
	return ends && (rest.at[0] == '+' ? digits >= PHONE_DIGITS : digits == 10) ? end : 0;
}

static size_t
mail_at(struct bytes rest)
{
	size_t n = 0, at = 0;
	while (n < rest.len && (is_letter(rest.at[n]) || strchr("._+-@%", rest.at[n]) != NULL) && rest.at[n] != '\0') {
		if (rest.at[n] == '@' && at == 0)
			at = n;
		n++;
	}
	return at > 0 && at + 1 < n ? n : 0;
}

/* What begins here and must not be seen; its length in the folded text, or 0. */
static size_t
hidden_at(struct veil *v, const struct folded *f, size_t at, const char **instead)
{
	struct bytes rest = {f->bytes + at, f->len - at};
	bool starts = at == 0 || !is_letter(f->bytes[at - 1]);
	size_t n = starts ? mail_at(rest) : 0;
	if (n > 0) {
		*instead = text_in(v->language, N_("(mail address)"));
		return n;
	}
	n = starts ? phone_at(rest) : 0;
	if (n > 0) {
		*instead = text_in(v->language, N_("(telephone number)"));
		return n;
	}
	n = starts ? address_at(v, rest, instead) : 0;
	return n > 0 ? n : name_at(v, f, at, instead);
}

struct bytes
veil_over(struct veil *v, struct arena *arena, struct bytes text)
{
	struct folded f;
	struct bytes none = {.len = 0};
	if (v->full || !fold(arena, text, &f)) {
		v->full = true;
		return none; /* rather nothing than a name */
	}
	size_t room = text.len * 8 + INSTEAD_MAX, used = 0, from = 0;
	char *out = NULL;
	const char *last_cstr = ""; /* "Renée Lefèvre" is one person, not two */
	for (size_t at = 0; at < f.len;) {
		const char *instead_cstr = "";
		size_t n = hidden_at(v, &f, at, &instead_cstr);
		if (n == 0) {
			at++;
			continue;
		}
		if (out == NULL)
			out = arena_take(arena, room, 1);
		size_t before = f.at[at] - from, len = strlen(instead_cstr);
		if (out == NULL || before + len > room - used || v->full) {
			v->full = true;
			return none;
		}
		if (before == 1 && text.at[from] == ' ' && strcmp(last_cstr, instead_cstr) == 0)
			before = len = 0;
		last_cstr = instead_cstr;
		memcpy(out + used, text.at + from, before);
		memcpy(out + used + before, instead_cstr, len);
		used += before + len;
		at += n;
		from = f.at[at];
	}
	if (out == NULL)
		return text;
	if (text.len - from > room - used) {
		v->full = true;
		return none;
	}
	memcpy(out + used, text.at + from, text.len - from);
	return (struct bytes){(const uint8_t *)out, used + text.len - from};
}
