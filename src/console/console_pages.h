/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* console/console_pages.h - the files of the web application, inside the program: tools/embed-web makes console_pages.c. */
#ifndef CONSOLE_CONSOLE_PAGES_H
#define CONSOLE_CONSOLE_PAGES_H

#include "core/bytes.h"

struct console_page {
	const char *path_cstr;             /* "/app.js" */
	const char *type_cstr;             /* "text/javascript; charset=utf-8" */
	const char *etag_cstr;             /* of its content, without quotes */
	const unsigned char *plain, *gzip; /* gzip NULL: it would not be smaller */
	size_t plain_len, gzip_len;
};

extern const struct console_page console_pages[];
extern const size_t console_pages_count;

#endif
