/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The machine stops at any write to the disk, or the disk refuses it. A VFS between SQLite and the disk counts all that changes
 * a file; at the chosen one it kills the process, keeps only what was synced (a power cut), or says that the disk is full.
 */
#ifndef SUPPORT_CRASH_SHIM_H
#define SUPPORT_CRASH_SHIM_H

#include "dossier_samples.h"

#include <signal.h>

enum cut { CUT_KILL, CUT_POWER, CUT_FULL };

enum { OPS_MAX = 4000, DIRTY_MAX = 4096 };

/* In the child only. */
static struct {
	enum cut how;
	int left; /* operations until it happens */
} plan;

/* What was written and not yet synced, as it was before: a power cut takes it back. */
static struct dirty {
	sqlite3_file *file;
	sqlite3_int64 offset, size_before; /* size of the file before this write */
	int len, had;                      /* had: bytes that were there */
	uint8_t before[4200];
} dirty[DIRTY_MAX];
static int dirty_count;

struct shim_file {
	sqlite3_file base;
	sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;

static void
forget_dirty(sqlite3_file *file)
{
	int n = 0;
	for (int i = 0; i < dirty_count; i++)
		if (dirty[i].file != file)
			dirty[n++] = dirty[i];
	dirty_count = n;
}

static void
take_back(void)
{
	for (int i = dirty_count - 1; i >= 0; i--) {
		struct dirty *x = &dirty[i];
		if (x->had > 0)
			(void)x->file->pMethods->xWrite(x->file, x->before, x->had, x->offset);
		(void)x->file->pMethods->xTruncate(x->file, x->size_before);
	}
}

/* True when the operation must fail: the disk is full from now on. */
static bool
strike(void)
{
	if (plan.left > 0 && --plan.left > 0)
		return false;
	if (plan.left < 0)
		return false; /* never */
	if (plan.how == CUT_FULL)
		return true;
	if (plan.how == CUT_POWER)
		take_back();
	(void)raise(SIGKILL);
	return true;
}

#define REAL(f) (((struct shim_file *)(f))->real)

static int
shim_close(sqlite3_file *f)
{
	forget_dirty(REAL(f));
	int r = REAL(f)->pMethods->xClose(REAL(f));
	sqlite3_free(REAL(f));
	return r;
}

static int
shim_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
	return REAL(f)->pMethods->xRead(REAL(f), to, n, at);
}

static int
shim_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	sqlite3_file *real = REAL(f);
	if (strike())
		return SQLITE_FULL;
	if (plan.how == CUT_POWER && dirty_count < DIRTY_MAX && n <= (int)sizeof(dirty[0].before)) {
		struct dirty *x = &dirty[dirty_count++];
		x->file = real;
		x->offset = at;
		x->len = n;
		(void)real->pMethods->xFileSize(real, &x->size_before);
		x->had = x->size_before <= at ? 0 : x->size_before - at < n ? (int)(x->size_before - at) : n;
		if (x->had > 0)
			(void)real->pMethods->xRead(real, x->before, x->had, at);
	}
	return real->pMethods->xWrite(real, from, n, at);
}

static int
shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (strike())
		return SQLITE_FULL;
	return REAL(f)->pMethods->xTruncate(REAL(f), size);
}

static int
shim_sync(sqlite3_file *f, int flags)
{
	if (strike())
		return SQLITE_IOERR_FSYNC;
	int r = REAL(f)->pMethods->xSync(REAL(f), flags);
	forget_dirty(REAL(f));
	return r;
}

static int
shim_size(sqlite3_file *f, sqlite3_int64 *out)
{
	return REAL(f)->pMethods->xFileSize(REAL(f), out);
}

static int
shim_lock(sqlite3_file *f, int how)
{
	return REAL(f)->pMethods->xLock(REAL(f), how);
}

static int
shim_unlock(sqlite3_file *f, int how)
{
	return REAL(f)->pMethods->xUnlock(REAL(f), how);
}

static int
shim_reserved(sqlite3_file *f, int *out)
{
	return REAL(f)->pMethods->xCheckReservedLock(REAL(f), out);
}

static int
shim_control(sqlite3_file *f, int op, void *argument)
{
	return REAL(f)->pMethods->xFileControl(REAL(f), op, argument);
}

static int
shim_sector(sqlite3_file *f)
{
	return REAL(f)->pMethods->xSectorSize(REAL(f));
}

static int
shim_character(sqlite3_file *f)
{
	return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f)) & ~SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int
shim_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return REAL(f)->pMethods->xShmMap(REAL(f), page, size, extend, out);
}

static int
shim_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return REAL(f)->pMethods->xShmLock(REAL(f), offset, n, flags);
}

static void
shim_barrier(sqlite3_file *f)
{
	REAL(f)->pMethods->xShmBarrier(REAL(f));
}

static int
shim_unmap(sqlite3_file *f, int erase)
{
	return REAL(f)->pMethods->xShmUnmap(REAL(f), erase);
}

static const sqlite3_io_methods methods = {.iVersion = 2,
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_reserved,
    .xFileControl = shim_control,
    .xSectorSize = shim_sector,
    .xDeviceCharacteristics = shim_character,
    .xShmMap = shim_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_barrier,
    .xShmUnmap = shim_unmap};

static int
shim_open(sqlite3_vfs *vfs, const char *name_cstr, sqlite3_file *f, int flags, int *out)
{
	(void)vfs;
	struct shim_file *file = (struct shim_file *)f;
	file->base.pMethods = NULL;
	file->real = sqlite3_malloc(real_vfs->szOsFile);
	if (file->real == NULL)
		return SQLITE_NOMEM;
	memset(file->real, 0, (size_t)real_vfs->szOsFile);
	int r = real_vfs->xOpen(real_vfs, name_cstr, file->real, flags, out);
	if (r != SQLITE_OK) {
		sqlite3_free(file->real);
		return r;
	}
	file->base.pMethods = &methods;
	return r;
}

static int
shim_delete(sqlite3_vfs *vfs, const char *name_cstr, int sync)
{
	(void)vfs;
	if (strike())
		return SQLITE_IOERR_DELETE;
	return real_vfs->xDelete(real_vfs, name_cstr, sync);
}

static void
put_shim(enum cut how, int at)
{
	static sqlite3_vfs shim;
	plan.how = how;
	plan.left = at;
	real_vfs = sqlite3_vfs_find(NULL);
	shim = *real_vfs;
	shim.zName = "shim";
	shim.szOsFile = sizeof(struct shim_file);
	shim.xOpen = shim_open;
	shim.xDelete = shim_delete;
	shim.pNext = NULL;
	(void)sqlite3_vfs_register(&shim, 1);
}

/* In memory: the shim says what a sync is worth, and thousands of real ones would take minutes. */
static inline int
set_up_in_memory(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	snprintf(f->folder, sizeof(f->folder), "/dev/shm/test-dossier-XXXXXX");
	if (mkdtemp(f->folder) == NULL) {
		free(f);
		return set_up(state);
	}
	*state = f;
	return 0;
}

#endif
