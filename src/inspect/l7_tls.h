/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_tls.h - TLS over TCP: one event per connection, from the plain part of its handshake. */
#ifndef INSPECT_L7_TLS_H
#define INSPECT_L7_TLS_H

#include "inspect/l7.h"

extern const struct l7_parser l7_tls_parser;

#endif
