/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_table.h"

#include "inspect/l7_database.h"
#include "inspect/l7_dcerpc.h"
#include "inspect/l7_dhcp.h"
#include "inspect/l7_dns.h"
#include "inspect/l7_ftp.h"
#include "inspect/l7_ftp_data.h"
#include "inspect/l7_http.h"
#include "inspect/l7_krb5.h"
#include "inspect/l7_ldap.h"
#include "inspect/l7_mail.h"
#include "inspect/l7_mqtt.h"
#include "inspect/l7_pgsql.h"
#include "inspect/l7_ntp.h"
#include "inspect/l7_pop3.h"
#include "inspect/l7_quic.h"
#include "inspect/l7_recognise.h"
#include "inspect/l7_sip.h"
#include "inspect/l7_smb.h"
#include "inspect/l7_smtp.h"
#include "inspect/l7_snmp.h"
#include "inspect/l7_ssh.h"
#include "inspect/l7_telnet.h"
#include "inspect/l7_tls.h"
#include "inspect/l7_tftp.h"

/* The most frequent first; a parser whose guess could take another's bytes comes after it. */
/* clang-format off */
const struct l7_parser *const l7_table_tcp[] = {
    &l7_tls_parser,
    &l7_http_parser,
    &l7_ssh_parser,
    &l7_smtp_parser,
    &l7_ftp_parser,
    &l7_pop3_parser,
    &l7_mail_imap_parser,
    &l7_telnet_parser,
    &l7_pgsql_parser,
    &l7_database_mysql_parser,
    &l7_database_redis_parser,
    &l7_ldap_parser,
    &l7_smb_parser,
    &l7_krb5_parser,
    &l7_dcerpc_parser,
    &l7_sip_parser,
    &l7_mqtt_parser,
    L7_RECOGNISE_TCP_ENTRIES
    &l7_dns_tcp_parser,
    &l7_ftp_data_parser,
};
const size_t l7_table_tcp_count = LENGTH_OF(l7_table_tcp);

const struct l7_parser *const l7_table_udp[] = {
    &l7_dns_mdns_parser,
    &l7_dns_udp_parser,
    &l7_dhcp_parser,
    &l7_ntp_parser,
    &l7_quic_parser,
    &l7_ldap_parser,
    &l7_dcerpc_udp_parser,
    &l7_snmp_parser,
    &l7_krb5_udp_parser,
    &l7_sip_parser,
    L7_RECOGNISE_UDP_ENTRIES
    &l7_tftp_parser,
};
const size_t l7_table_udp_count = LENGTH_OF(l7_table_udp);
/* clang-format on */
