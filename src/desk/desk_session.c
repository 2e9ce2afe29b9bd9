/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_session.h"

int
desk_session_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	(void)order;
	(void)diag;
	json_open_object(out, (struct bytes){0});
	json_open_object(out, JSON_KEY("user"));
	json_cstr(out, JSON_KEY("name"), desk->who_cstr);
	json_cstr(out, JSON_KEY("display"), desk->display_cstr);
	json_cstr(out, JSON_KEY("role"), desk->role_cstr);
	json_open_array(out, JSON_KEY("rights"));
	for (enum right right = 0; right < RIGHT_COUNT; right++)
		if (desk_may(desk, right))
			json_cstr(out, (struct bytes){0}, right_name(right));
	json_close_array(out);
	json_cstr(out, JSON_KEY("language"), desk->language == LANGUAGE_FR ? "fr" : "en");
	json_close_object(out);
	json_cstr(out, JSON_KEY("csrf"), desk->proof_cstr);
	json_close_object(out);
	return 0;
}
