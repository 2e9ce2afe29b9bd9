/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_load.h"
#include "dossier/dossier_place.h"
#include "dossier/store_postgresql.h"

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

void
dossier_act_as(struct dossier *d, const char *what_cstr)
{
	(void)snprintf(d->who_cstr, sizeof(d->who_cstr), "%s, uid %u", what_cstr, (unsigned)getuid());
}

int
dossier_reach(struct dossier **out, const char *place_cstr, struct diag *diag)
{
	struct dossier *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for the dossier"));
	d->folder_fd = d->lock_fd = d->watch_fd = -1;
	dossier_act_as(d, "watch");
	int r = dossier_place_reach(d, place_cstr, diag);
	if (r < 0)
		free_all(d);
	else
		*out = d;
	return r;
}

int
dossier_enter(struct dossier *d, enum dossier_mode mode, struct diag *diag)
{
	d->watches = mode == DOSSIER_WATCH;
	d->writes = mode != DOSSIER_READ;
	d->any_version = mode == DOSSIER_MIGRATE || mode == DOSSIER_TRIAL;
	d->is_trial = mode == DOSSIER_TRIAL;
	d->file_cstr = d->is_trial ? DOSSIER_TRIAL_FILE : "dossier.db";
	int r = dossier_place_enter(d, diag);
	d->is_ready = r == 0;
	return r;
}

int
dossier_open(struct dossier **out, const char *place_cstr, enum dossier_mode mode, struct diag *diag)
{
	struct dossier *d = NULL;
	int r = dossier_reach(&d, place_cstr, diag);
	if (r == 0)
		r = dossier_enter(d, mode, diag);
	if (r == 0)
		*out = d;
	else if (d != NULL)
		free_all(d);
	return r;
}

void
dossier_describe(const char *place_cstr, char *out, size_t size)
{
	if (dossier_is_remote(place_cstr))
		store_postgresql_label(place_cstr, out, size);
	else
		(void)snprintf(out, size, "%s", place_cstr);
}

bool
dossier_is_remote(const char *place_cstr)
{
	return store_postgresql_is_place(place_cstr);
}

int
dossier_close(struct dossier *d, struct diag *diag)
{
	if (d == NULL)
		return 0;
	int r = 0;
	if (!d->is_ready) {
		free_all(d);
		return 0;
	}
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
