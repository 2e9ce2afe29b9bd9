/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_machine.h"

#include "core/json.h"
#include "core/text.h"
#include "dossier/dossier.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_machine_links.h"
#include "dossier/dossier_machines.h"
#include "dossier/dossier_object.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

const char dossier_machine_tables_cstr
    [] = "CREATE TABLE asset_field(asset TEXT NOT NULL REFERENCES asset(id), origin TEXT NOT NULL, name TEXT NOT NULL,"
         " value TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(asset, origin, name)) STRICT, WITHOUT ROWID;"
         "CREATE TABLE asset_port(asset TEXT NOT NULL REFERENCES asset(id), origin TEXT NOT NULL, port INTEGER NOT NULL,"
         " ip_proto INTEGER NOT NULL, name TEXT NOT NULL, product TEXT NOT NULL, version TEXT NOT NULL, at INTEGER NOT NULL,"
         " PRIMARY KEY(asset, origin, port, ip_proto)) STRICT, WITHOUT ROWID;"
         "CREATE INDEX asset_mac ON asset(mac);";

static const char *const origins[MACHINE_ORIGINS] = {[MACHINE_DECLARED] = "declared", [MACHINE_SCANNED] = "scanned"};

enum { NAME_DIGITS = 12 };

void
dossier_machine_id(const struct machine *m, char out[static DOSSIER_ID_MAX])
{
	const uint8_t *a = m->mac;
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	if (!addr_is_zero(&m->address)) {
		dossier_id_asset(&m->address, out);
	} else if (m->has_mac) {
		(void)snprintf(out, DOSSIER_ID_MAX, "AST-%02x-%02x-%02x-%02x-%02x-%02x", a[0], a[1], a[2], a[3], a[4], a[5]);
	} else {
		dossier_digest_sha256(bytes_of_cstr(m->texts[MACHINE_NAME]), digest);
		memcpy(out, "AST-n", 5);
		dossier_digest_text(digest, NAME_DIGITS, out + 5);
	}
}

/* ---- the journal's picture of it ---- */

static int
picture_fields(struct dossier *d, const char *id_cstr, struct json *j, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(
	    d, "SELECT origin, name, value FROM asset_field WHERE asset = ?1 ORDER BY origin, name");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r;
	json_open_array(j, JSON_KEY("says"));
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		json_open_object(j, (struct bytes){0});
		json_text(j, JSON_KEY("origin"), store_bytes(s, 0));
		json_text(j, JSON_KEY("name"), store_bytes(s, 1));
		json_text(j, JSON_KEY("value"), store_bytes(s, 2));
		json_close_object(j);
	}
	json_close_array(j);
	return r;
}

static int
picture_ports(struct dossier *d, const char *id_cstr, struct json *j, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d,
	    "SELECT origin, port, ip_proto, name, product, version FROM asset_port WHERE asset = ?1 ORDER BY origin, port, ip_proto");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r;
	json_open_array(j, JSON_KEY("services"));
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		json_open_object(j, (struct bytes){0});
		json_text(j, JSON_KEY("origin"), store_bytes(s, 0));
		json_i64(j, JSON_KEY("port"), store_i64(s, 1));
		json_i64(j, JSON_KEY("ip_proto"), store_i64(s, 2));
		json_text(j, JSON_KEY("name"), store_bytes(s, 3));
		json_text(j, JSON_KEY("product"), store_bytes(s, 4));
		json_text(j, JSON_KEY("version"), store_bytes(s, 5));
		json_close_object(j);
	}
	json_close_array(j);
	return r;
}

static int
picture_mac(struct dossier *d, const char *id_cstr, struct json *j, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "SELECT mac FROM asset WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r > 0 && store_bytes(s, 0).len > 0)
		json_hex(j, JSON_KEY("mac"), store_bytes(s, 0), ':');
	store_reset(s);
	return r < 0 ? r : 0;
}

