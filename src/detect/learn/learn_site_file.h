/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_site_file.h - the file of a learn_site: of one size, big-endian, a SHA-256 at its end.
 *
 * Who may write to it may also make the sensor deaf: it is kept with the rights of the dossier, and every value is checked.
 */
#ifndef DETECT_LEARN_LEARN_SITE_FILE_H
#define DETECT_LEARN_LEARN_SITE_FILE_H

#include "core/diag.h"
#include "detect/learn/learn_site.h"

/* Bytes of every such file. */
size_t learn_site_file_size(void);
/* out: learn_site_file_size() bytes. */
void learn_site_file_write(const struct learn_site *s, uint8_t *out);
/* 0, or -EBADMSG with diag: cut, altered, of another version, or with values that make no sense; *out is then undefined (it is
 * too large to keep a second one). */
MUST_USE int learn_site_file_read(struct bytes file, const char *file_cstr, struct learn_site *out, struct diag *diag);

#endif
