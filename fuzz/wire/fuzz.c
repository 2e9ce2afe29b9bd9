/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/wire - records as a captured role could send them. The first byte says which record follows.
 *
 * Oracles: what is believed is in its ranges; written and read again it is the same; no prefix of it is believed.
 */
#include "core/ensure.h"
#include "record/alert_text.h"
#include "record/observation.h"
#include "record/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ALERT, INCIDENT, ASSET, KINDS, ROOM = 65536 };

static enum parse
get(unsigned kind, struct cursor *c, void **record)
{
	static struct alert alert;
	static struct incident incident;
	static struct asset asset;
	*record = kind == ALERT ? (void *)&alert : kind == INCIDENT ? (void *)&incident : (void *)&asset;
	if (kind == ALERT)
		return wire_get_alert(c, alert_text_known, &alert);
	return kind == INCIDENT ? wire_get_incident(c, alert_text_known, &incident) : wire_get_asset(c, &asset);
}

static struct bytes
put(unsigned kind, const void *record, uint8_t room[static ROOM])
{
	struct writer w = writer_of(room, ROOM);
	if (kind == ALERT)
		wire_put_alert(&w, record);
	else if (kind == INCIDENT)
		wire_put_incident(&w, record);
	else
		wire_put_asset(&w, record);
	ENSURE(writer_ok(&w));
	return writer_written(&w);
}

static void
check_alert(const struct alert *a)
{
	ENSURE(a->detector_cstr != NULL && alert_text_find(bytes_of_cstr(a->detector_cstr)) != NULL);
	ENSURE(a->severity >= SEVERITY_MINOR && a->severity <= SEVERITY_CRITICAL && a->confidence <= 100 &&
	    a->stage <= STAGE_HYGIENE);
	ENSURE(a->app < APP_COUNT && a->fact_count <= ALERT_FACTS_MAX);
	for (size_t i = 0; i < a->fact_count; i++)
		ENSURE(a->facts[i].value_len <= ALERT_FACT_VALUE_MAX &&
		    memchr(a->facts[i].name_cstr, '\0', ALERT_FACT_NAME_MAX) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t first[ROOM], second[ROOM];
	if (size < 1)
		return 0;
	unsigned kind = data[0] % KINDS;
	struct cursor c = cursor_of((struct bytes){data + 1, size - 1});
	void *record;
	if (get(kind, &c, &record) != PARSE_OK)
		return 0;
	if (kind == ALERT)
		check_alert(record);
	struct bytes once = put(kind, record, first);
	ENSURE(once.len == size - 1 - c.left);
	c = cursor_of(once);
	ENSURE(get(kind, &c, &record) == PARSE_OK && c.left == 0);
	ENSURE(bytes_eq(once, put(kind, record, second)));
	for (size_t len = 0; len < once.len; len += 1 + once.len / 64) {
		c = cursor_of(bytes_first(once, len));
		ENSURE(get(kind, &c, &record) != PARSE_OK);
	}
	return 0;
}
