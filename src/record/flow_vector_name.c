/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/flow_vector_name.h"

#include "core/ensure.h"
#include "record/flow_vector.h"

static const char *const names[FLOW_CODES] = {
    [FLOW_CODE_DURATION] = "duration",
    [FLOW_CODE_PACKETS_OPENER] = "packets_opener",
    [FLOW_CODE_PACKETS_ANSWERER] = "packets_answerer",
    [FLOW_CODE_BYTES_OPENER] = "bytes_opener",
    [FLOW_CODE_BYTES_ANSWERER] = "bytes_answerer",
    [FLOW_CODE_PAYLOAD_OPENER] = "payload_opener",
    [FLOW_CODE_PAYLOAD_ANSWERER] = "payload_answerer",
    [FLOW_CODE_ASYMMETRY] = "asymmetry",
    [FLOW_CODE_PAYLOAD_MEAN_OPENER] = "payload_mean_opener",
    [FLOW_CODE_PAYLOAD_MEAN_ANSWERER] = "payload_mean_answerer",
    [FLOW_CODE_SIZE_MAX_OPENER] = "size_max_opener",
    [FLOW_CODE_SIZE_MAX_ANSWERER] = "size_max_answerer",
    [FLOW_CODE_SIZE_MIN_OPENER] = "size_min_opener",
    [FLOW_CODE_SIZES_128] = "sizes_128",
    [FLOW_CODE_SIZES_256] = "sizes_256",
    [FLOW_CODE_SIZES_512] = "sizes_512",
    [FLOW_CODE_SIZES_1024] = "sizes_1024",
    [FLOW_CODE_SIZES_MORE] = "sizes_more",
    [FLOW_CODE_GAP_MIN_OPENER] = "gap_min_opener",
    [FLOW_CODE_GAP_MEAN_OPENER] = "gap_mean_opener",
    [FLOW_CODE_GAP_DEVIATION_OPENER] = "gap_deviation_opener",
    [FLOW_CODE_GAP_MAX_OPENER] = "gap_max_opener",
    [FLOW_CODE_GAP_MIN_ANSWERER] = "gap_min_answerer",
    [FLOW_CODE_GAP_MEAN_ANSWERER] = "gap_mean_answerer",
    [FLOW_CODE_GAP_DEVIATION_ANSWERER] = "gap_deviation_answerer",
    [FLOW_CODE_GAP_MAX_ANSWERER] = "gap_max_answerer",
    [FLOW_CODE_SILENCE] = "silence",
    [FLOW_CODE_TCP_FLAGS_OPENER] = "tcp_flags_opener",
    [FLOW_CODE_TCP_FLAGS_ANSWERER] = "tcp_flags_answerer",
    [FLOW_CODE_STATE] = "state",
    [FLOW_CODE_SYN_COUNT] = "syn_count",
    [FLOW_CODE_RST_COUNT] = "rst_count",
    [FLOW_CODE_RETRANSMITTED_OPENER] = "retransmitted_opener",
    [FLOW_CODE_RETRANSMITTED_ANSWERER] = "retransmitted_answerer",
    [FLOW_CODE_HANDSHAKE] = "handshake",
    [FLOW_CODE_IP_PROTOCOL] = "ip_protocol",
    [FLOW_CODE_SERVICE] = "service",
    [FLOW_CODE_PORT_RARITY] = "port_rarity",
    [FLOW_CODE_FIRST_SIZE_1] = "first_size_1",
    [FLOW_CODE_FIRST_SIZE_2] = "first_size_2",
    [FLOW_CODE_FIRST_SIZE_3] = "first_size_3",
    [FLOW_CODE_FIRST_SIZE_4] = "first_size_4",
    [FLOW_CODE_FIRST_SIZE_5] = "first_size_5",
    [FLOW_CODE_FIRST_SIZE_6] = "first_size_6",
    [FLOW_CODE_FIRST_SIZE_7] = "first_size_7",
    [FLOW_CODE_FIRST_SIZE_8] = "first_size_8",
    [FLOW_CODE_ENTROPY] = "entropy",
    [FLOW_CODE_TLS_CLIENT_RARITY] = "tls_client_rarity",
    [FLOW_CODE_TLS_SUITES] = "tls_suites",
    [FLOW_CODE_TLS_NAME_LENGTH] = "tls_name_length",
    [FLOW_CODE_TLS_CERTIFICATE] = "tls_certificate",
    [FLOW_CODE_SOURCE_FLOWS] = "source_flows",
    [FLOW_CODE_SERVICE_FLOWS] = "service_flows",
    [FLOW_CODE_SOURCE_DESTINATIONS] = "source_destinations",
    [FLOW_CODE_SOURCE_PORTS] = "source_ports",
    [FLOW_CODE_SOURCE_FAILED] = "source_failed",
    [FLOW_CODE_SOURCE_UPLOAD] = "source_upload",
    [FLOW_CODE_SERVICE_SOURCES] = "service_sources",
    [FLOW_CODE_REGULARITY] = "regularity",
    [FLOW_CODE_PAIR_SEEN] = "pair_seen",
    [FLOW_CODE_SERVICE_NEW] = "service_new",
    [FLOW_CODE_HOUR_HABIT] = "hour_habit",
    [FLOW_CODE_DNS_FAILED] = "dns_failed",
    [FLOW_CODE_RECORD] = "record",
};

const char *
flow_vector_name(unsigned code)
{
	ENSURE(code < FLOW_CODES);
	return names[code];
}
