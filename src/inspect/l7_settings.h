/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_settings.h - what a site may set of protocols and contents: limits and choices, with Suricata's defaults.
 * app/suricata_yaml.c fills them from an existing suricata.yaml and --set.
 */
#ifndef INSPECT_L7_SETTINGS_H
#define INSPECT_L7_SETTINGS_H

#include "inspect/content.h"

struct l7_settings {
	struct content_window http_request, http_response; /* bodies */
};

extern const struct l7_settings l7_settings_default;

#endif
