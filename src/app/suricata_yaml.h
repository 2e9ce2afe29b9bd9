/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/suricata_yaml.h - what an existing suricata.yaml and --set say, as flat pairs (core/flat.h). What they mean: app/run_settings.h. */
#ifndef APP_SURICATA_YAML_H
#define APP_SURICATA_YAML_H

#include "core/diag.h"
#include "core/flat.h"
#include "detect/rules/rule_vars.h"

/* With the files that it includes, looked for beside it. 0, or a negative errno with diag (file, line). An empty file says nothing. */
MUST_USE int suricata_yaml_read(struct flat *flat, const char *path_cstr, struct diag *diag);
/* "vars.address-groups.HOME_NET=10.0.0.0/8", as --set has it. */
MUST_USE int suricata_yaml_set(struct flat *flat, const char *setting_cstr, struct diag *diag);
/* The variables among them; borrows the texts. */
MUST_USE int suricata_yaml_vars(const struct flat *flat, struct rule_vars *vars, struct diag *diag);

#endif
