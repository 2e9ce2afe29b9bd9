/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/cleartext_credentials.h - a password crossed the network readable (T1040). The finding names the machine
 * that asks for it and the user, never the password. Anonymous FTP has no secret. */
#ifndef DETECT_BEHAVIOUR_CLEARTEXT_CREDENTIALS_H
#define DETECT_BEHAVIOUR_CLEARTEXT_CREDENTIALS_H

#include "detect/behaviour/detector.h"

extern const struct detector cleartext_credentials_detector;

#endif
