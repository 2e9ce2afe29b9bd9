/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_people.h"

#include "people/people_account.h"
#include "people/people_totp.h"

#include <errno.h>
#include <stdio.h>

enum { RIGHTS_TEXT_MAX = 1024 };

void
desk_people_roles(const struct desk *desk, struct json *out)
{
	const struct roles *roles = desk->people == NULL ? NULL : desk->people->roles;
	json_open_array(out, JSON_KEY("roles"));
	for (size_t i = 0; roles != NULL && i < roles->count; i++) {
		const struct role *role = &roles->role[i];
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("name"), role->role_cstr);
		json_cstr(out, JSON_KEY("label"), role->name_cstr[desk->language]);
		json_cstr(out, JSON_KEY("tells"), role->tells_cstr[desk->language]);
		json_open_array(out, JSON_KEY("rights"));
		for (enum right right = 0; right < RIGHT_COUNT; right++)
			if ((role->rights & RIGHT_BIT(right)) != 0)
				json_cstr(out, (struct bytes){0}, right_name(right));
		json_close_array(out);
		json_close_object(out);
	}
	json_close_array(out);
}

struct listing {
	struct desk *desk;
	struct json *out;
	struct diag *diag;
	int error;
};

static void
account_json(struct json *out, struct bytes key, const struct dossier_account *a, const struct dossier_credential *c)
{
	json_open_object(out, key);
	json_cstr(out, JSON_KEY("name"), a->name_cstr);
	json_cstr(out, JSON_KEY("display"), a->display_cstr);
	json_cstr(out, JSON_KEY("role"), a->role_cstr);
	json_cstr(out, JSON_KEY("language"), a->language == LANGUAGE_FR ? "fr" : "en");
	json_bool(out, JSON_KEY("active"), a->active);
	json_bool(out, JSON_KEY("password"), c->password_cstr[0] != '\0');
	json_bool(out, JSON_KEY("totp"), c->totp_confirmed);
	desk_json_time(out, JSON_KEY("created"), a->created_ns);
	desk_json_time(out, JSON_KEY("last"), c->log_in_ns);
	json_close_object(out);
}

static void
list_account(void *context, const struct dossier_account *a)
{
	struct listing *l = context;
	struct dossier_credential c;
	if (l->error < 0)
		return;
	l->error = dossier_account_credential(l->desk->dossier, a->id_cstr, &c, l->diag);
	if (l->error == 0)
		account_json(l->out, (struct bytes){0}, a, &c);
}

int
desk_people_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct listing l = {.desk = desk, .out = out, .diag = diag};
	(void)order;
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("users"));
	int r = dossier_account_each(desk->dossier, list_account, &l, diag);
	json_close_array(out);
	json_close_object(out);
	return r < 0 ? r : l.error;
}

static const char *
given(const struct desk_order *order, const char *name_cstr)
{
	return desk_order_has(order, name_cstr) ? desk_order_value(order, name_cstr) : NULL;
}

/* The account as it is now, with the link that was made for it. */
static int
tell(struct desk *desk, const char *name_cstr, const char *link_cstr, struct json *out, struct diag *diag)
{
	struct dossier_account a;
	struct dossier_credential c;
	int r = dossier_account_find(desk->dossier, name_cstr, &a, diag);
	if (r > 0)
		r = dossier_account_credential(desk->dossier, a.id_cstr, &c, diag);
	if (r < 0)
		return r;
	(void)snprintf(desk->object_cstr, sizeof(desk->object_cstr), "%s", a.id_cstr);
	json_open_object(out, (struct bytes){0});
	account_json(out, JSON_KEY("user"), &a, &c);
	json_cstr(out, JSON_KEY("link"), link_cstr);
	json_close_object(out);
	return 0;
}

int
desk_people_add(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	char link[PEOPLE_SECRET_MAX];
	struct people_account_form form = {.name_cstr = desk_order_value(order, "name"),
	    .display_cstr = given(order, "display"),
	    .role_cstr = given(order, "role"),
	    .language_cstr = given(order, "language")};
	int r = people_account_add(desk->people, desk->who_cstr, &form, desk->now_ns, diag);
	if (r == 0)
		r = people_account_link(desk->people, desk->who_cstr, form.name_cstr, desk->now_ns, link, diag);
	desk->created = true;
	return r < 0 ? r : tell(desk, form.name_cstr, link, out, diag);
}

