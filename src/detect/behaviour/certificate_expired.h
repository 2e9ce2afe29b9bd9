/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/certificate_expired.h - a server shows a certificate whose end is past (T1557 becomes easy: people learn
 * to accept warnings). One finding per machine. */
#ifndef DETECT_BEHAVIOUR_CERTIFICATE_EXPIRED_H
#define DETECT_BEHAVIOUR_CERTIFICATE_EXPIRED_H

#include "detect/behaviour/detector.h"

extern const struct detector certificate_expired_detector;

#endif
