/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_settings.h - what a site may set of protocols and contents: limits and choices, with Suricata's defaults.
 * app/suricata_yaml.c fills them from an existing suricata.yaml and --set.
 */
#ifndef INSPECT_L7_SETTINGS_H
#define INSPECT_L7_SETTINGS_H

#include "inspect/content.h"
#include "inspect/eve_settings.h"
#include "inspect/mqtt_settings.h"
#include "inspect/smtp_settings.h"
#include "proto/coding.h"
#include "proto/http1_uri.h"

/* What is done with files, of outputs.eve-log types files and of file-store. */
struct file_settings {
	bool silent;        /* no fileinfo events */
	bool force_magic;   /* the kind of each is found out, not only of those that rules ask for */
	uint8_t force_hash; /* VIEW_FILE_MD5 ...: the same for hashes */
	bool store;         /* those that rules with filestore ask for are kept */
	bool store_all;
	uint64_t store_depth; /* bytes of a file that are kept; 0: all */
};

/* What is done with HTTP/1. */
struct http_settings {
	bool with_lzma;
	bool tell_request_fields, tell_response_fields; /* all of them, in the event */
	uint8_t coding_layers, lzma_layers;             /* of Content-Encoding, at most; 0: as many as there can be */
	struct coding_limits coding;
	struct http1_uri_rules uri;
};

struct l7_settings {
	struct content_window http_request, http_response; /* bodies */
	struct http_settings http;
	struct content_window file; /* of all other protocols */
	struct file_settings files;
	struct smtp_settings smtp;
	struct mqtt_settings mqtt;
	struct eve_settings eve;
	bool pgsql_passwords;                 /* are written into events */
	uint32_t smb_max_read, smb_max_write; /* bytes of one message; 0: any */
	uint64_t apps_off,
	    apps_muted; /* 1 << enum app_proto: not looked for; recognised, but without events and for no rule */
};

extern const struct l7_settings l7_settings_default;

#endif
