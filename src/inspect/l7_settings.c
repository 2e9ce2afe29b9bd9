/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_settings.h"

const struct l7_settings l7_settings_default = {
    .http_request = {.limit_bytes = 102400, .minimal_bytes = 32768, .window_bytes = 4096, .limit_ends_file = true},
    .http_response = {.limit_bytes = 102400, .minimal_bytes = 40960, .window_bytes = 16384, .limit_ends_file = true},
    .file = {.limit_bytes = 102400, .minimal_bytes = 32768, .window_bytes = 4096},
};
