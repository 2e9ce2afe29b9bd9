/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "people/people.h"

#include "access/lockout.h"
#include "access/password.h"
#include "access/totp.h"
#include "core/json.h"
#include "dossier/dossier_session.h"
#include "people/people_refusals.h"
#include "people/people_secret.h"
#include "people/people_totp.h"

#include <errno.h>
#include <stdio.h>

enum { ARENA_BYTES = 4 << 20, NOTE_MAX = 256, TOUCH_S = 60, TYPED_NAME_MAX = 64 };

#define SECOND_NS INT64_C(1000000000)
#define HOUR_NS (3600 * SECOND_NS)
int
people_init(struct people *p, struct diag *diag)
{
	*p = (struct people){.refusals.hour = -1};
	int r = password_start();
	if (r == 0)
		r = arena_init(&p->arena, ARENA_BYTES);
	if (r < 0)
		return diag_say(diag, r, "%s", _("not enough memory"));
	r = roles_read_shipped(&p->arena, &p->roles, diag);
	if (r == 0)
		r = access_settings_read_shipped(&p->arena, &p->settings, diag);
	if (r == 0 && (p->lockout = lockout_new(p->settings)) == NULL)
		r = diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	return r;
}

void
people_open(struct people *p, struct dossier *dossier)
{
	p->dossier = dossier;
}

int
people_close(struct people *p, struct diag *diag)
{
	return people_keep(p, people_refusals_tell(p, diag), diag);
}

void
people_done(struct people *p)
{
	lockout_free(p->lockout);
	arena_done(&p->arena);
	*p = (struct people){0};
}

int
people_keep(struct people *p, int r, struct diag *diag)
{
	if (r < 0) {
		dossier_cancel(p->dossier);
		return r;
	}
	int kept = dossier_end(p->dossier, diag);
	return kept < 0 ? kept : r;
}

/* ---- Who ---- */

static void
fill(const struct people *p, const struct dossier_account *account, const struct dossier_credential *c, struct person *out)
{
	const struct role *role = roles_find(p->roles, account->role_cstr);
	*out = (struct person){.language = account->language,
	    .rights = role == NULL ? 0 : role->rights,
	    .exercises_only = role == NULL || role->exercises_only,
	    .has_totp = c->totp_confirmed};
	memcpy(out->name_cstr, account->name_cstr, sizeof(out->name_cstr));
	memcpy(out->display_cstr, account->display_cstr, sizeof(out->display_cstr));
	memcpy(out->role_cstr, account->role_cstr, sizeof(out->role_cstr));
}

/* 1: an account that may come in; 0: none. */
static int
load(struct people *p, const char *name_cstr, struct dossier_account *account, struct dossier_credential *c,
    struct diag *diag)
{
	int r = dossier_account_find(p->dossier, name_cstr, account, diag);
	if (r <= 0 || !account->active)
		return r < 0 ? r : 0;
	r = dossier_account_credential(p->dossier, account->id_cstr, c, diag);
	return r < 0 ? r : 1;
}

int
people_find(struct people *p, const char *name_cstr, struct person *out, struct diag *diag)
{
	struct dossier_account account;
	struct dossier_credential c;
	int r = load(p, name_cstr, &account, &c, diag);
	if (r > 0)
		fill(p, &account, &c, out);
	return r;
}

static const char *
name_of(const char *account_id_cstr)
{
	return account_id_cstr + strlen("ACC-");
}

/* ---- In ---- */

static int
sweep(struct people *p, int64_t now_ns, struct diag *diag)
{
	if (now_ns - p->swept_ns < HOUR_NS && now_ns >= p->swept_ns)
		return 0;
	p->swept_ns = now_ns;
	return dossier_session_sweep(
	    p->dossier, now_ns, p->settings->idle_s * SECOND_NS, p->settings->known_address_s * SECOND_NS, diag);
}

static int
add_session(
    struct people *p, const char *account_id_cstr, bool by_link, int64_t now_ns, struct people_entry *out, struct diag *diag)
{
	struct dossier_session s = {.created_ns = now_ns,
	    .seen_ns = now_ns,
	    .expires_ns = now_ns + p->settings->absolute_s * SECOND_NS,
	    .by_link = by_link};
	(void)snprintf(s.account_cstr, sizeof(s.account_cstr), "%s", account_id_cstr);
	people_secret_make(PEOPLE_SECRET_SESSION, out->secret_cstr);
	people_secret_hash(bytes_of_cstr(out->secret_cstr), s.hash);
	people_secret_csrf(bytes_of_cstr(out->secret_cstr), out->csrf_cstr);
	int r = sweep(p, now_ns, diag);
	if (r == 0)
		r = dossier_session_end_all(p->dossier, account_id_cstr, p->settings->sessions_max - 1, diag);
	return r == 0 ? dossier_session_add(p->dossier, &s, diag) : r;
}

