/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/letter_model.h - does a label look made up by a program?
 *
 * Points for what words and names of people do not do: letters that seldom follow each other (letter_pairs.h, counted in our
 * own French and English texts), digits in the middle, runs of consonants, great length. Measured on generated names of 35
 * lists and on 10,000 well-known domains: LETTER_MODEL_ODD points or more are half to all of the former, and one in ten of the
 * latter. So one odd name proves nothing: a detector needs many.
 */
#ifndef DETECT_BEHAVIOUR_LETTER_MODEL_H
#define DETECT_BEHAVIOUR_LETTER_MODEL_H

#include "core/bytes.h"

enum { LETTER_MODEL_ODD = 20 };

/* Points; LETTER_MODEL_ODD and above looks made up. */
unsigned letter_model_points(struct bytes label);

#endif
