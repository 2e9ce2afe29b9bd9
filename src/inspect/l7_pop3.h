/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_pop3.h - POP3 (RFC 1939): its commands and answers, who logs in and whether they were let in. Mails are passed over. */
#ifndef INSPECT_L7_POP3_H
#define INSPECT_L7_POP3_H

#include "inspect/l7.h"

extern const struct l7_parser l7_pop3_parser;

#endif
