/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_@name@.h - @NAME@: an event per message. */
#ifndef INSPECT_L7_@NAME@_H
#define INSPECT_L7_@NAME@_H

#include "inspect/l7.h"

extern const struct l7_parser l7_@name@_parser;

#endif
