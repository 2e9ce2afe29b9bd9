/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/address_duplicate.h - two cards answer for one address, in turn (RFC 5227 2.4). */
#ifndef DETECT_BEHAVIOUR_ADDRESS_DUPLICATE_H
#define DETECT_BEHAVIOUR_ADDRESS_DUPLICATE_H

#include "detect/behaviour/detector.h"

extern const struct detector address_duplicate_detector;

#endif
