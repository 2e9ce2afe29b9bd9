/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/ldap.h - one message of LDAP version 2 or 3 (RFC 4511), in the basic encoding rules of ASN.1.
 *
 * A message may be cut: what is missing at its end is empty then. Lists stay as they are on the wire and
 * are walked with ldap_next_...(). Every struct bytes points into the input.
 */
#ifndef PROTO_LDAP_H
#define PROTO_LDAP_H

#include "core/cursor.h"

enum ldap_operation { /* its tag; RFC 4511 4.2 to 4.13 */
	LDAP_BIND_REQUEST = 0x60,
	LDAP_BIND_RESPONSE = 0x61,
	LDAP_UNBIND_REQUEST = 0x42,
	LDAP_SEARCH_REQUEST = 0x63,
	LDAP_SEARCH_ENTRY = 0x64,
	LDAP_SEARCH_DONE = 0x65,
	LDAP_SEARCH_REFERENCE = 0x73,
	LDAP_MODIFY_REQUEST = 0x66,
	LDAP_MODIFY_RESPONSE = 0x67,
	LDAP_ADD_REQUEST = 0x68,
	LDAP_ADD_RESPONSE = 0x69,
	LDAP_DEL_REQUEST = 0x4a,
	LDAP_DEL_RESPONSE = 0x6b,
	LDAP_MOD_DN_REQUEST = 0x6c,
	LDAP_MOD_DN_RESPONSE = 0x6d,
	LDAP_COMPARE_REQUEST = 0x6e,
	LDAP_COMPARE_RESPONSE = 0x6f,
	LDAP_ABANDON_REQUEST = 0x50,
	LDAP_EXTENDED_REQUEST = 0x77,
	LDAP_EXTENDED_RESPONSE = 0x78,
	LDAP_INTERMEDIATE_RESPONSE = 0x79,
};

/* Of a message at the front of a stream: enough to wait for it, or to pass it over. */
struct ldap_head {
	uint32_t id;
	enum ldap_operation operation;
	uint64_t length; /* of the whole message */
};
/* BAD: no LDAP message, or an operation that the RFC does not have. */
MUST_USE enum parse ldap_parse_head(struct bytes stream, struct ldap_head *out);

enum ldap_authentication { LDAP_NO_AUTHENTICATION, LDAP_SIMPLE, LDAP_SASL, LDAP_NTLM /* MS-ADTS 5.1.1.1.3 */ };

struct ldap_message {
	uint32_t id;
	enum ldap_operation operation;
	struct bytes name; /* the object: of a bind its user, of a search its base; of an extended operation its OID */
	struct bytes list; /* attributes of an entry, an addition or a search, changes of a modification */
	/* bind */
	uint32_t version;
	enum ldap_authentication authentication;
	struct bytes password, mechanism, credentials;
	/* search */
	uint32_t scope, deref_alias, size_limit, time_limit;
	bool types_only;
	/* compare: description and value; change of name: new name and parent */
	struct bytes description, value, new_name, new_parent;
	bool delete_old;
	uint32_t abandoned;
	/* responses with a result */
	bool has_result;
	uint32_t code;
	struct bytes matched, text;
};

/* `message` holds what its head announced, or less of it. SHORT: it is cut, and what is there is in *out; without a whole
 * head, *out is untouched. BAD: a part does not fit into what holds it. */
MUST_USE enum parse ldap_parse(struct bytes message, struct ldap_message *out);

/* Whether an answer ends its operation: entries and references of a search do not. */
bool ldap_is_final(enum ldap_operation operation);
bool ldap_is_request(enum ldap_operation operation);

/* false at the end of a list, and at what cannot be read. */
bool ldap_next_text(struct cursor *list, struct bytes *out);
/* Of an entry or an addition: a type and the list of its values. */
bool ldap_next_attribute(struct cursor *list, struct bytes *out_type, struct bytes *out_values);
bool ldap_next_change(struct cursor *list, uint32_t *out_operation, struct bytes *out_type, struct bytes *out_values);

/* RFC 4513 5.2.1.1, RFC 4616 2: who logs in with the credentials of the mechanism PLAIN. */
struct bytes ldap_plain_user(struct bytes credentials);

#endif
