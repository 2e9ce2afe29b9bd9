/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/guess.h"

#include "detect/behaviour/flow_shape.h"
#include "detect/behaviour/series.h"
#include "detect/behaviour/tuning.h"

#include <errno.h>

/* Of series.extra. */
enum { REFERENCE /* payload bytes of the session that the others are compared with */, SUCCESSES };
/* Of series_key.kind. */
enum { REFUSALS, FORMS, SESSIONS };
enum {
	ALIKE_PERCENT = 20, /* sizes of sessions that differ by the password only */
	ALIKE_IN_A_ROW = 6,
	NAMES_SHARE = 3, /* one person, many tries: forms posted per name, else it is a crowd logging in */
};

/* What a session looks like when it ends at a refused password, from the handshakes of each protocol. */
struct shape {
	uint16_t port;
	uint8_t app;                /* enum app_proto that the port stands for, besides it */
	uint8_t sent_min, sent_max; /* packets with data of the client; more is a session that was let in */
	uint8_t answers_max;        /* packets with data of the server */
	uint32_t bytes_sent_min, bytes_answered_max;
	uint16_t session_sent_min; /* packets with data of the client in a session that surely was let in */
};

struct service {
	const struct detector *detector;
	uint64_t logins;            /* bit 1 << enum app_proto: their logins can be read, unless encrypted */
	const struct shape *shapes; /* of those that cannot */
	size_t shape_count;
};

struct state {
	struct series_table *series;
	const struct service *service;
	uint64_t forms;
	int64_t lasting_ns;
	bool something_told;
};

/* RFC 4253 and 4252: banner, KEXINIT, ECDH, NEWKEYS, service request, then one packet or two for each password. */
static const struct shape ssh_shapes[] = {{22, APP_SSH, 5, 11, 12, 700, 8000, 12}};
/* X.224 request, TLS hello, keys, CredSSP negotiation and authentication ([MS-RDPBCGR] 1.3.1.1). */
static const struct shape rdp_shapes[] = {{3389, APP_RDP, 3, 7, 7, 300, 6000, 14}};
/* Negotiation once or twice, two session set-ups ([MS-SMB2] 3.2.4.2). */
static const struct shape smb_shapes[] = {{445, APP_SMB, 2, 4, 4, 300, 2500, 7}, {139, APP_SMB, 3, 5, 5, 300, 2500, 8}};
static const struct shape database_shapes[] = {
    {3306, APP_MYSQL, 1, 2, 3, 30, 400, 4},
    {5432, APP_POSTGRESQL, 1, 4, 5, 30, 250, 6},
    {1433, APP_MSSQL, 2, 5, 5, 150, 3000, 8},
};

#define APP(app) (UINT64_C(1) << (app))
_Static_assert(APP_COUNT <= 64, "sets of app_proto are bits");

/* The logs of servers tell the logins of SSH; on the wire they are encrypted. */
static const struct service ssh_service = {&guess_ssh_detector, APP(APP_SSH), ssh_shapes, LENGTH_OF(ssh_shapes)};
static const struct service rdp_service = {&guess_rdp_detector, 0, rdp_shapes, LENGTH_OF(rdp_shapes)};
static const struct service ftp_service = {&guess_ftp_detector, APP(APP_FTP), NULL, 0};
static const struct service http_service = {&guess_http_detector, APP(APP_HTTP), NULL, 0};
static const struct service smb_service = {&guess_smb_detector, APP(APP_SMB), smb_shapes, LENGTH_OF(smb_shapes)};
static const struct service database_service = {&guess_database_detector,
    APP(APP_MYSQL) | APP(APP_POSTGRESQL) | APP(APP_REDIS) | APP(APP_MSSQL), database_shapes, LENGTH_OF(database_shapes)};

static void
dress(const struct series_key *key, const struct series *s, struct alert *alert)
{
	uint64_t successes = s->extra[SUCCESSES];
	(void)key;
	alert->confidence = s->extra[REFERENCE] == 0 ? 95 : 85; /* read, or judged by sizes */
	if (successes > 0) {
		alert->severity = SEVERITY_CRITICAL;
		alert->stage = STAGE_FOOTHOLD;
	}
	alert_fact_u64(alert, "attempts", series_count(s));
	alert_fact_u64(alert, "successes", successes);
	series_fact_rate(s, "rate", alert);
	if (s->member_bits > 0)
		alert_fact_u64(alert, "names", series_distinct(s));
}

static int
start(void *state, const struct service *service, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	const char *name_cstr = service->detector->name_cstr;
	s->service = service;
	if ((service->logins & APP(APP_HTTP)) != 0)
		s->forms = tuning_u64(tuning, name_cstr, "forms");
	if (service->shape_count > 0)
		s->lasting_ns = (int64_t)tuning_u64(tuning, name_cstr, "lasting_s") * 1000000000;
	s->series = series_table_new(&(struct series_options){.detector = service->detector,
	    .tuning = tuning,
	    .threshold_cstr = "attempts",
	    .measure = SERIES_COUNT,
	    .memory_bytes = memory_bytes,
	    .dress = dress});
	return s->series == NULL ? -ENOMEM : 0;
}

