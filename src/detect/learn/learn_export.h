/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_export.h - a model for others: XGBoost's JSON, which XGBoost loads, and text for people. */
#ifndef DETECT_LEARN_LEARN_EXPORT_H
#define DETECT_LEARN_LEARN_EXPORT_H

#include "detect/learn/learn_cuts.h"
#include "detect/learn/learn_model.h"

/* For people: "name < limit (weight of the training rows)", what goes left, what goes right; "| ?": what is not known goes left.
 * Rows of the exported model have the codes as numbers, NaN for 255; or with cuts (NULL: none) the numbers these are made of. The text
 * is the caller's to free. 0 or -ENOMEM. names: FLOW_CODES x 48 bytes, or empty. */
MUST_USE int learn_export_xgboost(
    const struct learn_model *model, const struct learn_cuts *cuts, struct bytes names, char **out, size_t *len);
MUST_USE int learn_export_text(
    const struct learn_model *model, const struct learn_cuts *cuts, struct bytes names, char **out, size_t *len);

#endif
