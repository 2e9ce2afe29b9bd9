/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/study_reckon.h - what follows from the ratings of a study (domain 5.3): relevance, threat, gravity, likelihood, risk levels.
 *
 * A rating that people set beside the reckoned one is "forced", and shows. -1: not known.
 */
#ifndef STUDY_STUDY_RECKON_H
#define STUDY_STUDY_RECKON_H

#include "study/study.h"

enum study_zone { STUDY_OUTSIDE, STUDY_WATCH, STUDY_CONTROL, STUDY_DANGER };

/* Of each record, what its section has. */
struct study_figure {
	int8_t gravity, likelihood, level;                            /* events, paths, scenarios, modes, risks */
	int8_t residual_gravity, residual_likelihood, residual_level; /* risks */
	int8_t relevance;                                             /* pairs */
	bool forced_gravity, forced_likelihood, forced_relevance, forced_threat, forced_residual_threat;
	bool likelihood_of_pair; /* there is no operational scenario: the relevance of the pair stands for it (EXI_M3_16) */
	int64_t threat, residual_threat; /* stakeholders, decimals; -1: not known */
	enum study_zone zone, residual_zone;
	size_t mode; /* modes: of study.modes; operational: the likeliest mode, a record. SIZE_MAX: none */
};

/* One for each record, in the arena. NULL: no memory. */
struct study_figure *study_reckon(const struct study *s);
/* The level of a risk by the matrix of the study; -1 where it has none. */
int study_reckon_level(const struct study *s, int gravity, int likelihood);
size_t study_reckon_matrix(const struct study *s); /* the record; SIZE_MAX: none */
/* The word of a level of a scale or matrix; "" when there is none. */
const char *study_reckon_word(const struct study *s, size_t scale, int level, enum language language);
/* "danger", "control", "watch", "outside" */
const char *study_reckon_zone_word(enum study_zone zone);
enum study_zone study_reckon_zone(const struct study *s, int64_t threat);
/* The threshold of a zone, from the study or the guide's example: 2.5, 0.9, 0.2. */
int64_t study_reckon_threshold(const struct study *s, enum study_zone zone);

#endif
