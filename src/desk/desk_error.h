/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_error.h - what a refusal is called by whoever asked: a status of HTTP, a word for programs, a sentence for people. */
#ifndef DESK_DESK_ERROR_H
#define DESK_DESK_ERROR_H

#include "core/diag.h"
#include "core/json.h"

/* 400, 401, 403, 404, 409, 413, 422, 429 or 500. error: the negative errno of an operation. */
unsigned desk_error_status(int error);
/* {"error":{"code":"not-found","text":"...","field":"owner"}}; code_cstr NULL: the word of the
 * number; field_cstr may be NULL. Of a failure of ours (500) the sentence is for people too: files are not named. */
void desk_error_json(struct json *out, int error, const char *code_cstr, const char *text_cstr, const char *field_cstr);

#endif
