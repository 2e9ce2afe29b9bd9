/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_row.h"

#include "core/json.h"
#include "core/text.h"
#include "core/utf8.h"

#include <errno.h>
#include <stdio.h>

enum form { FORM_PLAIN, FORM_ADDRESS, FORM_HEX };

static enum form
form_of(const struct dossier_table *table, const char *column_cstr)
{
	char word[48];
	(void)snprintf(word, sizeof(word), " %s ", column_cstr);
	return strstr(table->addresses_cstr, word) != NULL ? FORM_ADDRESS
	    : strstr(table->hex_cstr, word) != NULL        ? FORM_HEX
	                                                   : FORM_PLAIN;
}

bool
dossier_row_is_text(struct bytes b)
{
	while (b.len > 0) {
		size_t n = b.at[0] < 0x80 ? 1 : utf8_length(b);
		if (n == 0)
			return false;
		b = bytes_after(b, n);
	}
	return true;
}

static void
write_bytes(struct json *j, struct bytes key, struct bytes value, enum form form)
{
	struct addr address;
	if (form == FORM_ADDRESS && value.len == sizeof(address)) {
		address = addr_v6(value.at);
		json_addr(j, key, &address);
	} else if (form == FORM_HEX) {
		json_hex(j, key, value, '\0');
	} else if (dossier_row_is_text(value)) {
		json_text(j, key, value);
	} else {
		json_open_object(j, key);
		json_hex(j, JSON_KEY("hex"), value, '\0');
		json_close_object(j);
	}
}

void
dossier_row_write(struct json *j, struct store_statement *row, const struct dossier_table *table, const char *but_cstr)
{
	for (int i = 0; i < store_columns(row); i++) {
		const char *name_cstr = store_name(row, i);
		int type = store_type(row, i);
		char key_cstr[64];
		if (type == STORE_NULL || (but_cstr != NULL && strcmp(name_cstr, but_cstr) == 0))
			continue;
		(void)snprintf(key_cstr, sizeof(key_cstr), ",\"%s\":", name_cstr);
		struct bytes key = bytes_of_cstr(key_cstr);
		if (type == STORE_INTEGER)
			json_i64(j, key, dossier_db_i64(row, i));
		else
			write_bytes(j, key, dossier_db_bytes(row, i), form_of(table, name_cstr));
	}
}

/* ---- CSV ---- */

struct csv {
	char *out;
	size_t len, size;
	bool full;
};

static void
put(struct csv *c, struct bytes b)
{
	if (c->full || b.len > c->size - c->len) {
		c->full = true;
		return;
	}
	if (b.len > 0)
		memcpy(c->out + c->len, b.at, b.len);
	c->len += b.len;
}

/* RFC 4180 2.5 to 2.7. OWASP "CSV injection": = + - @ tab and CR begin a formula. */
static void
put_text(struct csv *c, struct bytes text)
{
	put(c, BYTES("\""));
	if (text.len > 0 && memchr("=+-@\t\r", text.at[0], 6) != NULL)
		put(c, BYTES("'"));
	while (text.len > 0) {
		size_t quote = bytes_find(text, '"');
		put(c, bytes_first(text, quote));
		if (quote < text.len)
			put(c, BYTES("\"\""));
		text = bytes_after(text, quote < text.len ? quote + 1 : quote);
	}
	put(c, BYTES("\""));
}

static void
put_number(struct csv *c, int64_t value)
{
	char text[24];
	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	put(c, bytes_of_cstr(text));
}

static void
put_bytes(struct csv *c, struct bytes value, enum form form)
{
	char text[ADDR_TEXT_MAX];
	struct addr address;
	if (form == FORM_ADDRESS && value.len == sizeof(address)) {
		address = addr_v6(value.at);
		(void)addr_write(&address, text);
		put(c, bytes_of_cstr(text));
	} else if (form == FORM_PLAIN && dossier_row_is_text(value) && bytes_find(value, '\0') == value.len) {
		put_text(c, value);
	} else {
		static const char hex[] = "0123456789abcdef";
		for (size_t i = 0; i < value.len; i++) {
			uint8_t two[2] = {(uint8_t)hex[value.at[i] >> 4], (uint8_t)hex[value.at[i] & 15]};
			put(c, (struct bytes){two, sizeof(two)});
		}
	}
}

bool
dossier_row_write_csv(
    char *out, size_t size, size_t *len, struct store_statement *row, const struct dossier_table *table, bool names)
{
	struct csv c = {.out = out, .size = size};
	for (int i = 0; i < store_columns(row); i++) {
		const char *name_cstr = store_name(row, i);
		if (i > 0)
			put(&c, BYTES(","));
		if (names)
			put(&c, bytes_of_cstr(name_cstr));
		else if (store_type(row, i) == STORE_INTEGER)
			put_number(&c, dossier_db_i64(row, i));
		else if (store_type(row, i) != STORE_NULL)
			put_bytes(&c, dossier_db_bytes(row, i), form_of(table, name_cstr));
	}
	put(&c, BYTES("\r\n"));
	*len = c.len;
	return !c.full;
}

/* ---- Back from JSON ---- */

