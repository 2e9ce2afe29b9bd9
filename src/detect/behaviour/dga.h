/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/dga.h - one machine asks for many domains that do not exist and look made up by a program (T1568.002). A
 * resolver that only passes on the questions of others is not accused. */
#ifndef DETECT_BEHAVIOUR_DGA_H
#define DETECT_BEHAVIOUR_DGA_H

#include "detect/behaviour/detector.h"

extern const struct detector dga_detector;

#endif
