/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_ftp.h - the "ftp" object of an EVE event. */
#ifndef INSPECT_EVE_FTP_H
#define INSPECT_EVE_FTP_H

#include "core/json.h"

struct eve_ftp {
	struct bytes command, data; /* empty: a reply to no command (the greeting) */
	bool data_cut;
	struct bytes replies; /* whole lines, each followed by LF */
	bool replies_cut;
	uint16_t dynamic_port; /* 0: none was said */
	const char *mode_cstr; /* "active", "passive", or NULL */
};

void eve_ftp_write(struct json *j, const struct eve_ftp *ftp);
/* The "ftp_data" object: what a data connection carries. */
void eve_ftp_write_data(struct json *j, struct bytes command, struct bytes filename);

#endif
