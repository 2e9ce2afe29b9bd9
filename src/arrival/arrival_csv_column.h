/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_csv_column.h - the columns of tables, by the names that people give them. */
#ifndef ARRIVAL_ARRIVAL_CSV_COLUMN_H
#define ARRIVAL_ARRIVAL_CSV_COLUMN_H

#include "core/bytes.h"

enum arrival_csv_column {
	CSV_ADDRESS,
	CSV_MAC,
	CSV_NAME,
	CSV_KIND,
	CSV_OWNER,
	CSV_VALUE,
	CSV_LOCATION,
	CSV_SYSTEM,
	CSV_VENDOR,
	CSV_MODEL,
	CSV_SERIAL,
	CSV_NOTE,
	CSV_SERVICES, /* "22/tcp ssh, 80/tcp http" */
	CSV_PORT,
	CSV_PROTOCOL,
	CSV_SERVICE,
	CSV_PRODUCT,
	CSV_VERSION,
	CSV_TIME,
	CSV_SOURCE,
	CSV_TARGET,
	CSV_SOURCE_PORT,
	CSV_TARGET_PORT,
	CSV_SIGNATURE,
	CSV_RULE,
	CSV_CATEGORY,
	CSV_SEVERITY,
	CSV_COUNT,
	CSV_ACTION,
	CSV_DURATION, /* seconds */
	CSV_BYTES_SENT,
	CSV_BYTES_RECEIVED,
	CSV_PACKETS_SENT,
	CSV_PACKETS_RECEIVED,
	CSV_COLUMNS
};

enum { ARRIVAL_CSV_COLUMN_NAME_MAX = 64 };

/* "source_port": how the manual page and --column call it. */
const char *arrival_csv_column_name(enum arrival_csv_column column);
/* By our own name; CSV_COLUMNS: none. */
enum arrival_csv_column arrival_csv_column_ours(struct bytes name);
/* By any name that people give it: "Adresse IP", "Hostname". */
enum arrival_csv_column arrival_csv_column_of(struct bytes header);
/* Lower case without accents, spaces and signs, so that names compare; returns its length. */
size_t arrival_csv_column_fold(struct bytes name, char out[static ARRIVAL_CSV_COLUMN_NAME_MAX]);

#endif
