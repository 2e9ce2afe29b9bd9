/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/exception.h - an exception: alerts that somebody, for a reason and until a day, wants kept aside. What it keeps aside stays in the
 * dossier, is counted and can be listed; it is in no incident. Nothing is deleted, and events do not know of it.
 */
#ifndef RECORD_EXCEPTION_H
#define RECORD_EXCEPTION_H

#include "record/alert.h"

enum {
	EXCEPTION_ID_MAX = 24,
	EXCEPTION_PATTERN_MAX = 128,
	EXCEPTION_WHO_MAX = 96,
	EXCEPTION_WHY_MAX = 512,
	EXCEPTION_MAX = 1000
};

enum exception_side { EXCEPTION_EITHER, EXCEPTION_SOURCE, EXCEPTION_TARGET };

/* All that is given must hold of the alert; at least one thing is given. */
struct exception {
	char id_cstr[EXCEPTION_ID_MAX]; /* "EXC-..." */
	uint32_t signature_id;          /* of a rule or detector; 0: any */
	char detector_cstr[32];         /* "beacon"; "": any */
	uint8_t side;                   /* enum exception_side: whose address network is */
	uint8_t prefix;                 /* bits of it; 0: any address. Of IPv4 too counted in 128: 96 more */
	struct addr network;
	char pattern_cstr[EXCEPTION_PATTERN_MAX]; /* stands in a fact (a name, a rule's text), small or capital; "": any */
	char who_cstr[EXCEPTION_WHO_MAX], why_cstr[EXCEPTION_WHY_MAX];
	int64_t made_ns, until_ns; /* until_ns: at that moment it has ended by itself */
	int64_t ended_ns;          /* by a person; 0: not */
};

/* Whether it holds at this moment. */
bool exception_is_on(const struct exception *exception, int64_t now_ns);
bool exception_fits(const struct exception *exception, const struct alert *alert);
/* "either", "source", "target"; empty for what is none. */
const char *exception_side_word(unsigned side);
bool exception_side_find(struct bytes word, uint8_t *out);
/* "192.0.2.0/24" or "192.0.2.1": into network and prefix; bits behind the prefix are cleared. */
MUST_USE bool exception_network_parse(struct bytes text, struct addr *network, uint8_t *prefix);
enum { EXCEPTION_NETWORK_MAX = ADDR_TEXT_MAX + 4 };
/* The other way; "" when prefix is 0. */
const char *exception_network_write(const struct exception *exception, char out[static EXCEPTION_NETWORK_MAX]);

#endif
