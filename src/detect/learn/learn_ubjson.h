/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_ubjson.h - UBJSON (ubjson.org, draft 12), as XGBoost writes its models, becomes JSON text. */
#ifndef DETECT_LEARN_LEARN_UBJSON_H
#define DETECT_LEARN_LEARN_UBJSON_H

#include "core/bytes.h"
#include "core/diag.h"

enum { LEARN_UBJSON_DEPTH_MAX = 32, LEARN_UBJSON_TEXT_MAX = 256 << 20 };

/* *out is the caller's to free. 0, -EINVAL with diag (at which byte), -EFBIG with diag, or -ENOMEM. */
MUST_USE int learn_ubjson_text(struct bytes file, char **out, size_t *len, struct diag *diag);

#endif
