/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/veil.h - what a public version does not show: names of people and machines that the record knows, every address,
 * each replaced by the same pseudonym wherever it stands; telephone numbers too.
 *
 * Names are found whatever their case, accents of capitals included, as whole words; those of several words also by each word.
 */
#ifndef REPORT_VEIL_H
#define REPORT_VEIL_H

#include "core/addr.h"
#include "core/arena.h"
#include "core/text.h"

enum { VEIL_NAMES_MAX = 4096, VEIL_ADDRESSES_MAX = 4096 };

struct veil_name;
struct veil_address;

struct veil {
	struct arena *arena;
	enum language language;
	size_t name_count, address_count;
	unsigned people, machines, outside; /* numbers given so far */
	struct veil_name *names;
	struct veil_address *addresses;
	bool full; /* one more would not have fitted: the document must not be made */
};

/* 0 or -ENOMEM. */
MUST_USE int veil_start(struct veil *v, struct arena *arena, enum language language);
/* Names shorter than two bytes are not hidden. */
void veil_person(struct veil *v, struct bytes name);
/* A machine by its address and the name it gave itself; either may be missing. */
void veil_machine(struct veil *v, const struct addr *address, struct bytes name);
/* The text with all that hidden, and every other address that stands in it; it lives in the arena, or is the same text. */
struct bytes veil_over(struct veil *v, struct arena *arena, struct bytes text);

#endif
