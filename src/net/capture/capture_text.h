/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_text.h - marks what a person will read, for translation. */
#ifndef NET_CAPTURE_CAPTURE_TEXT_H
#define NET_CAPTURE_CAPTURE_TEXT_H

#ifndef _
#define _(text) text
#endif

#endif
