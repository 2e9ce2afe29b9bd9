/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/asset_view.h - machines on the terminal: a line of a list, or all that is known of one. */
#ifndef APP_ASSET_VIEW_H
#define APP_ASSET_VIEW_H

#include "cli/present.h"

struct dossier_machine;

void asset_view_head(const struct presenter *p);
void asset_view_line(const struct presenter *p, const struct dossier_machine *machine);
void asset_view_card(const struct presenter *p, const struct dossier_machine *machine);
/* Two addresses that have one MAC. */
void asset_view_proposal(const struct presenter *p, const struct dossier_machine *machine);

#endif
