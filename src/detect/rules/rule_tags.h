/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/rules/rule_tags.h - packets that are kept because a rule held before them: the keyword tag. User guide: "tag".
 *
 * A flow, or a machine, is tagged for so many packets, seconds or bytes, RULE_TAG_PACKETS_MAX packets at most. There is room for RULE_TAGS of
 * each; where too many fall together, who was tagged first gives way.
 */
#ifndef DETECT_RULES_RULE_TAGS_H
#define DETECT_RULES_RULE_TAGS_H

#include "detect/rules/rule.h"
#include "inspect/viewer.h"

enum { RULE_TAGS = 4096, RULE_TAG_PACKETS_MAX = 1024 };

struct rule_tags;

struct rule_tags *rule_tags_new(uint64_t hash_key); /* NULL: no memory */
void rule_tags_free(struct rule_tags *tags);
/* From the packet after this one on. flow_id 0: none; host: of tag:host. */
void rule_tags_begin(struct rule_tags *tags, const struct rule_tag *tag, uint64_t flow_id, const struct addr *host,
    int64_t time_ns, uint64_t number);
/* Whether this packet is kept. */
bool rule_tags_catch(struct rule_tags *tags, const struct view_packet *packet);

#endif
