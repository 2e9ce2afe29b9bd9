/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk_order.h - one order: which operation, and what was given, as texts by name. */
#ifndef DESK_DESK_ORDER_H
#define DESK_DESK_ORDER_H

#include "core/arena.h"
#include "core/diag.h"
#include "record/operation.h"
#include "record/order.h"

enum { DESK_ORDER_INPUTS_MAX = 256, DESK_ORDER_FIELDS_MAX = 64 };

struct desk_input {
	const char *name_cstr, *value_cstr;
};

struct desk_order {
	enum operation_name operation;
	size_t input_count, field_count;
	struct desk_input *inputs; /* parts of the path, then what was given; a list gives its name several times */
	struct desk_input *fields; /* of the object "fields" */
};

/* The first of that name; "" when it was not given. */
const char *desk_order_value(const struct desk_order *order, const char *name_cstr);
bool desk_order_has(const struct desk_order *order, const char *name_cstr);
/* The next value of a list behind *at, which begins at 0; NULL: no more. */
const char *desk_order_next(const struct desk_order *order, const char *name_cstr, size_t *at);
/* Adds to an order that is being made; false when it is full. The texts are borrowed. */
bool desk_order_add(struct desk_order *order, const char *name_cstr, const char *value_cstr);
/* Room for all inputs and fields in the arena; false: no memory. */
MUST_USE bool desk_order_init(struct desk_order *order, enum operation_name operation, struct arena *arena);
/* From the wire: percent-decoded inputs and a JSON body, all hostile. Numbers and truths become texts, null becomes "". 0, or
 * -EBADMSG (no JSON, or not of the form), -E2BIG, -ENOMEM, or -EINVAL (an input that this operation does not take; *refused is
 * its name) with diag. */
MUST_USE int desk_order_read(
    struct desk_order *out, const struct order *order, struct arena *arena, const char **refused, struct diag *diag);

#endif
