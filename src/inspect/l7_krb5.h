/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_krb5.h - Kerberos 5 over TCP and UDP: each message by itself. */
#ifndef INSPECT_L7_KRB5_H
#define INSPECT_L7_KRB5_H

#include "inspect/l7.h"

extern const struct l7_parser l7_krb5_parser, l7_krb5_udp_parser;

#endif
