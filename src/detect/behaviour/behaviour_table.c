/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/behaviour.h"

#include "detect/behaviour/scan_horizontal.h"

const struct detector *const behaviour_table[] = {
    &scan_horizontal_detector,
};
const size_t behaviour_table_count = LENGTH_OF(behaviour_table);
