/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* connect/connectors.h - where incidents may be sent: connectors.yaml in the folder of the dossier, written by a person, checked.
 *
 *	glpi:
 *	  url: https://assistance.example.org/apirest.php
 *	  app_token: ...
 *	  user_token: ...
 *	webhook:
 *	  url: https://hooks.example.org/beffroi
 *	  secret: whsec_...           # 24 to 64 bytes in base64 (standardwebhooks.com)
 *
 * For each: ca (a PEM file: only this authority is trusted), most (the strictest TLP that is still sent there: GREEN), personal
 * (yes: names and addresses are sent; no), timeout (seconds: 20), attempts (3).
 */
#ifndef CONNECT_CONNECTORS_H
#define CONNECT_CONNECTORS_H

#include "core/arena.h"
#include "core/diag.h"

enum { CONNECTORS_BYTES_MAX = 65536, CONNECTORS_HOST_MAX = 256, CONNECTORS_PORT_MAX = 6 };

enum connector_kind { CONNECTOR_GLPI, CONNECTOR_WEBHOOK, CONNECTOR_KINDS };

/* From what may be told to everybody to what may be told to nobody (FIRST, TLP 2.0). */
enum connector_tlp { CONNECTOR_CLEAR, CONNECTOR_GREEN, CONNECTOR_AMBER, CONNECTOR_AMBER_STRICT, CONNECTOR_RED };

struct connector {
	enum connector_kind kind;
	const char *url_cstr; /* without a slash at its end */
	const char *app_token_cstr, *user_token_cstr, *secret_cstr;
	const char *ca_cstr; /* "" : those of the system */
	char host_cstr[CONNECTORS_HOST_MAX], port_cstr[CONNECTORS_PORT_MAX];
	bool is_plain; /* http: to this machine only */
	enum connector_tlp most;
	bool personal;
	unsigned timeout_s, attempts;
};

struct connectors {
	bool has[CONNECTOR_KINDS];
	struct connector connector[CONNECTOR_KINDS];
};

/* The texts live in the arena. 0, or a negative errno with diag (file, line, what was expected). */
MUST_USE int
connectors_read(struct arena *arena, struct bytes text, const char *file_cstr, struct connectors *out, struct diag *diag);
/* "glpi", "webhook"; CONNECTOR_KINDS when it is none. */
enum connector_kind connectors_kind(const char *word_cstr);
const char *connectors_word(enum connector_kind kind);
/* What is marked with nothing is taken for AMBER+STRICT: the organisation only. */
enum connector_tlp connectors_tlp(const char *tlp_cstr);

/* Reads "https://host:port/path" apart: no user, no query, no fragment; http only to 127.0.0.0/8, [::1] or localhost. */
bool connectors_url(const char *url_cstr, struct connector *out);

#endif
