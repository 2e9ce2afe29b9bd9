/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/eve_packet.h - packets themselves, as alerts, anomalies and arp events quote them. */
#ifndef INSPECT_EVE_PACKET_H
#define INSPECT_EVE_PACKET_H

#include "core/json.h"
#include "net/decode/packet.h"

/* "packet" and "packet_info": the first bytes of the frame, or of what a tunnel carries. Nothing when they have no room. */
void eve_packet_write(struct json *j, const struct packet *packet, size_t bytes);
/* "payload" and "payload_printable", as they are asked for. */
void eve_packet_write_payload(struct json *j, struct bytes payload, bool encoded, bool printable);
/* "tunnel": the outermost packet of the frame; nothing when there is no tunnel. */
void eve_packet_write_tunnel(struct json *j, const struct packet *packet);
/* "arp":{...}. */
void eve_packet_write_arp(struct json *j, const struct packet_arp *arp);

#endif
