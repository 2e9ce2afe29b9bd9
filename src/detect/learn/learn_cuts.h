/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_cuts.h - how the numbers that an imported model reads become codes: section LEARN_FILE_CUTS of its file.
 *
 * The code of a number is how many cuts of its feature are at most that number; a test x < cut asks for no more, so nothing is
 * lost. A number that is not known (NaN) has the code that the table says for its feature.
 *
 *	u32 version (1), u32 number of features (1..64); of each: u16 number of cuts (0..255), u8 code of NaN, u8 0;
 *	then the cuts, float32, ascending, feature by feature
 */
#ifndef DETECT_LEARN_LEARN_CUTS_H
#define DETECT_LEARN_LEARN_CUTS_H

#include "core/bytes.h"
#include "core/diag.h"
#include "record/flow_vector.h"

enum { LEARN_CUTS_MAX = 255, LEARN_CUTS_BYTES_MAX = 8 + 4 * FLOW_CODES + 4 * FLOW_CODES * LEARN_CUTS_MAX };

struct learn_cuts {
	unsigned features;
	uint16_t count[FLOW_CODES];
	uint8_t unknown[FLOW_CODES];
	float cut[FLOW_CODES][LEARN_CUTS_MAX];
};

/* 0, or -EINVAL with diag. */
MUST_USE int learn_cuts_read(struct bytes section, struct learn_cuts *out, struct diag *diag);
/* How many bytes were written. */
size_t learn_cuts_write(const struct learn_cuts *cuts, uint8_t out[static LEARN_CUTS_BYTES_MAX]);
uint8_t learn_cuts_code(const struct learn_cuts *cuts, unsigned feature, float value);

#endif
