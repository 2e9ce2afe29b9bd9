/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_smb.h - SMB 1, 2 and 3 over TCP: transactions, logins, files that are written and read, calls in pipes. */
#ifndef INSPECT_L7_SMB_H
#define INSPECT_L7_SMB_H

#include "inspect/l7.h"

extern const struct l7_parser l7_smb_parser;

#endif
