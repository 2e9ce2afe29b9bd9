/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/operation.h"

#define ROW(name) [OPERATION_##name]
#define GET(path) OPERATION_GET, "/api" path
#define POST(path) OPERATION_POST, "/api" path
#define PATCH(path) OPERATION_PATCH, "/api" path
#define DELETE(path) OPERATION_DELETE, "/api" path
#define READS(right) RIGHT_##right, false, false
#define READS_PERSONAL(right) RIGHT_##right, false, true
#define WRITES(right) RIGHT_##right, true, false

static const struct operation operations[OPERATION_COUNT] = {
    ROW(SESSION_SHOW) = {"session-show", GET("/session"), READS(SIGNED_IN), "", "Who is signed in, and what they may do"},
    ROW(SESSION_OPEN) = {"session-open", POST("/session"), READS(ANYBODY), "name password totp", "Sign in"},
    ROW(SESSION_LINK) = {"session-link", POST("/session/link"), READS(ANYBODY), "token password display",
        "Sign in with a one-time link, and set a password"},
    ROW(SESSION_CLOSE) = {"session-close", DELETE("/session"), WRITES(SIGNED_IN), "", "Sign out"},
    ROW(SESSION_PASSWORD) = {"session-password", POST("/session/password"), WRITES(SIGNED_IN), "old new",
        "Change one's own password"},
    ROW(SESSION_TOTP) = {"session-totp", POST("/session/totp"), WRITES(SIGNED_IN), "action code",
        "Begin, confirm or remove one's own second factor"},
    ROW(VOCABULARY) = {"vocabulary", GET("/vocabulary"), READS(SIGNED_IN), "",
        "States, categories, fields, severities, playbooks, clocks and roles, with labels in the reader's language"},
    ROW(TODAY) = {"today", GET("/today"), READS(INCIDENT_READ), "", "What needs somebody now, clocks, health"},
    ROW(INCIDENT_LIST) = {"incident-list", GET("/incidents"), READS(INCIDENT_READ),
        "state severity category q owner limit after", "Incidents, gravest first"},
    ROW(INCIDENT_OPEN) = {"incident-open", POST("/incidents"), WRITES(INCIDENT_WRITE),
        "title category severity seen reporter alert fields{}", "Open an incident by hand or from an alert"},
    ROW(INCIDENT_SHOW) = {"incident-show", GET("/incidents/{id}"), READS_PERSONAL(INCIDENT_READ), "",
        "The whole file of an incident"},
    ROW(INCIDENT_SET) = {"incident-set", PATCH("/incidents/{id}"), WRITES(INCIDENT_WRITE), "fields{}",
        "Change fields of an incident"},
    ROW(ITEM_ADD) = {"item-add", POST("/incidents/{id}/items"), WRITES(INCIDENT_WRITE), "kind fields{}",
        "Add a task, cause, action, proof, notice ... to an incident"},
    ROW(ITEM_SET) = {"item-set", PATCH("/items/{id}"), WRITES(INCIDENT_WRITE), "fields{}", "Change fields of such an item"},
    ROW(INCIDENT_AWARE) = {"incident-aware", POST("/incidents/{id}/aware"), WRITES(INCIDENT_WRITE), "by at why",
        "Say who became aware, when and by what: the legal clocks count from there"},
    ROW(INCIDENT_CLOSE) = {"incident-close", POST("/incidents/{id}/close"), WRITES(INCIDENT_CLOSE), "why",
        "Close an incident"},
    ROW(INCIDENT_REOPEN) = {"incident-reopen", POST("/incidents/{id}/reopen"), WRITES(INCIDENT_CLOSE), "why",
        "Open a closed incident again"},
    ROW(INCIDENT_MERGE) = {"incident-merge", POST("/incidents/{id}/merge"), WRITES(INCIDENT_WRITE), "other",
        "Put another incident into this one"},
    ROW(INCIDENT_SPLIT) = {"incident-split", POST("/incidents/{id}/split"), WRITES(INCIDENT_WRITE), "title things[]",
        "Make a new incident of some things of this one"},
    ROW(INCIDENT_PLAYBOOK) = {"incident-playbook", POST("/incidents/{id}/playbook"), WRITES(INCIDENT_WRITE), "name",
        "Make the steps of a playbook tasks of this incident"},
    ROW(INCIDENT_TIMELINE) = {"incident-timeline", GET("/incidents/{id}/timeline"), READS_PERSONAL(INCIDENT_READ), "",
        "All moments of an incident in order"},
    ROW(INCIDENT_CAUSES) = {"incident-causes", GET("/incidents/{id}/causes"), READS(INCIDENT_READ), "",
        "The tree of causes"},
    ROW(INCIDENT_CLOCKS) = {"incident-clocks", GET("/incidents/{id}/clocks"), READS(INCIDENT_READ), "",
        "The legal clocks of an incident, step by step"},
    ROW(INCIDENT_SIMILAR) = {"incident-similar", GET("/incidents/{id}/similar"), READS(INCIDENT_READ), "",
        "What happened before that is like it"},
    ROW(INCIDENT_CHAIN) = {"incident-chain", GET("/incidents/{id}/chain"), READS(INCIDENT_READ), "",
        "What an incident is linked to, as a graph"},
    ROW(INCIDENT_NOTICE) = {"incident-notice", GET("/incidents/{id}/notice/{profile}"), READS_PERSONAL(INCIDENT_READ), "",
        "The draft of a legal notice"},
    ROW(INCIDENT_EXPORT) = {"incident-export", GET("/incidents/{id}/export/{format}"), READS_PERSONAL(INCIDENT_READ), "",
        "The file of an incident as csv, json, stix, misp or iodef"},
    ROW(STATISTICS) = {"statistics", GET("/statistics"), READS(INCIDENT_READ), "",
        "Times to detect and to repair, by category, cause and version"},
    ROW(PLAYBOOK_SHOW) = {"playbook-show", GET("/playbooks/{name}"), READS(INCIDENT_READ), "", "A playbook"},
    ROW(REPORT) = {"report", GET("/reports/{kind}"), READS_PERSONAL(REPORT_READ), "id from to format lang public",
        "A report as a document"},
    ROW(ALERT_LIST) = {"alert-list", GET("/alerts"), READS(ALERT_READ), "q severity detector from to limit after",
        "Alerts, latest first"},
    ROW(ALERT_SHOW) = {"alert-show", GET("/alerts/{id}"), READS(ALERT_READ), "", "One alert, with its sentences"},
    ROW(ALERT_OPEN) = {"alert-open", POST("/alerts/{id}/open"), WRITES(INCIDENT_WRITE), "",
        "Open the incident that an alert belongs to"},
    ROW(ALERT_EVIDENCE) = {"alert-evidence", GET("/alerts/{id}/evidence"), READS_PERSONAL(EVIDENCE_READ), "",
        "The packets of an alert, as a capture"},
    ROW(RULE_LIST) = {"rule-list", GET("/rules"), READS(ALERT_READ), "",
        "Which rules and detectors spoke, the most frequent first"},
    ROW(EXCEPTION_LIST) = {"exception-list", GET("/exceptions"), READS(ALERT_READ), "state",
        "Exceptions, newest first, with what each keeps aside"},
    ROW(EXCEPTION_SHOW) = {"exception-show", GET("/exceptions/{id}"), READS(ALERT_READ), "",
        "One exception and the alerts it keeps aside"},
    ROW(EXCEPTION_ADD) = {"exception-add", POST("/exceptions"), WRITES(INCIDENT_WRITE),
        "sid detector address side pattern why until", "Keep alerts aside, for a reason and until a day"},
    ROW(EXCEPTION_END) = {"exception-end", POST("/exceptions/{id}/end"), WRITES(INCIDENT_WRITE), "",
        "End an exception: what comes from now on is told again"},
    ROW(EVENT_LIST) = {"event-list", GET("/events"), READS_PERSONAL(EVENT_READ), "q type from to limit after",
        "Events of the network, latest first"},
    ROW(TRAFFIC) = {"traffic", GET("/traffic"), READS(EVENT_READ), "from to step", "Bytes and flows over time"},
    ROW(ASSET_LIST) = {"asset-list", GET("/assets"), READS(ASSET_READ), "q difference limit after", "Machines"},
    ROW(ASSET_SHOW) = {"asset-show", GET("/assets/{id}"), READS(ASSET_READ), "", "One machine"},
    ROW(ASSET_SET) = {"asset-set", PATCH("/assets/{id}"), WRITES(ASSET_WRITE),
        "name kind owner value location system vendor model serial note mac declared service",
        "Say what a machine is, and whose"},
    ROW(ASSET_MERGE) = {"asset-merge", POST("/assets/{id}/merge"), WRITES(ASSET_WRITE), "other why",
        "Say that another one is this machine too"},
    ROW(ASSET_SPLIT) = {"asset-split", POST("/assets/{id}/split"), WRITES(ASSET_WRITE), "why",
        "Take that back: it is a machine of its own"},
    ROW(MAP) = {"map", GET("/map"), READS(ASSET_READ), "", "Machines and who talks to whom"},
    ROW(DOCUMENT_LIST) = {"document-list", GET("/documents"), READS(REPORT_READ), "", "What can be exported, with links"},
    ROW(JOURNAL) = {"journal", GET("/journal"), READS(JOURNAL_READ), "object who limit after",
        "Who changed or read what, latest first"},
    ROW(VERIFY) = {"verify", GET("/verify"), READS(JOURNAL_READ), "", "Whether the dossier is as it was written"},
    ROW(TRACE) = {"trace", GET("/trace/{id}"), READS(INCIDENT_READ), "", "What a thing is linked to, as a graph"},
    ROW(SETTINGS_SHOW) = {"settings-show", GET("/settings"), READS(SETTINGS_READ), "", "Settings of the organisation"},
    ROW(SETTINGS_SET) = {"settings-set", PATCH("/settings"), WRITES(SETTINGS_WRITE), "organisation language zone tlp",
        "Change them"},
    ROW(USER_LIST) = {"user-list", GET("/users"), READS(USER_ADMIN), "", "Accounts"},
    ROW(USER_ADD) = {"user-add", POST("/users"), WRITES(USER_ADMIN), "name display role language",
        "Add an account; the answer has the link that lets its owner set a password"},
    ROW(USER_SET) = {"user-set", PATCH("/users/{name}"), WRITES(USER_ADMIN), "role display language active link totp",
        "Change an account; make a new link (link: true), take away the second factor (totp: false)"},
    ROW(TOKEN_LIST) = {"token-list", GET("/tokens"), READS(TOKEN_OWN), "", "One's own tokens for programs"},
    ROW(TOKEN_ADD) = {"token-add", POST("/tokens"), WRITES(TOKEN_OWN), "name rights[] expires", "Make a token"},
    ROW(TOKEN_REMOVE) = {"token-remove", DELETE("/tokens/{id}"), WRITES(TOKEN_OWN), "", "End a token"},
    ROW(STREAM) = {"stream", GET("/stream"), READS(SIGNED_IN), "since", "Server-sent events: what has changed"},
    ROW(OPENAPI) = {"openapi", GET("/openapi.json"), READS(ANYBODY), "", "This description"},
    ROW(METRICS) = {"metrics", OPERATION_GET, "/metrics", READS(SETTINGS_READ), "", "Figures in Prometheus's text format"},
    ROW(HEALTH) = {"health", OPERATION_GET, "/health", READS(ANYBODY), "", "ok, when the clerk answers"},
};

