/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_pgsql.h"

#include "core/writer.h"
#include "proto/pgsql.h"

#include <inttypes.h>
#include <stdio.h>

enum { NAME_MAX_LEN = 48, KEY_ROOM = NAME_MAX_LEN + 4, SALT_MAX = 16 };
static const struct bytes no_key = {0};

/* A key whose name comes from outside: what is no letter, digit, dot or bar is a bar. */
static struct bytes
key_of(struct bytes name, uint8_t room[KEY_ROOM])
{
	struct writer w = writer_of(room, KEY_ROOM);
	name = bytes_first(name, NAME_MAX_LEN);
	writer_put(&w, BYTES(",\""));
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = bytes_lower(name.at[i]);
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
		writer_u8(&w, plain ? name.at[i] : '_');
	}
	writer_put(&w, BYTES("\":"));
	return writer_written(&w);
}

/* Bytes that are no text, as Suricata writes those: \xHH for each above ASCII. */
static void
write_bytes(struct json *j, struct bytes key, struct bytes value)
{
	uint8_t room[4 * SALT_MAX];
	struct writer w = writer_of(room, sizeof(room));
	value = bytes_first(value, SALT_MAX);
	for (size_t i = 0; i < value.len; i++) {
		char hex[5];
		(void)snprintf(hex, sizeof(hex), "\\x%02x", value.at[i]);
		if (value.at[i] < 0x80)
			writer_u8(&w, value.at[i]);
		else
			writer_put(&w, bytes_of_cstr(hex));
	}
	json_text(j, key, writer_written(&w));
}

/* Parameters that have another name in events; the others keep theirs. */
static struct bytes
parameter_name(struct bytes name)
{
	static const char *const names[][2] = {
	    {"DateStyle", "date_style"}, {"IntervalStyle", "interval_style"}, {"TimeZone", "time_zone"}};
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (bytes_eq(name, bytes_of_cstr(names[i][0])))
			return bytes_of_cstr(names[i][1]);
	return name;
}

static void
write_parameter(struct json *j, struct bytes name, struct bytes value)
{
	uint8_t room[KEY_ROOM];
	json_open_object(j, no_key);
	json_text(j, key_of(parameter_name(name), room), value);
	json_close_object(j);
}

static void
write_startup(struct json *j, const struct eve_pgsql *e)
{
	char version[24];
	struct bytes name, value, database = {0};
	(void)snprintf(version, sizeof(version), "%" PRIu32 ".%" PRIu32, e->code >> 16, e->code & 0xffff);
	json_cstr(j, JSON_KEY("protocol_version"), version);
	json_open_object(j, JSON_KEY("startup_parameters"));
	size_t others = 0;
	for (struct bytes rest = e->body; pgsql_next_parameter(&rest, &name, &value);) {
		if (bytes_eq(name, BYTES("user")))
			json_text(j, JSON_KEY("user"), value);
		else if (bytes_eq(name, BYTES("database")))
			database = value;
		else
			others++;
	}
	if (database.at != NULL || others > 0) {
		json_open_array(j, JSON_KEY("optional_parameters"));
		if (database.at != NULL)
			write_parameter(j, BYTES("database"), database);
		for (struct bytes rest = e->body; pgsql_next_parameter(&rest, &name, &value);)
			if (!bytes_eq(name, BYTES("user")) && !bytes_eq(name, BYTES("database")))
				write_parameter(j, name, value);
		json_close_array(j);
	}
	json_close_object(j);
}

static void
write_opening(struct json *j, const struct eve_pgsql *e)
{
	struct cursor c = cursor_of(e->body);
	switch (e->code) {
	case PGSQL_TLS: json_cstr(j, JSON_KEY("message"), "SSL Request"); break;
	case PGSQL_GSS: json_cstr(j, JSON_KEY("message"), "GSSENC Request"); break;
	case PGSQL_CANCEL:
		json_cstr(j, JSON_KEY("message"), "cancel_request");
		json_u64(j, JSON_KEY("process_id"), cursor_be32(&c));
		json_u64(j, JSON_KEY("secret_key"), cursor_be32(&c));
		break;
	default: write_startup(j, e); break;
	}
}

