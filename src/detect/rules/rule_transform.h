/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_transform.h - a buffer as a rule wants to see it: lower case, decoded, hashed ... User guide: "Transformations". */
#ifndef DETECT_RULES_RULE_TRANSFORM_H
#define DETECT_RULES_RULE_TRANSFORM_H

#include "core/diag.h"
#include "detect/rules/rule.h"

enum { RULE_TRANSFORM_MAX = 65536 };

struct rule_transforms; /* work space, one per worker */

MUST_USE struct rule_transforms *rule_transform_new(void);
void rule_transform_free(struct rule_transforms *transforms);
/* Makes the expressions of this buffer ready: before any packet, for those that will be given to rule_transform_apply().
 * 0; -EINVAL with the reason; -ENOMEM. */
MUST_USE int rule_transform_prepare(struct rule_transforms *transforms, const struct rule_buffer *buffer, struct diag *diag);
/* Whether its expressions can be made ready. */
MUST_USE int rule_transform_check(const struct rule_buffer *buffer, struct diag *diag);

/* The data itself, or a copy that is valid until the next call. What is longer than RULE_TRANSFORM_MAX is cut there. */
struct bytes rule_transform_apply(struct rule_transforms *transforms, const struct rule_buffer *buffer, struct bytes data);

#endif
