/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/events_filter.h - which words a block of events may hold: a Bloom filter. "No" is sure; "yes" is wrong once in 250. */
#ifndef DOSSIER_EVENTS_FILTER_H
#define DOSSIER_EVENTS_FILTER_H

#include "core/bytes.h"

/* Bytes for so many words. */
size_t events_filter_size(size_t words);
/* Into zeroed bytes. */
void events_filter_add(uint8_t *filter, size_t size, uint64_t word);
/* An empty filter says yes to all. */
bool events_filter_may_have(struct bytes filter, uint64_t word);

#endif
