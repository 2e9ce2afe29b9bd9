/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "people/people_account.h"

#include "access/lockout.h"
#include "access/password.h"
#include "core/civil.h"
#include "core/json.h"
#include "people/people_secret.h"
#include "record/case_fields.h"

#include <errno.h>
#include <stdio.h>

enum { NOTE_MAX = 1024 };

#define SECOND_NS INT64_C(1000000000)
#define FIRST "admin"

static int
no_account(const char *name_cstr, struct diag *diag)
{
	return diag_say(diag, -ENOENT, _("there is no account %.40s: beffroi user list shows them all"), name_cstr);
}

static int
find(struct people *p, const char *name_cstr, struct dossier_account *out, struct diag *diag)
{
	int r = dossier_account_find(p->dossier, name_cstr, out, diag);
	return r == 0 ? no_account(name_cstr, diag) : r < 0 ? r : 0;
}

/* ---- Accounts ---- */

static int
check_role(const struct people *p, const char *role_cstr, struct diag *diag)
{
	char known[512] = "";
	size_t used = 0;
	if (roles_find(p->roles, role_cstr) != NULL)
		return 0;
	for (size_t i = 0; i < p->roles->count && used < sizeof(known); i++)
		used += (size_t)snprintf(
		    known + used, sizeof(known) - used, "%s%s", i == 0 ? "" : ", ", p->roles->role[i].role_cstr);
	return diag_say(
	    diag, -EINVAL, _("%s: \"%.80s\" was given, one of these was expected: %s"), "role", role_cstr, known);
}

/* One of two words; -1 when it is neither. */
static int
choice(const char *text_cstr, const char *no_cstr, const char *yes_cstr)
{
	return strcmp(text_cstr, yes_cstr) == 0 ? 1 : strcmp(text_cstr, no_cstr) == 0 ? 0 : -1;
}

static int
fill(const struct people *p, const struct people_account_form *form, struct dossier_account *a, struct diag *diag)
{
	static const struct case_field_def display = {"display", CASE_LINE, "", NULL};
	int r = 0;
	if (form->display_cstr != NULL) {
		r = case_fields_check(&display, form->display_cstr, diag);
		if (r == 0 && (form->display_cstr[0] == '\0' || strlen(form->display_cstr) >= sizeof(a->display_cstr)))
			r = diag_say(
			    diag, -EINVAL, _("display: a name of at most %d bytes was expected"), PERSON_DISPLAY_MAX - 1);
		if (r == 0)
			(void)snprintf(a->display_cstr, sizeof(a->display_cstr), "%s", form->display_cstr);
	}
	if (r == 0 && form->role_cstr != NULL) {
		r = check_role(p, form->role_cstr, diag);
		if (r == 0)
			(void)snprintf(a->role_cstr, sizeof(a->role_cstr), "%s", form->role_cstr);
	}
	if (r == 0 && form->language_cstr != NULL) {
		int french = choice(form->language_cstr, "en", "fr");
		a->language = french == 1 ? LANGUAGE_FR : LANGUAGE_EN;
		r = french >= 0 ? 0 : diag_say(diag, -EINVAL, _("%s: one of these was expected: %s"), "language", "en, fr");
	}
	if (r == 0 && form->active_cstr != NULL) {
		int active = choice(form->active_cstr, "no", "yes");
		a->active = active == 1;
		r = active >= 0 ? 0 : diag_say(diag, -EINVAL, _("%s: one of these was expected: %s"), "active", "yes, no");
	}
	return r;
}

int
people_account_add(
    struct people *p, const char *by_cstr, const struct people_account_form *form, int64_t now_ns, struct diag *diag)
{
	struct dossier_account a = {.active = true, .created_ns = now_ns};
	if (!person_name_valid(bytes_of_cstr(form->name_cstr)))
		return diag_say(diag, -EINVAL, "%s",
		    _("the name of an account: a small letter, then small letters, digits, . _ -, 32 at most"));
	if (form->role_cstr == NULL)
		return diag_say(diag, -EINVAL, "%s", _("an account needs a role: role=technician"));
	int r = dossier_account_find(p->dossier, form->name_cstr, &a, diag);
	if (r != 0)
		return r < 0   ? r
		    : a.active ? diag_say(diag, -EEXIST, _("there is an account %.40s already"), form->name_cstr)
		               : diag_say(diag, -EEXIST,
		                     _("the account %.40s is closed: beffroi user set NAME active=yes opens it again"),
		                     form->name_cstr);
	(void)snprintf(a.name_cstr, sizeof(a.name_cstr), "%s", form->name_cstr);
	(void)snprintf(a.display_cstr, sizeof(a.display_cstr), "%s", form->name_cstr);
	r = fill(p, form, &a, diag);
	if (r < 0)
		return r;
	dossier_account_sign(p->dossier, by_cstr);
	r = dossier_account_put(p->dossier, &a, diag);
	return people_keep(p, r, diag);
}

