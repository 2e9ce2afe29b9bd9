/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/guess.h - passwords tried one after the other on one service (T1110).
 *
 * Where the answer can be read (FTP, HTTP), refused logins are counted. Where it cannot (SSH, remote desktop, file
 * shares, databases), so are short sessions, all alike, that end where a refused login ends. A session that goes
 * further after such a series has probably found the password.
 */
#ifndef DETECT_BEHAVIOUR_GUESS_H
#define DETECT_BEHAVIOUR_GUESS_H

#include "detect/behaviour/detector.h"

extern const struct detector guess_ssh_detector, guess_rdp_detector, guess_ftp_detector, guess_http_detector,
    guess_smb_detector, guess_database_detector;

#endif
