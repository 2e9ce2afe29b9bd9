/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/letter_model.h - does a label look made up by a program?
 *
 * Points for what words and names of people do not do: letters that seldom follow each other (letter_pairs.h, counted in our
 * own French and English texts), digits in the middle, runs of consonants, great length. Of the names of 35 generators,
 * half to all reach LETTER_MODEL_ODD for 28 of them; of 10,000 well-known domains, 9 % do. So one odd name proves
 * nothing: a detector needs many, and names made of whole words need another sign.
 */
#ifndef DETECT_BEHAVIOUR_LETTER_MODEL_H
#define DETECT_BEHAVIOUR_LETTER_MODEL_H

#include "core/bytes.h"

enum { LETTER_MODEL_ODD = 20 };

/* Points; LETTER_MODEL_ODD and above looks made up. */
unsigned letter_model_points(struct bytes label);

#endif
