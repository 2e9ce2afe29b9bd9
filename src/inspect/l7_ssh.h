/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_ssh.h - SSH: one event and one observation per connection, when both sides have
 * offered their algorithms; what follows is encrypted and left to the shape of the flow. */
#ifndef INSPECT_L7_SSH_H
#define INSPECT_L7_SSH_H

#include "inspect/l7.h"

extern const struct l7_parser l7_ssh_parser;

#endif
