/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_journal.h"

#include "core/text.h"
#include "core/writer.h"
#include "dossier/dossier_seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { SEALS_SINCE = 2 /* version: while older lines are chained anew, nobody knows the rows of that time */ };

static void
put_u64(struct dossier_digest *digest, uint64_t value)
{
	uint8_t room[8];
	struct writer w = writer_of(room, sizeof(room));
	writer_be64(&w, value);
	dossier_digest_add(digest, writer_written(&w));
}

static void
put_field(struct dossier_digest *digest, struct bytes b)
{
	uint8_t room[4];
	struct writer w = writer_of(room, sizeof(room));
	writer_be32(&w, b.at == NULL ? UINT32_MAX : (uint32_t)b.len);
	dossier_digest_add(digest, writer_written(&w));
	dossier_digest_add(digest, b);
}

void
dossier_journal_hash(const struct dossier_line *line, const uint8_t previous[static DOSSIER_DIGEST_SIZE],
    uint8_t out[static DOSSIER_DIGEST_SIZE])
{
	struct dossier_digest digest;
	dossier_digest_start(&digest);
	dossier_digest_add(&digest, (struct bytes){previous, DOSSIER_DIGEST_SIZE});
	put_u64(&digest, (uint64_t)line->seq);
	put_u64(&digest, (uint64_t)line->at_ns);
	put_field(&digest, line->who);
	put_field(&digest, line->action);
	put_field(&digest, line->object);
	put_field(&digest, line->before_sha256);
	put_field(&digest, line->after_sha256);
	put_field(&digest, line->seal);
	dossier_digest_end(&digest, out);
}

int64_t
dossier_journal_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int
dossier_journal_start(struct dossier *d, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1");
	int r = dossier_db_next(d, s, diag);
	if (r < 0)
		return r;
	if (r == 0) {
		d->seq = d->seq_before = 0;
		memset(d->head, 0, sizeof(d->head));
		return 0;
	}
	struct bytes last = dossier_db_bytes(s, 1);
	d->seq = d->seq_before = dossier_db_i64(s, 0);
	bool whole = last.len == sizeof(d->head);
	if (whole)
		memcpy(d->head, last.at, sizeof(d->head));
	store_reset(s);
	return whole ? 0
	             : dossier_db_say(d, diag, -EBADMSG,
	                   N_("the journal of this dossier is damaged: put your last copy back; nothing was changed"));
}

static struct bytes
digest_of(struct bytes text, uint8_t room[static DOSSIER_DIGEST_SIZE])
{
	if (text.at == NULL)
		return text;
	dossier_digest_sha256(text, room);
	return (struct bytes){room, DOSSIER_DIGEST_SIZE};
}

static void
bind_digest(struct store_statement *s, int at, struct bytes digest)
{
	if (digest.at != NULL)
		dossier_db_bind_bytes(s, at, digest);
}

static int
insert(struct dossier *d, const struct dossier_line *line, struct bytes before, struct bytes after,
    const uint8_t hash[static DOSSIER_DIGEST_SIZE], struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d,
	    "INSERT INTO journal(seq, at, who, action, object, before, after, before_sha256, after_sha256, seal, previous,"
	    " hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
	dossier_db_bind_i64(s, 1, line->seq);
	dossier_db_bind_i64(s, 2, line->at_ns);
	dossier_db_bind_text(s, 3, line->who);
	dossier_db_bind_text(s, 4, line->action);
	dossier_db_bind_text(s, 5, line->object);
	dossier_db_bind_text(s, 6, before);
	dossier_db_bind_text(s, 7, after);
	bind_digest(s, 8, line->before_sha256);
	bind_digest(s, 9, line->after_sha256);
	bind_digest(s, 10, line->seal);
	dossier_db_bind_bytes(s, 11, (struct bytes){d->head, sizeof(d->head)});
	dossier_db_bind_bytes(s, 12, (struct bytes){hash, DOSSIER_DIGEST_SIZE});
	return dossier_db_run(d, s, diag);
}

int
dossier_journal_add_as(struct dossier *d, int64_t at_ns, struct bytes who, struct bytes action, struct bytes object,
    struct bytes before, struct bytes after, struct diag *diag)
{
	uint8_t before_room[DOSSIER_DIGEST_SIZE], after_room[DOSSIER_DIGEST_SIZE], seal[DOSSIER_DIGEST_SIZE],
	    next[DOSSIER_DIGEST_SIZE];
	char id_cstr[128];
	if (object.len >= sizeof(id_cstr))
		return dossier_db_say(d, diag, -ENAMETOOLONG, N_("the name of an object is too long"));
	(void)snprintf(id_cstr, sizeof(id_cstr), "%.*s", (int)object.len, (const char *)object.at);
	int sealed = d->version < SEALS_SINCE ? 0 : dossier_seal_of(d, id_cstr, seal, diag);
	if (sealed < 0)
		return sealed;
	struct dossier_line line = {.seq = d->seq + 1,
	    .at_ns = at_ns,
	    .who = who,
	    .action = action,
	    .object = object,
	    .before_sha256 = digest_of(before, before_room),
	    .after_sha256 = digest_of(after, after_room),
	    .seal = {sealed > 0 ? seal : NULL, sealed > 0 ? sizeof(seal) : 0}};
	dossier_journal_hash(&line, d->head, next);
	int r = insert(d, &line, before, after, next, diag);
	if (r < 0)
		return r;
	d->seq = line.seq;
	memcpy(d->head, next, sizeof(d->head));
	return 0;
}

static struct bytes
optional(const char *text_cstr)
{
	return text_cstr == NULL ? (struct bytes){0} : bytes_of_cstr(text_cstr);
}

int
dossier_journal_add(struct dossier *d, const char *action_cstr, const char *object_cstr, const char *before_cstr,
    const char *after_cstr, struct diag *diag)
{
	return dossier_journal_add_as(d, dossier_journal_now(), bytes_of_cstr(d->who_cstr), bytes_of_cstr(action_cstr),
	    bytes_of_cstr(object_cstr), optional(before_cstr), optional(after_cstr), diag);
}

void
dossier_journal_leave_head(struct dossier *d)
{
	char text[128], hash[DOSSIER_DIGEST_TEXT];
	if (d->kept.seq == 0 || d->is_remote) /* beside its rows it would be no witness */
		return;
	int fd = openat(d->folder_fd, "journal.head", O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	dossier_digest_text(d->kept.head, DOSSIER_DIGEST_TEXT - 1, hash);
	int len = snprintf(text, sizeof(text), "%lld %s\n", (long long)d->kept.seq, hash);
	if (write(fd, text, (size_t)len) == len)
		d->kept.seq = 0;
	close(fd);
}
