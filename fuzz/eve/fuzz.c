/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/eve - one line of another sensor's EVE JSON.
 *
 * Oracles: Jansson finds the same values, or refuses as well; what was read is within what our records allow, so that all that
 * follows may believe it; what was refused has a reason, and left the result alone.
 */
#include "arrival/arrival_eve.h"
#include "core/ensure.h"
#include "core/json_value.h"
#include "core/writer.h"
#include "record/alert_text.h"
#include "record/wire.h"

#include <errno.h>
#include <jansson.h>

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
	case OBSERVATION_RULE:
	case OBSERVATION_VECTOR:
	case OBSERVATION_KINDS: ENSURE(false);
	}
}

static void
check_same(const struct json_value *ours, const json_t *theirs)
{
	static const enum json_value_kind kinds[] = {[JSON_OBJECT] = JSON_VALUE_OBJECT,
	    [JSON_ARRAY] = JSON_VALUE_ARRAY,
	    [JSON_STRING] = JSON_VALUE_STRING,
	    [JSON_INTEGER] = JSON_VALUE_INTEGER,
	    [JSON_REAL] = JSON_VALUE_REAL,
	    [JSON_TRUE] = JSON_VALUE_TRUE,
	    [JSON_FALSE] = JSON_VALUE_FALSE,
	    [JSON_NULL] = JSON_VALUE_NULL};
	ENSURE(ours != NULL && theirs != NULL && ours->kind == kinds[json_typeof(theirs)]);
	static char key_cstr[65536];
	size_t count = 0;
	const struct json_value *end = ours + ours->span;
	switch (json_typeof(theirs)) {
	case JSON_STRING:
		ENSURE(bytes_eq(
		    ours->text, (struct bytes){(const uint8_t *)json_string_value(theirs), json_string_length(theirs)}));
		break;
	case JSON_INTEGER: ENSURE(ours->integer == json_integer_value(theirs)); break;
	case JSON_ARRAY:
		ENSURE(json_value_length(ours) == json_array_size(theirs));
		for (const struct json_value *v = ours + 1; v < end; v += v->span)
			check_same(v, json_array_get(theirs, count++));
		break;
	case JSON_OBJECT:
		for (const struct json_value *v = ours + 1; v < end; v += v->span) {
			if (json_value_get(ours, v->key) != v || v->key.len >= sizeof(key_cstr))
				continue; /* of the same name, the last one counts */
			memcpy(key_cstr, v->key.at, v->key.len);
			key_cstr[v->key.len] = '\0';
			check_same(v, json_object_get(theirs, key_cstr));
			count++;
		}
		ENSURE(count <= json_object_size(theirs));
		break;
	case JSON_REAL:
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL: break;
	}
}

static void
check_values(struct bytes text)
{
	struct json_value_list list = {0};
	const struct json_value *ours;
	size_t wrong_at = SIZE_MAX;
	json_error_t error;
	int r = json_value_read(&list, text, &ours, &wrong_at);
	json_t *theirs = json_loadb((const char *)text.at, text.len, JSON_ALLOW_NUL, &error);
	bool too_big = theirs == NULL && strstr(error.text, "real number overflow") != NULL; /* for them, not for us */
	ENSURE(r == 0 || (r == -EINVAL && wrong_at <= text.len));
	bool has_nul = bytes_find(text, '\0') != text.len; /* between values, they take it for nothing at all */
	ENSURE((r == 0) == (theirs != NULL) || (r == 0 && too_big) || (r < 0 && has_nul));
	if (r == 0 && theirs != NULL)
		check_same(ours, theirs);
	json_decref(theirs);
	json_value_list_done(&list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arrival arrival;
	struct diag diag = {.offset = UINT64_MAX};
	arrival.kind = (enum arrival_kind)77;
	struct json_value_list list = {0};
	check_values((struct bytes){data, size});
	int r = arrival_eve_read(&list, (struct bytes){data, size}, &arrival, &diag);
	json_value_list_done(&list);
	ENSURE(r < 0 ? diag.text_cstr[0] != '\0' && (int)arrival.kind == 77 : arrival.kind <= ARRIVAL_OBSERVATION);
	if (r == 0 && arrival.kind == ARRIVAL_ALERT)
		check_alert(&arrival.alert);
	if (r == 0 && arrival.kind == ARRIVAL_OBSERVATION)
		check_observation(&arrival.observation);
	return 0;
}
