/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/behaviour.h"

#include "detect/behaviour/amplification.h"
#include "detect/behaviour/flood.h"
#include "detect/behaviour/guess.h"
#include "detect/behaviour/lateral_movement.h"
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
};
const size_t behaviour_table_count = LENGTH_OF(behaviour_table);
