/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_ntp.h - NTP: an event per message. A private "monlist" is the anomaly "monlist", once per flow. */
#ifndef INSPECT_L7_NTP_H
#define INSPECT_L7_NTP_H

#include "inspect/l7.h"

extern const struct l7_parser l7_ntp_parser;

#endif
