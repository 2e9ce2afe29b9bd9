/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_tell.h - what an evaluation found, as JSON and in sentences. */
#ifndef APP_LEARN_TELL_H
#define APP_LEARN_TELL_H

#include "core/json.h"
#include "core/text.h"
#include "detect/learn/learn_suite.h"

/* The members of one result, into an open object. */
void learn_tell_json(struct json *j, const struct learn_table *t, const struct learn_suite_result *r);
/* A member whose name is not ours. */
void learn_tell_key(struct json *j, const char *name_cstr);
/* For people, in sentences. */
void learn_tell_people(enum language language, const struct learn_table *t, const struct learn_suite_result *r);

#endif
