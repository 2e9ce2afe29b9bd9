/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* console/console_config.h - what the parent tells the console before the first request.
 *
 *	parent  -> console  CONSOLE_CONFIG, then CONSOLE_CLERK with the clerk's end each time a clerk is started
 *	console -> parent   CONSOLE_READY, or CONSOLE_FAULT (a sentence) before it ends
 *	both ways           CONSOLE_CONVERT, CONSOLE_CONVERTED: see console_convert.h
 */
#ifndef CONSOLE_CONSOLE_CONFIG_H
#define CONSOLE_CONSOLE_CONFIG_H

#include "console/console_call.h"
#include "core/writer.h"

enum console_message {
	CONSOLE_CONFIG = 96,
	CONSOLE_CLERK,
	CONSOLE_READY,
	CONSOLE_FAULT,
	CONSOLE_CONVERT,
	CONSOLE_CONVERTED
};

/* Descriptors, from 3 up. */
enum { CONSOLE_FD_PARENT = 3, CONSOLE_FD_LISTEN = 4 };

enum { CONSOLE_CONFIG_NAMES_BYTES = 2048, CONSOLE_CONFIG_PEM_MAX = 32768 };

struct console_config {
	enum language language;
	bool tls;
	bool
	    strict_transport; /* HSTS: only with a certificate that a browser trusts, for it forbids to go on past a warning */
	struct console_names names;
	struct bytes certificate, key; /* PEM, each with a NUL behind it; empty without TLS */
};

void console_config_put(struct writer *w, const struct console_config *config);
/* The names are copied into room; the rest borrows the message. */
MUST_USE enum parse
console_config_get(struct bytes message, char room[static CONSOLE_CONFIG_NAMES_BYTES], struct console_config *out);

#endif
