/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/ftp.h - where the data connection of FTP goes (RFC 959 4.1.2, RFC 2428). */
#ifndef PROTO_FTP_H
#define PROTO_FTP_H

#include "core/addr.h"
#include "core/bytes.h"

struct ftp_place {
	struct addr addr;
	bool has_addr; /* EPSV names a port only */
	uint16_t port;
};

/* The argument of PORT, "192,168,0,1,4,1", and of EPRT, "|1|192.168.0.1|1025|". False: it is none. */
bool ftp_port(struct bytes argument, struct ftp_place *out);
bool ftp_eprt(struct bytes argument, struct ftp_place *out);
/* The text of a reply 227, "Entering Passive Mode (192,168,0,1,4,1).", and of 229, "... (|||1025|)". */
bool ftp_passive(struct bytes reply, struct ftp_place *out);
bool ftp_extended_passive(struct bytes reply, struct ftp_place *out);

#endif
