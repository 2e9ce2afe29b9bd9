/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_snmp.h - writes an "snmp" event: one message. */
#ifndef INSPECT_EVE_SNMP_H
#define INSPECT_EVE_SNMP_H

#include "core/json.h"
#include "proto/snmp.h"

/* Writes the key "snmp" and its object. */
void eve_snmp_write(struct json *j, const struct snmp *s);

#endif
