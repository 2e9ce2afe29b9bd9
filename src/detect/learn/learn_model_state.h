/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_model_state.h - what a model is made of; for the files of this folder that score and explain. */
#ifndef DETECT_LEARN_LEARN_MODEL_STATE_H
#define DETECT_LEARN_LEARN_MODEL_STATE_H

#include "detect/learn/learn_kernel.h"

struct learn_explain_tables;

struct learn_model {
	struct learn_facts facts;
	struct learn_forest forest;
	double unit; /* 2^-exponent */
	struct learn_packed packed;
	enum learn_kernel kernel;
	struct learn_explain_tables *explain;
};

#endif
