/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_verify.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_file.h"
#include "dossier/dossier_id.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_kind.h"
#include "dossier/dossier_seal.h"
#include "dossier/events_carry.h"

#include <fcntl.h>
#include <jansson.h>

enum { HEADS_MAX_BYTES = 1 << 20 };

struct verify {
	struct dossier *d;
	struct dossier_verdict verdict;
	int64_t erased_below; /* contents of lines before this one */
	void (*each)(void *context, const struct dossier_finding *finding);
	void *context;
};

struct heads {
	uint8_t *room;
	size_t len;
};

static void
find(struct verify *v, enum dossier_fault fault, int64_t seq, struct bytes object)
{
	struct dossier_finding finding = {.fault = fault, .seq = seq};
	size_t len = object.len < sizeof(finding.object_cstr) ? object.len : sizeof(finding.object_cstr) - 1;
	if (len > 0)
		memcpy(finding.object_cstr, object.at, len);
	v->verdict.findings++;
	if (v->each != NULL)
		v->each(v->context, &finding);
}

const char *
dossier_verify_word(enum dossier_fault fault)
{
	static const char *const words[DOSSIER_FAULTS] = {
	    [DOSSIER_FAULT_LINE] = "line-altered",
	    [DOSSIER_FAULT_MISSING] = "lines-missing",
	    [DOSSIER_FAULT_CHAIN] = "chain-broken",
	    [DOSSIER_FAULT_ERASED] = "content-erased",
	    [DOSSIER_FAULT_OBJECT] = "object-altered",
	    [DOSSIER_FAULT_UNTOLD] = "object-untold",
	    [DOSSIER_FAULT_GONE] = "object-gone",
	    [DOSSIER_FAULT_FILE] = "file-altered",
	    [DOSSIER_FAULT_NO_FILE] = "file-gone",
	    [DOSSIER_FAULT_HEAD] = "head-unknown",
	    [DOSSIER_FAULT_DATABASE] = "database",
	    [DOSSIER_FAULT_EVENTS] = "events-damaged",
	};
	return fault < DOSSIER_FAULTS ? words[fault] : "";
}

enum {
	LINE_SEQ,
	LINE_AT,
	LINE_WHO,
	LINE_ACTION,
	LINE_OBJECT,
	LINE_BEFORE,
	LINE_AFTER,
	LINE_BEFORE_SHA256,
	LINE_AFTER_SHA256,
	LINE_SEAL,
	LINE_PREVIOUS,
	LINE_HASH
};
#define LINE_COLUMNS "seq, at, who, action, object, before, after, before_sha256, after_sha256, seal, previous, hash"

static struct bytes
optional(struct store_statement *s, int at)
{
	struct bytes b = dossier_db_bytes(s, at);
	return b.at == NULL && store_type(s, at) != STORE_NULL ? BYTES("") : b;
}

/* True when a content is what its digest says, or was erased: told by *erased. */
static bool
content_holds(struct store_statement *s, int content, int digest, bool *erased)
{
	struct bytes text = optional(s, content), kept = optional(s, digest);
	uint8_t hash[DOSSIER_DIGEST_SIZE];
	if (text.at == NULL) {
		*erased = *erased || kept.at != NULL;
		return true;
	}
	dossier_digest_sha256(text, hash);
	return bytes_eq(kept, (struct bytes){hash, sizeof(hash)});
}

/* The line below which a purge of old lines erased contents: none came before that purge did. */
static int
read_erasures(struct verify *v, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(
	    v->d, "SELECT seq, after FROM journal WHERE action = 'purge' AND object = 'journal' ORDER BY seq");
	int r;
	while ((r = dossier_db_next(v->d, s, diag)) > 0) {
		struct bytes text = dossier_db_bytes(s, 1);
		json_t *object = json_loadb((const char *)text.at, text.len, 0, NULL);
		int64_t below = json_integer_value(json_object_get(object, "below")), seq = dossier_db_i64(s, 0);
		json_decref(object);
		below = below < seq ? below : seq;
		v->erased_below = below > v->erased_below ? below : v->erased_below;
	}
	return r;
}

