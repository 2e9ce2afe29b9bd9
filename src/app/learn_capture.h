/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_capture.h - the vectors of a capture: our own sensor reads it, confined as it always is. */
#ifndef APP_LEARN_CAPTURE_H
#define APP_LEARN_CAPTURE_H

#include "core/diag.h"

/* A file in memory with its vectors and addresses (record/flow_vector_file.h), read from its beginning. `moments`: also after 8
 * data packets and at 60 s. The descriptor, or a negative errno with diag. */
MUST_USE int learn_capture_open(const char *file_cstr, bool moments, struct diag *diag);

#endif
