/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_krb5.h"

#include "core/writer.h"

#include <inttypes.h>
#include <stdio.h>

/* "krbtgt/REALM", cut where there is no room. */
enum { NAME_MAX_LEN = 512 };

static struct bytes
join(const struct krb5_name *name, uint8_t room[NAME_MAX_LEN])
{
	struct writer w = writer_of(room, NAME_MAX_LEN);
	for (size_t i = 0; i < name->count; i++) {
		if (i > 0)
			writer_u8(&w, '/');
		writer_put(&w, name->parts[i]);
	}
	return writer_written(&w);
}

static void
write_name(struct json *j, struct bytes key, const struct krb5_name *name)
{
	uint8_t room[NAME_MAX_LEN];
	json_text(j, key, name->count == 0 ? BYTES("<empty>") : join(name, room));
}

static void
write_cipher(struct json *j, struct bytes key, int32_t cipher)
{
	char text[40];
	const char *name_cstr = krb5_cipher_name(cipher);
	(void)snprintf(text, sizeof(text), "EncryptionType(%" PRId32 ")", cipher);
	json_cstr(j, key, name_cstr != NULL ? name_cstr : text);
}

static void
write_type(struct json *j, struct bytes key, uint8_t type)
{
	const char *name_cstr = krb5_type_name(type);
	json_cstr(j, key, name_cstr != NULL ? name_cstr : "UNKNOWN");
}

void
eve_krb5_write(struct json *j, const struct krb5 *k, uint8_t asked)
{
	char text[32];
	json_open_object(j, JSON_KEY("krb5"));
	write_type(j, JSON_KEY("msg_type"), k->type);
	if (k->type == KRB5_ERROR) {
		const char *name_cstr = krb5_error_name(k->error);
		(void)snprintf(text, sizeof(text), "ErrorCode(%" PRId32 ")", k->error);
		write_type(j, JSON_KEY("failed_request"), asked);
		json_cstr(j, JSON_KEY("error_code"), name_cstr != NULL ? name_cstr : text);
	}
	write_name(j, JSON_KEY("cname"), &k->client);
	json_text(j, JSON_KEY("realm"), k->realm.len > 0 ? k->realm : BYTES("<empty>"));
	write_name(j, JSON_KEY("sname"), &k->service);
	if (k->has_cipher)
		write_cipher(j, JSON_KEY("encryption"), k->cipher);
	else
		json_cstr(j, JSON_KEY("encryption"), "<none>");
	json_bool(j, JSON_KEY("weak_encryption"), k->has_cipher && krb5_cipher_is_weak(k->cipher));
	if (k->has_ticket) {
		write_cipher(j, JSON_KEY("ticket_encryption"), k->ticket_cipher);
		json_bool(j, JSON_KEY("ticket_weak_encryption"), krb5_cipher_is_weak(k->ticket_cipher));
	}
	json_close_object(j);
}
