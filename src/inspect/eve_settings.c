/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_settings.h"

/* Written only when they are asked for: each says in other words what another event says. */
static bool
is_on_request(struct bytes type)
{
	return bytes_eq(type, BYTES("netflow")) || bytes_eq(type, BYTES("arp")) || bytes_eq(type, BYTES("drop")) ||
	    bytes_eq(type, BYTES("metadata"));
}

bool
eve_settings_has(const struct eve_settings *s, struct bytes type)
{
	if (!s->only_types && !is_on_request(type))
		return true;
	for (size_t i = 0; i < s->type_count; i++)
		if (s->types[i].len == type.len && memcmp(s->types[i].name, type.at, type.len) == 0)
			return true;
	return false;
}

bool
eve_settings_add(struct eve_settings *s, struct bytes type)
{
	if (eve_settings_has(s, type))
		return true;
	if (s->type_count == EVE_TYPES_MAX || type.len > EVE_TYPE_NAME_MAX)
		return false;
	s->types[s->type_count].len = (uint8_t)type.len;
	memcpy(s->types[s->type_count++].name, type.at, type.len);
	return true;
}
