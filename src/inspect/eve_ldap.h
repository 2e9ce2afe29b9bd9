/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_ldap.h - the ldap event: an operation with its answers, in Suricata's fields.
 *
 * Passwords stay out of it: those of a bind, and the values of attributes that hold them.
 */
#ifndef INSPECT_EVE_LDAP_H
#define INSPECT_EVE_LDAP_H

#include "core/json.h"
#include "proto/ldap.h"

void eve_ldap_write(
    struct json *j, const struct ldap_message *request_or_null, const struct ldap_message *responses, size_t response_count);

#endif
