/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_exceptions.h - the exceptions of the dossier that concern a rule: by its number, or by words of its message. */
#ifndef APP_RULES_EXCEPTIONS_H
#define APP_RULES_EXCEPTIONS_H

#include "cli/verb_options.h"
#include "record/exception.h"

struct rules_exceptions {
	struct rules_exception {
		struct exception e;
		uint64_t hidden;
	} * all; /* EXCEPTION_MAX: the latest, those that have ended too */
	size_t count;
	int64_t now_ns;
};

/* From the dossier that the options name, or the usual one when it is there: nobody who reads rules must have one. Enters the
 * sandbox: nothing else can be opened afterwards. 0, or a negative errno with diag; rules_exceptions_free() in either case. */
MUST_USE int rules_exceptions_read(const struct verb_options *o, struct rules_exceptions *out, struct diag *diag);
void rules_exceptions_free(struct rules_exceptions *exceptions);
/* The next one after `after` (NULL: the first) that concerns it; NULL: no other. */
const struct rules_exception *rules_exceptions_next(
    const struct rules_exceptions *exceptions, const struct rules_exception *after, uint32_t sid, struct bytes message);

#endif
