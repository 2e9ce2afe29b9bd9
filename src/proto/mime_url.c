/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/mime_url.h"

void
mime_url_begin(struct mime_url *u)
{
	u->len = 0;
}

static bool
ends_address(uint8_t c)
{
	return c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == ']';
}

/* The length of the scheme, without its "://", with which this text ends; 0 when it is none of those. */
static size_t
scheme_before(const struct mime_url_settings *settings, struct bytes text)
{
	for (size_t i = 0; i < settings->scheme_count; i++) {
		size_t n = strlen(settings->schemes[i]);
		if (n <= text.len && bytes_eq_nocase(bytes_after(text, text.len - n), bytes_of_cstr(settings->schemes[i])))
			return n;
	}
	return 0;
}

/* All whole addresses of what is held; keeps the end in which one may have begun, unless nothing follows. */
static void
look(struct mime_url *u, const struct mime_url_settings *settings, struct kept *kept, uint8_t kind, bool is_end)
{
	struct bytes text = {u->text, u->len};
	size_t done = 0, sign;
	while ((sign = done + bytes_find_all(bytes_after(text, done), BYTES("://"))) < text.len) {
		size_t n = scheme_before(settings, bytes_after(bytes_first(text, sign), done)), end = sign + 3;
		while (n > 0 && end < text.len && !ends_address(text.at[end]))
			end++;
		if (n > 0 && end == text.len && !is_end && sign > n) { /* it may go on; one that fills all the room is cut */
			done = sign - n;
			break;
		}
		size_t from = settings->with_scheme ? sign - n : sign + 3;
		if (n > 0)
			(void)kept_put(kept, kind, bytes_first(bytes_after(text, from), end - from));
		done = end;
	}
	if (sign >= text.len && text.len - done > MIME_URL_SCHEME_MAX) /* "htt" at the end may become one */
		done = text.len - MIME_URL_SCHEME_MAX;
	u->len = is_end ? 0 : (uint16_t)(text.len - done);
	if (u->len > 0)
		memmove(u->text, u->text + done, u->len);
}

void
mime_url_add(
    struct mime_url *u, const struct mime_url_settings *settings, struct bytes text, struct kept *kept, uint8_t kind)
{
	if (!settings->enabled)
		return;
	while (text.len > 0) {
		/* Up to the end of a line: no address goes over it. */
		size_t line = bytes_find(text, '\n'), room = sizeof(u->text) - u->len;
		struct bytes part = bytes_first(text, line < text.len ? line + 1 : text.len);
		part = bytes_first(part, room);
		memcpy(u->text + u->len, part.at, part.len);
		u->len = (uint16_t)(u->len + part.len);
		text = bytes_after(text, part.len);
		if (part.at[part.len - 1] == '\n')
			look(u, settings, kept, kind, true);
		else if (u->len == sizeof(u->text))
			look(u, settings, kept, kind, false);
	}
}

void
mime_url_end(struct mime_url *u, const struct mime_url_settings *settings, struct kept *kept, uint8_t kind)
{
	if (settings->enabled)
		look(u, settings, kept, kind, true);
}
