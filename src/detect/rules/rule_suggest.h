/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_suggest.h - the keyword that somebody may have meant. */
#ifndef DETECT_RULES_RULE_SUGGEST_H
#define DETECT_RULES_RULE_SUGGEST_H

#include "core/bytes.h"

/* NULL when nothing is near. */
const char *rule_suggest(struct bytes name);

#endif
