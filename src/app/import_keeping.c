/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/import_keeping.h"

#include "core/text.h"
#include "dossier/dossier.h"
#include "dossier/dossier_exception.h"
#include "dossier/dossier_machine.h"
#include "incident/incident_grouping.h"
#include "record/alert_text.h"
#include "record/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define EXCEPTIONS_NS INT64_C(5000000000) /* an import that goes on reads them again */

struct import_keeping {
	struct dossier *dossier;
	struct incident_grouping *grouping;
	struct dossier_exception_set exceptions;
	struct import_kept kept;
	struct machine machine; /* 5 kB, not on the stack */
	struct diag *diag;
	int64_t now_ns;
	int error; /* while the incidents are written */
};

struct import_keeping *
import_keeping_new(struct dossier *dossier)
{
	struct import_keeping *k = calloc(1, sizeof(*k));
	if (k == NULL)
		return NULL;
	k->dossier = dossier;
	k->now_ns = (int64_t)time(NULL) * 1000000000;
	k->grouping = incident_grouping_new();
	if (k->grouping != NULL)
		return k;
	free(k);
	return NULL;
}

void
import_keeping_free(struct import_keeping *k)
{
	if (k == NULL)
		return;
	incident_grouping_free(k->grouping);
	dossier_exception_set_done(&k->exceptions);
	free(k);
}

static int
nonsense(struct diag *diag)
{
	return diag_say(
	    diag, -EBADMSG, "%s", _("the reader said something that makes no sense: it is not listened to any more"));
}

int
import_keeping_alert(struct import_keeping *k, struct bytes body, struct alert *out, bool *is_new, struct diag *diag)
{
	struct cursor c = cursor_of(body);
	if (wire_get_alert(&c, alert_text_known, out) != PARSE_OK)
		return nonsense(diag);
	struct timespec clock;
	(void)clock_gettime(CLOCK_REALTIME, &clock); /* an exception of this very second counts */
	int64_t now_ns = (int64_t)clock.tv_sec * 1000000000 + clock.tv_nsec;
	int ready = now_ns - k->exceptions.read_ns > EXCEPTIONS_NS
	    ? dossier_exception_set_read(k->dossier, &k->exceptions, now_ns, diag)
	    : 0;
	if (ready < 0)
		return ready;
	const struct exception *e = dossier_exception_set_find(&k->exceptions, out, now_ns);
	if (e != NULL) {
		k->kept.aside++;
		*is_new = false; /* nobody is told */
		return dossier_put_alert_aside(k->dossier, e->id_cstr, out, NULL, diag);
	}
	const struct incident *incident = incident_grouping_add(k->grouping, out);
	if (incident == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int r = dossier_put_alert(k->dossier, incident->id_cstr, out, (struct bytes){0}, is_new, diag);
	k->kept.new_alerts += r == 0 && *is_new;
	return r;
}

int
import_keeping_asset(struct import_keeping *k, struct bytes body, struct diag *diag)
{
	struct cursor c = cursor_of(body);
	struct asset asset;
	if (wire_get_asset(&c, &asset) != PARSE_OK)
		return nonsense(diag);
	k->kept.machines++;
	return dossier_put_asset(k->dossier, &asset, NULL, diag);
}

int
import_keeping_machine(struct import_keeping *k, struct bytes body, struct diag *diag)
{
	struct cursor c = cursor_of(body);
	if (wire_get_machine(&c, &k->machine) != PARSE_OK)
		return nonsense(diag);
	k->kept.machines++;
	if (k->machine.at_ns == 0)
		k->machine.at_ns = k->now_ns; /* a list says what is so today */
	return dossier_machine_put(k->dossier, &k->machine, NULL, diag);
}

static void
put_incident(void *context, const struct incident *incident)
{
	struct import_keeping *k = context;
	bool is_new = false;
	k->kept.incidents++;
	if (k->error == 0)
		k->error = dossier_put_incident(k->dossier, incident, &is_new, k->diag);
	k->kept.new_incidents += is_new;
}

int
import_keeping_end(struct import_keeping *k, struct import_kept *out, struct diag *diag)
{
	k->diag = diag;
	incident_grouping_each(k->grouping, put_incident, k);
	*out = k->kept;
	return k->error;
}
