/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_vocabulary.h - the words of the trade, with labels in the reader's language: what a form is made of. */
#ifndef DESK_DESK_VOCABULARY_H
#define DESK_DESK_VOCABULARY_H

#include "desk/desk.h"

MUST_USE int desk_vocabulary_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
/* ,"categories":[...] */
void desk_vocabulary_categories(const struct desk *desk, struct json *out);
/* "line", "text", "time", "number", "word", "id": the type of a field. */
const char *desk_vocabulary_type(unsigned type);

#endif
