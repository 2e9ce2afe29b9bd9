/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_seal.h"

#include "core/text.h"
#include "core/writer.h"
#include "dossier/dossier_kind.h"

#include <errno.h>

static void
put(struct dossier_digest *digest, struct bytes b)
{
	uint8_t room[4];
	struct writer w = writer_of(room, sizeof(room));
	writer_be32(&w, (uint32_t)b.len);
	dossier_digest_add(digest, writer_written(&w));
	dossier_digest_add(digest, b);
}

static void
put_value(struct dossier_digest *digest, struct store_statement *s, int at)
{
	uint8_t room[8];
	struct writer w = writer_of(room, sizeof(room));
	int type = store_type(s, at);
	if (type == STORE_NULL)
		return;
	put(digest, bytes_of_cstr(store_name(s, at)));
	if (type == STORE_INTEGER) {
		writer_be64(&w, (uint64_t)dossier_db_i64(s, at));
		put(digest, BYTES("i"));
		put(digest, writer_written(&w));
	} else {
		put(digest, type == STORE_BYTES ? BYTES("b") : BYTES("t")); /* STRICT tables of ours have no real numbers */
		put(digest, dossier_db_bytes(s, at));
	}
}

static int
add_table(struct dossier *d, const struct dossier_table *table, const char *id_cstr, struct dossier_digest *digest,
    struct diag *diag)
{
	if (table->since > d->version)
		return 0;
	struct store_statement *s = dossier_db_sql(d, table->rows_sql_cstr);
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		put(digest, bytes_of_cstr(table->name_cstr));
		for (int i = 0; i < store_columns(s); i++)
			put_value(digest, s, i);
	}
	return r;
}

int
dossier_seal_of(struct dossier *d, const char *id_cstr, uint8_t out[static DOSSIER_DIGEST_SIZE], struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "SELECT kind FROM object WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	const struct dossier_kind *kind = dossier_kind_find(dossier_db_bytes(s, 0));
	store_reset(s);
	if (kind == NULL)
		return dossier_db_say(
		    d, diag, -EBADMSG, N_("an object of the dossier has a kind that this beffroi does not know"));
	struct dossier_digest digest;
	dossier_digest_start(&digest);
	put(&digest, bytes_of_cstr(kind->name_cstr));
	for (size_t i = 0; i < kind->table_count && r >= 0; i++)
		r = add_table(d, &kind->tables[i], id_cstr, &digest, diag);
	if (r >= 0)
		r = add_table(d, dossier_kind_links(), id_cstr, &digest, diag);
	dossier_digest_end(&digest, out);
	return r < 0 ? r : 1;
}