/* What the limits of a machine allow fits; where damage made it longer, the picture is cut to nothing, not to a lie. */
static int
picture(struct dossier *d, const char *id_cstr, char out[static DOSSIER_JSON_MAX], struct diag *diag)
{
	struct json j = json_of(out, DOSSIER_JSON_MAX - 1);
	json_open_object(&j, (struct bytes){0});
	int r = picture_mac(d, id_cstr, &j, diag);
	if (r == 0)
		r = picture_fields(d, id_cstr, &j, diag);
	if (r == 0)
		r = picture_ports(d, id_cstr, &j, diag);
	json_close_object(&j);
	out[json_ok(&j) ? json_length(&j) : 0] = '\0';
	return r;
}

/* ---- rows ---- */

static int
exists(struct dossier *d, const char *id_cstr, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "SELECT 1 FROM asset WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	store_reset(s);
	return r;
}

/* Of a machine that was not seen: no times, no figures. Without an address, a word that no address is. */
static int
add_row(struct dossier *d, const char *id_cstr, const struct machine *m, struct diag *diag)
{
	char address_cstr[DOSSIER_ID_MAX];
	bool has_address = !addr_is_zero(&m->address);
	if (has_address)
		(void)addr_write(&m->address, address_cstr);
	else
		(void)snprintf(address_cstr, sizeof(address_cstr), "-%s", id_cstr + 4);
	int r = dossier_object_add(d, id_cstr, "asset", diag);
	if (r < 0)
		return r;
	struct store_statement *s = dossier_db_sql(d,
	    "INSERT INTO asset(id, address, mac, name, private, first_ns, last_ns, packets, bytes)"
	    " VALUES(?1, ?2, ?3, ?4, ?5, 0, 0, 0, 0)");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, address_cstr);
	if (m->has_mac)
		dossier_db_bind_bytes(s, 3, (struct bytes){m->mac, sizeof(m->mac)});
	dossier_db_bind_bytes(s, 4, (struct bytes){(const uint8_t *)"", 0});
	dossier_db_bind_u64(s, 5, !has_address || addr_is_private(&m->address));
	r = dossier_db_run(d, s, diag);
	return r == 0 && has_address ? dossier_machine_links_add(d, id_cstr, &m->address, diag) : r;
}

static int
set_mac(struct dossier *d, const char *id_cstr, const struct machine *m, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "UPDATE asset SET mac = ?2 WHERE id = ?1 AND mac IS NULL");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_bytes(s, 2, (struct bytes){m->mac, sizeof(m->mac)});
	return dossier_db_run(d, s, diag);
}

static int
set_field(struct dossier *d, const char *id_cstr, enum machine_origin origin, const char *name_cstr, const char *value_cstr,
    int64_t at_ns, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d,
	    "INSERT INTO asset_field(asset, origin, name, value, at) VALUES(?1, ?2, ?3, ?4, ?5)"
	    " ON CONFLICT(asset, origin, name) DO UPDATE SET value = excluded.value, at = excluded.at"
	    " WHERE asset_field.at <= excluded.at AND asset_field.value IS DISTINCT FROM excluded.value");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, origins[origin]);
	dossier_db_bind_cstr(s, 3, name_cstr);
	dossier_db_bind_cstr(s, 4, value_cstr);
	dossier_db_bind_i64(s, 5, at_ns);
	return dossier_db_run(d, s, diag);
}

static int
drop_field(struct dossier *d, const char *id_cstr, const char *name_cstr, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(
	    d, "DELETE FROM asset_field WHERE asset = ?1 AND origin = 'declared' AND name = ?2");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, name_cstr);
	return dossier_db_run(d, s, diag);
}

