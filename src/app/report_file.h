/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/report_file.h - the file that a report becomes, with its SHA-256 beside it. */
#ifndef APP_REPORT_FILE_H
#define APP_REPORT_FILE_H

#include "core/diag.h"
#include "report/report.h"

enum { REPORT_FILE_NAME_MAX = 512, REPORT_FILE_BYTES_MAX = 128 << 20 };

struct report_file {
	enum report_format format;
	const char *path_cstr; /* as given; NULL: a name is made; "-": standard output */
	bool quiet;
	char name_cstr[REPORT_FILE_NAME_MAX];
};

/* Before any work: can it be written, is the program there that makes this format? 0, or a negative errno with diag. */
MUST_USE int report_file_prepare(
    struct report_file *f, const char *what_cstr, const char *id_cstr, const char *kind_cstr, struct diag *diag);
/* Reads a pipe to its end. */
MUST_USE int report_file_drain(int fd, char **out, size_t *len, struct diag *diag);
/* Converts where that is needed, writes, tells. */
MUST_USE int report_file_write(struct report_file *f, struct bytes document, struct diag *diag);

#endif
