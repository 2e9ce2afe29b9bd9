/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_ftp.h - FTP's control connection: one event per command with its replies, one observation
 * per login. The password is never kept. */
#ifndef INSPECT_L7_FTP_H
#define INSPECT_L7_FTP_H

#include "inspect/l7.h"

extern const struct l7_parser l7_ftp_parser;

#endif
