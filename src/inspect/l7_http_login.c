/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_http_login.h"

#include "core/cursor.h"
#include "proto/base64.h"

static struct bytes
authorization_of(const struct http1_head *head)
{
	struct bytes value = head->known[HTTP1_AUTHORIZATION];
	return value.len > 0 ? value : head->known[HTTP1_PROXY_AUTHORIZATION];
}

static struct bytes
scheme_of(struct bytes authorization)
{
	return bytes_first(authorization, bytes_find(authorization, ' '));
}

static void
keep_user(struct l7_http_login *login, struct bytes user)
{
	login->user_len = bytes_first(user, sizeof(login->user)).len;
	if (login->user_len > 0)
		memcpy(login->user, user.at, login->user_len);
}

/* RFC 7617 2: base64 of user ":" password. A user without colon in the first bytes is a long one. */
static struct l7_http_login
read_basic(struct bytes credentials)
{
	struct l7_http_login login = {.kind = L7_HTTP_TX_BASIC};
	uint8_t plain[65];
	size_t length = base64_decode(plain, sizeof(plain), credentials);
	struct bytes user = {plain, length};
	keep_user(&login, bytes_first(user, bytes_find(user, ':')));
	explicit_bzero(plain, sizeof(plain));
	return login;
}

/* RFC 7616 3.4: username="..." */
static struct l7_http_login
read_digest(struct bytes parameters)
{
	struct l7_http_login login = {.kind = L7_HTTP_TX_DIGEST};
	struct bytes user = bytes_after(parameters, bytes_find_all(parameters, BYTES("username=\"")) + 10);
	keep_user(&login, bytes_first(user, bytes_find(user, '"')));
	return login;
}

struct l7_http_login
l7_http_login_of_head(const struct http1_head *head)
{
	struct bytes value = authorization_of(head);
	struct bytes scheme = scheme_of(value);
	if (bytes_eq_nocase(scheme, BYTES("Basic")))
		return read_basic(bytes_trim(bytes_after(value, scheme.len)));
	if (bytes_eq_nocase(scheme, BYTES("Digest")))
		return read_digest(bytes_after(value, scheme.len));
	return (struct l7_http_login){.kind = L7_HTTP_TX_NO_LOGIN};
}

bool
l7_http_login_known_scheme(const struct http1_head *head)
{
	struct bytes scheme = scheme_of(authorization_of(head));
	return scheme.len == 0 || bytes_eq_nocase(scheme, BYTES("Basic")) || bytes_eq_nocase(scheme, BYTES("Digest")) ||
	    bytes_eq_nocase(scheme, BYTES("Bearer"));
}

/* "+" and %xx of the urlencoded form; what is not an escape stands for itself. */
static size_t
decode(uint8_t *out, size_t size, struct bytes text)
{
	struct cursor c = cursor_of(text);
	size_t length = 0;
	while (c.left > 0 && length < size) {
		uint8_t b = cursor_u8(&c);
		struct cursor ahead = c;
		int high = bytes_hex_digit(cursor_u8(&ahead)), low = bytes_hex_digit(cursor_u8(&ahead));
		if (b == '%' && cursor_ok(&ahead) && high >= 0 && low >= 0) {
			b = (uint8_t)(high << 4 | low);
			c = ahead;
		} else if (b == '+') {
			b = ' ';
		}
		out[length++] = b;
	}
	return length;
}

/* The end of a field's name says what it is: "password", "login_password", "user[password]". */
static bool
name_ends_in(struct bytes name, const struct bytes *words, size_t count)
{
	if (name.len > 0 && name.at[name.len - 1] == ']')
		name.len--;
	for (size_t i = 0; i < count; i++) {
		struct bytes word = words[i];
		if (name.len >= word.len && bytes_eq_nocase(bytes_after(name, name.len - word.len), word))
			return true;
	}
	return false;
}

static const struct bytes password_words[] = {{(const uint8_t *)"password", 8}, {(const uint8_t *)"passwd", 6},
    {(const uint8_t *)"pwd", 3}, {(const uint8_t *)"pass", 4}, {(const uint8_t *)"passe", 5}, {(const uint8_t *)"mdp", 3}};

static const struct bytes user_words[] = {{(const uint8_t *)"user", 4}, {(const uint8_t *)"username", 8},
    {(const uint8_t *)"login", 5}, {(const uint8_t *)"email", 5}, {(const uint8_t *)"log", 3}, {(const uint8_t *)"usr", 3},
    {(const uint8_t *)"uname", 5}, {(const uint8_t *)"identifiant", 11}};

struct l7_http_login
l7_http_login_of_form(struct bytes form)
{
	struct l7_http_login login = {.kind = L7_HTTP_TX_NO_LOGIN};
	bool has_user = false;
	while (form.len > 0) {
		struct bytes pair = bytes_first(form, bytes_find(form, '&'));
		uint8_t plain[64];
		struct bytes encoded = bytes_first(pair, bytes_find(pair, '='));
		struct bytes name = {plain, decode(plain, sizeof(plain), encoded)};
		if (name_ends_in(name, password_words, LENGTH_OF(password_words))) {
			login.kind = L7_HTTP_TX_FORM;
		} else if (!has_user && name_ends_in(name, user_words, LENGTH_OF(user_words))) {
			has_user = true;
			login.user_len = decode(login.user, sizeof(login.user), bytes_after(pair, encoded.len + 1));
		}
		form = bytes_after(form, pair.len + 1);
	}
	if (login.kind == L7_HTTP_TX_NO_LOGIN)
		login.user_len = 0;
	return login;
}
