/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/eve_output.h - what eve-log of an existing suricata.yaml says: which events, and which of their fields.
 *
 * There is one file of events: the first eve-log that is enabled says what is in it, with those that write the same file. Without
 * `outputs` all is as it was.
 */
#ifndef APP_EVE_OUTPUT_H
#define APP_EVE_OUTPUT_H

#include "core/flat.h"
#include "inspect/eve_settings.h"

void eve_output_fill(struct eve_settings *settings, const struct flat *said);
/* Whether a second eve-log is asked for, into another file: its name. One file of events is written. */
bool eve_output_left_out(const struct flat *said, struct bytes *name);
/* Whether this key is read here. */
bool eve_output_uses(struct bytes key);

#endif
