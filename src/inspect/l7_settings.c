/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_settings.h"

const struct l7_settings l7_settings_default = {
    .http_request = {.limit_bytes = 102400, .minimal_bytes = 32768, .window_bytes = 4096, .limit_ends_file = true},
    .http_response = {.limit_bytes = 102400, .minimal_bytes = 40960, .window_bytes = 16384, .limit_ends_file = true},
    .eve = {.packet_source = true,
        .metadata = true,
        .alert = {.tagged_packets = true, .app_layer = true, .flow = true, .rule_metadata = true, .payload_max = 4096},
        .anomaly = {.decode = true, .stream = true, .applayer = true},
        .dns = {.version = 3, .requests = true, .responses = true, .detailed = true, .grouped = true},
        .tls = {.fields = EVE_TLS_EXTENDED, .resumption = true},
        .dhcp = {.extended = true}},
    .http = {.coding_layers = 2, .lzma_layers = 1, .coding = {.bomb_bytes = 1048576, .lzma_bytes = 1048576}},
    .file = {.limit_bytes = 102400, .minimal_bytes = 32768, .window_bytes = 4096},
    .mqtt = {.message_limit_bytes = 1 << 20, .text_limit_bytes = 1024},
    .smtp = {.decode_mime = true,
        .mime = {.base64 = true,
            .quoted_printable = true,
            .header_value_depth = 2000,
            .urls = {.enabled = true, .scheme_count = 1, .schemes = {"http"}}},
        .content = {.limit_bytes = 100000, .minimal_bytes = 32768, .window_bytes = 4096}},
    .smb_max_read = 16777216,
    .smb_max_write = 16777216,
};
