/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/eve - one line of another sensor's EVE JSON.
 *
 * Oracles: what was read is within what our records allow, so that all that follows may believe it; what was refused has a reason,
 * and left the result alone.
 */
#include "arrival/arrival_eve.h"
#include "core/ensure.h"
#include "core/writer.h"
#include "record/alert_text.h"
#include "record/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The receiver of alerts between our roles is strict: it must take this one. */
static void
check_alert(const struct alert *alert)
{
	static uint8_t room[65536];
	struct alert again;
	struct writer w = writer_of(room, sizeof(room));
	wire_put_alert(&w, alert);
	ENSURE(writer_ok(&w));
	struct cursor c = cursor_of(writer_written(&w));
	ENSURE(wire_get_alert(&c, alert_text_known, &again) == PARSE_OK);
	ENSURE(alert->first_ns <= alert->last_ns);
}

static void
check_observation(const struct observation *o)
{
	ENSURE(o->kind < OBSERVATION_KINDS);
	switch ((enum observation_kind)o->kind) {
	case OBSERVATION_FLOW_END:
		ENSURE(o->flow.first_ns <= o->flow.last_ns && o->flow.last_ns == o->time_ns);
		ENSURE(o->flow.app < APP_COUNT && o->flow.state <= FLOW_STATE_REFUSED);
		break;
	case OBSERVATION_DNS: ENSURE(o->dns.name_len <= sizeof(o->dns.name)); break;
	case OBSERVATION_TLS:
		ENSURE(o->tls.name_len <= sizeof(o->tls.name) && o->tls.subject_len <= sizeof(o->tls.subject));
		ENSURE(memchr(o->tls.ja3, '\0', sizeof(o->tls.ja3)) != NULL);
		break;
	case OBSERVATION_HTTP: ENSURE(o->http.path_len <= sizeof(o->http.path)); break;
	case OBSERVATION_SSH: ENSURE(o->ssh.client_len <= sizeof(o->ssh.client)); break;
	case OBSERVATION_LOGIN: ENSURE(o->login.app == APP_FTP && o->login.outcome <= LOGIN_REFUSED); break;
	case OBSERVATION_FLOW_UPDATE:
	case OBSERVATION_ARP:
	case OBSERVATION_DHCP:
	case OBSERVATION_KINDS: ENSURE(false);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arrival arrival;
	struct diag diag = {.offset = UINT64_MAX};
	arrival.kind = (enum arrival_kind)77;
	int r = arrival_eve_read((struct bytes){data, size}, &arrival, &diag);
	ENSURE(r < 0 ? diag.text_cstr[0] != '\0' && (int)arrival.kind == 77 : arrival.kind <= ARRIVAL_OBSERVATION);
	if (r == 0 && arrival.kind == ARRIVAL_ALERT)
		check_alert(&arrival.alert);
	if (r == 0 && arrival.kind == ARRIVAL_OBSERVATION)
		check_observation(&arrival.observation);
	return 0;
}
