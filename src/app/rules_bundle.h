/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_bundle.h - the rule files of a run on their way from the parent, which may open files, to the sensor, which reads them:
 * settings first (core/flat.h), then of each file its kind, its name and its bytes, with their lengths (4 bytes, big-endian) before them.
 */
#ifndef APP_RULES_BUNDLE_H
#define APP_RULES_BUNDLE_H

#include "app/rules_files.h"
#include "core/flat.h"

/* A sealed memory file: its descriptor (the caller's to close) and *size, or a negative errno with diag. */
MUST_USE int rules_bundle_make(const struct rules_files *files, const struct flat *said, size_t *size, struct diag *diag);
/* The settings alone, into a flat that was made. */
MUST_USE int rules_bundle_settings(int fd, size_t size, struct flat *said, struct diag *diag);
/* Reads the settings (into a flat that was made) and the files into the set, as hostile. *room keeps the bytes, which the set borrows: the caller frees it after the set. */
MUST_USE int
rules_bundle_load(int fd, size_t size, struct flat *said, struct rule_set *set, uint8_t **room, struct diag *diag);

#endif
