/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/case_iodef.h - the file of an incident as IODEF version 2 (RFC 7970), for CSIRTs. */
#ifndef INCIDENT_CASE_IODEF_H
#define INCIDENT_CASE_IODEF_H

#include "record/case_file.h"

#include <stdio.h>

/* now_s: GenerationTime. */
void case_iodef_write(FILE *out, const struct case_file *file, int64_t now_s);

#endif
