/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/smb_names.h - what numbers of SMB are called, as events write them. NULL where there is no name. */
#ifndef PROTO_SMB_NAMES_H
#define PROTO_SMB_NAMES_H

#include "core/bytes.h"

const char *smb_names_command1(uint8_t command);
const char *smb_names_command2(uint16_t command);
const char *smb_names_dialect(uint16_t dialect); /* of version 2 and 3: "3.11" */
const char *smb_names_status(uint32_t status);   /* MS-ERREF 2.3 */
const char *smb_names_dos_error(uint8_t error_class, uint16_t code);
const char *smb_names_function(uint32_t function); /* of an ioctl */

#endif
