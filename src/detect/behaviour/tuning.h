/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/tuning.h - thresholds as data: `[detector]` sections of `name = number` lines.
 *
 *	[scan-horizontal]
 *	# hosts tried on one port by one source within the window
 *	targets = 25
 *	window_s = 60
 *	enabled = 1
 *
 * The shipped file (data/tuning/behaviour.ini, inside the program) has every name; a site's own file
 * may change some. A name that the shipped file does not have is an error: a typing mistake must not be silent.
 */
#ifndef DETECT_BEHAVIOUR_TUNING_H
#define DETECT_BEHAVIOUR_TUNING_H

#include "core/bytes.h"
#include "core/diag.h"

struct tuning;

/* Reads the shipped text, then `site` over it (may be empty). NULL with diag: file_cstr, line, what was expected. */
MUST_USE struct tuning *tuning_new(struct bytes shipped, struct bytes site, const char *site_file_cstr, struct diag *diag);
void tuning_free(struct tuning *tuning);

/* The value of a name that the shipped file has; asking for another is our own bug and aborts. */
uint64_t tuning_u64(const struct tuning *tuning, const char *detector_cstr, const char *name_cstr);

#endif
