/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_syslog.h - lines of system logs, as what they say of logins, of a firewall, or another program's alert.
 *
 * RFC 5424, RFC 3164 as it is really written, and rsyslog's ISO times. Understood: sshd, PAM with a remote host, vsftpd; the
 * packets that iptables, nftables and the filterlog of OPNsense and pfSense tell; CEF. Logs name machines, detectors want
 * addresses: who knows them says so first.
 */
#ifndef ARRIVAL_ARRIVAL_SYSLOG_H
#define ARRIVAL_ARRIVAL_SYSLOG_H

#include "arrival/arrival_eve.h"
#include "arrival/arrival_tally.h"

struct zone;
struct arrival_syslog;

enum { ARRIVAL_SYSLOG_HOSTS_MAX = 4096, ARRIVAL_SYSLOG_NAME_MAX = 64, ARRIVAL_SYSLOG_REPEATS_MAX = 1000 };

struct arrival_syslog_options {
	const struct zone *zone; /* of times that do not say theirs; borrowed */
	int64_t now_s;
	/* Of times that do not say theirs: the year of the first line, and the next one when December is over. 0: the latest
	 * year that does not lie in the future, by more than a day. */
	int year;
};

MUST_USE struct arrival_syslog *arrival_syslog_new(const struct arrival_syslog_options *options); /* NULL: no memory */
void arrival_syslog_free(struct arrival_syslog *syslog);
void arrival_syslog_begin(struct arrival_syslog *syslog);
/* The machine of that name, as logs call it, has this address. The first one said counts; beyond the limit they are dropped. */
void arrival_syslog_name(struct arrival_syslog *syslog, struct bytes name, const struct addr *address);
/* How often the line says it (from 1); 0: a right line that says nothing we understand; -EINVAL with diag: no line of a log. */
MUST_USE int arrival_syslog_read(struct arrival_syslog *syslog, struct bytes line, struct arrival *out, struct diag *diag);
/* Machines that told a login and whose address nobody knows. */
const struct arrival_tally *arrival_syslog_strangers(const struct arrival_syslog *syslog);
/* Programs that wrote what was not understood. */
const struct arrival_tally *arrival_syslog_unknown(const struct arrival_syslog *syslog);

#endif