static const char *
note_address(const struct addr *address, char out[static NOTE_MAX])
{
	struct json j = json_of(out, NOTE_MAX - 1);
	json_open_object(&j, (struct bytes){0});
	json_addr(&j, JSON_KEY("address"), address);
	json_close_object(&j);
	out[json_length(&j)] = '\0';
	return out;
}

static int
enter(struct people *p, const struct people_attempt *a, const struct dossier_account *account, struct dossier_credential *c,
    struct people_entry *out, struct diag *diag)
{
	char note[NOTE_MAX], fresh[PASSWORD_HASH_MAX];
	if (password_is_dated(p->settings, c->password_cstr) && password_hash(p->settings, a->password, fresh) == 0)
		memcpy(c->password_cstr, fresh, sizeof(fresh));
	c->log_in_ns = a->now_ns;
	int r = dossier_account_set_credential(p->dossier, account->id_cstr, c, diag);
	if (r == 0)
		r = dossier_session_know_address(p->dossier, account->id_cstr, &a->address, a->now_ns, diag);
	if (r == 0)
		r = add_session(p, account->id_cstr, false, a->now_ns, out, diag);
	if (r == 0)
		r = people_refusals_tell(p, diag);
	if (r == 0)
		r = dossier_account_tell(
		    p->dossier, account->name_cstr, "log-in", account->id_cstr, note_address(&a->address, note), diag);
	r = people_keep(p, r, diag);
	fill(p, account, c, &out->person);
	out->answer = PEOPLE_IN;
	return r;
}

int
people_log_in(struct people *p, const struct people_attempt *a, struct people_entry *out, struct diag *diag)
{
	char name[TYPED_NAME_MAX + 1] = "";
	struct bytes typed = bytes_first(bytes_trim(a->name), TYPED_NAME_MAX);
	struct dossier_account account;
	struct dossier_credential c = {0};
	for (size_t i = 0; i < typed.len; i++)
		name[i] = (char)bytes_lower(typed.at[i]);
	*out = (struct people_entry){.answer = PEOPLE_REFUSED};

	struct bytes small = {(const uint8_t *)name, typed.len};
	int there = person_name_valid(small) ? dossier_account_find(p->dossier, name, &account, diag) : 0;
	if (there < 0)
		return there;
	if (there == 0) /* asked the same, so that it takes the same time */
		account = (struct dossier_account){.id_cstr = "ACC-"};
	int known = dossier_session_knows_address(
	    p->dossier, account.id_cstr, &a->address, a->now_ns - p->settings->known_address_s * SECOND_NS, diag);
	if (known < 0)
		return known;
	struct lockout_try attempt = {
	    .account = typed, .address = a->address, .known = known > 0, .now_s = a->now_ns / SECOND_NS};
	out->wait_s = lockout_wait_s(p->lockout, &attempt);
	if (out->wait_s > 0) {
		out->answer = PEOPLE_WAIT;
		return 0;
	}
	int r = dossier_account_credential(p->dossier, account.id_cstr, &c, diag);
	if (r < 0)
		return r;
	if (there == 0 || !account.active)
		c = (struct dossier_credential){0};
	bool right = password_matches(p->settings, a->password, c.password_cstr);
	if (right && c.totp_confirmed && a->code.len == 0) {
		out->answer = PEOPLE_NEEDS_CODE;
		return 0;
	}
	int code = right && c.totp_confirmed ? people_totp_take(p, account.id_cstr, &c, a->code, a->now_ns, diag) : right;
	if (code < 0)
		return code;
	if (code == 0) {
		lockout_failed(p->lockout, &attempt);
		return people_refusals_add(p, there > 0 ? account.id_cstr : NULL, &a->address, a->now_ns, diag);
	}
	lockout_succeeded(p->lockout, &attempt);
	return enter(p, a, &account, &c, out, diag);
}

