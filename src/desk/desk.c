/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk.h"

#include "desk/desk_table.h"
#include "dossier/dossier_digest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

enum { DIGITS = 12, SECOND_NS = 1000000000 };

bool
desk_may(const struct desk *desk, enum right right)
{
	if (right == RIGHT_ANYBODY)
		return true;
	return desk->person != NULL && (right == RIGHT_SIGNED_IN || person_may(desk->person, right));
}

int
desk_run(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const struct operation *o = operation_of(order->operation);
	desk_operation *run = o == NULL ? NULL : desk_table_find(order->operation);
	if (o == NULL)
		return diag_say(diag, -ENOSYS, "%s", _("there is no such operation"));
	if (desk_may(desk, o->right))
		return run == NULL ? diag_say(diag, -ENOSYS, "%s", _("there is no such operation"))
		                   : run(desk, order, out, diag);
	if (desk->person == NULL) {
		desk->code_cstr = "sign-in";
		return diag_say(diag, -ENOKEY, "%s", _("sign in first"));
	}
	if (desk->person->must_set_password) {
		desk->code_cstr = "set-password";
		return diag_say(diag, -EACCES, "%s", _("set a password first"));
	}
	return diag_say(diag, -EACCES, "%s", _("your account may not do this"));
}

int64_t
desk_now_s(const struct desk *desk)
{
	return desk->now_ns / SECOND_NS;
}

const char *
desk_text(struct desk *desk, const char *format, ...)
{
	va_list list, again;
	va_start(list, format);
	va_copy(again, list);
	int n = vsnprintf(NULL, 0, format, list);
	char *text = n < 0 ? NULL : arena_take(desk->arena, (size_t)n + 1, 1);
	if (text != NULL)
		(void)vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	va_end(list);
	return text == NULL ? "" : text;
}

const char *
desk_cut(struct desk *desk, const char *text_cstr, size_t max)
{
	struct bytes text = bytes_of_cstr(text_cstr);
	if (text.len <= max)
		return text_cstr;
	size_t n = max;
	while (n > 0 && (text.at[n] & 0xc0) == 0x80) /* inside of a character */
		n--;
	return desk_text(desk, "%.*s…", (int)n, text_cstr);
}

const char *
desk_utc(struct desk *desk, int64_t at_s)
{
	char text[CIVIL_TEXT_MAX];
	return desk_text(desk, "%s", civil_write(at_s, 0, CIVIL_UTC, text));
}

const char *
desk_new_id(struct desk *desk, const char *prefix_cstr, const char *text_cstr)
{
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	char digits[DIGITS + 1];
	const char *all_cstr = desk_text(desk, "%s %s %lld %llu %s", prefix_cstr, desk->who_cstr, (long long)desk->now_ns,
	    (unsigned long long)desk->made++, text_cstr);
	dossier_digest_sha256(bytes_of_cstr(all_cstr), digest);
	dossier_digest_text(digest, DIGITS, digits);
	return desk_text(desk, "%s%s", prefix_cstr, digits);
}

void
desk_flush(struct desk *desk, struct json *out)
{
	if (desk->flush != NULL)
		desk->flush(desk, out);
}

int
desk_no_memory(struct diag *diag)
{
	return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
}

int
desk_refuse(struct desk *desk, struct diag *diag, const char *input_cstr, const char *sentence_cstr)
{
	desk->refused_cstr = input_cstr;
	return diag_say(diag, -EINVAL, "%s: %s", input_cstr, sentence_cstr);
}

void
desk_json_time(struct json *out, struct bytes key, int64_t time_ns)
{
	char text[CIVIL_TEXT_MAX];
	if (time_ns != 0)
		json_cstr(out, key, civil_write(time_ns / SECOND_NS, 0, CIVIL_UTC, text));
}
