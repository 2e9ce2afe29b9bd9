/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_smtp.h - SMTP: one event per mail with its envelope, one observation per login. Contents are
 * not looked at. */
#ifndef INSPECT_L7_SMTP_H
#define INSPECT_L7_SMTP_H

#include "inspect/l7.h"

extern const struct l7_parser l7_smtp_parser;

#endif
