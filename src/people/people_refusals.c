/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "people/people_refusals.h"

#include "core/json.h"
#include "dossier/dossier_account.h"

#include <stdio.h>

enum { NOTE_MAX = 128 };

#define HOUR_NS INT64_C(3600000000000)
/* What the journal calls names that are no account's: what people type there may be a password. */
#define NOBODY "people"

static int
tell(struct people *p, const char *object_cstr, uint64_t count, const struct addr *address, struct diag *diag)
{
	char note[NOTE_MAX];
	struct json j = json_of(note, sizeof(note) - 1);
	json_open_object(&j, (struct bytes){0});
	if (count > 0)
		json_u64(&j, JSON_KEY("refused"), count);
	if (address != NULL)
		json_addr(&j, JSON_KEY("address"), address);
	json_close_object(&j);
	note[json_length(&j)] = '\0';
	return dossier_account_tell(p->dossier, NULL, "log-in-refused", object_cstr, note, diag);
}

int
people_refusals_tell(struct people *p, struct diag *diag)
{
	struct people_refusals *f = &p->refusals;
	int r = 0;
	for (size_t i = 0; i < f->account_count && r == 0; i++)
		r = tell(p, f->account[i].id_cstr, f->account[i].count, &f->account[i].last, diag);
	if (r == 0 && f->others > 0)
		r = tell(p, NOBODY, f->others, NULL, diag);
	if (r == 0) {
		f->account_count = 0;
		f->others = 0;
	}
	return r;
}

/* More accounts than there is room for are counted with the names that do not exist. */
static void
count(struct people_refusals *f, const char *id_cstr, const struct addr *address)
{
	size_t i = 0;
	while (i < f->account_count && strcmp(f->account[i].id_cstr, id_cstr) != 0)
		i++;
	if (i == PEOPLE_REFUSALS_MAX) {
		f->others++;
		return;
	}
	if (i == f->account_count) {
		f->account[i].count = 0;
		(void)snprintf(f->account[i].id_cstr, sizeof(f->account[i].id_cstr), "%s", id_cstr);
		f->account_count++;
	}
	f->account[i].count++;
	f->account[i].last = *address;
}

int
people_refusals_add(
    struct people *p, const char *account_id_cstr, const struct addr *address, int64_t now_ns, struct diag *diag)
{
	struct people_refusals *f = &p->refusals;
	int r = 0;
	bool is_first = f->hour != now_ns / HOUR_NS;
	if (is_first) {
		r = people_refusals_tell(p, diag);
		if (r == 0)
			r = tell(p, NOBODY, 0, address, diag);
		r = people_keep(p, r, diag);
		f->hour = now_ns / HOUR_NS;
	}
	if (account_id_cstr == NULL)
		f->others++;
	else
		count(f, account_id_cstr, address);
	return r;
}
