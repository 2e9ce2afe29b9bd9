/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/flat.h - settings as flat pairs, "stream.reassembly.depth" = "1mb", in the order in which they were said.
 *
 * Lists have numbers for names: "rule-files.0". A key is there once: what is said later replaces it. Bounded.
 */
#ifndef CORE_FLAT_H
#define CORE_FLAT_H

#include "core/arena.h"
#include "core/cursor.h"
#include "core/writer.h"

enum { FLAT_PAIRS_MAX = 8192, FLAT_KEY_MAX = 255 };

struct flat_pair {
	struct bytes key, value; /* each ends in NUL, and has none inside */
};

struct flat {
	struct arena *arena;
	struct flat_pair *pairs;
	size_t count;
};

/* 0 or -ENOMEM. Texts live in the arena. */
MUST_USE int flat_init(struct flat *flat, struct arena *arena);
/* Replaces or adds; copies both. 0, -E2BIG, -EINVAL (a key that is too long, a text with NUL), -ENOMEM. */
MUST_USE int flat_set(struct flat *flat, struct bytes key, struct bytes value);
/* Takes away the key and all below it. */
void flat_drop(struct flat *flat, struct bytes key);
/* False: nothing was said. */
bool flat_get(const struct flat *flat, const char *key_cstr, struct bytes *value);
/* "outputs.*.eve-log.enabled": a star is one part between dots. */
bool flat_matches(struct bytes key, const char *pattern_cstr);
/* The part of a key between dots, from 0; empty when there are fewer. */
struct bytes flat_part(struct bytes key, unsigned at);

/* "yes", "true", "on" and "1" are true, and everything else is not. */
bool flat_bool(struct bytes value);
/* "100kb", "1.5 MB", "4096". False: no size. */
bool flat_size(struct bytes value, uint64_t *bytes);
/* A whole number. */
bool flat_number(struct bytes value, uint64_t *number);

/* On the way to another process. */
size_t flat_room(const struct flat *flat); /* bytes that flat_put() writes */
void flat_put(struct writer *w, const struct flat *flat);
/* Into a flat that was made; what is there stays. PARSE_BAD: not what flat_put() writes, or no room. */
MUST_USE enum parse flat_take(struct cursor *c, struct flat *flat);

#endif
