/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/content_range.h - a file that comes in ranges (HTTP 206), in several transactions, of several connections: put together again, and then
 * a file of its own: measured, hashed, kept. Rules look into the bytes of each range when it comes, as Suricata does; of the whole they know
 * size, hashes, name and kind. What comes too early waits, within a budget.
 */
#ifndef INSPECT_CONTENT_RANGE_H
#define INSPECT_CONTENT_RANGE_H

#include "inspect/content.h"

struct content;
struct content_ranges;

/* NULL: no memory. */
MUST_USE struct content_ranges *content_range_new(size_t budget_bytes, uint64_t hash_key);
void content_range_free(struct content_ranges *ranges);
void content_range_clear(struct content_ranges *ranges);

/* A range of a file of spec.size bytes begins: which file it is part of is found, or begun. */
void content_range_open(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx,
    const struct content_spec *spec, struct content *range);
/* Its next bytes, before they are counted. */
void content_range_data(
    struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, struct content *range, struct bytes data);

#endif
