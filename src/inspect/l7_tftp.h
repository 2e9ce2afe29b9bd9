/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_tftp.h - TFTP: an event per message. */
#ifndef INSPECT_L7_TFTP_H
#define INSPECT_L7_TFTP_H

#include "inspect/l7.h"

extern const struct l7_parser l7_tftp_parser;

#endif
