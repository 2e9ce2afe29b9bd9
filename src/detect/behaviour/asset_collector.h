/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/asset_collector.h - the machines of the site, as the observations show them.
 *
 * Only addresses that are private or that spoke on the local link are kept: the Internet is not our inventory.
 */
#ifndef DETECT_BEHAVIOUR_ASSET_COLLECTOR_H
#define DETECT_BEHAVIOUR_ASSET_COLLECTOR_H

#include "record/asset.h"
#include "record/observation.h"

struct asset_collector;

MUST_USE struct asset_collector *asset_collector_new(size_t memory_bytes); /* NULL: no memory */
void asset_collector_free(struct asset_collector *collector);
void asset_collector_observe(struct asset_collector *collector, const struct observation *o);
/* A FLOW_END that will be observed soon, as hosts_prefetch(). */
void asset_collector_prefetch(const struct asset_collector *collector, const struct observation *o, unsigned stage);
/* Calls for each asset, least recently seen first. */
void asset_collector_each(
    struct asset_collector *collector, void (*each)(void *context, const struct asset *asset), void *context);

#endif
