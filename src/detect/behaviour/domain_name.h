/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/domain_name.h - the part of a name that somebody registered, and the part that its owner made up. */
#ifndef DETECT_BEHAVIOUR_DOMAIN_NAME_H
#define DETECT_BEHAVIOUR_DOMAIN_NAME_H

#include "core/bytes.h"

struct domain_name {
	struct bytes registered; /* "example.org", "example.co.uk"; empty when the name has no dot */
	struct bytes label;      /* "example" */
	struct bytes below;      /* what stands before it, without the last dot; may be empty */
};

/* Name: dotted, lower case. The public suffixes are guessed: two letters after a short well-known label are
 * one, and so are the free hosts that malicious software likes. */
struct domain_name domain_name_split(struct bytes name);
/* An address written as a name: reverse look-ups (.arpa), and the questions to block lists. */
bool domain_name_is_address(struct bytes name);

#endif