/* A purge of the object, or of the older lines of the journal, that came later. */
static int
erasure_is_told(struct verify *v, int64_t seq, struct bytes object, struct diag *diag)
{
	if (seq < v->erased_below)
		return 1;
	struct store_statement *s = dossier_db_sql(
	    v->d, "SELECT 1 FROM journal WHERE seq > ?1 AND action = 'purge' AND object = ?2 LIMIT 1");
	dossier_db_bind_i64(s, 1, seq);
	dossier_db_bind_text(s, 2, object);
	int r = dossier_db_next(v->d, s, diag);
	store_reset(s);
	return r;
}

static int
check_line(struct verify *v, struct store_statement *s, uint8_t previous[static DOSSIER_DIGEST_SIZE], struct diag *diag)
{
	struct dossier_line line = {.seq = dossier_db_i64(s, LINE_SEQ),
	    .at_ns = dossier_db_i64(s, LINE_AT),
	    .who = optional(s, LINE_WHO),
	    .action = optional(s, LINE_ACTION),
	    .object = optional(s, LINE_OBJECT),
	    .before_sha256 = optional(s, LINE_BEFORE_SHA256),
	    .after_sha256 = optional(s, LINE_AFTER_SHA256),
	    .seal = optional(s, LINE_SEAL)};
	struct bytes kept_previous = optional(s, LINE_PREVIOUS), kept_hash = optional(s, LINE_HASH);
	uint8_t hash[DOSSIER_DIGEST_SIZE], kept[DOSSIER_DIGEST_SIZE] = {0};
	bool erased = false;
	if (line.seq != v->verdict.seq + 1)
		find(v, DOSSIER_FAULT_MISSING, line.seq, line.object);
	else if (!bytes_eq(kept_previous, (struct bytes){previous, DOSSIER_DIGEST_SIZE}))
		find(v, DOSSIER_FAULT_CHAIN, line.seq, line.object);
	/* By its own previous hash, so that one altered line is one finding. */
	if (kept_previous.len == sizeof(kept))
		memcpy(kept, kept_previous.at, sizeof(kept));
	dossier_journal_hash(&line, kept, hash);
	if (!content_holds(s, LINE_BEFORE, LINE_BEFORE_SHA256, &erased) ||
	    !content_holds(s, LINE_AFTER, LINE_AFTER_SHA256, &erased) ||
	    !bytes_eq(kept_hash, (struct bytes){hash, sizeof(hash)}))
		find(v, DOSSIER_FAULT_LINE, line.seq, line.object);
	v->verdict.seq = line.seq;
	v->verdict.lines++;
	memset(previous, 0, DOSSIER_DIGEST_SIZE);
	if (kept_hash.len == DOSSIER_DIGEST_SIZE)
		memcpy(previous, kept_hash.at, DOSSIER_DIGEST_SIZE);
	int told = erased ? erasure_is_told(v, line.seq, line.object, diag) : 1;
	if (told == 0)
		find(v, DOSSIER_FAULT_ERASED, line.seq, line.object);
	return told < 0 ? told : 0;
}

static int
check_journal(struct verify *v, struct diag *diag)
{
	uint8_t previous[DOSSIER_DIGEST_SIZE] = {0};
	int r = read_erasures(v, diag);
	if (r < 0)
		return r;
	struct store_statement *s = dossier_db_rows(v->d, "SELECT " LINE_COLUMNS " FROM journal ORDER BY seq");
	while ((r = dossier_db_next(v->d, s, diag)) > 0) {
		r = check_line(v, s, previous, diag);
		if (r < 0) {
			store_reset(s);
			return r;
		}
	}
	dossier_digest_text(previous, DOSSIER_DIGEST_TEXT - 1, v->verdict.head_cstr);
	return r;
}