static const char *const methods[OPERATION_METHODS] = {
    [OPERATION_GET] = "GET", [OPERATION_POST] = "POST", [OPERATION_PATCH] = "PATCH", [OPERATION_DELETE] = "DELETE"};

const struct operation *
operation_of(enum operation_name name)
{
	return (size_t)name < LENGTH_OF(operations) ? &operations[name] : NULL;
}

const char *
operation_method_word(enum operation_method method)
{
	return methods[method];
}

/* The next part of a path, without its slash. */
static struct bytes
next_part(struct bytes *path)
{
	*path = bytes_after(*path, 1);
	struct bytes part = bytes_first(*path, bytes_find(*path, '/'));
	*path = bytes_after(*path, part.len);
	return part;
}

static bool
matches(const struct operation *o, struct bytes path, struct operation_part parts[static OPERATION_PARTS_MAX], size_t *count)
{
	struct bytes pattern = bytes_of_cstr(o->path_cstr);
	*count = 0;
	while (pattern.len > 0 && path.len > 0 && path.at[0] == '/') {
		struct bytes wanted = next_part(&pattern), got = next_part(&path);
		if (wanted.len > 2 && wanted.at[0] == '{' && got.len > 0 && *count < OPERATION_PARTS_MAX)
			parts[(*count)++] = (struct operation_part){
			    bytes_after(bytes_first(wanted, wanted.len - 1), 1), got};
		else if (!bytes_eq(wanted, got))
			return false;
	}
	return pattern.len == 0 && path.len == 0;
}

enum operation_name
operation_route(struct bytes method, struct bytes path, struct operation_part parts[static OPERATION_PARTS_MAX],
    size_t *part_count, unsigned *allowed)
{
	*allowed = 0;
	for (size_t i = 0; i < LENGTH_OF(operations); i++) {
		const struct operation *o = &operations[i];
		if (!matches(o, path, parts, part_count))
			continue;
		if (bytes_eq(method, bytes_of_cstr(methods[o->method])))
			return (enum operation_name)i;
		*allowed |= 1U << (unsigned)o->method;
	}
	*part_count = 0;
	return OPERATION_COUNT;
}

char
operation_takes(const struct operation *o, struct bytes name)
{
	struct bytes left = bytes_of_cstr(o->takes_cstr);
	while (left.len > 0) {
		struct bytes word = bytes_first(left, bytes_find(left, ' '));
		left = bytes_after(left, word.len + 1);
		uint8_t last = word.at[word.len - 1];
		struct bytes bare = last == ']' || last == '}' ? bytes_first(word, word.len - 2) : word;
		if (bytes_eq(bare, name))
			return last == ']' ? 'l' : last == '}' ? 'o' : 't';
	}
	return 0;
}