/* A list that repeats a service without its version does not make the version forgotten. */
static int
set_service(struct dossier *d, const char *id_cstr, enum machine_origin origin, const struct machine_service *service,
    int64_t at_ns, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d,
	    "INSERT INTO asset_port(asset, origin, port, ip_proto, name, product, version, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
	    " ON CONFLICT(asset, origin, port, ip_proto) DO UPDATE SET"
	    " name = CASE WHEN excluded.name = '' THEN asset_port.name ELSE excluded.name END,"
	    " product = CASE WHEN excluded.product = '' THEN asset_port.product ELSE excluded.product END,"
	    " version = CASE WHEN excluded.version = '' THEN asset_port.version ELSE excluded.version END, at = excluded.at"
	    " WHERE asset_port.at <= excluded.at AND ((excluded.name <> '' AND excluded.name <> asset_port.name)"
	    " OR (excluded.product <> '' AND excluded.product <> asset_port.product)"
	    " OR (excluded.version <> '' AND excluded.version <> asset_port.version))");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, origins[origin]);
	dossier_db_bind_u64(s, 3, service->port);
	dossier_db_bind_u64(s, 4, service->ip_proto);
	dossier_db_bind_cstr(s, 5, service->name_cstr);
	dossier_db_bind_cstr(s, 6, service->product_cstr);
	dossier_db_bind_cstr(s, 7, service->version_cstr);
	dossier_db_bind_i64(s, 8, at_ns);
	return dossier_db_run(d, s, diag);
}

static int
drop_service(struct dossier *d, const char *id_cstr, uint16_t port, uint8_t ip_proto, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(
	    d, "DELETE FROM asset_port WHERE asset = ?1 AND origin = 'declared' AND port = ?2 AND ip_proto = ?3");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_u64(s, 2, port);
	dossier_db_bind_u64(s, 3, ip_proto);
	return dossier_db_run(d, s, diag);
}

static int
declare(struct dossier *d, const char *id_cstr, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d,
	    "INSERT INTO asset_field(asset, origin, name, value, at) VALUES(?1, 'declared', 'declared', 'yes', ?2)"
	    " ON CONFLICT DO NOTHING");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_i64(s, 2, 0);
	return dossier_db_run(d, s, diag);
}

static int
add_words(struct dossier *d, const char *id_cstr, const struct machine *m, struct diag *diag)
{
	enum machine_origin origin = (enum machine_origin)m->origin;
	char value_cstr[2] = {(char)('0' + m->value), '\0'};
	int r = m->has_mac ? set_mac(d, id_cstr, m, diag) : 0;
	for (int i = 0; i < MACHINE_FIELDS && r == 0; i++)
		if (m->texts[i][0] != '\0')
			r = set_field(
			    d, id_cstr, origin, machine_field_name((enum machine_field)i), m->texts[i], m->at_ns, diag);
	if (r == 0 && m->value != 0)
		r = set_field(d, id_cstr, origin, "value", value_cstr, m->at_ns, diag);
	for (size_t i = 0; i < m->service_count && r == 0; i++)
		r = set_service(d, id_cstr, origin, &m->services[i], m->at_ns, diag);
	if (r == 0 && origin == MACHINE_DECLARED)
		r = declare(d, id_cstr, diag);
	return r;
}

int
dossier_machine_put(struct dossier *d, const struct machine *m, bool *changed, struct diag *diag)
{
	char id[DOSSIER_ID_MAX];
	dossier_machine_id(m, id);
	int r = dossier_db_begin(d, diag);
	if (r < 0)
		return r;
	int found = exists(d, id, diag);
	if (found < 0)
		return found;
	r = picture(d, id, d->before, diag);
	if (r == 0 && found == 0)
		r = add_row(d, id, m, diag);
	if (r == 0)
		r = add_words(d, id, m, diag);
	if (r == 0)
		r = picture(d, id, d->after, diag);
	if (r < 0)
		return r;
	bool differs = found == 0 || strcmp(d->before, d->after) != 0;
	if (changed != NULL)
		*changed = differs;
	if (differs)
		r = dossier_journal_add(d, found == 0 ? "add" : "change", id, found == 0 ? NULL : d->before, d->after, diag);
	return r < 0 ? r : dossier_db_commit_when_due(d, diag);
}

