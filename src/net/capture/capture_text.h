/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_text.h - _(): what a person will read, in the language of the process. */
#ifndef NET_CAPTURE_CAPTURE_TEXT_H
#define NET_CAPTURE_CAPTURE_TEXT_H

#include "core/text.h"

#endif
