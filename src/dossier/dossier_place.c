/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_place.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_schema.h"
#include "dossier/store_postgresql.h"
#include "dossier/store_sqlite.h"

#include <fcntl.h>
#include <sys/file.h>
#include <time.h>

enum { LOCK_MS = 5000, LOCK_STEP_MS = 20 };

static void
pause_before_next_try(void)
{
	(void)nanosleep(&(struct timespec){.tv_nsec = LOCK_STEP_MS * 1000000}, NULL);
}

/* Nobody can write meanwhile, or nobody may. */
static int
say_locked(const struct dossier *d, struct diag *diag)
{
	return dossier_db_say(d, diag, -EBUSY,
	    d->any_version
	        ? N_("another beffroi has this dossier open to write it: end it (watch, serve), then migrate; nothing was changed")
	        : N_("this dossier is being migrated or put back: wait until that ends, or give another --dossier"));
}

static int
say_watched(const struct dossier *d, struct diag *diag)
{
	return dossier_db_say(
	    d, diag, -EBUSY, N_("another live watch fills this dossier: end it, or give another --dossier"));
}

/* ---- A folder ---- */

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
		pause_before_next_try();
	}
	if (r < 0)
		return r;
	return say_locked(d, diag);
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
		(void)say_watched(d, diag);
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
open_file(struct dossier *d, struct diag *diag)
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

static int
enter_folder(struct dossier *d, struct diag *diag)
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
		r = open_file(d, diag);
	if (r == 0 && d->writes && !d->any_version)
		(void)flock(d->lock_fd, LOCK_SH); /* at once: it was mine */
	return r;
}

/* ---- A server ---- */

static int
connect_server(struct dossier *d, const char *place_cstr, struct diag *diag)
{
	static const struct {
		int error;
		const char *sentence_cstr;
	} refusals[] = {
	    [STORE_POSTGRESQL_CONNECTED] = {0, NULL},
	    [STORE_POSTGRESQL_ADDRESS] = {-EINVAL,
	        N_("this is no address of a database: postgresql://USER@HOST:PORT/DATABASE was expected")},
	    [STORE_POSTGRESQL_UNREACHABLE] = {-EHOSTUNREACH,
	        N_("no PostgreSQL server answers there: check the host and the port, and that it runs")},
	    [STORE_POSTGRESQL_PASSWORD] = {-EACCES,
	        N_("the server refuses this user or this password: give the right ones in PGPASSWORD or ~/.pgpass")},
	    [STORE_POSTGRESQL_DATABASE] = {-ENXIO,
	        N_("the server has no database of this name: make one with createdb, or give another name")},
	    [STORE_POSTGRESQL_FULL] = {-EBUSY, N_("the server has no connection left: try again in a moment")},
	    [STORE_POSTGRESQL_MEMORY] = {-ENOMEM, N_("not enough memory for the dossier")},
	};
	d->is_remote = true;
	store_postgresql_label(place_cstr, d->folder_cstr, sizeof(d->folder_cstr));
	enum store_postgresql_refusal refusal = store_postgresql_open(&d->store, place_cstr);
	return refusal == STORE_POSTGRESQL_CONNECTED
	    ? 0
	    : dossier_db_say(d, diag, refusals[refusal].error, refusals[refusal].sentence_cstr);
}

static int
enter_server(struct dossier *d, struct diag *diag)
{
	enum store_lock which = d->any_version ? STORE_LOCK_ALONE : STORE_LOCK_SHARED;
	int r = d->writes ? -EBUSY : 0;
	for (unsigned waited_ms = 0; r == -EBUSY && waited_ms <= LOCK_MS; waited_ms += LOCK_STEP_MS) {
		r = d->store->make->lock(d->store, which);
		if (r == -EBUSY && d->any_version)
			break;
		if (r == -EBUSY)
			pause_before_next_try();
	}
	if (r == -EBUSY)
		return say_locked(d, diag);
	if (r == 0 && d->watches)
		r = d->store->make->lock(d->store, STORE_LOCK_WATCH);
	if (r == -EBUSY)
		return say_watched(d, diag);
	if (r < 0)
		return dossier_db_fail(d, diag);
	r = dossier_schema_prepare(d, diag);
	return r == 0 && !d->writes ? dossier_db_look(d, diag) : r;
}

/* ---- Either ---- */

int
dossier_place_reach(struct dossier *d, const char *place_cstr, struct diag *diag)
{
	if (store_postgresql_is_place(place_cstr))
		return connect_server(d, place_cstr, diag);
	int n = snprintf(d->folder_cstr, sizeof(d->folder_cstr), "%s", place_cstr);
	return n < 1 || (size_t)n >= sizeof(d->folder_cstr)
	    ? dossier_db_say(d, diag, -ENAMETOOLONG, N_("the path of the dossier is empty or too long"))
	    : 0;
}

int
dossier_place_enter(struct dossier *d, struct diag *diag)
{
	return d->is_remote ? enter_server(d, diag) : enter_folder(d, diag);
}
