/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/recognise.h - protocols that are only told apart, by the first bytes of a side, not read.
 *
 * Each function is strict: what it takes no other protocol may send. MAYBE only while all bytes seen fit. */
#ifndef PROTO_RECOGNISE_H
#define PROTO_RECOGNISE_H

#include "core/bytes.h"

enum recognise_look { RECOGNISE_NO, RECOGNISE_MAYBE, RECOGNISE_YES };
enum recognise_side { RECOGNISE_CLIENT, RECOGNISE_SERVER };

/* X(name): over TCP, the most specific first. */
#define RECOGNISE_TCP(X) X(http2) X(rdp) X(bittorrent) X(vnc) X(mssql) X(openvpn_tcp) X(modbus)
/* Over TCP too, and read further: inspect/l7_database.c, inspect/l7_ldap.c, inspect/l7_krb5.c, inspect/l7_mqtt.c, inspect/l7_sip.c. */
#define RECOGNISE_READ(X) X(mqtt) X(mysql) X(postgresql) X(redis) X(ldap) X(kerberos_tcp) X(sip)
/* Over UDP; NBNS before DNS, whose form it has. */
#define RECOGNISE_UDP(X) X(ssdp) X(nbns) X(openvpn)

#define RECOGNISE_DECLARE(name) enum recognise_look recognise_##name(struct bytes first, enum recognise_side side);
RECOGNISE_DECLARE(http2)
RECOGNISE_DECLARE(rdp)
RECOGNISE_DECLARE(bittorrent)
RECOGNISE_DECLARE(vnc)
RECOGNISE_DECLARE(mqtt)
RECOGNISE_DECLARE(mysql)
RECOGNISE_DECLARE(postgresql)
RECOGNISE_DECLARE(redis)
RECOGNISE_DECLARE(mssql)
RECOGNISE_DECLARE(sip)
RECOGNISE_DECLARE(kerberos)
RECOGNISE_DECLARE(kerberos_tcp)
RECOGNISE_DECLARE(ldap)
RECOGNISE_DECLARE(openvpn)
RECOGNISE_DECLARE(openvpn_tcp)
RECOGNISE_DECLARE(modbus)
RECOGNISE_DECLARE(ssdp)
RECOGNISE_DECLARE(nbns)
RECOGNISE_DECLARE(snmp)
#undef RECOGNISE_DECLARE

/* The user name in an RDP connection request ("Cookie: mstshash=..."); empty when there is none. */
struct bytes recognise_rdp_user(struct bytes first);

#endif
