/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/machine.h - what somebody says of a machine: a scan that looked at it, or the organisation whose list it is on.
 *
 * Beside record/asset.h, which is what the sensor saw with its own eyes. Texts come from outside and are bounded; an empty one is
 * not said.
 */
#ifndef RECORD_MACHINE_H
#define RECORD_MACHINE_H

#include "core/addr.h"
#include "core/bytes.h"

enum { MACHINE_TEXT_MAX = 96, MACHINE_NOTE_MAX = 512, MACHINE_SERVICES_MAX = 64, MACHINE_SERVICE_TEXT_MAX = 48 };

enum machine_origin {
	MACHINE_DECLARED, /* a person, or a list of the organisation */
	MACHINE_SCANNED,  /* nmap */
	MACHINE_ORIGINS
};

enum machine_field {
	MACHINE_NAME,
	MACHINE_KIND, /* "server", "switch": free words */
	MACHINE_OWNER,
	MACHINE_LOCATION,
	MACHINE_SYSTEM, /* operating system */
	MACHINE_VENDOR,
	MACHINE_MODEL,
	MACHINE_SERIAL,
	MACHINE_NOTE,
	MACHINE_FIELDS
};

struct machine_service {
	uint16_t port;
	uint8_t ip_proto;
	char name_cstr[MACHINE_SERVICE_TEXT_MAX], product_cstr[MACHINE_SERVICE_TEXT_MAX],
	    version_cstr[MACHINE_SERVICE_TEXT_MAX];
};

struct machine {
	struct addr address; /* zero: it has none, or nobody says which */
	uint8_t mac[6];
	bool has_mac;
	uint8_t origin; /* enum machine_origin */
	uint8_t value;  /* to the organisation: enum severity of its loss, EBIOS G1 to G4; 0: not said */
	int64_t at_ns;  /* when it was said, or seen by the scan; 0: unknown */
	char texts[MACHINE_FIELDS][MACHINE_NOTE_MAX]; /* NUL-terminated, shorter than machine_field_max() */
	uint8_t service_count;
	struct machine_service services[MACHINE_SERVICES_MAX];
};

/* "owner": the word of JSON, of CSV and of `asset set`. */
const char *machine_field_name(enum machine_field field);
/* MACHINE_FIELDS for what is none. */
enum machine_field machine_field_find(struct bytes name);
size_t machine_field_max(enum machine_field field);
/* Cut at the limit of the field, never within a character; control characters become spaces. */
void machine_set_text(struct machine *machine, enum machine_field field, struct bytes text);
/* The same for a text of a service. */
void machine_copy_text(char *out, size_t size, struct bytes text);
/* Adds it, or adds what it says to the one of that port. False: the list is full. */
bool machine_add_service(struct machine *machine, uint16_t port, uint8_t ip_proto, struct machine_service **out);
/* "1", "minor", "G1", "mineure"... to 1; 0 for what is no value. */
uint8_t machine_value_of(struct bytes text);
/* "00:11:22:aa:bb:cc", "00-11-...", "0011.22aa.bbcc". */
MUST_USE bool machine_mac_parse(struct bytes text, uint8_t out[static 6]);

#endif