int
dossier_row_learn(struct dossier *d, const struct dossier_table *table, struct dossier_insert *out, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, table->rows_sql_cstr);
	if (s == NULL)
		return dossier_db_fail(d, diag);
	*out = (struct dossier_insert){.table = table, .columns = store_columns(s)};
	if (out->columns > DOSSIER_COLUMNS_MAX)
		return -E2BIG;
	size_t n = (size_t)snprintf(out->sql_cstr, sizeof(out->sql_cstr), "INSERT INTO %s(", table->name_cstr);
	for (int i = 0; i < out->columns; i++) {
		(void)snprintf(out->column[i].name_cstr, sizeof(out->column[i].name_cstr), "%s", store_name(s, i));
		out->column[i].type = store_declared(s, i);
		n += (size_t)snprintf(
		    out->sql_cstr + n, sizeof(out->sql_cstr) - n, "%s\"%s\"", i == 0 ? "" : ", ", out->column[i].name_cstr);
	}
	n += (size_t)snprintf(out->sql_cstr + n, sizeof(out->sql_cstr) - n, ") VALUES(");
	for (int i = 0; i < out->columns; i++)
		n += (size_t)snprintf(out->sql_cstr + n, sizeof(out->sql_cstr) - n, "%s?%d", i == 0 ? "" : ", ", i + 1);
	n += (size_t)snprintf(out->sql_cstr + n, sizeof(out->sql_cstr) - n, ")");
	return n < sizeof(out->sql_cstr) ? 0 : -E2BIG;
}

/* Hexadecimal digits into room; false when they are none, or too many. */
static bool
read_hex(struct bytes text, uint8_t *room, size_t size, size_t *len)
{
	if (text.len % 2 != 0 || text.len / 2 > size)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
		if (!digit && !letter)
			return false;
		uint8_t value = (uint8_t)(digit ? c - '0' : c - 'a' + 10);
		room[i / 2] = (uint8_t)(i % 2 == 0 ? value << 4 : room[i / 2] | value);
	}
	*len = text.len / 2;
	return true;
}

static void
bind(struct store_statement *s, int at, enum store_type type, struct bytes value)
{
	if (type == STORE_BYTES)
		store_bind_bytes(s, at, value);
	else
		store_bind_text(s, at, value);
}

static bool
bind_text(struct store_statement *s, int at, enum store_type type, enum form form, struct bytes text, bool is_hex)
{
	static uint8_t room[65536];
	struct addr address;
	size_t len;
	if (form == FORM_ADDRESS && !is_hex) {
		if (!addr_parse(text, &address))
			return false;
		bind(s, at, type, (struct bytes){address.at, sizeof(address.at)});
	} else if (form == FORM_HEX || is_hex) {
		if (!read_hex(text, room, sizeof(room), &len))
			return false;
		bind(s, at, type, (struct bytes){room, len});
	} else {
		bind(s, at, type, text);
	}
	return true;
}

static struct bytes
bytes_of(const json_t *string)
{
	return (struct bytes){(const uint8_t *)json_string_value(string), json_string_length(string)};
}

static bool
bind_value(struct store_statement *s, int at, enum store_type type, enum form form, const json_t *value)
{
	if (type == STORE_INTEGER) {
		if (!json_is_integer(value))
			return false;
		dossier_db_bind_i64(s, at, json_integer_value(value));
		return true;
	}
	const json_t *hex = json_is_object(value) && json_object_size(value) == 1 ? json_object_get(value, "hex") : NULL;
	if (!json_is_string(value) && !json_is_string(hex))
		return false;
	return bind_text(s, at, type, form, bytes_of(json_is_string(value) ? value : hex), hex != NULL);
}

int
dossier_row_insert(
    struct dossier *d, const struct dossier_insert *how, const char *owner_id_cstr, const json_t *object, struct diag *diag)
{
	if (!json_is_object(object))
		return diag_say(diag, -EINVAL, _("%s: a JSON object was expected"), how->table->name_cstr);
	struct store_statement *s = dossier_db_sql(d, how->sql_cstr);
	if (s == NULL)
		return dossier_db_fail(d, diag);
	size_t used = 0;
	for (int i = 0; i < how->columns; i++) {
		const char *name_cstr = how->column[i].name_cstr;
		if (owner_id_cstr != NULL && strcmp(name_cstr, how->table->owner_cstr) == 0) {
			dossier_db_bind_cstr(s, i + 1, owner_id_cstr);
			continue;
		}
		const json_t *value = json_object_get(object, name_cstr);
		if (value == NULL)
			continue;
		used++;
		if (!bind_value(s, i + 1, how->column[i].type, form_of(how->table, name_cstr), value))
			return diag_say(diag, -EINVAL, _("the value of \"%s\" is not of its kind"), name_cstr);
	}
	const char *name_cstr;
	json_t *value;
	size_t members = 0;
	json_object_foreach((json_t *)(uintptr_t)object, name_cstr, value)
	    members += !json_is_array(value) && !(owner_id_cstr != NULL && strcmp(name_cstr, "id") == 0);
	if (members != used)
		return diag_say(diag, -EINVAL, _("%s: a member that this version does not know"), how->table->name_cstr);
	if (s->make->step(s) == 0)
		return 0;
	if (d->store->make->fault(d->store) != STORE_FAULT_ROW)
		return dossier_db_fail(d, diag);
	return diag_say(diag, -EINVAL, _("%s: a member is missing, or the row is there twice"), how->table->name_cstr);
}
