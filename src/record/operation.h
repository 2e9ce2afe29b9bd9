/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/operation.h - everything that may be asked or ordered of a dossier from outside: one table. The console routes by it,
 * the clerk checks rights by it, src/desk/ has one function for each, and docs/api/openapi.json is compared with it.
 *
 * A new operation: its name here, its row in operation.c, its function in src/desk/desk_table.c, its path in openapi.json.
 */
#ifndef RECORD_OPERATION_H
#define RECORD_OPERATION_H

#include "record/right.h"

enum operation_name { /* also the number on the wire */
	OPERATION_SESSION_SHOW,
	OPERATION_SESSION_OPEN,
	OPERATION_SESSION_LINK,
	OPERATION_SESSION_CLOSE,
	OPERATION_SESSION_PASSWORD,
	OPERATION_SESSION_TOTP,
	OPERATION_VOCABULARY,
	OPERATION_TODAY,
	OPERATION_INCIDENT_LIST,
	OPERATION_INCIDENT_OPEN,
	OPERATION_INCIDENT_SHOW,
	OPERATION_INCIDENT_SET,
	OPERATION_ITEM_ADD,
	OPERATION_ITEM_SET,
	OPERATION_INCIDENT_AWARE,
	OPERATION_INCIDENT_CLOSE,
	OPERATION_INCIDENT_REOPEN,
	OPERATION_INCIDENT_MERGE,
	OPERATION_INCIDENT_SPLIT,
	OPERATION_INCIDENT_PLAYBOOK,
	OPERATION_INCIDENT_TIMELINE,
	OPERATION_INCIDENT_CAUSES,
	OPERATION_INCIDENT_CLOCKS,
	OPERATION_INCIDENT_SIMILAR,
	OPERATION_INCIDENT_CHAIN,
	OPERATION_INCIDENT_NOTICE,
	OPERATION_INCIDENT_EXPORT,
	OPERATION_STATISTICS,
	OPERATION_PLAYBOOK_SHOW,
	OPERATION_REPORT,
	OPERATION_ALERT_LIST,
	OPERATION_ALERT_SHOW,
	OPERATION_ALERT_OPEN,
	OPERATION_ALERT_EVIDENCE,
	OPERATION_RULE_LIST,
	OPERATION_EXCEPTION_LIST,
	OPERATION_EXCEPTION_SHOW,
	OPERATION_EXCEPTION_ADD,
	OPERATION_EXCEPTION_END,
	OPERATION_EVENT_LIST,
	OPERATION_TRAFFIC,
	OPERATION_ASSET_LIST,
	OPERATION_ASSET_SHOW,
	OPERATION_ASSET_SET,
	OPERATION_ASSET_MERGE,
	OPERATION_ASSET_SPLIT,
	OPERATION_MAP,
	OPERATION_DOCUMENT_LIST,
	OPERATION_JOURNAL,
	OPERATION_VERIFY,
	OPERATION_TRACE,
	OPERATION_SETTINGS_SHOW,
	OPERATION_SETTINGS_SET,
	OPERATION_USER_LIST,
	OPERATION_USER_ADD,
	OPERATION_USER_SET,
	OPERATION_TOKEN_LIST,
	OPERATION_TOKEN_ADD,
	OPERATION_TOKEN_REMOVE,
	OPERATION_STREAM,
	OPERATION_OPENAPI,
	OPERATION_METRICS,
	OPERATION_HEALTH,
	OPERATION_COUNT
};

enum operation_method { OPERATION_GET, OPERATION_POST, OPERATION_PATCH, OPERATION_DELETE, OPERATION_METHODS };

struct operation {
	const char *id_cstr; /* operationId of openapi.json: "incident-list" */
	enum operation_method method;
	const char *path_cstr; /* "/api/incidents/{id}" */
	enum right right;
	bool mutates;        /* needs the proof against forged requests, unless a token asks */
	bool reads_personal; /* each is a line of the journal */
	/* What may be given beside the parts of the path: in the query of a GET, in the JSON object of the others. "name[]" is a list
	 * of texts, "name{}" an object of texts. */
	const char *takes_cstr;
	const char *summary_cstr; /* English */
};

enum { OPERATION_PARTS_MAX = 2 };
/* One part of a path that the operation names: {id}. */
struct operation_part {
	struct bytes name, value; /* value as it stands in the path: still percent-encoded */
};

const struct operation *operation_of(enum operation_name name);
/* "GET" */
const char *operation_method_word(enum operation_method method);
/* The operation of a method and a path (without its query), and the parts of the path. OPERATION_COUNT when there is none;
 * *methods then has a bit 1 << enum operation_method for each method that this path does have. */
enum operation_name operation_route(struct bytes method, struct bytes path,
    struct operation_part parts[static OPERATION_PARTS_MAX], size_t *part_count, unsigned *methods);
/* Whether it takes an input of that name, and of which form: 't' a text, 'l' a list, 'o' an object of texts; 0: it does not. */
char operation_takes(const struct operation *operation, struct bytes name);

#endif
