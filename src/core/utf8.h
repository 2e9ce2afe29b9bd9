/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/utf8.h - which bytes may leave as text. */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include "core/bytes.h"

/* Length (2 to 4) of the valid multi-byte UTF-8 sequence at the front (RFC 3629 4), 0 when there is none.
 * C1 controls (U+0080-9F) are refused too: terminals obey some of them. */
size_t utf8_length(struct bytes b);

#endif