int
people_link_in(struct people *p, struct bytes secret, const struct addr *address, int64_t now_ns, struct people_entry *out,
    struct diag *diag)
{
	uint8_t hash[PEOPLE_SECRET_HASH];
	char id_cstr[DOSSIER_ACCOUNT_ID_MAX], note[NOTE_MAX];
	struct dossier_account account;
	struct dossier_credential c;
	*out = (struct people_entry){.answer = PEOPLE_REFUSED};
	if (!people_secret_parse(secret, PEOPLE_SECRET_LINK, hash))
		return 0;
	int r = dossier_session_use_link(p->dossier, hash, now_ns, id_cstr, diag);
	if (r > 0)
		r = load(p, name_of(id_cstr), &account, &c, diag);
	if (r > 0) {
		r = add_session(p, account.id_cstr, true, now_ns, out, diag);
		if (r == 0)
			r = dossier_account_tell(p->dossier, account.name_cstr, "log-in-by-link", account.id_cstr,
			    note_address(address, note), diag);
		fill(p, &account, &c, &out->person);
		out->person.must_set_password = true;
		out->answer = PEOPLE_IN;
	}
	return people_keep(p, r, diag);
}

int
people_enter(struct people *p, const char *name_cstr, int64_t now_ns, struct people_entry *out, struct diag *diag)
{
	struct dossier_account account;
	struct dossier_credential c;
	*out = (struct people_entry){.answer = PEOPLE_REFUSED};
	int r = load(p, name_cstr, &account, &c, diag);
	if (r <= 0)
		return r;
	fill(p, &account, &c, &out->person);
	out->answer = PEOPLE_IN;
	r = add_session(p, account.id_cstr, false, now_ns, out, diag);
	return people_keep(p, r, diag);
}

/* ---- Who asks ---- */

int
people_session(struct people *p, struct bytes secret, enum people_touch touch, int64_t now_ns, struct person *out,
    char csrf[static PEOPLE_CSRF_MAX], struct diag *diag)
{
	struct dossier_session s;
	struct dossier_account account;
	struct dossier_credential c;
	uint8_t hash[PEOPLE_SECRET_HASH];
	if (!people_secret_parse(secret, PEOPLE_SECRET_SESSION, hash))
		return 0;
	int r = dossier_session_find(p->dossier, hash, &s, diag);
	if (r <= 0)
		return r;
	if (now_ns >= s.expires_ns || now_ns - s.seen_ns >= p->settings->idle_s * SECOND_NS)
		return 0;
	r = load(p, name_of(s.account_cstr), &account, &c, diag);
	if (r <= 0)
		return r;
	if (touch == PEOPLE_ACTS && now_ns - s.seen_ns >= TOUCH_S * SECOND_NS) {
		r = dossier_session_seen(p->dossier, hash, now_ns, diag);
		r = people_keep(p, r, diag);
		if (r < 0)
			return r;
	}
	fill(p, &account, &c, out);
	out->must_set_password = s.by_link;
	people_secret_csrf(secret, csrf);
	return 1;
}

int
people_token(struct people *p, struct bytes secret, int64_t now_ns, struct person *out, struct diag *diag)
{
	struct dossier_token t;
	struct dossier_account account;
	struct dossier_credential c;
	uint8_t hash[PEOPLE_SECRET_HASH];
	if (!people_secret_parse(secret, PEOPLE_SECRET_TOKEN, hash))
		return 0;
	int r = dossier_session_find_token(p->dossier, hash, &t, diag);
	if (r <= 0 || now_ns >= t.expires_ns)
		return r < 0 ? r : 0;
	r = load(p, name_of(t.account_cstr), &account, &c, diag);
	if (r <= 0)
		return r;
	if (now_ns - t.used_ns >= HOUR_NS) {
		r = dossier_session_token_used(p->dossier, t.id_cstr, now_ns, diag);
		r = people_keep(p, r, diag);
		if (r < 0)
			return r;
	}
	fill(p, &account, &c, out);
	out->rights &= t.rights;
	memcpy(out->token_cstr, t.id_cstr, sizeof(out->token_cstr));
	return 1;
}

int
people_log_out(struct people *p, struct bytes secret, struct diag *diag)
{
	struct dossier_session s;
	uint8_t hash[PEOPLE_SECRET_HASH];
	if (!people_secret_parse(secret, PEOPLE_SECRET_SESSION, hash))
		return 0;
	int r = dossier_session_find(p->dossier, hash, &s, diag);
	if (r <= 0)
		return r;
	r = dossier_session_end(p->dossier, hash, diag);
	if (r == 0)
		r = dossier_account_tell(p->dossier, name_of(s.account_cstr), "log-out", s.account_cstr, NULL, diag);
	return people_keep(p, r, diag);
}
