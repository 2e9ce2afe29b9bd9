/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_ftp_data.h - the connections that FTP's commands announced (inspect/l7_expect.h): listings, and files with their names. */
#ifndef INSPECT_L7_FTP_DATA_H
#define INSPECT_L7_FTP_DATA_H

#include "inspect/l7.h"

extern const struct l7_parser l7_ftp_data_parser;

#endif