static const struct shape *
shape_of(const struct service *service, const struct observation *o)
{
	for (size_t i = 0; i < service->shape_count; i++)
		if (service->shapes[i].port == o->dst_port || service->shapes[i].app == o->flow.app)
			return &service->shapes[i];
	return NULL;
}

static bool
looks_refused(const struct shape *shape, const struct observed_flow *f, int64_t lasting_ns)
{
	return f->state != FLOW_STATE_REFUSED && f->data_packets[0] >= shape->sent_min &&
	    f->data_packets[0] <= shape->sent_max && f->data_packets[1] > 0 && f->data_packets[1] <= shape->answers_max &&
	    f->payload_bytes[0] >= shape->bytes_sent_min && f->payload_bytes[1] <= shape->bytes_answered_max &&
	    f->last_ns - f->first_ns <= lasting_ns;
}

/* One more session of this size. Sizes of a tool's sessions are alike, those of people's work are not: a series begins
 * anew until some in a row are alike, and from then on the others do not count. NULL: this one does not. */
static struct series *
note_alike(struct state *s, const struct series_key *key, const struct observation *o, uint64_t bytes)
{
	struct series *series = series_find(s->series, key, o->flow.first_ns);
	uint64_t reference = series == NULL ? 0 : series->extra[REFERENCE];
	uint64_t apart = bytes > reference ? bytes - reference : reference - bytes;
	if (reference != 0 && apart * 100 > reference * ALIKE_PERCENT) {
		if (series_count(series) >= ALIKE_IN_A_ROW)
			return NULL;
		series_forget(s->series, key);
	}
	series = series_note(s->series, key, o, o->flow.first_ns, 1, (struct bytes){0});
	if (series->extra[REFERENCE] == 0)
		series->extra[REFERENCE] = bytes;
	return series;
}

static void
succeed(struct state *s, const struct series_key *key, struct series *series, int64_t time_ns, const struct alert_out *out)
{
	if (time_ns < series_first(series))
		return; /* it was there before the guessing began */
	if (time_ns > series->last_ns)
		series->last_ns = time_ns;
	if (series->extra[SUCCESSES]++ == 0)
		series_say(s->series, key, series, out);
}

static void
observe_flow(struct state *s, const struct seen *seen)
{
	const struct observation *o = seen->o;
	const struct observed_flow *f = &o->flow;
	const struct shape *shape = shape_of(s->service, o);
	if (LIKELY(shape == NULL) || !flow_shape_opens(o))
		return;
	struct series_key key = {.source = o->src, .target = o->dst, .port = o->dst_port};
	uint64_t bytes = f->payload_bytes[0] + f->payload_bytes[1];
	bool refused = o->kind == OBSERVATION_FLOW_END && looks_refused(shape, f, s->lasting_ns);
	struct series *series;
	if (!refused) {
		key.kind = SESSIONS;
		series = s->something_told ? series_find(s->series, &key, f->first_ns) : NULL;
		if (series != NULL && series->told != 0 && f->data_packets[0] >= shape->session_sent_min &&
		    bytes * 2 > series->extra[REFERENCE] * 3)
			succeed(s, &key, series, f->first_ns, seen->out);
		return;
	}
	/* What can be read is not also guessed from sizes. */
	if (s->service->logins != 0 && series_find(s->series, &key, f->last_ns) != NULL)
		return;
	key.kind = SESSIONS;
	series = note_alike(s, &key, o, bytes);
	if (series == NULL)
		return;
	s->something_told |= series_tell(s->series, &key, series, seen->out);
	if (series->told != 0 && seen->target != NULL)
		seen->target->marks |= HOST_MARK_ATTACKED;
}

static void
observe_login(struct state *s, const struct seen *seen)
{
	const struct observation *o = seen->o;
	if (o->login.app >= APP_COUNT || (s->service->logins & APP(o->login.app)) == 0)
		return;
	struct series_key key = {.source = o->src, .target = o->dst, .port = o->dst_port};
	struct bytes name = {(const uint8_t *)o->login.user, o->login.user_len};
	struct series *series;
	if (o->login.outcome == LOGIN_ACCEPTED) {
		if (s->service->shape_count > 0) /* remembers that this service can be read */
			(void)series_note(s->series, &key, o, o->time_ns, 0, (struct bytes){0});
		series = s->something_told ? series_find(s->series, &key, o->time_ns) : NULL;
		if (series != NULL && series->told != 0)
			succeed(s, &key, series, o->time_ns, seen->out);
		return;
	}
	if (o->login.outcome == LOGIN_SENT && s->forms == 0)
		return;
	key.kind = o->login.outcome == LOGIN_SENT ? FORMS : REFUSALS;
	series = series_note(s->series, &key, o, o->time_ns, 1, name);
	/* The answer to a form is a page for people: only many, for few names, can be told from a crowd behind one address. */
	if (key.kind == FORMS && series->told == 0 &&
	    (series_count(series) < s->forms || series_distinct(series) * NAMES_SHARE > series_count(series)))
		return;
	s->something_told |= series_tell(s->series, &key, series, seen->out);
}

