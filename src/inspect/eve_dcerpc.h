/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_dcerpc.h - writes a "dcerpc" event: one call, or a bind. */
#ifndef INSPECT_EVE_DCERPC_H
#define INSPECT_EVE_DCERPC_H

#include "core/json.h"
#include "inspect/l7_dcerpc_calls.h"

/* Writes the key "dcerpc" and its object. version: "5.0". */
void eve_dcerpc_write(
    struct json *j, const struct l7_dcerpc_bindings *bindings, const struct l7_dcerpc_call *call, uint8_t minor);
/* As it is inside an "smb" event. */
void eve_dcerpc_write_in_smb(struct json *j, const struct l7_dcerpc_bindings *bindings, const struct l7_dcerpc_call *call);
/* Over UDP: what a call is known by is its activity. */
void eve_dcerpc_write_datagrams(struct json *j, const struct l7_dcerpc_call *call, const uint8_t activity[16]);

#endif
