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

static int
open_failed(const struct dossier *d, int error, struct diag *diag)
{
	if (error == -ENOENT)
		return dossier_db_say(
		    d, diag, error, N_("there is no dossier here yet: beffroi watch -r CAPTURE makes one"));
	return dossier_db_say(
	    d, diag, error, N_("this folder cannot be opened or written: give one that you may write, with --dossier"));
}

/* One writer: the lock dies with its process, whatever happens to it. */
static int
lock(struct dossier *d, struct diag *diag)
{
	char text[32] = "";
	d->lock_fd = openat(d->folder_fd, "dossier.lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (d->lock_fd < 0)
		return open_failed(d, -errno, diag);
	if (flock(d->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		ssize_t n = pread(d->lock_fd, text, sizeof(text) - 1, 0);
		long pid = n > 0 ? strtol(text, NULL, 10) : 0;
		(void)dossier_db_say(
		    d, diag, -EBUSY, N_("another beffroi is writing there: wait until it ends, or give another --dossier"));
		if (diag != NULL && pid > 0) /* the sentence can be translated, so the number stands beside it */
			(void)snprintf(diag->file_cstr, sizeof(diag->file_cstr), "%s (pid %ld)", d->folder_cstr, pid);
		return -EBUSY;
	}
	int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (ftruncate(d->lock_fd, 0) < 0 || pwrite(d->lock_fd, text, (size_t)len, 0) != len)
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
	if (r == 0 && d->writes && d->version >= 2)
		r = dossier_journal_start(d, diag);
	if (r == 0 && d->writes && !d->any_version && store_sqlite_prepare_writing(d->store) < 0)
		r = dossier_db_fail(d, diag);
	return r;
}

static void
free_all(struct dossier *d)
{
	dossier_db_forget(d);
	store_close(d->store);
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
	return r == 0 ? open_database(d, diag) : r;
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
	d->folder_fd = d->lock_fd = -1;
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
		store_rollback(d->store); /* it may be done already */
		r = d->writes ? dossier_db_say(d, diag, -EIO, N_("the dossier failed before: nothing more is kept")) : 0;
	} else if (d->writes) {
		r = dossier_evidence_sync(d, diag);
		if (r == 0)
			r = dossier_db_commit(d, diag);
		if (r == 0 && !d->is_trial)
			dossier_journal_leave_head(d);
	}
	free_all(d);
	return r;
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
