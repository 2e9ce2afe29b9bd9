/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/flat_yaml.h - a YAML file of settings (libyaml) as flat pairs, in the manner of Suricata's suricata.yaml.
 *
 * An entry of a list has its number for name; one that is a map has its first key for value too: "- fast:" with "enabled: no" below it
 * gives "outputs.0" = "fast" and "outputs.0.fast.enabled" = "no". A key that a file says again, or includes again, replaces all that was
 * below it. "_" in keys is "-", but in the names of variables. "include: FILE", "include: [FILE, ...]" and "!include FILE" are given to
 * the caller. Anchors and aliases are refused. Bounded in size, depth and number.
 */
#ifndef CORE_FLAT_YAML_H
#define CORE_FLAT_YAML_H

#include "core/diag.h"
#include "core/flat.h"

enum { FLAT_YAML_BYTES_MAX = 4 << 20, FLAT_YAML_DEPTH_MAX = 24 };

/* Reads another file, whose keys go below `prefix` (empty: at the top). 0, or a negative errno with diag. */
typedef int flat_yaml_include(void *context, struct bytes prefix, struct bytes name, struct diag *diag);

/* All documents of a text, below `prefix`. 0 (also when there is nothing in it), or a negative errno with diag (file, line). */
MUST_USE int flat_yaml_read(struct flat *flat, struct bytes prefix, struct bytes text, const char *file_cstr,
    flat_yaml_include *include, void *context, struct diag *diag);

#endif
