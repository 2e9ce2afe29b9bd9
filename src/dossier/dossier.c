/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_evidence.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_load.h"
#include "dossier/dossier_schema.h"
#include "dossier/store_sqlite.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

enum { LOCK_MS = 5000, LOCK_STEP_MS = 20 };

static int
open_failed(const struct dossier *d, int error, struct diag *diag)
{
	if (error == -ENOENT)
		return dossier_db_say(
		    d, diag, error, N_("there is no dossier here yet: beffroi watch -r CAPTURE makes one"));
	return dossier_db_say(
	    d, diag, error, N_("this folder cannot be opened or written: give one that you may write, with --dossier"));
}

static int
open_lock(const struct dossier *d, const char *file_cstr, int *out, struct diag *diag)
{
	*out = openat(d->folder_fd, file_cstr, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	return *out < 0 ? open_failed(d, -errno, diag) : 0;
}

/* Writers share the lock, and take turns by transactions. Who is alone when it comes has it to itself until the tables are
 * there; a migration keeps it to itself. The lock dies with its process, whatever happens to it. */
static int
lock(struct dossier *d, struct diag *diag)
{
	int r = open_lock(d, "dossier.lock", &d->lock_fd, diag);
	for (unsigned waited_ms = 0; r == 0; waited_ms += LOCK_STEP_MS) {
		if (flock(d->lock_fd, LOCK_EX | LOCK_NB) == 0 ||
		    (!d->any_version && flock(d->lock_fd, LOCK_SH | LOCK_NB) == 0))
			return 0;
		if (waited_ms >= (d->any_version ? 0 : LOCK_MS))
			break;
		(void)nanosleep(&(struct timespec){.tv_nsec = LOCK_STEP_MS * 1000000}, NULL);
	}
	if (r < 0)
		return r;
	return dossier_db_say(d, diag, -EBUSY,
	    d->any_version
	        ? N_("another beffroi has this dossier open to write it: end it (watch, serve), then migrate; nothing was changed")
	        : N_("this dossier is being migrated or put back: wait until that ends, or give another --dossier"));
}

/* Two live watches on one dossier would tell everything twice. */
static int
lock_watch(struct dossier *d, struct diag *diag)
{
	char text[32] = "";
	int r = open_lock(d, "watch.lock", &d->watch_fd, diag);
	if (r < 0)
		return r;
	if (flock(d->watch_fd, LOCK_EX | LOCK_NB) < 0) {
		ssize_t n = pread(d->watch_fd, text, sizeof(text) - 1, 0);
		long pid = n > 0 ? strtol(text, NULL, 10) : 0;
		(void)dossier_db_say(
		    d, diag, -EBUSY, N_("another live watch fills this dossier: end it, or give another --dossier"));
		if (diag != NULL && pid > 0) /* the sentence can be translated, so the number stands beside it */
			(void)snprintf(diag->file_cstr, sizeof(diag->file_cstr), "%s (pid %ld)", d->folder_cstr, pid);
		return -EBUSY;
	}
	int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (ftruncate(d->watch_fd, 0) < 0 || pwrite(d->watch_fd, text, (size_t)len, 0) != len)
		return 0; /* the lock holds without the number */
	return 0;
}

/* A newer dossier is refused before it is opened. What is still in the log is judged by dossier_schema_prepare(). */
static int
refuse_newer(struct dossier *d, struct diag *diag)
{
	struct store_mark mark;
	size_t steps;
	(void)dossier_schema_steps(&steps);
	bool newer = store_sqlite_peek(d->folder_fd, d->file_cstr, &mark) &&
	    mark.application == DOSSIER_SCHEMA_APPLICATION && mark.version > (int64_t)steps;
	return newer ? dossier_schema_newer(d, diag) : 0;
}

static int
open_database(struct dossier *d, struct diag *diag)
{
	enum store_sqlite_mode mode = !d->writes ? STORE_SQLITE_READ
	    : d->any_version                     ? STORE_SQLITE_WRITE
	                                         : STORE_SQLITE_CREATE;
	if (store_sqlite_open(&d->store, d->folder_cstr, d->folder_fd, d->file_cstr, mode) < 0)
		return dossier_db_fail(d, diag);
	int r = dossier_schema_prepare(d, diag);
	if (r == 0 && d->writes && !d->any_version && store_sqlite_prepare_writing(d->store) < 0)
		r = dossier_db_fail(d, diag);
	return r == 0 && !d->writes ? dossier_db_look(d, diag) : r; /* all that is read is of one moment */
}

static void
free_all(struct dossier *d)
{
	dossier_db_forget(d);
	store_close(d->store);
	if (d->watch_fd >= 0)
		close(d->watch_fd);
	if (d->lock_fd >= 0)
		close(d->lock_fd);
	if (d->folder_fd >= 0)
		close(d->folder_fd);
	free(d);
}

static int
open_all(struct dossier *d, struct diag *diag)
{
	d->folder_fd = open(d->folder_cstr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->folder_fd < 0)
		return open_failed(d, -errno, diag);
	if ((!d->writes || d->any_version) && faccessat(d->folder_fd, d->file_cstr, F_OK, 0) < 0)
		return open_failed(d, -errno, diag);
	int r = refuse_newer(d, diag);
	if (r == 0 && d->writes && !d->is_trial)
		r = lock(d, diag);
	if (r == 0 && d->watches)
		r = lock_watch(d, diag);
	if (r == 0)
		r = open_database(d, diag);
	if (r == 0 && d->writes && !d->any_version)
		(void)flock(d->lock_fd, LOCK_SH); /* at once: it was mine */
	return r;
}

void
dossier_act_as(struct dossier *d, const char *what_cstr)
{
	(void)snprintf(d->who_cstr, sizeof(d->who_cstr), "%s, uid %u", what_cstr, (unsigned)getuid());
}

int
dossier_open(struct dossier **out, const char *folder_cstr, enum dossier_mode mode, struct diag *diag)
{
	struct dossier *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return diag_say_at(diag, -ENOMEM, folder_cstr, UINT64_MAX, "%s", _("not enough memory for the dossier"));
	d->folder_fd = d->lock_fd = d->watch_fd = -1;
	d->watches = mode == DOSSIER_WATCH;
	d->writes = mode != DOSSIER_READ;
	d->any_version = mode == DOSSIER_MIGRATE || mode == DOSSIER_TRIAL;
	d->is_trial = mode == DOSSIER_TRIAL;
	d->file_cstr = d->is_trial ? DOSSIER_TRIAL_FILE : "dossier.db";
	int n = snprintf(d->folder_cstr, sizeof(d->folder_cstr), "%s", folder_cstr);
	dossier_act_as(d, "watch");
	int r = n < 1 || (size_t)n >= sizeof(d->folder_cstr)
	    ? dossier_db_say(d, diag, -ENAMETOOLONG, N_("the path of the dossier is empty or too long"))
	    : open_all(d, diag);
	if (r < 0)
		free_all(d);
	else
		*out = d;
	return r;
}

int
dossier_close(struct dossier *d, struct diag *diag)
{
	if (d == NULL)
		return 0;
	int r = 0;
	if (d->broken) {
		dossier_db_rollback(d);
		r = d->writes ? dossier_db_say(d, diag, -EIO, N_("the dossier failed before: nothing more is kept")) : 0;
	} else if (d->writes) {
		r = dossier_db_commit(d, diag);
		if (r == 0 && !d->is_trial)
			dossier_journal_leave_head(d);
	}
	free_all(d);
	return r;
}

int
dossier_begin(struct dossier *d, struct diag *diag)
{
	int r = dossier_db_begin(d, diag);
	d->is_held = r == 0;
	return r;
}

int
dossier_end(struct dossier *d, struct diag *diag)
{
	d->is_held = false;
	return dossier_db_commit(d, diag);
}

void
dossier_cancel(struct dossier *d)
{
	d->is_held = false;
	dossier_db_rollback(d);
}

/* "inc-0a1B", "0a1b": the digits, in lower case, behind "INC-". */
static bool
normalise(const char *id_cstr, char out[static INCIDENT_ID_MAX])
{
	struct bytes id = bytes_of_cstr(id_cstr);
	if (bytes_eq_nocase(bytes_first(id, 4), BYTES("INC-")))
		id = bytes_after(id, 4);
	if (id.len == 0 || id.len > INCIDENT_ID_MAX - 5)
		return false;
	memcpy(out, "INC-", 4);
	for (size_t i = 0; i < id.len; i++)
		out[4 + i] = (char)bytes_lower(id.at[i]);
	out[4 + id.len] = '\0';
	return true;
}

int
dossier_find_incident(struct dossier *d, const char *id_cstr, struct incident *out, struct diag *diag)
{
	char wanted_cstr[INCIDENT_ID_MAX], found_cstr[INCIDENT_ID_MAX];
	bool bad = false;
	if (!normalise(id_cstr, wanted_cstr))
		return dossier_db_say(
		    d, diag, -ENOENT, N_("there is no such incident: beffroi incident list shows them all"));
	struct store_statement *s = dossier_db_statement(d, SQL_INCIDENT_LIKE);
	dossier_db_bind_cstr(s, 1, wanted_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r < 0 ? r
		             : dossier_db_say(
		                   d, diag, -ENOENT, N_("there is no such incident: beffroi incident list shows them all"));
	dossier_db_cstr(s, 0, found_cstr, sizeof(found_cstr), &bad);
	bool whole = strcmp(found_cstr, wanted_cstr) == 0;
	r = dossier_db_next(d, s, diag);
	store_reset(s);
	if (r < 0 || bad)
		return r < 0 ? r : dossier_load_damaged(d, diag);
	if (r > 0 && !whole)
		return dossier_db_say(d, diag, -ENOTUNIQ, N_("several incidents begin so: give more of its id"));
	r = dossier_load_incident(d, found_cstr, out, diag);
	return r == 1 ? 0 : r < 0 ? r : dossier_load_damaged(d, diag);
}
