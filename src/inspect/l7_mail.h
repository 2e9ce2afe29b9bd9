/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_mail.h - IMAP: the logins alone; once one is accepted, nothing more is read. */
#ifndef INSPECT_L7_MAIL_H
#define INSPECT_L7_MAIL_H

#include "inspect/l7.h"

extern const struct l7_parser l7_mail_imap_parser;

#endif
