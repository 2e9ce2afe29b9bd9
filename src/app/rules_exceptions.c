/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_exceptions.h"

#include "app/verb_reading.h"
#include "core/text.h"
#include "dossier/dossier_exception.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void
keep(void *context, const struct exception *e, uint64_t hidden)
{
	struct rules_exceptions *x = context;
	if (x->count < EXCEPTION_MAX)
		x->all[x->count++] = (struct rules_exception){*e, hidden};
}

int
rules_exceptions_read(const struct verb_options *o, struct rules_exceptions *out, struct diag *diag)
{
	static struct verb_reading v;
	struct timespec now;
	struct diag late = {.offset = UINT64_MAX};
	*out = (struct rules_exceptions){0};
	(void)clock_gettime(CLOCK_REALTIME, &now);
	out->now_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	out->all = calloc(EXCEPTION_MAX, sizeof(*out->all));
	if (out->all == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	v = (struct verb_reading){.options = *o};
	v.options.json = false; /* the verb writes its own */
	int r = verb_reading_open(&v, diag);
	if (r == 0)
		r = dossier_exception_each(v.dossier, keep, out, diag);
	int closed = dossier_close(v.dossier, r < 0 ? &late : diag);
	r = r < 0 ? r : closed;
	/* A folder where only rules are kept has no exceptions; one that was named and is not there is a mistake. */
	if (r == 0 || (o->dossier_cstr != NULL && (r != -ENOENT || access(o->dossier_cstr, F_OK) != 0)))
		return r;
	if (r != -ENOENT) /* the rules can be told without it */
		verb_options_complain(o->language, diag);
	out->count = 0;
	return 0;
}

void
rules_exceptions_free(struct rules_exceptions *x)
{
	free(x->all);
	*x = (struct rules_exceptions){0};
}

/* An alert of this rule, with what is known of it beforehand. One about machines alone concerns every rule, hence none. */
static bool
concerns(const struct exception *e, uint32_t sid, struct bytes message)
{
	if (e->signature_id == 0 ? e->pattern_cstr[0] == '\0' : e->signature_id != sid)
		return false;
	struct alert a = {.detector_cstr = "rule", .signature_id = sid};
	struct exception of_rule = *e;
	of_rule.prefix = 0;
	alert_fact_text(&a, "signature", message);
	return exception_fits(&of_rule, &a);
}

const struct rules_exception *
rules_exceptions_next(
    const struct rules_exceptions *x, const struct rules_exception *after, uint32_t sid, struct bytes message)
{
	for (size_t i = after == NULL ? 0 : (size_t)(after - x->all) + 1; i < x->count; i++)
		if (concerns(&x->all[i].e, sid, message))
			return &x->all[i];
	return NULL;
}
