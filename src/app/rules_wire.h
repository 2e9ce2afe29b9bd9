/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_wire.h - what sensor, parent and compiler say to each other about one generation of rules.
 *
 *	parent -> sensor    RULES: bytes of the bundle (8), with its descriptor (rules_bundle.h)
 *	sensor -> parent    SEARCHES_WANTED: whether these are the last (1), then keys of 32 bytes
 *	parent -> compiler  CONFIG: language (1), bytes of the bundle (8), with its descriptor; SEARCHES_WANTED, with the descriptor of the
 *	                    memory file that it writes entries to (rule_search.h), from where it stands
 *	compiler -> parent  SEARCHING: the key of what it begins; FAULT; END when all is made
 *	parent -> sensor    SEARCHES: bytes of the entries (8), with their descriptor: all that the cache or the compiler had
 *	sensor -> parent    RULES_USED: what became of them (rules_account.h); or FAULT, and the generation before goes on
 *	sensor -> parent    RULES_WIRE_DATASET, at its end: a data set that is to be kept: flags (1), its name (2 + n), lines of it
 */
#ifndef APP_RULES_WIRE_H
#define APP_RULES_WIRE_H

enum {
	RULES_WIRE_KEYS = 2048 /* of one message */,
	RULES_WIRE_KEYS_MAX = 1 << 15 /* of one generation */,
	RULES_WIRE_BYTES_MAX = 1 << 30 /* of all entries */,
	RULES_WIRE_DATASET = 200, /* the type of a message, beside those of messages.h */
	RULES_WIRE_FIRST = 1,
	RULES_WIRE_LAST = 2
};

#endif