/* ---- what a person says ---- */

/* Inside of a change that the caller has begun, or as one of its own. */
static int
start(struct dossier *d, bool *own, struct diag *diag)
{
	*own = !d->is_held;
	return *own ? dossier_begin(d, diag) : 0;
}

static int
finish(struct dossier *d, bool own, int r, struct diag *diag)
{
	if (!own)
		return r;
	if (r == 0)
		return dossier_end(d, diag);
	dossier_cancel(d);
	return r;
}

static int
refuse(struct diag *diag, const char *name_cstr, const char *value_cstr, const char *expected_cstr)
{
	return diag_say(diag, -EINVAL, _("%s: \"%.64s\" was given, %s was expected"), name_cstr, value_cstr, expected_cstr);
}

/* "22/tcp ssh", "-22/tcp" */
static int
say_service(struct dossier *d, const char *id_cstr, const char *value_cstr, struct diag *diag)
{
	static const char expected_cstr[] = "22/tcp ssh | -22/tcp";
	bool drops = value_cstr[0] == '-';
	char *end;
	unsigned long port = strtoul(value_cstr + drops, &end, 10);
	uint8_t ip_proto = 6;
	if (strncmp(end, "/tcp", 4) == 0)
		end += 4;
	else if (strncmp(end, "/udp", 4) == 0) {
		end += 4;
		ip_proto = 17;
	}
	if (value_cstr[drops] < '0' || value_cstr[drops] > '9' || port == 0 || port > UINT16_MAX ||
	    (*end != '\0' && *end != ' '))
		return refuse(diag, "service", value_cstr, expected_cstr);
	if (drops)
		return drop_service(d, id_cstr, (uint16_t)port, ip_proto, diag);
	struct machine_service service = {.port = (uint16_t)port, .ip_proto = ip_proto};
	machine_copy_text(service.name_cstr, sizeof(service.name_cstr), bytes_trim(bytes_of_cstr(end)));
	return set_service(d, id_cstr, MACHINE_DECLARED, &service, dossier_journal_now(), diag);
}

static int
say_text(struct dossier *d, const char *id_cstr, const struct dossier_machine_word *w, struct diag *diag)
{
	enum machine_field field = machine_field_find(bytes_of_cstr(w->name_cstr));
	char text[MACHINE_NOTE_MAX];
	if (field == MACHINE_FIELDS)
		return diag_say(diag, -EINVAL,
		    _("\"%.64s\" is no field of a machine: name, kind, owner, value, location, system, vendor, model, serial, note, declared, service"),
		    w->name_cstr);
	if (strlen(w->value_cstr) >= machine_field_max(field))
		return diag_say(diag, -E2BIG, _("%s: at most %zu bytes"), w->name_cstr, machine_field_max(field) - 1);
	machine_copy_text(text, sizeof(text), bytes_of_cstr(w->value_cstr));
	return set_field(d, id_cstr, MACHINE_DECLARED, w->name_cstr, text, dossier_journal_now(), diag);
}

static int
say_word(struct dossier *d, const char *id_cstr, const struct dossier_machine_word *w, struct diag *diag)
{
	if (strcmp(w->name_cstr, "service") == 0)
		return say_service(d, id_cstr, w->value_cstr, diag);
	bool is_value = strcmp(w->name_cstr, "value") == 0, is_declared = strcmp(w->name_cstr, "declared") == 0;
	if (w->value_cstr[0] == '\0' && !is_declared)
		return is_value || machine_field_find(bytes_of_cstr(w->name_cstr)) != MACHINE_FIELDS
		    ? drop_field(d, id_cstr, w->name_cstr, diag)
		    : say_text(d, id_cstr, w, diag);
	if (is_declared) {
		if (strcmp(w->value_cstr, "yes") != 0 && strcmp(w->value_cstr, "no") != 0)
			return refuse(diag, "declared", w->value_cstr, "yes | no");
		return set_field(d, id_cstr, MACHINE_DECLARED, "declared", w->value_cstr, dossier_journal_now(), diag);
	}
	if (!is_value)
		return say_text(d, id_cstr, w, diag);
	uint8_t value = machine_value_of(bytes_of_cstr(w->value_cstr));
	char value_cstr[2] = {(char)('0' + value), '\0'};
	return value == 0 ? refuse(diag, "value", w->value_cstr, "minor | significant | serious | critical")
	                  : set_field(d, id_cstr, MACHINE_DECLARED, "value", value_cstr, dossier_journal_now(), diag);
}

