/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_machine_links.h"

#include "core/auto.h"
#include "core/json.h"
#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_load.h"
#include "dossier/dossier_object.h"
#include "record/incident.h"

#include <errno.h>
#include <stdlib.h>

const char dossier_machine_links_indexes_cstr[] = "CREATE INDEX incident_attacker ON incident(attacker);"
                                                  "CREATE INDEX incident_victim_address ON incident_victim(address);";

enum { INCIDENTS_MAX = 10000 };

/* The relations and reasons that dossier_put.c gives a machine that it knows. */
static const struct {
	const char *sql_cstr, *relation_cstr, *why_cstr;
} ends[] = {{"SELECT id FROM incident WHERE attacker = ?1 ORDER BY id", "comes-from", "source of the alerts"},
    {"SELECT incident FROM incident_victim WHERE address = ?1 ORDER BY incident", "concerns", "target of the alerts"}};

/* All first: a change ends the reading. */
static int
read_ids(struct dossier *d, const char *sql_cstr, const struct addr *address, char (*ids)[INCIDENT_ID_MAX], size_t *count,
    struct diag *diag)
{
	bool bad = false;
	int r;
	struct store_statement *s = dossier_db_sql(d, sql_cstr);
	dossier_db_bind_addr(s, 1, address);
	store_expect_many(s);
	*count = 0;
	while ((r = dossier_db_next(d, s, diag)) > 0 && *count < INCIDENTS_MAX)
		dossier_db_cstr(s, 0, ids[(*count)++], INCIDENT_ID_MAX, &bad);
	store_reset(s);
	return r < 0 ? r : bad ? dossier_load_damaged(d, diag) : 0;
}

static int
tell(struct dossier *d, const char *incident_cstr, const char *relation_cstr, const char *machine_cstr, struct diag *diag)
{
	char room[512];
	struct json j = json_of(room, sizeof(room) - 1);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("relation"), relation_cstr);
	json_cstr(&j, JSON_KEY("target"), machine_cstr);
	json_close_object(&j);
	room[json_length(&j)] = '\0';
	return dossier_journal_add(d, "link", incident_cstr, NULL, room, diag);
}

int
dossier_machine_links_add(struct dossier *d, const char *machine_id_cstr, const struct addr *address, struct diag *diag)
{
	AUTO_FREE char(*ids)[INCIDENT_ID_MAX] = calloc(INCIDENTS_MAX, sizeof(*ids));
	if (ids == NULL)
		return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
	int r = 0;
	for (size_t end = 0; end < LENGTH_OF(ends) && r == 0; end++) {
		size_t count;
		r = read_ids(d, ends[end].sql_cstr, address, ids, &count, diag);
		for (size_t i = 0; i < count && r == 0; i++) {
			r = dossier_object_link(
			    d, ids[i], ends[end].relation_cstr, machine_id_cstr, ends[end].why_cstr, diag);
			if (r == 0)
				r = tell(d, ids[i], ends[end].relation_cstr, machine_id_cstr, diag);
		}
	}
	return r;
}
