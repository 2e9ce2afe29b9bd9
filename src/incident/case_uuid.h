/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/case_uuid.h - names for things in other people's formats: the same thing has the same name in every export. */
#ifndef INCIDENT_CASE_UUID_H
#define INCIDENT_CASE_UUID_H

#include "core/bytes.h"

enum { CASE_UUID_TEXT = 37 };

/* Version 5 (RFC 4122 4.3) in STIX's namespace of observables (STIX 2.1, 2.9). Returns out. */
const char *case_uuid_stix(struct bytes name, char out[static CASE_UUID_TEXT]);
/* Version 5 in a namespace of ours. */
const char *case_uuid_ours(struct bytes name, char out[static CASE_UUID_TEXT]);

#endif
