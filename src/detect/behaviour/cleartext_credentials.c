/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/cleartext_credentials.h"

#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/tuning.h"
#include "detect/behaviour/weakness.h"

#include <stdlib.h>

static const char name_cstr[] = "cleartext-credentials";

struct state {
	struct keyed_table *services; /* weakness_key, what: enum app_proto -> weakness */
	int64_t repeat_ns;
};

static void
stop(void *state)
{
	struct state *s = state;
	keyed_table_free(s->services);
	free(s);
}

static void *
start(const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->repeat_ns = (int64_t)tuning_u64(tuning, name_cstr, "repeat_s") * 1000000000;
	s->services = weakness_table_new(memory_bytes);
	if (s->services == NULL) {
		stop(s);
		return NULL;
	}
	return s;
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
	if (!weakness_note(s->services, &key, o->time_ns, s->repeat_ns, &w))
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
    .start = start,
    .observe = observe,
    .stop = stop,
};
