/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/odd_port.h - a known protocol where it is not expected (T1571): remote access anywhere but on its own
 * port, or anything on the port of something else. Both sides must have spoken it. */
#ifndef DETECT_BEHAVIOUR_ODD_PORT_H
#define DETECT_BEHAVIOUR_ODD_PORT_H

#include "detect/behaviour/detector.h"

extern const struct detector odd_port_detector;

#endif