static int
no_such(const struct dossier *d, struct diag *diag)
{
	return dossier_db_say(d, diag, -ENOENT, N_("there is no such machine: beffroi asset list shows them all"));
}

int
dossier_machine_say(struct dossier *d, const char *id_cstr, const struct dossier_machine_word *words, size_t count,
    size_t *wrong, struct diag *diag)
{
	bool own;
	int r = start(d, &own, diag);
	if (r < 0)
		return r;
	r = exists(d, id_cstr, diag);
	r = r == 0 ? no_such(d, diag) : r < 0 ? r : picture(d, id_cstr, d->before, diag);
	for (size_t i = 0; i < count && r == 0; i++) {
		r = say_word(d, id_cstr, &words[i], diag);
		if (r < 0 && wrong != NULL)
			*wrong = i;
	}
	if (r == 0)
		r = declare(d, id_cstr, diag);
	if (r == 0)
		r = picture(d, id_cstr, d->after, diag);
	if (r == 0 && strcmp(d->before, d->after) != 0)
		r = dossier_journal_add(d, "change", id_cstr, d->before, d->after, diag);
	return finish(d, own, r, diag);
}

/* ---- one machine, several addresses ---- */

static int
unlink_both(struct dossier *d, const char *from_cstr, const char *relation_cstr, const char *into_cstr, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(
	    d, "DELETE FROM link WHERE source = ?1 AND relation = ?2 AND target = ?3");
	dossier_db_bind_cstr(s, 1, from_cstr);
	dossier_db_bind_cstr(s, 2, relation_cstr);
	dossier_db_bind_cstr(s, 3, into_cstr);
	return dossier_db_run(d, s, diag);
}

/* The one it is shown with. 1, 0: none. */
static int
find_master(struct dossier *d, const char *id_cstr, char out[static DOSSIER_ID_MAX], struct diag *diag)
{
	bool bad = false;
	struct store_statement *s = dossier_db_sql(
	    d, "SELECT target FROM link WHERE source = ?1 AND relation = 'same-as' ORDER BY target LIMIT 1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r > 0)
		dossier_db_cstr(s, 0, out, DOSSIER_ID_MAX, &bad);
	store_reset(s);
	return bad ? 0 : r;
}

static int
tell_link(struct dossier *d, const char *action_cstr, const char *from_cstr, const char *into_cstr, struct diag *diag)
{
	struct json j = json_of(d->after, DOSSIER_JSON_MAX - 1);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("same_as"), into_cstr);
	json_close_object(&j);
	d->after[json_length(&j)] = '\0';
	return dossier_journal_add(d, action_cstr, from_cstr, NULL, d->after, diag);
}

static int
link_same(struct dossier *d, const char *from_cstr, const char *into_cstr, const char *why_cstr, struct diag *diag)
{
	int r = unlink_both(d, from_cstr, "differs-from", into_cstr, diag);
	if (r == 0)
		r = dossier_object_link(d, from_cstr, "same-as", into_cstr, why_cstr, diag);
	return r == 0 ? tell_link(d, "merge", from_cstr, into_cstr, diag) : r;
}

