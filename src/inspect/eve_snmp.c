/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_snmp.h"

#include <inttypes.h>
#include <stdio.h>

enum { VARIABLES_SHOWN = 64 };

static void
write_oid(struct json *j, struct bytes key, struct bytes oid)
{
	char text[SNMP_OID_TEXT];
	size_t len = snmp_write_oid(oid, text);
	json_text(j, key, len > 0 ? (struct bytes){(const uint8_t *)text, len} : BYTES(""));
}

/* A name, or the number where there is none. */
static void
write_word(struct json *j, struct bytes key, const char *name_cstr, uint32_t number)
{
	char text[16];
	(void)snprintf(text, sizeof(text), "%" PRIu32, number);
	json_cstr(j, key, name_cstr != NULL ? name_cstr : text);
}

static void
write_pdu(struct json *j, const struct snmp *s)
{
	struct cursor variables = cursor_of(s->variables);
	struct bytes oid;
	json_cstr(j, JSON_KEY("pdu_type"), snmp_pdu_name(s->pdu));
	if (s->error != 0)
		write_word(j, JSON_KEY("error"), snmp_error_name(s->error), s->error);
	if (s->pdu == SNMP_TRAP_V1) {
		struct addr address = addr_v4(s->trap_address);
		write_word(j, JSON_KEY("trap_type"), snmp_trap_name(s->trap_type), s->trap_type);
		write_oid(j, JSON_KEY("trap_oid"), s->trap_oid);
		json_addr(j, JSON_KEY("trap_address"), &address);
	}
	if (s->variables.len == 0)
		return;
	json_open_array(j, JSON_KEY("vars"));
	for (size_t i = 0; i < VARIABLES_SHOWN && snmp_next_variable(&variables, &oid); i++)
		write_oid(j, (struct bytes){0}, oid);
	json_close_array(j);
}

void
eve_snmp_write(struct json *j, const struct snmp *s)
{
	json_open_object(j, JSON_KEY("snmp"));
	json_u64(j, JSON_KEY("version"), s->version);
	if (s->encrypted)
		json_cstr(j, JSON_KEY("pdu_type"), "encrypted");
	else
		write_pdu(j, s);
	if (s->has_community)
		json_text(j, JSON_KEY("community"), s->community.len > 0 ? s->community : BYTES(""));
	if (s->has_user)
		json_text(j, JSON_KEY("usm"), s->user.len > 0 ? s->user : BYTES(""));
	json_close_object(j);
}
