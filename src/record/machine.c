/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/machine.h"

#include "core/ensure.h"
#include "core/utf8.h"

static const char *const names[MACHINE_FIELDS] = {[MACHINE_NAME] = "name",
    [MACHINE_KIND] = "kind",
    [MACHINE_OWNER] = "owner",
    [MACHINE_LOCATION] = "location",
    [MACHINE_SYSTEM] = "system",
    [MACHINE_VENDOR] = "vendor",
    [MACHINE_MODEL] = "model",
    [MACHINE_SERIAL] = "serial",
    [MACHINE_NOTE] = "note"};

const char *
machine_field_name(enum machine_field field)
{
	ENSURE((unsigned)field < MACHINE_FIELDS);
	return names[field];
}

enum machine_field
machine_field_find(struct bytes name)
{
	for (int i = 0; i < MACHINE_FIELDS; i++)
		if (bytes_eq(name, bytes_of_cstr(names[i])))
			return (enum machine_field)i;
	return MACHINE_FIELDS;
}

size_t
machine_field_max(enum machine_field field)
{
	return field == MACHINE_NOTE ? MACHINE_NOTE_MAX : MACHINE_TEXT_MAX;
}

void
machine_copy_text(char *out, size_t size, struct bytes text)
{
	size_t n = 0;
	while (text.len > 0) {
		size_t len = text.at[0] < 0x80 ? 1 : utf8_length(text);
		bool printable = len > 1 || (len == 1 && text.at[0] >= 0x20 && text.at[0] != 0x7f);
		if (n + (len > 0 ? len : 1) >= size)
			break;
		if (printable)
			memcpy(out + n, text.at, len);
		else
			out[n] = len == 0 ? '?' : ' '; /* no character at all, or one that moves the cursor */
		n += printable ? len : 1;
		text = bytes_after(text, len > 0 ? len : 1);
	}
	out[n] = '\0';
}

void
machine_set_text(struct machine *m, enum machine_field field, struct bytes text)
{
	ENSURE((unsigned)field < MACHINE_FIELDS);
	machine_copy_text(m->texts[field], machine_field_max(field), text);
}

bool
machine_add_service(struct machine *m, uint16_t port, uint8_t ip_proto, struct machine_service **out)
{
	for (size_t i = 0; i < m->service_count; i++)
		if (m->services[i].port == port && m->services[i].ip_proto == ip_proto) {
			*out = &m->services[i];
			return true;
		}
	if (m->service_count == MACHINE_SERVICES_MAX)
		return false;
	*out = &m->services[m->service_count++];
	**out = (struct machine_service){.port = port, .ip_proto = ip_proto};
	return true;
}

uint8_t
machine_value_of(struct bytes text)
{
	/* EBIOS RM, gravity: number, code, English, French. */
	static const char *const words[4][6] = {{"1", "G1", "minor", "mineure", "mineur", "low"},
	    {"2", "G2", "significant", "significative", "significatif", "medium"},
	    {"3", "G3", "serious", "grave", "important", "high"}, {"4", "G4", "critical", "critique", "vital", "highest"}};
	for (size_t value = 0; value < LENGTH_OF(words); value++)
		for (size_t i = 0; i < LENGTH_OF(words[0]); i++)
			if (bytes_eq_nocase(text, bytes_of_cstr(words[value][i])))
				return (uint8_t)(value + 1);
	return 0;
}

bool
machine_mac_parse(struct bytes text, uint8_t out[static 6])
{
	uint8_t mac[6] = {0};
	size_t digits = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = bytes_lower(text.at[i]);
		bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
		if (!hex && (c == ':' || c == '-' || c == '.') && digits > 0)
			continue;
		if (!hex || digits == 12)
			return false;
		mac[digits / 2] = (uint8_t)(mac[digits / 2] << 4 | (c <= '9' ? c - '0' : c - 'a' + 10));
		digits++;
	}
	if (digits != 12)
		return false;
	memcpy(out, mac, sizeof(mac));
	return true;
}