struct heads {
	const struct people *people;
	const char *but_cstr;
	unsigned count;
};

static void
count_head(void *context, const struct dossier_account *account)
{
	struct heads *heads = context;
	heads->count += account->active && strcmp(account->name_cstr, heads->but_cstr) != 0 &&
	    roles_allow(heads->people->roles, account->role_cstr, RIGHT_USER_ADMIN);
}

/* Somebody must be left who can give out accounts. */
static int
keep_a_head(struct people *p, const struct dossier_account *before, const struct dossier_account *after, struct diag *diag)
{
	struct heads heads = {.people = p, .but_cstr = before->name_cstr};
	bool was = before->active && roles_allow(p->roles, before->role_cstr, RIGHT_USER_ADMIN);
	bool is = after->active && roles_allow(p->roles, after->role_cstr, RIGHT_USER_ADMIN);
	if (!was || is)
		return 0;
	int r = dossier_account_each(p->dossier, count_head, &heads, diag);
	if (r >= 0 && heads.count == 0)
		r = diag_say(
		    diag, -EINVAL, "%s", _("this is the last account that may give out accounts: make another one first"));
	return r < 0 ? r : 0;
}

int
people_account_change(struct people *p, const char *by_cstr, const struct people_account_form *form, struct diag *diag)
{
	struct dossier_account before, after;
	int r = find(p, form->name_cstr, &before, diag);
	if (r < 0)
		return r;
	after = before;
	r = fill(p, form, &after, diag);
	if (r == 0)
		r = keep_a_head(p, &before, &after, diag);
	if (r < 0)
		return r;
	dossier_account_sign(p->dossier, by_cstr);
	r = dossier_account_put(p->dossier, &after, diag);
	if (r == 0 && before.active && !after.active) {
		r = dossier_session_forget(p->dossier, after.id_cstr, diag);
		if (r == 0)
			r = dossier_account_set_credential(p->dossier, after.id_cstr, &(struct dossier_credential){0}, diag);
		if (r == 0)
			r = dossier_account_set_recovery(p->dossier, after.id_cstr, NULL, 0, diag);
	}
	return people_keep(p, r, diag);
}

/* ---- Links ---- */

int
people_account_link(struct people *p, const char *by_cstr, const char *name_cstr, int64_t now_ns,
    char out[static PEOPLE_SECRET_MAX], struct diag *diag)
{
	struct dossier_account a;
	char secret[PEOPLE_SECRET_MAX];
	uint8_t hash[PEOPLE_SECRET_HASH];
	int r = find(p, name_cstr, &a, diag);
	if (r == 0 && !a.active)
		r = diag_say(diag, -EINVAL,
		    _("the account %.40s is closed: beffroi user set NAME active=yes opens it again"), name_cstr);
	if (r < 0)
		return r;
	people_secret_make(PEOPLE_SECRET_LINK, secret);
	people_secret_hash(bytes_of_cstr(secret), hash);
	r = dossier_session_add_link(p->dossier, hash, a.id_cstr, now_ns + p->settings->link_s * SECOND_NS, diag);
	if (r == 0)
		r = dossier_account_tell(p->dossier, by_cstr, "link-made", a.id_cstr, NULL, diag);
	r = people_keep(p, r, diag);
	if (r == 0)
		memcpy(out, secret, sizeof(secret));
	return r;
}

struct passwords {
	struct people *people;
	int error;
	bool any, has_first;
	struct diag *diag;
};

static void
look_for_password(void *context, const struct dossier_account *account)
{
	struct passwords *w = context;
	struct dossier_credential c;
	if (w->error < 0)
		return;
	w->error = dossier_account_credential(w->people->dossier, account->id_cstr, &c, w->diag);
	w->any = w->any || (w->error == 0 && account->active && c.password_cstr[0] != '\0');
	w->has_first = w->has_first || strcmp(account->name_cstr, FIRST) == 0;
}

