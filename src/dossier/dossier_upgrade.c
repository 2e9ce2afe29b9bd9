/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_upgrade.h"

#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_export.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_schema.h"
#include "dossier/dossier_verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { PATH_ROOM = DIAG_FILE_MAX + 64 };

static void
remove_trial(const struct dossier *d)
{
	static const char *const names[] = {
	    DOSSIER_TRIAL_FILE, DOSSIER_TRIAL_FILE "-wal", DOSSIER_TRIAL_FILE "-shm", DOSSIER_TRIAL_FILE "-journal"};
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		(void)unlinkat(d->folder_fd, names[i], 0);
}

static int
copy_to(struct dossier *d, const char *name_cstr, struct diag *diag)
{
	char path_cstr[PATH_ROOM];
	(void)snprintf(path_cstr, sizeof(path_cstr), "%s/%s", d->folder_cstr, name_cstr);
	return dossier_export_copy_database(d, path_cstr, diag);
}

/* A proof that was lost long ago is no reason to stay with an old version; rows that do not hold are. */
static void
see_finding(void *context, const struct dossier_finding *finding)
{
	bool *rows_hold = context;
	if (finding->fault != DOSSIER_FAULT_FILE && finding->fault != DOSSIER_FAULT_NO_FILE &&
	    finding->fault != DOSSIER_FAULT_HEAD)
		*rows_hold = false;
}

/* All that the steps do, on a copy, which must then hold. */
static int
try(struct dossier *d, struct diag *diag)
{
	struct dossier *trial = NULL;
	struct dossier_verdict verdict;
	bool rows_hold = true;
	remove_trial(d);
	int r = copy_to(d, DOSSIER_TRIAL_FILE, diag);
	if (r == 0)
		r = dossier_open(&trial, d->folder_cstr, DOSSIER_TRIAL, diag);
	if (r == 0)
		r = dossier_schema_upgrade(trial, trial->version, diag);
	if (r == 0)
		r = dossier_verify(trial, NULL, &verdict, see_finding, &rows_hold, diag);
	if (r == -EBADMSG && verdict.findings > 0 && rows_hold)
		r = 0;
	if (trial != NULL) {
		struct diag ignored;
		int closed = dossier_close(trial, &ignored);
		r = r == 0 ? closed : r;
	}
	remove_trial(d);
	return r;
}

/* Never over another one: "dossier-v1.db", "dossier-v1-2.db"... */
static int
keep_old(struct dossier *d, char name[static 64], struct diag *diag)
{
	for (unsigned i = 1; i < 1000; i++) {
		(void)snprintf(name, 64, i == 1 ? "dossier-v%lld.db" : "dossier-v%lld-%u.db", (long long)d->version, i);
		if (faccessat(d->folder_fd, name, F_OK, 0) < 0)
			break;
	}
	int r = copy_to(d, name, diag);
	return r == 0 && fsync(d->folder_fd) < 0 ? -errno : r;
}

/* In a folder: all of it on a copy first, and the old one stays beside the new one. */
static int
upgrade_folder(struct dossier *d, bool really, struct dossier_upgrade *out, struct diag *diag)
{
	int r = try(d, diag);
	if (r == 0 && really)
		r = keep_old(d, out->backup_cstr, diag);
	return r == 0 && really ? dossier_schema_upgrade(d, d->version, diag) : r;
}

/* On a server: all of it in one transaction, which must hold, and is kept only then. */
static int
upgrade_server(struct dossier *d, bool really, struct dossier_upgrade *out, struct diag *diag)
{
	struct dossier_verdict verdict;
	int64_t from = d->version;
	bool rows_hold = true;
	int r = dossier_begin(d, diag);
	if (r == 0)
		r = dossier_schema_upgrade(d, from, diag);
	if (r == 0)
		r = dossier_verify(d, NULL, &verdict, see_finding, &rows_hold, diag);
	if (r == -EBADMSG && verdict.findings > 0 && rows_hold)
		r = 0;
	if (r == 0 && really)
		r = dossier_end(d, diag);
	else
		dossier_cancel(d);
	out->is_done = r == 0 && really;
	return r;
}

int
dossier_upgrade(struct dossier *d, bool really, struct dossier_upgrade *out, struct diag *diag)
{
	size_t steps;
	*out = (struct dossier_upgrade){0};
	(void)dossier_schema_steps(&steps);
	int r = dossier_enter(d, DOSSIER_MIGRATE, diag);
	if (r < 0)
		return r;
	dossier_act_as(d, "dossier migrate");
	*out = (struct dossier_upgrade){.from = d->version, .to = (int64_t)steps};
	if (d->version == (int64_t)steps)
		return 0;
	if (d->is_remote)
		return upgrade_server(d, really, out, diag);
	r = upgrade_folder(d, really, out, diag);
	out->is_done = r == 0 && really;
	return r;
}
