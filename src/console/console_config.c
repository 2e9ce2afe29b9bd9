/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "console/console_config.h"

void
console_config_put(struct writer *w, const struct console_config *c)
{
	writer_u8(w, (uint8_t)c->language);
	writer_u8(w, (uint8_t)(c->tls | c->strict_transport << 1 | c->names.addresses << 2));
	writer_field(w, c->certificate);
	writer_field(w, c->key);
	writer_u8(w, (uint8_t)c->names.count);
	for (size_t i = 0; i < c->names.count; i++)
		writer_field(w, bytes_of_cstr(c->names.names[i]));
}

/* PEM text that can be read as a C string. */
static struct bytes
get_pem(struct cursor *c)
{
	struct bytes b = cursor_take(c, cursor_be16(c));
	if (b.len > CONSOLE_CONFIG_PEM_MAX || (b.len > 0 && bytes_find(b, '\0') != b.len - 1))
		cursor_stop(c, PARSE_BAD);
	return b;
}

enum parse
console_config_get(struct bytes message, char room[static CONSOLE_CONFIG_NAMES_BYTES], struct console_config *out)
{
	struct cursor c = cursor_of(message);
	struct console_config config = {.language = cursor_u8(&c) == LANGUAGE_FR ? LANGUAGE_FR : LANGUAGE_EN};
	uint8_t flags = cursor_u8(&c);
	config.tls = config.names.tls = (flags & 1) != 0;
	config.strict_transport = (flags & 2) != 0;
	config.names.addresses = (flags & 4) != 0;
	config.certificate = get_pem(&c);
	config.key = get_pem(&c);
	config.names.count = cursor_u8(&c);
	if (config.names.count > CONSOLE_CALL_NAMES_MAX)
		cursor_stop(&c, PARSE_BAD);
	size_t used = 0;
	for (size_t i = 0; i < config.names.count && cursor_ok(&c); i++) {
		struct bytes name = cursor_take(&c, cursor_be16(&c));
		if (name.len >= CONSOLE_CONFIG_NAMES_BYTES - used) {
			cursor_stop(&c, PARSE_BAD);
			break;
		}
		config.names.names[i] = room + used;
		if (name.len > 0)
			memcpy(room + used, name.at, name.len);
		room[used + name.len] = '\0';
		used += name.len + 1;
	}
	if (cursor_ok(&c))
		*out = config;
	return c.state;
}
