/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_kind.h"

#define TABLE(made, name, owner, key, addresses, hex)                                                         \
	{                                                                                                     \
		.name_cstr = (name), .owner_cstr = (owner),                                                   \
		.rows_sql_cstr = "SELECT * FROM " name " WHERE " owner " = ?1 ORDER BY " key,                 \
		.clear_sql_cstr = "DELETE FROM " name " WHERE " owner " = ?1", .addresses_cstr = (addresses), \
		.hex_cstr = (hex), .since = (made)                                                            \
	}

static const struct dossier_table links = TABLE(1, "link", "source", "relation, target", "", "");

static const struct dossier_table journal = TABLE(
    2, "journal", "object", "seq", "", " before_sha256 after_sha256 seal previous hash ");

/* The field that tells it, as record/case_fields.c names them. */
static const char item_label_cstr[] =
    "SELECT value FROM item_field WHERE item = ?1 AND name IN ('title', 'text', 'profile', 'other', 'why') ORDER BY name = 'why', name DESC"
    " LIMIT 1";

/* What people add to the file of an incident (dossier_case.c): all alike. */
#define ITEM(kind)                                                                                    \
	{                                                                                             \
		.name_cstr = (kind), .label_sql_cstr = item_label_cstr, .table_count = 2, .tables = { \
			TABLE(3, "item", "id", "id", "", ""),                                         \
			TABLE(3, "item_field", "item", "name", "", "")                                \
		}                                                                                     \
	}

static const struct dossier_kind kinds[] = {
    {.name_cstr = "asset",
        .label_sql_cstr = "SELECT name, address FROM asset WHERE id = ?1",
        .table_count = 4,
        .tables = {TABLE(1, "asset", "id", "id", "", " mac "), TABLE(1, "asset_service", "asset", "port, ip_proto", "", ""),
            TABLE(7, "asset_field", "asset", "origin, name", "", ""),
            TABLE(7, "asset_port", "asset", "origin, port, ip_proto", "", "")}},
    {.name_cstr = "exception",
        .label_sql_cstr = "SELECT why FROM exception WHERE id = ?1",
        .table_count = 1,
        .tables = {TABLE(9, "exception", "id", "id", " network ", "")}},
    {.name_cstr = "alert",
        .label_sql_cstr = "SELECT detector FROM alert WHERE id = ?1",
        .table_count = 2,
        .tables = {TABLE(1, "alert", "id", "id", " source target ", ""),
            TABLE(1, "alert_fact", "alert", "position", "", "")}},
    {.name_cstr = "incident",
        .label_sql_cstr = "SELECT severity FROM incident WHERE id = ?1",
        .table_count = 4,
        .tables = {TABLE(1, "incident", "id", "id", " attacker ", ""),
            TABLE(1, "incident_part", "incident", "position", "", ""),
            TABLE(1, "incident_victim", "incident", "address", " address ", ""),
            TABLE(3, "incident_field", "incident", "name", "", "")}},
    {.name_cstr = "evidence",
        .label_sql_cstr = "SELECT (bytes + 1023) / 1024 || ' kB' FROM evidence WHERE id = ?1",
        .table_count = 1,
        .tables = {TABLE(1, "evidence", "id", "id", "", "")}},
    {.name_cstr = "account",
        .label_sql_cstr = "SELECT display FROM account WHERE id = ?1",
        .table_count = 1,
        .tables = {TABLE(4, "account", "id", "id", "", "")}},
    {.name_cstr = "setting",
        .label_sql_cstr = "SELECT value FROM setting WHERE id = ?1",
        .table_count = 1,
        .tables = {TABLE(6, "setting", "id", "id", "", "")}},
    ITEM("log"),
    ITEM("comment"),
    ITEM("task"),
    ITEM("proof"),
    ITEM("custody"),
    ITEM("cause"),
    ITEM("action"),
    ITEM("lesson"),
    ITEM("relation"),
    ITEM("clock"),
    ITEM("notice"),
};

const struct dossier_kind *
dossier_kind_all(size_t *count)
{
	*count = LENGTH_OF(kinds);
	return kinds;
}

const struct dossier_kind *
dossier_kind_find(struct bytes name)
{
	for (size_t i = 0; i < LENGTH_OF(kinds); i++)
		if (bytes_eq(name, bytes_of_cstr(kinds[i].name_cstr)))
			return &kinds[i];
	return NULL;
}

const struct dossier_table *
dossier_kind_links(void)
{
	return &links;
}

const struct dossier_table *
dossier_kind_journal(void)
{
	return &journal;
}
