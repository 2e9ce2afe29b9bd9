/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_@name@.h - a @NAME@ message as EVE says it. */
#ifndef INSPECT_EVE_@NAME@_H
#define INSPECT_EVE_@NAME@_H

#include "core/json.h"
#include "proto/@name@.h"

/* "@name@":{...}. Field names are those of Suricata's EVE schema where it has some. */
void eve_@name@_write(struct json *j, const struct @name@ *m);

#endif
