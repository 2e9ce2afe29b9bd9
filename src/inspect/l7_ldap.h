/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_ldap.h - LDAP: operations with their answers, logins, and where TLS begins. */
#ifndef INSPECT_L7_LDAP_H
#define INSPECT_L7_LDAP_H

#include "inspect/l7.h"

extern const struct l7_parser l7_ldap_parser;

#endif
