/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/new_device.h - a network card never seen during the learning time appears (T1200). Cards are known by the
 * ARP and DHCP they speak; the finding waits until the card has an address. Whoever first
 * shows up by answering was there already. */
#ifndef DETECT_BEHAVIOUR_NEW_DEVICE_H
#define DETECT_BEHAVIOUR_NEW_DEVICE_H

#include "detect/behaviour/detector.h"

extern const struct detector new_device_detector;

#endif