int
people_account_first(struct people *p, int64_t now_ns, char out[static PEOPLE_SECRET_MAX], struct diag *diag)
{
	static const struct people_account_form form = {
	    .name_cstr = FIRST, .display_cstr = FIRST, .role_cstr = "admin", .active_cstr = "yes"};
	struct passwords w = {.people = p, .diag = diag};
	int r = dossier_account_each(p->dossier, look_for_password, &w, diag);
	if (r >= 0)
		r = w.error;
	if (r < 0 || w.any)
		return r;
	r = w.has_first ? people_account_change(p, "first start", &form, diag)
	                : people_account_add(p, "first start", &form, now_ns, diag);
	if (r == 0)
		r = people_account_link(p, "first start", FIRST, now_ns, out, diag);
	return r < 0 ? r : 1;
}

/* ---- Passwords ---- */

static int
set_password(struct people *p, const char *by_cstr, const struct dossier_account *a, struct bytes password, int64_t now_ns,
    struct diag *diag)
{
	struct dossier_credential c;
	int r = password_check(p->settings, password, a->name_cstr, diag);
	if (r == 0)
		r = dossier_account_credential(p->dossier, a->id_cstr, &c, diag);
	if (r == 0 && (r = password_hash(p->settings, password, c.password_cstr)) < 0)
		return diag_say(diag, r, "%s", _("not enough memory for the hash of a password"));
	if (r < 0)
		return r;
	c.changed_ns = now_ns;
	r = dossier_account_set_credential(p->dossier, a->id_cstr, &c, diag);
	if (r == 0)
		r = dossier_session_end_all(p->dossier, a->id_cstr, 0, diag);
	if (r == 0)
		r = dossier_account_tell(p->dossier, by_cstr, "password-set", a->id_cstr, NULL, diag);
	return people_keep(p, r, diag);
}

int
people_account_set_password(
    struct people *p, const char *by_cstr, const char *name_cstr, struct bytes password, int64_t now_ns, struct diag *diag)
{
	struct dossier_account a;
	int r = find(p, name_cstr, &a, diag);
	return r < 0 ? r : set_password(p, by_cstr, &a, password, now_ns, diag);
}

/* A session that was left open is no way to try passwords. */
static int
check_old(struct people *p, const struct people_account_password *change, const struct dossier_account *a, struct diag *diag)
{
	struct dossier_credential c;
	struct lockout_try attempt = {.account = bytes_of_cstr(a->name_cstr),
	    .address = change->address,
	    .known = true,
	    .now_s = change->now_ns / SECOND_NS};
	int r = dossier_account_credential(p->dossier, a->id_cstr, &c, diag);
	unsigned wait_s = lockout_wait_s(p->lockout, &attempt);
	if (r == 0 && wait_s > 0)
		r = diag_say(diag, -EACCES, _("too many attempts: wait %u seconds"), wait_s);
	if (r < 0 || password_matches(p->settings, change->old, c.password_cstr))
		return r;
	lockout_failed(p->lockout, &attempt);
	return diag_say(diag, -EACCES, "%s", _("the old password is not right"));
}

int
people_account_change_password(
    struct people *p, const struct people_account_password *change, struct people_entry *out, struct diag *diag)
{
	struct dossier_account a;
	struct person person;
	char csrf[PEOPLE_CSRF_MAX];
	int r = people_session(p, change->secret, PEOPLE_LOOKS, change->now_ns, &person, csrf, diag);
	if (r == 0)
		r = diag_say(diag, -EACCES, "%s", _("log in first"));
	if (r > 0)
		r = find(p, person.name_cstr, &a, diag);
	if (r == 0 && !person.must_set_password)
		r = check_old(p, change, &a, diag);
	if (r == 0)
		r = set_password(p, a.name_cstr, &a, change->new, change->now_ns, diag);
	if (r < 0)
		return r;
	if (!person.must_set_password || !person.has_totp)
		return people_enter(p, a.name_cstr, change->now_ns, out, diag);
	*out = (struct people_entry){
	    .answer = PEOPLE_NEEDS_CODE}; /* the link stands for the password, not for the telephone */
	return 0;
}

/* ---- Tokens ---- */