/* RFC 5802: mechanism, length of the first message, the message; later messages alone. */
static void
write_secret(struct json *j, const struct eve_pgsql *e)
{
	struct bytes rest = e->body;
	if (e->secret == EVE_PGSQL_SASL_NEXT) {
		json_text(j, JSON_KEY("sasl_response"), rest);
	} else if (e->secret == EVE_PGSQL_SASL_FIRST) {
		struct bytes mechanism = pgsql_text(&rest);
		json_text(j, JSON_KEY("sasl_authentication_mechanism"),
		    bytes_eq(mechanism, BYTES("SCRAM-SHA-256"))            ? BYTES("scram_SHA256")
		        : bytes_eq(mechanism, BYTES("SCRAM-SHA-256-PLUS")) ? BYTES("scram_SHA256_plus")
		                                                           : mechanism);
		json_text(j, JSON_KEY("sasl_param"), bytes_after(rest, 4));
	} else if (e->passwords) {
		json_text(j, JSON_KEY("password"), pgsql_text(&rest));
	} else {
		json_bool(j, JSON_KEY("password_redacted"), true);
	}
}

static void
write_request(struct json *j, const struct eve_pgsql *e)
{
	struct bytes rest = e->body;
	json_open_object(j, JSON_KEY("request"));
	if (e->copy_in_messages > 0) {
		json_open_object(j, JSON_KEY("copy_data_in"));
		json_u64(j, JSON_KEY("msg_count"), e->copy_in_messages);
		json_u64(j, JSON_KEY("data_size"), e->copy_in_bytes);
		json_close_object(j);
	}
	switch (e->type) {
	case 0: write_opening(j, e); break;
	case 'p': write_secret(j, e); break;
	case 'Q': json_text(j, JSON_KEY("simple_query"), pgsql_text(&rest)); break;
	case 'P': json_cstr(j, JSON_KEY("message"), "parse"); break;
	case 'X': json_cstr(j, JSON_KEY("message"), "termination_message"); break;
	case 'c': json_cstr(j, JSON_KEY("message"), "copy_done"); break;
	case 'f': json_cstr(j, JSON_KEY("message"), "copy_fail"); break;
	default: break;
	}
	json_close_object(j);
}

static void
write_authentication(struct json *j, struct bytes body)
{
	struct cursor c = cursor_of(body);
	uint32_t method = cursor_be32(&c);
	struct bytes rest = cursor_rest(&c);
	switch (method) {
	case PGSQL_AUTH_OK: json_cstr(j, JSON_KEY("message"), "authentication_ok"); break;
	case PGSQL_AUTH_CLEARTEXT: json_cstr(j, JSON_KEY("message"), "authentication_cleartext_password"); break;
	case PGSQL_AUTH_MD5: write_bytes(j, JSON_KEY("authentication_md5_password"), rest); break;
	case PGSQL_AUTH_GSS: json_cstr(j, JSON_KEY("message"), "authentication_gss"); break;
	case PGSQL_AUTH_SSPI: json_cstr(j, JSON_KEY("message"), "authentication_sspi"); break;
	case PGSQL_AUTH_SASL: json_cstr(j, JSON_KEY("message"), "authentication_sasl"); break;
	case PGSQL_AUTH_SASL_CONTINUE: json_cstr(j, JSON_KEY("message"), "authentication_sasl_continue"); break;
	case PGSQL_AUTH_SASL_FINAL: json_text(j, JSON_KEY("authentication_sasl_final"), rest); break;
	default: break;
	}
}

static void
write_columns(struct json *j, struct bytes key, struct bytes body)
{
	struct cursor c = cursor_of(bytes_after(body, 1)); /* after the format of the whole */
	json_open_object(j, key);
	json_u64(j, JSON_KEY("columns"), cursor_be16(&c));
	json_close_object(j);
}

