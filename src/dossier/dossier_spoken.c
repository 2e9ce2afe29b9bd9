/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_spoken.h"

#include "dossier/dossier_db.h"
#include "dossier/dossier_load.h"

int
dossier_spoken_each(
    struct dossier *d, void (*each)(void *context, const struct dossier_spoken *spoken), void *context, struct diag *diag)
{
	struct store_statement *s = dossier_db_rows(d,
	    "SELECT g.detector, g.signature_id, g.alerts, g.severity, g.last_ns, g.aside, (SELECT f.value FROM alert_fact f"
	    " WHERE f.alert = g.one AND f.name = 'signature' ORDER BY f.position LIMIT 1) FROM (SELECT a.detector, a.signature_id,"
	    " count(*) AS alerts, max(a.severity) AS severity, max(a.last_ns) AS last_ns, count(h.source) AS aside, max(a.id) AS one"
	    " FROM alert a LEFT JOIN link h ON h.source = a.id AND h.relation = 'hidden-by' GROUP BY a.detector, a.signature_id) g"
	    " ORDER BY g.alerts DESC, g.signature_id LIMIT 500");
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct dossier_spoken one = {0};
		bool bad = false;
		dossier_db_cstr(s, 0, one.detector_cstr, sizeof(one.detector_cstr), &bad);
		one.signature_id = (uint32_t)dossier_db_u64(s, 1, UINT32_MAX, &bad);
		one.alerts = dossier_db_u64(s, 2, INT64_MAX, &bad);
		one.severity = (uint8_t)dossier_db_u64(s, 3, SEVERITY_CRITICAL, &bad);
		one.last_ns = dossier_db_i64(s, 4);
		one.aside = dossier_db_u64(s, 5, INT64_MAX, &bad);
		struct bytes text = bytes_first(dossier_db_bytes(s, 6), sizeof(one.text));
		if (bad) {
			store_reset(s);
			return dossier_load_damaged(d, diag);
		}
		one.text_len = (uint16_t)text.len;
		if (text.len > 0)
			memcpy(one.text, text.at, text.len);
		each(context, &one);
	}
	return r;
}
