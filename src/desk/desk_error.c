/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_error.h"

#include <errno.h>

static const struct {
	int error;
	unsigned status;
	const char *code_cstr;
} errors[] = {
    {-EPROTO, 400, "bad-request"},
    {-ENOKEY, 401, "sign-in"},
    {-EACCES, 403, "forbidden"},
    {-EKEYREJECTED, 403, "forged"}, /* without its proof against forged requests */
    {-ENOENT, 404, "not-found"},
    {-ENOSYS, 404, "not-found"},
    {-ENOTUNIQ, 409, "ambiguous"},
    {-EEXIST, 409, "exists"},
    {-EALREADY, 409, "ended"},
    {-EBUSY, 409, "busy"},
    {-E2BIG, 413, "too-large"},
    {-EINVAL, 422, "invalid"}, /* a value that no such field may have */
    {-EPERM, 422, "refused"},  /* a rule: something else comes first */
    {-EAGAIN, 429, "too-often"},
};

unsigned
desk_error_status(int error)
{
	for (size_t i = 0; i < LENGTH_OF(errors); i++)
		if (errors[i].error == error)
			return errors[i].status;
	return 500;
}

void
desk_error_json(struct json *out, int error, const char *code_cstr, const char *text_cstr, const char *field_cstr)
{
	for (size_t i = 0; i < LENGTH_OF(errors); i++)
		if (code_cstr == NULL && errors[i].error == error)
			code_cstr = errors[i].code_cstr;
	json_open_object(out, (struct bytes){0});
	json_open_object(out, JSON_KEY("error"));
	json_cstr(out, JSON_KEY("code"), code_cstr == NULL ? "failed" : code_cstr);
	json_cstr(out, JSON_KEY("text"), text_cstr);
	json_cstr(out, JSON_KEY("field"), field_cstr);
	json_close_object(out);
	json_close_object(out);
}
