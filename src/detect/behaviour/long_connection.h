/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/long_connection.h - one connection to the outside that lasts for hours (T1572): remote help left open, a
 * tunnel, or an intruder who keeps a foot in the door. As in RITA, length alone is worth a look. */
#ifndef DETECT_BEHAVIOUR_LONG_CONNECTION_H
#define DETECT_BEHAVIOUR_LONG_CONNECTION_H

#include "detect/behaviour/detector.h"

extern const struct detector long_connection_detector;

#endif