/* Those that were shown with `from`; one at a time, for a change ends the reading. */
static int
move_followers(struct dossier *d, const char *from_cstr, const char *into_cstr, const char *why_cstr, struct diag *diag)
{
	for (;;) {
		char follower_cstr[DOSSIER_ID_MAX];
		bool bad = false;
		struct store_statement *s = dossier_db_sql(
		    d, "SELECT source FROM link WHERE target = ?1 AND relation = 'same-as' ORDER BY source LIMIT 1");
		dossier_db_bind_cstr(s, 1, from_cstr);
		int r = dossier_db_next(d, s, diag);
		if (r <= 0)
			return r;
		dossier_db_cstr(s, 0, follower_cstr, sizeof(follower_cstr), &bad);
		store_reset(s);
		r = unlink_both(d, follower_cstr, "same-as", from_cstr, diag);
		if (r == 0)
			r = link_same(d, follower_cstr, into_cstr, why_cstr, diag);
		if (r < 0)
			return r;
	}
}

static int
merge(struct dossier *d, const char *from_cstr, const char *into_cstr, const char *why_cstr, struct diag *diag)
{
	char master_cstr[DOSSIER_ID_MAX], other_cstr[DOSSIER_ID_MAX];
	int r = exists(d, from_cstr, diag), second = r > 0 ? exists(d, into_cstr, diag) : r;
	if (r < 0 || second < 0)
		return r < 0 ? r : second;
	if (r == 0 || second == 0)
		return no_such(d, diag);
	(void)snprintf(master_cstr, sizeof(master_cstr), "%s", into_cstr);
	r = find_master(d, into_cstr, master_cstr, diag);
	if (r < 0)
		return r;
	int had = find_master(d, from_cstr, other_cstr, diag);
	if (had < 0)
		return had;
	if (strcmp(from_cstr, master_cstr) == 0 || (had > 0 && strcmp(other_cstr, master_cstr) == 0))
		return dossier_db_say(d, diag, -EINVAL, N_("these are one machine already"));
	if (had > 0)
		r = unlink_both(d, from_cstr, "same-as", other_cstr, diag);
	if (r >= 0)
		r = move_followers(d, from_cstr, master_cstr, why_cstr, diag);
	return r < 0 ? r : link_same(d, from_cstr, master_cstr, why_cstr, diag);
}

int
dossier_machine_merge(
    struct dossier *d, const char *from_cstr, const char *into_cstr, const char *why_cstr, struct diag *diag)
{
	bool own;
	int r = start(d, &own, diag);
	if (r < 0)
		return r;
	r = merge(d, from_cstr, into_cstr, why_cstr, diag);
	return finish(d, own, r, diag);
}

int
dossier_machine_split(struct dossier *d, const char *from_cstr, const char *why_cstr, struct diag *diag)
{
	char master_cstr[DOSSIER_ID_MAX];
	bool own;
	int r = start(d, &own, diag);
	if (r < 0)
		return r;
	r = find_master(d, from_cstr, master_cstr, diag);
	if (r == 0)
		r = dossier_db_say(d, diag, -ENOENT, N_("this machine was not merged into another one"));
	else if (r > 0)
		r = unlink_both(d, from_cstr, "same-as", master_cstr, diag);
	if (r == 0)
		r = dossier_object_link(d, from_cstr, "differs-from", master_cstr, why_cstr, diag);
	if (r == 0)
		r = tell_link(d, "split", from_cstr, master_cstr, diag);
	return finish(d, own, r, diag);
}

int
dossier_machine_merge_leases(struct dossier *d, struct diag *diag)
{
	struct dossier_machines *all = NULL;
	bool own;
	int r = start(d, &own, diag), merged = 0;
	if (r < 0)
		return r;
	r = dossier_machines_read(d, &all, diag);
	for (size_t i = 0; r == 0 && i < all->count; i++) {
		const struct dossier_machine *m = &all->at[i];
		if (m->lease_of == NULL || !m->lease_is_sure)
			continue;
		r = merge(d, m->id_cstr, m->lease_of->id_cstr, "the same MAC, at other times", diag);
		merged += r == 0;
	}
	dossier_machines_free(all);
	r = finish(d, own, r, diag);
	return r < 0 ? r : merged;
}
