/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/certificate_self_signed.h"

#include "detect/behaviour/tuning.h"
#include "detect/behaviour/weakness.h"

static const char name_cstr[] = "certificate-self-signed";

struct state {
	struct weakness_set found;
	bool outside;
};

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->outside = tuning_u64(tuning, name_cstr, "outside") != 0;
	return weakness_start(&s->found, tuning, name_cstr, memory_bytes);
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_tls *tls = &o->tls;
	/* Over UDP it is a call between browsers, whose certificates are made for one call (RFC 8827 6.5). */
	if (!tls->has_certificate || !tls->self_signed || o->ip_proto != 6)
		return;
	if (!addr_is_private(&o->dst) && !s->outside)
		return;
	const struct weakness *w;
	struct weakness_key key = {.machine = o->dst};
	if (!weakness_note(&s->found, &key, o->time_ns, &w))
		return;
	struct alert alert;
	detector_alert(&alert, &certificate_self_signed_detector, o);
	weakness_dress(w, &alert);
	alert.confidence = 90;
	alert.app = APP_TLS;
	alert_fact_text(&alert, "subject", (struct bytes){(const uint8_t *)tls->subject, tls->subject_len});
	alert_fact_text(&alert, "name", (struct bytes){(const uint8_t *)tls->name, tls->name_len});
	weakness_fact_date(&alert, "ends", tls->not_after_s);
	seen->out->say(seen->out->context, &alert);
}

const struct detector certificate_self_signed_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000029,
    .technique_cstr = "T1557",
    .stage = STAGE_HYGIENE,
    .severity = SEVERITY_MINOR,
    .wants = DETECTOR_WANTS(OBSERVATION_TLS),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = weakness_stop,
};