static const char *
note_token(const struct dossier_token *t, char out[static NOTE_MAX])
{
	char rights[RIGHT_SET_TEXT_MAX], time[CIVIL_TEXT_MAX];
	struct json j = json_of(out, NOTE_MAX - 1);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("token"), t->id_cstr);
	json_cstr(&j, JSON_KEY("name"), t->name_cstr);
	json_cstr(&j, JSON_KEY("rights"), right_set_write(t->rights, rights));
	json_cstr(&j, JSON_KEY("expires"), civil_write(t->expires_ns / SECOND_NS, 0, CIVIL_UTC, time));
	json_close_object(&j);
	out[json_length(&j)] = '\0';
	return out;
}

static int
check_token(const struct people *p, const struct person *owner, const struct people_account_token *form,
    struct dossier_token *t, struct diag *diag)
{
	static const struct case_field_def name = {"name", CASE_LINE, "", NULL};
	struct bytes bad;
	size_t len = strlen(form->name_cstr);
	if (owner->token_cstr[0] != '\0')
		return diag_say(diag, -EACCES, "%s", _("a token cannot make tokens: log in"));
	int r = case_fields_check(&name, form->name_cstr, diag);
	if (r == 0 && (len == 0 || len >= sizeof(t->name_cstr)))
		r = diag_say(diag, -EINVAL, _("name: what the token is for, in at most %d bytes, was expected"),
		    DOSSIER_TOKEN_NAME_MAX - 1);
	if (r < 0)
		return r;
	if (!right_set_parse(form->rights, &t->rights, &bad))
		return diag_say(diag, -EINVAL, _("rights: \"%.*s\" is no right"), (int)(bad.len < 40 ? bad.len : 40),
		    (const char *)bad.at);
	if (t->rights == 0 || (t->rights & ~owner->rights) != 0)
		return diag_say(diag, -EINVAL, "%s", _("rights: one or more of those that you have were expected"));
	if (form->expires_ns <= form->now_ns || form->expires_ns - form->now_ns > p->settings->token_s_max * SECOND_NS)
		return diag_say(diag, -EINVAL, _("expires: a time within %u days was expected"),
		    p->settings->token_s_max / CIVIL_DAY_SECONDS);
	(void)snprintf(t->name_cstr, sizeof(t->name_cstr), "%s", form->name_cstr);
	return 0;
}

int
people_account_add_token(struct people *p, const struct person *owner, const struct people_account_token *form,
    struct dossier_token *out, char secret[static PEOPLE_SECRET_MAX], struct diag *diag)
{
	struct dossier_account a;
	struct dossier_token t = {.created_ns = form->now_ns, .expires_ns = form->expires_ns};
	char made[PEOPLE_SECRET_MAX], note[NOTE_MAX];
	int r = find(p, owner->name_cstr, &a, diag);
	if (r == 0)
		r = check_token(p, owner, form, &t, diag);
	if (r < 0)
		return r;
	people_secret_make(PEOPLE_SECRET_TOKEN, made);
	people_secret_hash(bytes_of_cstr(made), t.hash);
	people_secret_id("TOK-", t.hash, t.id_cstr, sizeof(t.id_cstr));
	memcpy(t.account_cstr, a.id_cstr, sizeof(t.account_cstr));
	r = dossier_session_add_token(p->dossier, &t, diag);
	if (r == 0)
		r = dossier_account_tell(p->dossier, owner->name_cstr, "token-made", a.id_cstr, note_token(&t, note), diag);
	r = people_keep(p, r, diag);
	if (r == 0) {
		*out = t;
		memcpy(secret, made, sizeof(made));
	}
	return r;
}

int
people_account_end_token(
    struct people *p, const char *by_cstr, const char *owner_cstr, const char *id_cstr, struct diag *diag)
{
	char note[NOTE_MAX], wanted_cstr[DOSSIER_ACCOUNT_ID_MAX + 8], account_cstr[DOSSIER_ACCOUNT_ID_MAX];
	(void)snprintf(wanted_cstr, sizeof(wanted_cstr), "ACC-%.*s", PERSON_NAME_MAX, owner_cstr == NULL ? "" : owner_cstr);
	int r = dossier_session_end_token(p->dossier, id_cstr, owner_cstr == NULL ? NULL : wanted_cstr, account_cstr, diag);
	if (r == 0)
		return diag_say(diag, -ENOENT, _("there is no token %.40s: beffroi token list shows them"), id_cstr);
	struct json j = json_of(note, sizeof(note) - 1);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("token"), id_cstr);
	json_close_object(&j);
	note[json_length(&j)] = '\0';
	if (r > 0)
		r = dossier_account_tell(p->dossier, by_cstr, "token-ended", account_cstr, note, diag);
	return people_keep(p, r, diag);
}
