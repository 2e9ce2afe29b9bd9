/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/certificate_expired.h"

#include "detect/behaviour/tuning.h"
#include "detect/behaviour/weakness.h"

static const char name_cstr[] = "certificate-expired";

struct state {
	struct weakness_set found;
	int64_t grace_s;
	bool outside;
};

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->grace_s = (int64_t)tuning_u64(tuning, name_cstr, "grace_s");
	s->outside = tuning_u64(tuning, name_cstr, "outside") != 0;
	return weakness_start(&s->found, tuning, name_cstr, memory_bytes);
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_tls *tls = &o->tls;
	int64_t now_s = o->time_ns / 1000000000;
	if (!tls->has_certificate || tls->not_after_s <= 0 || tls->not_after_s >= now_s - s->grace_s)
		return;
	bool inside = addr_is_private(&o->dst);
	if (!inside && !s->outside)
		return;
	const struct weakness *w;
	struct weakness_key key = {.machine = o->dst};
	if (!weakness_note(&s->found, &key, o->time_ns, &w))
		return;
	struct alert alert;
	detector_alert(&alert, &certificate_expired_detector, o);
	weakness_dress(w, &alert);
	alert.severity = inside ? SEVERITY_SIGNIFICANT : SEVERITY_MINOR;
	alert.confidence = 95; /* a date is a date; the clock of the capture may be wrong */
	alert.app = APP_TLS;
	weakness_fact_date(&alert, "ended", tls->not_after_s);
	alert_fact_u64(&alert, "days", (uint64_t)((now_s - tls->not_after_s) / 86400));
	alert_fact_text(&alert, "subject", (struct bytes){(const uint8_t *)tls->subject, tls->subject_len});
	alert_fact_text(&alert, "name", (struct bytes){(const uint8_t *)tls->name, tls->name_len});
	seen->out->say(seen->out->context, &alert);
}

const struct detector certificate_expired_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000028,
    .technique_cstr = "T1557",
    .stage = STAGE_HYGIENE,
    .severity = SEVERITY_SIGNIFICANT,
    .wants = DETECTOR_WANTS(OBSERVATION_TLS),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = weakness_stop,
};
