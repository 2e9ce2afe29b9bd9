/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/asset_view.h - the machines that were seen, and what they answered on. */
#ifndef CLI_ASSET_VIEW_H
#define CLI_ASSET_VIEW_H

#include "cli/present.h"

struct json;

void asset_view_head(const struct presenter *p);
void asset_view_line(const struct presenter *p, const struct asset *asset);
void asset_view_json(struct json *j, struct bytes key, const struct asset *asset);

#endif
