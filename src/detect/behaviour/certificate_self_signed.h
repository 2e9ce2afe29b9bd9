/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/certificate_self_signed.h - an inside server shows a certificate that nobody but itself vouches for.
 * Addresses outside are left alone by default (`outside`): nobody here can repair them. One finding per machine. */
#ifndef DETECT_BEHAVIOUR_CERTIFICATE_SELF_SIGNED_H
#define DETECT_BEHAVIOUR_CERTIFICATE_SELF_SIGNED_H

#include "detect/behaviour/detector.h"

extern const struct detector certificate_self_signed_detector;

#endif
