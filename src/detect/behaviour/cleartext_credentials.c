/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/cleartext_credentials.h"

#include "detect/behaviour/tuning.h"
#include "detect/behaviour/weakness.h"

static const char name_cstr[] = "cleartext-credentials";

struct state {
	struct weakness_set found; /* the key's what: enum app_proto */
};

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	return weakness_start(&s->found, tuning, name_cstr, memory_bytes);
}

/* RFC 1635 names "anonymous"; "ftp" is as old. */
static bool
is_anonymous(const struct observed_login *login)
{
	struct bytes user = {(const uint8_t *)login->user, login->user_len};
	return login->app == APP_FTP && (bytes_eq_nocase(user, BYTES("anonymous")) || bytes_eq_nocase(user, BYTES("ftp")));
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	const struct observed_login *login = &o->login;
	if (!login->cleartext || is_anonymous(login))
		return;
	const struct weakness *w;
	struct weakness_key key = {.machine = o->dst, .what = login->app};
	if (!weakness_note(&s->found, &key, o->time_ns, &w))
		return;
	struct alert alert;
	detector_alert(&alert, &cleartext_credentials_detector, o);
	weakness_dress(w, &alert);
	bool crosses = addr_is_private(&o->src) != addr_is_private(&o->dst);
	alert.severity = crosses ? SEVERITY_SIGNIFICANT : SEVERITY_MINOR;
	alert.confidence = login->outcome == LOGIN_ACCEPTED ? 95 : login->outcome == LOGIN_SENT ? 85 : 75;
	alert.app = login->app;
	const char *app_cstr = observation_app_name((enum app_proto)login->app);
	alert_fact_text(&alert, "protocol", bytes_of_cstr(app_cstr == NULL ? "?" : app_cstr));
	alert_fact_text(&alert, "user", (struct bytes){(const uint8_t *)login->user, login->user_len});
	seen->out->say(seen->out->context, &alert);
}

const struct detector cleartext_credentials_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000030,
    .technique_cstr = "T1040",
    .stage = STAGE_HYGIENE,
    .severity = SEVERITY_SIGNIFICANT,
    .wants = DETECTOR_WANTS(OBSERVATION_LOGIN),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = weakness_stop,
};