static int
check_object(struct verify *v, const char *id_cstr, struct diag *diag)
{
	uint8_t seal[DOSSIER_DIGEST_SIZE];
	int r = dossier_seal_of(v->d, id_cstr, seal, diag);
	if (r < 0)
		return r;
	struct store_statement *s = dossier_db_sql(
	    v->d, "SELECT seq, seal FROM journal WHERE object = ?1 ORDER BY seq DESC LIMIT 1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	r = dossier_db_next(v->d, s, diag);
	if (r < 0)
		return r;
	v->verdict.objects++;
	if (r == 0)
		find(v, DOSSIER_FAULT_UNTOLD, 0, bytes_of_cstr(id_cstr));
	else if (!bytes_eq(dossier_db_bytes(s, 1), (struct bytes){seal, sizeof(seal)}))
		find(v, DOSSIER_FAULT_OBJECT, dossier_db_i64(s, 0), bytes_of_cstr(id_cstr));
	store_reset(s);
	return 0;
}

static int
check_objects(struct verify *v, struct diag *diag)
{
	struct store_statement *s = dossier_db_rows(v->d, "SELECT id FROM object ORDER BY id");
	int r;
	while ((r = dossier_db_next(v->d, s, diag)) > 0) {
		char id_cstr[DOSSIER_ID_MAX];
		bool bad = false;
		dossier_db_cstr(s, 0, id_cstr, sizeof(id_cstr), &bad);
		if (bad)
			find(v, DOSSIER_FAULT_UNTOLD, 0, dossier_db_bytes(s, 0));
		else
			r = check_object(v, id_cstr, diag);
		if (r < 0) {
			store_reset(s);
			return r;
		}
	}
	if (r < 0)
		return r;
	s = dossier_db_sql(v->d,
	    "SELECT j.object, j.seq FROM journal j WHERE j.seal IS NOT NULL AND NOT EXISTS(SELECT 1 FROM object o WHERE"
	    " o.id = j.object) AND j.seq = (SELECT max(k.seq) FROM journal k WHERE k.object = j.object)");
	while ((r = dossier_db_next(v->d, s, diag)) > 0)
		find(v, DOSSIER_FAULT_GONE, dossier_db_i64(s, 1), dossier_db_bytes(s, 0));
	return r;
}

static void
check_file(struct verify *v, const char *path_cstr, struct bytes sha256)
{
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	char text[DOSSIER_DIGEST_TEXT];
	AUTO_CLOSE int fd = dossier_file_open(v->d, path_cstr);
	v->verdict.files++;
	if (fd < 0 || dossier_digest_file(fd, digest, NULL) < 0) {
		find(v, DOSSIER_FAULT_NO_FILE, 0, bytes_of_cstr(path_cstr));
		return;
	}
	dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, text);
	if (!bytes_eq(sha256, bytes_of_cstr(text)))
		find(v, DOSSIER_FAULT_FILE, 0, bytes_of_cstr(path_cstr));
}

static int
check_files(struct verify *v, struct diag *diag)
{
	struct store_statement *s = dossier_db_rows(v->d, "SELECT path, sha256 FROM evidence ORDER BY path");
	int r;
	while ((r = dossier_db_next(v->d, s, diag)) > 0) {
		char path_cstr[128];
		bool bad = false;
		dossier_db_cstr(s, 0, path_cstr, sizeof(path_cstr), &bad);
		if (bad)
			find(v, DOSSIER_FAULT_NO_FILE, 0, dossier_db_bytes(s, 0));
		else
			check_file(v, path_cstr, dossier_db_bytes(s, 1));
	}
	return r;
}

/* "12 <hash>" or "12:<hash>". What is no such thing is no witness. */
static int
check_head(struct verify *v, struct bytes text, struct diag *diag)
{
	int64_t seq = 0;
	size_t digits = 0;
	while (digits < text.len && digits < 18 && text.at[digits] >= '0' && text.at[digits] <= '9')
		seq = seq * 10 + (text.at[digits++] - '0');
	uint8_t hash[DOSSIER_DIGEST_SIZE];
	if (digits == 0 || digits == text.len || !dossier_digest_parse(bytes_after(text, digits + 1), hash))
		return -EINVAL;
	struct store_statement *s = dossier_db_sql(v->d, "SELECT hash FROM journal WHERE seq = ?1");
	dossier_db_bind_i64(s, 1, seq);
	int r = dossier_db_next(v->d, s, diag);
	if (r < 0)
		return r;
	if (r == 0 || !bytes_eq(dossier_db_bytes(s, 0), (struct bytes){hash, sizeof(hash)}))
		find(v, DOSSIER_FAULT_HEAD, seq, (struct bytes){0});
	if (r > 0)
		store_reset(s);
	return 0;
}

