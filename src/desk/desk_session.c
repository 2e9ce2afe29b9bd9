/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_session.h"

#include "people/people_account.h"
#include "people/people_totp.h"

#include <errno.h>
#include <stdio.h>

static void
session_json(struct json *out, const struct person *person, const char *proof_cstr)
{
	json_open_object(out, (struct bytes){0});
	json_open_object(out, JSON_KEY("user"));
	json_cstr(out, JSON_KEY("name"), person->name_cstr);
	json_cstr(out, JSON_KEY("display"), person->display_cstr);
	json_cstr(out, JSON_KEY("role"), person->role_cstr);
	json_open_array(out, JSON_KEY("rights"));
	for (enum right right = 0; right < RIGHT_COUNT; right++)
		if (person_may(person, right))
			json_cstr(out, (struct bytes){0}, right_name(right));
	json_close_array(out);
	json_cstr(out, JSON_KEY("language"), person->language == LANGUAGE_FR ? "fr" : "en");
	json_bool(out, JSON_KEY("totp"), person->has_totp);
	json_bool(out, JSON_KEY("must_set_password"), person->must_set_password);
	json_close_object(out);
	json_cstr(out, JSON_KEY("csrf"), proof_cstr);
	json_close_object(out);
}

int
desk_session_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	(void)order;
	(void)diag;
	session_json(out, desk->person, desk->proof_cstr);
	return 0;
}

/* Lets somebody in, or says what is missing. */
static int
let_in(struct desk *desk, const struct people_entry *entry, struct json *out, struct diag *diag)
{
	switch (entry->answer) {
	case PEOPLE_IN:
		desk->cookie.what = ORDER_COOKIE_SET;
		desk->cookie.session_s = desk->people->settings->absolute_s;
		memcpy(desk->cookie.session_cstr, entry->secret_cstr, sizeof(desk->cookie.session_cstr));
		session_json(out, &entry->person, entry->csrf_cstr);
		return 0;
	case PEOPLE_NEEDS_CODE:
		desk->code_cstr = "totp";
		return diag_say(diag, -ENOKEY, "%s", _("the code of your second factor is missing"));
	case PEOPLE_WAIT:
		desk->retry_after_s = entry->wait_s;
		return diag_say(diag, -EAGAIN, _("too many attempts: wait %u seconds"), entry->wait_s);
	case PEOPLE_REFUSED: break;
	}
	desk->code_cstr = "login";
	return diag_say(diag, -ENOKEY, "%s", _("the name, the password or the code is not right"));
}

int
desk_session_open(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct people_entry entry;
	struct people_attempt attempt = {.name = bytes_of_cstr(desk_order_value(order, "name")),
	    .password = bytes_of_cstr(desk_order_value(order, "password")),
	    .code = bytes_of_cstr(desk_order_value(order, "totp")),
	    .address = desk->client,
	    .now_ns = desk->now_ns};
	int r = people_log_in(desk->people, &attempt, &entry, diag);
	return r < 0 ? r : let_in(desk, &entry, out, diag);
}

static int
set_password(struct desk *desk, struct bytes secret, const struct desk_order *order, const char *new_cstr, struct json *out,
    struct diag *diag)
{
	struct people_entry entry;
	struct people_account_password change = {.secret = secret,
	    .old = bytes_of_cstr(desk_order_value(order, "old")),
	    .new = bytes_of_cstr(desk_order_value(order, new_cstr)),
	    .address = desk->client,
	    .now_ns = desk->now_ns};
	int r = people_account_change_password(desk->people, &change, &entry, diag);
	if (r < 0)
		desk->refused_cstr = r == -EACCES ? "old" : new_cstr;
	return r < 0 ? r : let_in(desk, &entry, out, diag);
}

