/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/timestamp.h - moments as events tell them: RFC 3339, and Suricata's form of it. */
#ifndef CORE_TIMESTAMP_H
#define CORE_TIMESTAMP_H

#include "core/bytes.h"

/* "2026-03-03T08:00:04.329855+0000", also with Z, +00:00, no offset (UTC), or no fraction. Years 1970 to 2261. */
MUST_USE bool timestamp_read(struct bytes text, int64_t *out_ns);

#endif
