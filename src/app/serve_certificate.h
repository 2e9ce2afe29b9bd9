/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/serve_certificate.h - certificate and key of the console: the user's, or one of its own, made once and kept. */
#ifndef APP_SERVE_CERTIFICATE_H
#define APP_SERVE_CERTIFICATE_H

#include "core/addr.h"
#include "core/diag.h"

enum { SERVE_CERTIFICATE_PEM_MAX = 32768, SERVE_CERTIFICATE_PRINT_MAX = 96 };

struct serve_certificate {
	char certificate[SERVE_CERTIFICATE_PEM_MAX], key[SERVE_CERTIFICATE_PEM_MAX]; /* PEM, ending in NUL */
	char print_cstr[SERVE_CERTIFICATE_PRINT_MAX]; /* SHA-256, as browsers show it: "AB:CD:..." */
	bool made;                                    /* now */
};

/* What it must be good for. */
struct serve_certificate_names {
	const char *const *names;
	size_t name_count;
	const struct addr *addresses;
	size_t address_count;
};

/* Reads and checks the user's files. */
MUST_USE int
serve_certificate_read(struct serve_certificate *out, const char *certificate_cstr, const char *key_cstr, struct diag *diag);
/* Reads FOLDER/tls/, or makes another one there when there is none, it ends within a month or lacks a name. */
MUST_USE int serve_certificate_own(
    struct serve_certificate *out, const char *folder_cstr, const struct serve_certificate_names *names, struct diag *diag);

#endif
