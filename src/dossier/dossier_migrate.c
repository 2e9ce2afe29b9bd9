/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_migrate.h"

#include "core/json.h"
#include "core/text.h"
#include "core/writer.h"
#include "dossier/dossier_id.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_seal.h"

#include <errno.h>

struct old_line {
	int64_t seq, at_ns;
	struct bytes fields[5]; /* who, action, object, before, after; at == NULL: absent */
};

static void
put_u64(struct dossier_digest *digest, uint64_t value)
{
	uint8_t room[8];
	struct writer w = writer_of(room, sizeof(room));
	writer_be64(&w, value);
	dossier_digest_add(digest, writer_written(&w));
}

/* As version 1 hashed: contents, not their digests, and no seal. */
static void
old_hash(
    const struct old_line *line, const uint8_t previous[static DOSSIER_DIGEST_SIZE], uint8_t out[static DOSSIER_DIGEST_SIZE])
{
	struct dossier_digest digest;
	dossier_digest_start(&digest);
	dossier_digest_add(&digest, (struct bytes){previous, DOSSIER_DIGEST_SIZE});
	put_u64(&digest, (uint64_t)line->seq);
	put_u64(&digest, (uint64_t)line->at_ns);
	for (size_t i = 0; i < LENGTH_OF(line->fields); i++) {
		uint8_t room[4];
		struct writer w = writer_of(room, sizeof(room));
		writer_be32(&w, line->fields[i].at == NULL ? UINT32_MAX : (uint32_t)line->fields[i].len);
		dossier_digest_add(&digest, writer_written(&w));
		dossier_digest_add(&digest, line->fields[i]);
	}
	dossier_digest_end(&digest, out);
}

static struct old_line
read_line(struct store_statement *s)
{
	struct old_line line = {.seq = dossier_db_i64(s, 0), .at_ns = dossier_db_i64(s, 1)};
	for (int i = 0; i < 5; i++) {
		line.fields[i] = dossier_db_bytes(s, 2 + i);
		if (line.fields[i].at == NULL && store_type(s, 2 + i) != STORE_NULL)
			line.fields[i] = BYTES("");
	}
	return line;
}

struct old_chain {
	uint8_t head[DOSSIER_DIGEST_SIZE];
	int64_t lines, first_bad; /* 0: none */
};

static int
chain_anew(struct dossier *d, struct old_chain *old, struct diag *diag)
{
	struct store_statement *s = dossier_db_rows(
	    d, "SELECT seq, at, who, action, object, before, after, previous, hash FROM journal_1 ORDER BY seq");
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct old_line line = read_line(s);
		uint8_t hash[DOSSIER_DIGEST_SIZE];
		old_hash(&line, old->head, hash);
		old->lines++;
		bool whole = line.seq == old->lines &&
		    bytes_eq(dossier_db_bytes(s, 7), (struct bytes){old->head, sizeof(old->head)}) &&
		    bytes_eq(dossier_db_bytes(s, 8), (struct bytes){hash, sizeof(hash)});
		if (!whole && old->first_bad == 0)
			old->first_bad = line.seq;
		memcpy(old->head, hash, sizeof(hash));
		r = dossier_journal_add_as(
		    d, line.at_ns, line.fields[0], line.fields[1], line.fields[2], line.fields[3], line.fields[4], diag);
		if (r < 0) {
			store_reset(s);
			return r;
		}
	}
	return r;
}

/* True when the last line that tells of this object has this seal. */
static int
is_sealed(struct dossier *d, const char *id_cstr, struct diag *diag)
{
	uint8_t seal[DOSSIER_DIGEST_SIZE];
	int r = dossier_seal_of(d, id_cstr, seal, diag);
	if (r <= 0)
		return r;
	struct store_statement *s = dossier_db_sql(
	    d, "SELECT seal FROM journal WHERE object = ?1 ORDER BY seq DESC LIMIT 1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	r = bytes_eq(dossier_db_bytes(s, 0), (struct bytes){seal, sizeof(seal)});
	store_reset(s);
	return r;
}

int
dossier_migrate_seal_changed(struct dossier *d, struct diag *diag)
{
	struct store_statement *s = dossier_db_rows(d, "SELECT id FROM object ORDER BY kind, id");
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		char id_cstr[DOSSIER_ID_MAX];
		bool bad = false;
		dossier_db_cstr(s, 0, id_cstr, sizeof(id_cstr), &bad);
		r = bad ? dossier_db_say(d, diag, -EBADMSG, N_("the name of an object is too long"))
		        : is_sealed(d, id_cstr, diag);
		if (r == 0)
			r = dossier_journal_add(d, "seal", id_cstr, NULL, NULL, diag);
		if (r < 0) {
			store_reset(s);
			return r;
		}
	}
	return r;
}

int
dossier_migrate_journal_seals(struct dossier *d, struct diag *diag)
{
	struct old_chain old = {0};
	int r = chain_anew(d, &old, diag);
	if (r == 0)
		r = dossier_db_execute(d, "DROP TABLE journal_1", diag);
	if (r < 0 || old.lines == 0)
		return r;
	char text[256];
	struct json j = json_of(text, sizeof(text) - 1);
	json_open_object(&j, (struct bytes){0});
	json_u64(&j, JSON_KEY("version"), 2);
	json_i64(&j, JSON_KEY("old_lines"), old.lines);
	json_hex(&j, JSON_KEY("old_hash"), (struct bytes){old.head, sizeof(old.head)}, '\0');
	if (old.first_bad != 0)
		json_i64(&j, JSON_KEY("altered_from"), old.first_bad);
	json_close_object(&j);
	text[json_length(&j)] = '\0';
	return dossier_journal_add(d, "migrate", "dossier", NULL, text, diag);
}
