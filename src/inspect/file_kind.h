/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/file_kind.h - what kind of file some bytes begin, in the words of libmagic: "PNG image data, 16 x 16, ...". One per worker.
 *
 * Its bytes are hostile, and libmagic is large: it is asked about a bounded beginning, with limits on all that it may do, by a role that can open
 * nothing, and only where a rule or the site asks for it (docs/decisions/0027). It allocates for each question.
 */
#ifndef INSPECT_FILE_KIND_H
#define INSPECT_FILE_KIND_H

#include "core/bytes.h"
#include "core/diag.h"

struct file_kind;

enum { FILE_KIND_TEXT_MAX = 256, FILE_KIND_ENOUGH = 512 /* bytes that tell a kind, as Suricata has it */ };

/* Reads the system's list of kinds: before the sandbox closes. 0, or a negative errno with diag. */
MUST_USE int file_kind_new(struct file_kind **out, struct diag *diag);
void file_kind_free(struct file_kind *kind);
/* Into text; its length, 0 when nothing can be said. */
size_t file_kind_find(const struct file_kind *kind, struct bytes beginning, char text[static FILE_KIND_TEXT_MAX]);

#endif