/* A link lets in once, to set a password. Where the password is refused, the session stays, and the page asks for another one. */
int
desk_session_link(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct people_entry entry = {.answer = PEOPLE_REFUSED};
	const char *display_cstr = desk_order_value(order, "display");
	bool again = desk->person != NULL && desk->person->must_set_password;
	if (desk_order_value(order, "password")[0] == '\0')
		return desk_refuse(desk, diag, "password", _("choose a password"));
	int r = again ? 0
	              : people_link_in(desk->people, bytes_of_cstr(desk_order_value(order, "token")), &desk->client,
	                    desk->now_ns, &entry, diag);
	if (r < 0)
		return r;
	if (!again && entry.answer != PEOPLE_IN) {
		desk->code_cstr = "link";
		return diag_say(
		    diag, -ENOKEY, "%s", _("this link was used already, is too old, or is not one of this console"));
	}
	const char *name_cstr = again ? desk->person->name_cstr : entry.person.name_cstr;
	if (!again) {
		desk->cookie = (struct desk_cookie){
		    .what = ORDER_COOKIE_SET, .session_s = desk->people->settings->absolute_s};
		memcpy(desk->cookie.session_cstr, entry.secret_cstr, sizeof(desk->cookie.session_cstr));
	}
	if (display_cstr[0] != '\0') {
		struct people_account_form form = {.name_cstr = name_cstr, .display_cstr = display_cstr};
		r = people_account_change(desk->people, name_cstr, &form, diag);
		if (r < 0)
			desk->refused_cstr = "display";
	}
	struct bytes secret = again ? desk->secret : bytes_of_cstr(entry.secret_cstr);
	return r < 0 ? r : set_password(desk, secret, order, "password", out, diag);
}

/* A program that was given a token has no business with what protects the account, or a stolen token would shut its owner out. */
static int
need_person(const struct desk *desk, struct diag *diag)
{
	return desk->person->token_cstr[0] == '\0' ? 0 : diag_say(diag, -EACCES, "%s", _("a token cannot do this: log in"));
}

int
desk_session_password(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	int r = need_person(desk, diag);
	return r < 0 ? r : set_password(desk, desk->secret, order, "new", out, diag);
}

int
desk_session_close(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	(void)order;
	int r = need_person(desk, diag);
	if (r == 0)
		r = people_log_out(desk->people, desk->secret, diag);
	if (r < 0)
		return r;
	desk->cookie.what = ORDER_COOKIE_CLEAR;
	json_open_object(out, (struct bytes){0});
	json_close_object(out);
	return 0;
}

static int
confirm(struct desk *desk, struct bytes code, struct json *out, struct diag *diag)
{
	struct people_totp_codes codes;
	int r = people_totp_confirm(desk->people, desk->person->name_cstr, code, desk->now_ns, &codes, diag);
	if (r < 0)
		return r;
	json_open_array(out, JSON_KEY("recovery"));
	for (size_t i = 0; i < LENGTH_OF(codes.code_cstr); i++)
		json_cstr(out, (struct bytes){0}, codes.code_cstr[i]);
	json_close_array(out);
	return 0;
}

static int
begin(struct desk *desk, struct json *out, struct diag *diag)
{
	struct people_totp_offer offer;
	int r = people_totp_begin(desk->people, desk->person->name_cstr, &offer, diag);
	if (r < 0)
		return r;
	json_cstr(out, JSON_KEY("secret"), offer.secret_cstr);
	json_cstr(out, JSON_KEY("uri"), offer.uri_cstr);
	return 0;
}

int
desk_session_totp(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const char *action_cstr = desk_order_value(order, "action");
	struct bytes code = bytes_of_cstr(desk_order_value(order, "code"));
	int r = need_person(desk, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	if (desk->person->must_set_password)
		r = diag_say(diag, -EACCES, "%s", _("set a password first"));
	else if (strcmp(action_cstr, "begin") == 0)
		r = begin(desk, out, diag);
	else if (strcmp(action_cstr, "confirm") == 0)
		r = confirm(desk, code, out, diag);
	else if (strcmp(action_cstr, "remove") == 0)
		r = people_totp_remove(desk->people, desk->person->name_cstr, code, desk->now_ns, diag);
	else
		return desk_refuse(desk, diag, "action", _("begin, confirm or remove was expected"));
	json_close_object(out);
	if (r == -EACCES)
		desk->refused_cstr = "code";
	return r;
}
