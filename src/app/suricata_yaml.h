/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/suricata_yaml.h - what an existing suricata.yaml says that holds here too: its variables (vars.address-groups, vars.port-groups).
 * Other keys are passed over.
 */
#ifndef APP_SURICATA_YAML_H
#define APP_SURICATA_YAML_H

#include "core/arena.h"
#include "core/diag.h"
#include "detect/rules/rule_vars.h"

/* Adds to *vars; texts live in the arena. 0, or a negative errno with diag (file, line). An empty file says nothing. */
MUST_USE int suricata_yaml_read(struct arena *arena, const char *path_cstr, struct rule_vars *vars, struct diag *diag);
/* "vars.address-groups.HOME_NET=10.0.0.0/8", as --set has it. Keys that are not known here change nothing. */
MUST_USE int suricata_yaml_set(struct rule_vars *vars, const char *setting_cstr, struct diag *diag);

#endif