/* Logins name no struct host: the flow that carried them does, when it ends. */
static void
mark_attacked(struct state *s, const struct seen *seen)
{
	const struct observation *o = seen->o;
	if (!s->something_told || o->flow.app >= APP_COUNT || (s->service->logins & APP(o->flow.app)) == 0 ||
	    seen->target == NULL)
		return;
	struct series_key key = {.source = o->src, .target = o->dst, .port = o->dst_port};
	const struct series *series = series_find(s->series, &key, o->flow.last_ns);
	if (series != NULL && series->told != 0)
		seen->target->marks |= HOST_MARK_ATTACKED;
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	if (seen->o->kind == OBSERVATION_LOGIN) {
		observe_login(s, seen);
		return;
	}
	if (seen->o->ip_proto != FLOW_SHAPE_TCP)
		return;
	if (s->service->shape_count > 0)
		observe_flow(s, seen);
	if (s->service->logins != 0)
		mark_attacked(s, seen);
}

static int
ssh_start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	return start(state, &ssh_service, tuning, memory_bytes);
}

static int
rdp_start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	return start(state, &rdp_service, tuning, memory_bytes);
}

static int
ftp_start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	return start(state, &ftp_service, tuning, memory_bytes);
}

static int
http_start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	return start(state, &http_service, tuning, memory_bytes);
}

static int
smb_start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	return start(state, &smb_service, tuning, memory_bytes);
}

static int
database_start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	return start(state, &database_service, tuning, memory_bytes);
}

#define WANTS_SESSIONS (DETECTOR_WANTS(OBSERVATION_FLOW_END) | DETECTOR_WANTS(OBSERVATION_FLOW_UPDATE))
#define WANTS_LOGINS (DETECTOR_WANTS(OBSERVATION_FLOW_END) | DETECTOR_WANTS(OBSERVATION_LOGIN))

const struct detector guess_ssh_detector = {
    .name_cstr = "guess-ssh",
    .signature_id = 9000006,
    .technique_cstr = "T1110.001",
    .stage = STAGE_ACCESS,
    .severity = SEVERITY_SERIOUS,
    .wants = WANTS_SESSIONS | WANTS_LOGINS,
    .state_size = sizeof(struct state),
    .start = ssh_start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};
const struct detector guess_rdp_detector = {
    .name_cstr = "guess-rdp",
    .signature_id = 9000007,
    .technique_cstr = "T1110.001",
    .stage = STAGE_ACCESS,
    .severity = SEVERITY_SERIOUS,
    .wants = WANTS_SESSIONS,
    .state_size = sizeof(struct state),
    .start = rdp_start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};
const struct detector guess_ftp_detector = {
    .name_cstr = "guess-ftp",
    .signature_id = 9000008,
    .technique_cstr = "T1110.001",
    .stage = STAGE_ACCESS,
    .severity = SEVERITY_SERIOUS,
    .wants = WANTS_LOGINS,
    .state_size = sizeof(struct state),
    .start = ftp_start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};
const struct detector guess_http_detector = {
    .name_cstr = "guess-http",
    .signature_id = 9000009,
    .technique_cstr = "T1110.001",
    .stage = STAGE_ACCESS,
    .severity = SEVERITY_SERIOUS,
    .wants = WANTS_LOGINS,
    .state_size = sizeof(struct state),
    .start = http_start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};
const struct detector guess_smb_detector = {
    .name_cstr = "guess-smb",
    .signature_id = 9000010,
    .technique_cstr = "T1110.001",
    .stage = STAGE_ACCESS,
    .severity = SEVERITY_SERIOUS,
    .wants = WANTS_SESSIONS | WANTS_LOGINS,
    .state_size = sizeof(struct state),
    .start = smb_start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};
const struct detector guess_database_detector = {
    .name_cstr = "guess-database",
    .signature_id = 9000011,
    .technique_cstr = "T1110.001",
    .stage = STAGE_ACCESS,
    .severity = SEVERITY_SERIOUS,
    .wants = WANTS_SESSIONS | WANTS_LOGINS,
    .state_size = sizeof(struct state),
    .start = database_start,
    .observe = observe,
    .tick = series_detector_tick,
    .stop = series_detector_stop,
};
