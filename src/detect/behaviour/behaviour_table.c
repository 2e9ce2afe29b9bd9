/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/behaviour.h"

#include "detect/behaviour/address_duplicate.h"
#include "detect/behaviour/amplification.h"
#include "detect/behaviour/arp_spoof.h"
#include "detect/behaviour/beacon.h"
#include "detect/behaviour/certificate_expired.h"
#include "detect/behaviour/certificate_self_signed.h"
#include "detect/behaviour/cleartext_credentials.h"
#include "detect/behaviour/dga.h"
#include "detect/behaviour/dhcp_rogue.h"
#include "detect/behaviour/dns_tunnel.h"
#include "detect/behaviour/exfiltration.h"
#include "detect/behaviour/flood.h"
#include "detect/behaviour/guess.h"
#include "detect/behaviour/lateral_movement.h"
#include "detect/behaviour/long_connection.h"
#include "detect/behaviour/new_device.h"
#include "detect/behaviour/odd_port.h"
#include "detect/behaviour/scan_horizontal.h"
#include "detect/behaviour/scan_slow.h"
#include "detect/behaviour/scan_stealth.h"
#include "detect/behaviour/scan_udp.h"
#include "detect/behaviour/scan_vertical.h"
#include "detect/behaviour/slow_http.h"

const struct detector *const behaviour_table[] = {
    &scan_horizontal_detector,
    &scan_vertical_detector,
    &scan_stealth_detector,
    &scan_udp_detector,
    &scan_slow_detector,
    &guess_ssh_detector,
    &guess_rdp_detector,
    &guess_ftp_detector,
    &guess_http_detector,
    &guess_smb_detector,
    &guess_database_detector,
    &flood_syn_detector,
    &flood_udp_detector,
    &flood_icmp_detector,
    &amplification_detector,
    &slow_http_detector,
    &lateral_movement_detector,
    &long_connection_detector,
    &arp_spoof_detector,
    &address_duplicate_detector,
    &dhcp_rogue_detector,
    &new_device_detector,
    &odd_port_detector,
    &certificate_expired_detector,
    &certificate_self_signed_detector,
    &cleartext_credentials_detector,
    &dns_tunnel_detector,
    &dga_detector,
    &exfiltration_detector,
    &beacon_detector,
};
const size_t behaviour_table_count = LENGTH_OF(behaviour_table);