/* The last lines of journal.head; never left, as after a kill: no lines. */
static void
read_heads(const struct dossier *d, struct heads *out)
{
	AUTO_CLOSE int fd = d->is_remote ? -1 : openat(d->folder_fd, "journal.head", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	out->room = fd < 0 ? NULL : malloc(HEADS_MAX_BYTES);
	if (out->room == NULL)
		return;
	off_t size = lseek(fd, 0, SEEK_END);
	ssize_t n = pread(fd, out->room, HEADS_MAX_BYTES, size > HEADS_MAX_BYTES ? size - HEADS_MAX_BYTES : 0);
	out->len = n < 0 ? 0 : (size_t)n;
}

static int
check_heads(struct verify *v, const struct heads *heads, struct diag *diag)
{
	struct bytes left = {heads->room, heads->len};
	while (left.len > 0) {
		size_t end = bytes_find(left, '\n');
		int r = check_head(v, bytes_first(left, end), diag);
		if (r < 0 && r != -EINVAL)
			return r;
		left = bytes_after(left, end < left.len ? end + 1 : end);
	}
	return 0;
}

/* Rows that belong to no object: no seal is over them. In a folder SQLite itself finds them. */
static int
check_owners(struct verify *v, const struct dossier_table *table, struct diag *diag)
{
	char sql_cstr[256];
	(void)snprintf(sql_cstr, sizeof(sql_cstr),
	    "SELECT 1 FROM %s t WHERE NOT EXISTS(SELECT 1 FROM object o WHERE o.id = t.%s) LIMIT 20", table->name_cstr,
	    table->owner_cstr);
	struct store_statement *s = v->d->store->make->prepare(v->d->store, sql_cstr); /* the text is not static */
	int r;
	while ((r = dossier_db_next(v->d, s, diag)) > 0)
		find(v, DOSSIER_FAULT_DATABASE, 0, bytes_of_cstr(table->name_cstr));
	store_release(s);
	return r;
}

static int
check_all_owners(struct verify *v, struct diag *diag)
{
	size_t count;
	const struct dossier_kind *kinds = dossier_kind_all(&count);
	int r = check_owners(v, dossier_kind_links(), diag);
	for (size_t i = 0; i < count && r == 0; i++)
		for (size_t k = 0; k < kinds[i].table_count && r == 0; k++)
			r = check_owners(v, &kinds[i].tables[k], diag);
	return r;
}

static void
see_damage(void *context, struct bytes what)
{
	find(context, DOSSIER_FAULT_DATABASE, 0, what);
}

static void
see_bad_day(void *context, struct bytes what)
{
	find(context, DOSSIER_FAULT_EVENTS, 0, what);
}

static int
check_days(struct verify *v, struct diag *diag)
{
	AUTO_FREE int64_t *days = NULL;
	size_t count = 0;
	int r = events_day_list(v->d, &days, &count, diag);
	for (size_t i = count; i-- > 0 && r == 0; v->verdict.days++)
		r = events_carry_check(v->d, days[i], see_bad_day, v, diag);
	return r;
}

static int
check_database(struct verify *v, struct diag *diag)
{
	if (v->d->store->make->check(v->d->store, see_damage, v) < 0)
		return dossier_db_fail(v->d, diag);
	return v->d->is_remote ? check_all_owners(v, diag) : 0;
}

int
dossier_verify(struct dossier *d, const char *head_cstr, struct dossier_verdict *out,
    void (*each)(void *context, const struct dossier_finding *finding), void *context, struct diag *diag)
{
	struct verify v = {.d = d, .each = each, .context = context};
	struct heads heads = {0};
	/* The witness first: others may write meanwhile, and it must not be younger than the rows. */
	bool looks = !d->store->make->is_open(d->store) || !d->writes;
	if (looks)
		dossier_db_rollback(d);
	read_heads(d, &heads);
	int r = dossier_db_look(d, diag);
	if (r == 0)
		r = check_database(&v, diag);
	if (r == 0)
		r = check_journal(&v, diag);
	if (r == 0)
		r = check_objects(&v, diag);
	if (r == 0)
		r = check_files(&v, diag);
	if (r == 0)
		r = check_days(&v, diag);
	if (r == 0)
		r = check_heads(&v, &heads, diag);
	free(heads.room);
	if (r == 0 && head_cstr != NULL) {
		r = check_head(&v, bytes_of_cstr(head_cstr), diag);
		if (r == -EINVAL)
			(void)dossier_db_say(d, diag, r, N_("a head is written NUMBER:HASH, as verify prints it"));
	}
	if (looks && d->writes)
		dossier_db_rollback(d);
	*out = v.verdict;
	if (r == 0 && v.verdict.findings > 0)
		return dossier_db_say(d, diag, -EBADMSG, N_("this dossier is not what was written"));
	return r;
}
