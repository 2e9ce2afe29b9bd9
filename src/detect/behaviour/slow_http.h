/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/slow_http.h - web requests that never end, to keep a server busy (T1499.001). */
#ifndef DETECT_BEHAVIOUR_SLOW_HTTP_H
#define DETECT_BEHAVIOUR_SLOW_HTTP_H

#include "detect/behaviour/detector.h"

extern const struct detector slow_http_detector;

#endif
