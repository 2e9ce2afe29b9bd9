/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_smb.h - writes an "smb" event: one transaction. */
#ifndef INSPECT_EVE_SMB_H
#define INSPECT_EVE_SMB_H

#include "core/json.h"
#include "inspect/l7_smb_state.h"

/* Writes the key "smb" and its object. */
void eve_smb_write(struct json *j, const struct l7_smb *s, const struct l7_smb_tx *tx);

#endif