static void
write_answer(struct json *j, uint8_t type, struct bytes body)
{
	struct cursor c = cursor_of(body);
	struct bytes value;
	uint8_t field, room[KEY_ROOM];
	switch (type) {
	case 'R': write_authentication(j, body); break;
	case 'K':
		json_u64(j, JSON_KEY("process_id"), cursor_be32(&c));
		json_u64(j, JSON_KEY("secret_key"), cursor_be32(&c));
		break;
	case 'T': json_u64(j, JSON_KEY("field_count"), cursor_be16(&c)); break;
	case 'C': json_text(j, JSON_KEY("command_completed"), pgsql_text(&body)); break;
	case 'G': write_columns(j, JSON_KEY("copy_in_response"), body); break;
	case 'H': write_columns(j, JSON_KEY("copy_out_response"), body); break;
	case 'E':
	case 'N':
		while (pgsql_next_field(&body, &field, &value)) {
			const char *name_cstr = pgsql_field_name(field);
			if (name_cstr != NULL)
				json_text(j, key_of(bytes_of_cstr(name_cstr), room), value);
		}
		break;
	default: break;
	}
}

static bool
next_answer(struct bytes *rest, uint8_t *type, struct bytes *body)
{
	struct cursor c = cursor_of(*rest);
	*type = cursor_u8(&c);
	uint16_t length = cursor_be16(&c);
	*body = cursor_take(&c, length);
	*rest = cursor_rest(&c);
	return cursor_ok(&c);
}

/* An object has each name once: what comes again (a second command's end) is left out. A bit for each letter that came; the last word of
 * SASL has a name of its own. */
static bool
comes_first(uint64_t *came, uint8_t type, struct bytes body)
{
	uint64_t bit = UINT64_C(1) << (type & 63);
	bool again = (*came & bit) != 0;
	bool is_final = type == 'R' && body.len >= 4 && body.at[3] == PGSQL_AUTH_SASL_FINAL;
	*came |= is_final ? 0 : bit;
	return !again;
}

static void
write_response(struct json *j, const struct eve_pgsql *e)
{
	uint8_t type;
	struct bytes body;
	bool has_status = false, has_error = false;
	uint64_t came = 0;
	for (struct bytes rest = e->answers; next_answer(&rest, &type, &body);) {
		has_status |= type == 'S';
		has_error |= type == 'E';
	}
	json_open_object(j, JSON_KEY("response"));
	if (e->tls_answer != 0)
		json_bool(j, JSON_KEY("ssl_accepted"), e->tls_answer == 'S');
	for (struct bytes rest = e->answers; next_answer(&rest, &type, &body);)
		if (comes_first(&came, type, body) && !(type == 'N' && has_error)) /* both have the same names */
			write_answer(j, type, body);
	if (has_status) {
		json_open_array(j, JSON_KEY("parameter_status"));
		for (struct bytes rest = e->answers; next_answer(&rest, &type, &body);) {
			struct bytes name, value;
			if (type == 'S' && pgsql_next_parameter(&body, &name, &value))
				write_parameter(j, name, value);
		}
		json_close_array(j);
	}
	if (e->rows > 0) {
		json_u64(j, JSON_KEY("data_rows"), e->rows);
		json_u64(j, JSON_KEY("data_size"), e->row_bytes);
	}
	if (e->copy_out_rows > 0) {
		json_open_object(j, JSON_KEY("copy_data_out"));
		json_u64(j, JSON_KEY("row_count"), e->copy_out_rows);
		json_u64(j, JSON_KEY("data_size"), e->copy_out_bytes);
		json_close_object(j);
	}
	json_close_object(j);
}

void
eve_pgsql_write(struct json *j, const struct eve_pgsql *e)
{
	json_open_object(j, JSON_KEY("pgsql"));
	json_u64(j, JSON_KEY("tx_id"), e->tx_id);
	if (e->has_request)
		write_request(j, e);
	if (e->has_response)
		write_response(j, e);
	json_close_object(j);
}