int
desk_people_set(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	char link[PEOPLE_SECRET_MAX];
	struct people_account_form form = {.name_cstr = desk_order_value(order, "name"),
	    .display_cstr = given(order, "display"),
	    .role_cstr = given(order, "role"),
	    .language_cstr = given(order, "language"),
	    .active_cstr = given(order, "active")};
	bool wants_link = strcmp(desk_order_value(order, "link"), "yes") == 0,
	     drops_totp = strcmp(desk_order_value(order, "totp"), "no") == 0;
	int r = people_account_change(desk->people, desk->who_cstr, &form, diag);
	if (r == 0 && drops_totp)
		r = people_totp_drop(desk->people, desk->who_cstr, form.name_cstr, diag);
	if (r == 0 && wants_link)
		r = people_account_link(desk->people, desk->who_cstr, form.name_cstr, desk->now_ns, link, diag);
	return r < 0 ? r : tell(desk, form.name_cstr, wants_link ? link : NULL, out, diag);
}

static void
token_json(struct json *out, struct bytes key, const struct dossier_token *t)
{
	json_open_object(out, key);
	json_cstr(out, JSON_KEY("id"), t->id_cstr);
	json_cstr(out, JSON_KEY("name"), t->name_cstr);
	json_open_array(out, JSON_KEY("rights"));
	for (enum right right = 0; right < RIGHT_COUNT; right++)
		if ((t->rights & RIGHT_BIT(right)) != 0)
			json_cstr(out, (struct bytes){0}, right_name(right));
	json_close_array(out);
	desk_json_time(out, JSON_KEY("created"), t->created_ns);
	desk_json_time(out, JSON_KEY("expires"), t->expires_ns);
	desk_json_time(out, JSON_KEY("last"), t->used_ns);
	json_close_object(out);
}

static void
list_token(void *context, const struct dossier_token *t)
{
	token_json(context, (struct bytes){0}, t);
}

int
desk_people_tokens(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct dossier_account a;
	(void)order;
	int r = dossier_account_find(desk->dossier, desk->person->name_cstr, &a, diag);
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("tokens"));
	if (r > 0)
		r = dossier_session_each_token(desk->dossier, a.id_cstr, list_token, out, diag);
	json_close_array(out);
	json_close_object(out);
	return r < 0 ? r : 0;
}

int
desk_people_add_token(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct dossier_token made;
	char secret[PEOPLE_SECRET_MAX], rights[RIGHTS_TEXT_MAX] = "";
	const char *right_cstr;
	int64_t expires_s = 0;
	size_t at = 0, used = 0;
	while ((right_cstr = desk_order_next(order, "rights", &at)) != NULL && used < sizeof(rights))
		used += (size_t)snprintf(rights + used, sizeof(rights) - used, "%s ", right_cstr);
	int r = zone_parse_time(desk->zone, desk_order_value(order, "expires"), &expires_s, diag);
	if (r < 0 || used >= sizeof(rights))
		return desk_refuse(desk, diag, r < 0 ? "expires" : "rights",
		    r < 0 ? desk_text(desk, "%s", diag->text_cstr) : _("words of rights were expected"));
	struct people_account_token form = {.name_cstr = desk_order_value(order, "name"),
	    .rights = bytes_of_cstr(rights),
	    .expires_ns = expires_s * 1000000000,
	    .now_ns = desk->now_ns};
	r = people_account_add_token(desk->people, desk->person, &form, &made, secret, diag);
	if (r < 0)
		return r;
	desk->created = true;
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("secret"), secret); /* told once */
	token_json(out, JSON_KEY("token"), &made);
	json_close_object(out);
	return 0;
}

int
desk_people_end_token(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	int r = people_account_end_token(
	    desk->people, desk->who_cstr, desk->person->name_cstr, desk_order_value(order, "id"), diag);
	json_open_object(out, (struct bytes){0});
	json_close_object(out);
	return r;
}
