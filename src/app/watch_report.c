/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/watch_report.h"

#include "cli/present.h"
#include "core/json.h"
#include "core/terminal.h"
#include "incident/story_json.h"
#include "net/capture/capture_file.h"
#include "record/alert_text.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FAULTS_MAX = 64, SHOWN_MAX = 20, JSON_MAX = 1 << 20 };

struct watch_report {
	const struct watch_options *options;
	struct presenter presenter;
	FILE *words; /* where the answer goes: standard output, or standard error when events use the other */
	bool progress;
	uint64_t total_bytes;
	double started_s;
	bool progress_shown;
	char folder_cstr[MESSAGES_TEXT_MAX];
	uint64_t summary[SUMMARY_FIELDS];
	bool has_summary, has_totals, role_failed, not_kept;
	int cut_by; /* the signal that ended the reading of captures; 0: none */
	struct kept_totals totals;
	struct fault *faults;
	size_t fault_count, faults_more;
	struct rules_account *rules;             /* NULL: there are none */
	const char *model_cstr, *model_why_cstr; /* of one that is not used; NULL: none was refused */
	struct incident **incidents;
	size_t incident_count, incident_room;
};

static double
now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

struct watch_report *
watch_report_new(const struct watch_options *options, uint64_t total_bytes, const char *folder_cstr)
{
	struct watch_report *r = calloc(1, sizeof(*r));
	if (r == NULL)
		return NULL;
	r->faults = calloc(FAULTS_MAX, sizeof(*r->faults));
	if (r->faults == NULL) {
		free(r);
		return NULL;
	}
	bool events_on_stdout = options->eve_cstr != NULL && strcmp(options->eve_cstr, "-") == 0;
	r->options = options;
	r->words = events_on_stdout ? stderr : stdout;
	r->total_bytes = total_bytes;
	r->started_s = now_s();
	r->progress = !options->quiet && isatty(STDERR_FILENO);
	bool no_color = getenv("NO_COLOR") != NULL; /* no-color.org */
	bool color = options->color == WATCH_COLOR_ALWAYS ||
	    (options->color == WATCH_COLOR_AUTO && isatty(fileno(r->words)) && !no_color);
	r->presenter = present_to(r->words, options->language, color);
	snprintf(r->folder_cstr, sizeof(r->folder_cstr), "%s", folder_cstr);
	return r;
}

void
watch_report_free(struct watch_report *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->incident_count; i++)
		free(r->incidents[i]);
	free(r->incidents);
	free(r->faults);
	free(r->rules);
	free(r);
}

bool
watch_report_wants_progress(const struct watch_report *r)
{
	return r->progress;
}

static void
clear_progress(struct watch_report *r)
{
	if (r->progress_shown)
		fputs("\r\033[K", stderr);
	r->progress_shown = false;
}

static void
print_bar(const struct watch_report *r, uint64_t bytes, double spent_s)
{
	enum { BAR = 24 };
	double rate = (double)bytes / spent_s;
	if (r->total_bytes == 0) {
		fprintf(stderr, text_in(r->options->language, N_("%.0f MB  %.0f MB/s  ")), (double)bytes / 1e6, rate / 1e6);
		return;
	}
	double share = (double)bytes / (double)r->total_bytes;
	int full = share >= 1 ? BAR : (int)(share * BAR);
	fputc('[', stderr);
	for (int i = 0; i < BAR; i++)
		fputc(i < full ? '#' : '.', stderr);
	double left_s = rate > 0 && share < 1 ? (double)(r->total_bytes - bytes) / rate : 0;
	fprintf(
	    stderr, text_in(r->options->language, N_("] %3.0f %%  %.0f MB/s  %.0f s  ")), share * 100, rate / 1e6, left_s);
}

void
watch_report_progress(struct watch_report *r, const struct progress *p)
{
	double spent_s = now_s() - r->started_s;
	if (!r->progress || spent_s < 0.5)
		return; /* short work needs no bar */
	fputs("\r\033[K", stderr);
	if (r->options->interface_cstr == NULL)
		print_bar(r, p->bytes, spent_s);
	else
		fprintf(stderr, text_in(r->options->language, N_("dropped: %llu of %llu, ")),
		    (unsigned long long)p->kernel_drops, (unsigned long long)p->kernel_packets);
	fprintf(stderr, text_in(r->options->language, N_("packets: %llu, alerts: %llu")), (unsigned long long)p->packets,
	    (unsigned long long)p->alerts);
	if (r->model_why_cstr != NULL)
		fputs(text_in(r->options->language, N_(", without the model")), stderr);
	fflush(stderr);
	r->progress_shown = true;
}

void
watch_report_notice(struct watch_report *r, const char *subject_cstr, const char *text_cstr)
{
	char subject[MESSAGES_TEXT_MAX] = "", text[MESSAGES_TEXT_MAX];
	if (subject_cstr != NULL)
		terminal_escape(bytes_of_cstr(subject_cstr), subject, sizeof(subject));
	terminal_escape(bytes_of_cstr(text_cstr), text, sizeof(text));
	clear_progress(r);
	fprintf(stderr, "beffroi: %s%s%s\n", subject, subject_cstr != NULL ? ": " : "", text);
}

void
watch_report_fault(struct watch_report *r, const struct fault *fault, const struct diag *diag)
{
	if (r->fault_count == FAULTS_MAX) {
		r->faults_more++;
		return;
	}
	struct fault *kept = &r->faults[r->fault_count++];
	*kept = *fault;
	if (diag != NULL) {
		kept->offset = diag->offset;
		snprintf(kept->file_cstr, sizeof(kept->file_cstr), "%s", diag->file_cstr);
		snprintf(kept->text_cstr, sizeof(kept->text_cstr), "%s", diag->text_cstr);
	}
	r->role_failed = r->role_failed || kept->kind == FAULT_ROLE;
	/* At once, on standard error: one clear line. */
	char file[MESSAGES_TEXT_MAX], text[MESSAGES_TEXT_MAX];
	terminal_escape(bytes_of_cstr(kept->file_cstr), file, sizeof(file));
	terminal_escape(bytes_of_cstr(kept->text_cstr), text, sizeof(text));
	clear_progress(r);
	if (kept->file_cstr[0] == '\0')
		fprintf(stderr, "beffroi: %s\n", text);
	else if (kept->offset == UINT64_MAX)
		fprintf(stderr, "beffroi: %s: %s\n", file, text);
	else
		fprintf(stderr, text_in(r->options->language, N_("beffroi: %s: at byte %llu: %s\n")), file,
		    (unsigned long long)kept->offset, text);
}

void
watch_report_kept_nothing(struct watch_report *r, const struct fault *fault)
{
	r->not_kept = true;
	clear_progress(r);
	char file[MESSAGES_TEXT_MAX], text[MESSAGES_TEXT_MAX];
	(void)terminal_escape(
	    bytes_of_cstr(fault->file_cstr[0] != '\0' ? fault->file_cstr : r->folder_cstr), file, sizeof(file));
	(void)terminal_escape(bytes_of_cstr(text_in(r->options->language, fault->text_cstr)), text, sizeof(text));
	fprintf(stderr, text_in(r->options->language, N_("beffroi: %s: the dossier was not written: %s\n")), file, text);
}

void
watch_report_summary(struct watch_report *r, const uint64_t fields[static SUMMARY_FIELDS])
{
	memcpy(r->summary, fields, sizeof(r->summary));
	r->has_summary = true;
}

void
watch_report_rules(struct watch_report *r, const struct rules_account *account)
{
	if (r->rules == NULL)
		r->rules = calloc(1, sizeof(*r->rules));
	if (r->rules != NULL)
		*r->rules = *account;
}

void
watch_report_model(struct watch_report *r, const char *path_cstr, const char *why_cstr)
{
	r->model_cstr = path_cstr;
	r->model_why_cstr = why_cstr;
}

void
watch_report_incident(struct watch_report *r, const struct incident *incident)
{
	if (r->incident_count == r->incident_room) {
		size_t room = r->incident_room == 0 ? 16 : r->incident_room * 2;
		struct incident **more = realloc(r->incidents, room * sizeof(struct incident *));
		if (more == NULL)
			return;
		r->incidents = more;
		r->incident_room = room;
	}
	struct incident *copy = malloc(sizeof(*copy));
	if (copy == NULL)
		return;
	*copy = *incident;
	r->incidents[r->incident_count++] = copy;
}

void
watch_report_alert(struct watch_report *r, const struct alert *alert)
{
	const struct alert_text *text = alert_text_find(bytes_of_cstr(alert->detector_cstr));
	char when[24], first[64], room[2048];
	if (text == NULL || r->options->format == WATCH_FORMAT_JSON)
		return;
	present_time(alert->last_ns, when);
	snprintf(first, sizeof(first), "%s  %s: ", when + 11, alert_text_severity(r->options->language, alert->severity));
	alert_text_fill(r->options->language, text_in(r->options->language, text->what_cstr), alert, room, sizeof(room));
	present_paragraph(&r->presenter, first, 10, room);
	fflush(r->words);
}

void
watch_report_totals(struct watch_report *r, const struct kept_totals *totals)
{
	r->totals = *totals;
	r->has_totals = true;
}

/* What the answer does not cover, in words; every silence is explained. */
struct blind_spot {
	enum summary_field field;
	const char *text_cstr;
	const char *word_cstr; /* of the JSON */
};

static const struct blind_spot blind_spots[] = {
    {SUMMARY_KERNEL_DROPS, N_("packets dropped by the system before they could be read"), "packets_dropped"},
    {SUMMARY_DOWN_S, N_("seconds during which the interface was down"), "interface_down_s"},
    {SUMMARY_EVICTED_FLOWS, N_("connections closed early for lack of memory (give more with --memory)"), "flows_evicted"},
    {SUMMARY_EVICTED_SEEDS, N_("unanswered attempts forgotten early for lack of memory, after they were counted"),
        "half_open_evicted"},
    {SUMMARY_FLOWS_UNREAD, N_("connections counted but not read, for lack of memory"), "flows_unread"},
    {SUMMARY_CONTENTS_REFUSED, N_("files and bodies that rules did not see, for lack of memory"), "contents_unseen"},
    {SUMMARY_CONTENTS_IN_PIECES, N_("files and bodies that rules saw piece by piece, for lack of memory"),
        "contents_in_pieces"},
    {SUMMARY_STREAM_GAP_BYTES, N_("bytes of connections that are missing in the capture"), "stream_bytes_missing"},
    {SUMMARY_STREAM_REFUSED, N_("TCP segments not put in order (too far ahead, or no memory left)"), "segments_refused"},
    {SUMMARY_UNKNOWN_LINK, N_("packets of a kind of link that is not decoded"), "unknown_link"},
    {SUMMARY_FRAGMENTS_DROPPED, N_("fragments that could not be put together"), "fragments_dropped"},
    {SUMMARY_BAD_CHECKSUMS, N_("packets not believed, their checksum being wrong"), "bad_checksums"},
    {SUMMARY_OBSERVATIONS_DROPPED, N_("observations that did not reach the detectors, too many at once"),
        "observations_dropped"},
    {SUMMARY_FILTER_UNDECIDED, N_("packets left out, of a kind that the filter cannot judge"), "filter_undecided"},
    {SUMMARY_EVENTS_LOST, N_("batches of events that could not be written"), "event_batches_lost"},
    {SUMMARY_EVENTS_UNKEPT, N_("events that came faster than the dossier took them"), "events_unkept"},
};

static void
print_totals(const struct watch_report *r)
{
	const uint64_t *f = r->summary;
	char first[24], last[24];
	present_time((int64_t)f[SUMMARY_FIRST_NS], first);
	present_time((int64_t)f[SUMMARY_LAST_NS], last);
	double spent_s = now_s() - r->started_s;
	if (r->options->interface_cstr != NULL) /* also when it is none: who watches wants to know */
		fprintf(r->words, text_in(r->options->language, N_("Packets that the system dropped: %llu of %llu.\n")),
		    (unsigned long long)f[SUMMARY_KERNEL_DROPS], (unsigned long long)f[SUMMARY_KERNEL_PACKETS]);
	if (f[SUMMARY_PACKETS] == 0) {
		fputs(text_in(r->options->language, N_("No packet was read.\n")), r->words);
		return;
	}
	enum language language = r->options->language;
	char packets[64], connections[64], megabytes[TEXT_DECIMAL_MAX], seconds[TEXT_DECIMAL_MAX];
	snprintf(packets, sizeof(packets), text_plural(language, f[SUMMARY_PACKETS], N_("%llu packet"), N_("%llu packets")),
	    (unsigned long long)f[SUMMARY_PACKETS]);
	snprintf(connections, sizeof(connections),
	    text_plural(language, f[SUMMARY_FLOWS], N_("%llu connection"), N_("%llu connections")),
	    (unsigned long long)f[SUMMARY_FLOWS]);
	fprintf(r->words, text_in(language, N_("%s, %s MB, %s, from %s to %s UTC; read in %s s.\n")), packets,
	    text_decimal(language, (double)f[SUMMARY_BYTES] / 1e6, megabytes), connections, first,
	    memcmp(first, last, 10) == 0 ? last + 11 : last, text_decimal(language, spent_s, seconds));
}

static void
print_blind_spots(const struct watch_report *r)
{
	bool any = false;
	for (size_t i = 0; i < LENGTH_OF(blind_spots); i++)
		any = any || r->summary[blind_spots[i].field] > 0;
	if (!any && r->fault_count == 0)
		return;
	fputs(text_in(r->options->language, N_("What was not seen:\n")), r->words);
	for (size_t i = 0; i < LENGTH_OF(blind_spots); i++) {
		uint64_t count = r->summary[blind_spots[i].field];
		char text[256];
		if (count == 0)
			continue;
		const char *what_cstr = text_in(r->options->language, blind_spots[i].text_cstr);
		snprintf(
		    text, sizeof(text), text_in(r->options->language, N_("%s: %llu")), what_cstr, (unsigned long long)count);
		present_paragraph(&r->presenter, "  - ", 4, text);
	}
	if (r->fault_count > 0)
		fprintf(r->words, text_in(r->options->language, N_("  - faults told above: %zu\n")),
		    r->fault_count + r->faults_more);
}

static void
print_kept(const struct watch_report *r)
{
	enum language language = r->options->language;
	char incidents[64], alerts[64];
	unsigned long long new_incidents = r->totals.new_incidents, new_alerts = r->totals.new_alerts;
	if (!r->has_totals || !r->totals.kept || r->not_kept)
		return;
	snprintf(incidents, sizeof(incidents),
	    text_plural(language, new_incidents, N_("%llu incident"), N_("%llu incidents")), new_incidents);
	snprintf(alerts, sizeof(alerts), text_plural(language, new_alerts, N_("%llu alert"), N_("%llu alerts")), new_alerts);
	if (r->totals.new_alerts == 0 && r->totals.new_incidents == 0)
		fprintf(r->words, text_in(language, N_("Nothing new for the dossier %s.\n")), r->folder_cstr);
	else
		fprintf(r->words, text_in(language, N_("Kept in %s: %s, %s. See them again: beffroi incident list\n")),
		    r->folder_cstr, incidents, alerts);
	if (r->totals.aside > 0)
		fprintf(r->words,
		    text_plural(language, r->totals.aside,
		        N_("%llu alert was kept aside by an exception: beffroi exception list\n"),
		        N_("%llu alerts were kept aside by exceptions: beffroi exception list\n")),
		    (unsigned long long)r->totals.aside);
}

static void
print_rules(const struct watch_report *r)
{
	if (r->rules == NULL)
		return;
	fputs(text_in(r->options->language, N_("Rules: ")), r->words);
	if (r->options->verbose)
		fputc('\n', r->words);
	rules_account_print(r->words, r->rules, r->options->language, r->options->verbose, true);
	if (!r->options->verbose && r->rules->reason_count > 0)
		fputs(text_in(r->options->language, N_("Why some are not used: --verbose, or beffroi rules check\n")),
		    r->words);
}

static void
print_model(const struct watch_report *r)
{
	const uint64_t *f = r->summary;
	enum language language = r->options->language;
	char text[DIAG_TEXT_MAX * 4];
	if (r->model_why_cstr != NULL) {
		terminal_escape(bytes_of_cstr(r->model_why_cstr), text, sizeof(text));
		fprintf(r->words, text_in(language, N_("Model: none was used: %s\n")), text);
	} else if (f[SUMMARY_MODEL] != 0) {
		fprintf(r->words,
		    text_in(language,
		        N_("Model: %llu connections judged; like an attack: %llu; not sure: %llu; never seen before: %llu.\n")),
		    (unsigned long long)f[SUMMARY_MODEL_FLOWS], (unsigned long long)f[SUMMARY_MODEL_ATTACKS],
		    (unsigned long long)f[SUMMARY_MODEL_UNDECIDED], (unsigned long long)f[SUMMARY_MODEL_UNSEEN]);
	}
}

static void
print_json_model(const struct watch_report *r, struct json *j)
{
	const uint64_t *f = r->summary;
	if (r->model_why_cstr == NULL && f[SUMMARY_MODEL] == 0)
		return;
	json_open_object(j, JSON_KEY("model"));
	json_bool(j, JSON_KEY("used"), f[SUMMARY_MODEL] != 0);
	if (r->model_why_cstr != NULL) {
		json_cstr(j, JSON_KEY("file"), r->model_cstr);
		json_cstr(j, JSON_KEY("reason"), r->model_why_cstr);
	} else {
		json_u64(j, JSON_KEY("flows"), f[SUMMARY_MODEL_FLOWS]);
		json_u64(j, JSON_KEY("attacks"), f[SUMMARY_MODEL_ATTACKS]);
		json_u64(j, JSON_KEY("unsure"), f[SUMMARY_MODEL_UNDECIDED]);
		json_u64(j, JSON_KEY("unseen"), f[SUMMARY_MODEL_UNSEEN]);
	}
	json_close_object(j);
}

static void
print_text(const struct watch_report *r)
{
	enum language language = r->options->language;
	print_totals(r);
	print_rules(r);
	print_model(r);
	fputc('\n', r->words);
	if (r->incident_count == 0)
		fputs(text_in(language, N_("No incident. Nothing of what was looked for was seen.\n")), r->words);
	else if (r->incident_count == 1)
		fputs(text_in(language, N_("1 incident:\n\n")), r->words);
	else
		fprintf(r->words, text_in(language, N_("%zu incidents, the gravest first:\n\n")), r->incident_count);
	for (size_t i = 0; i < r->incident_count && i < SHOWN_MAX; i++)
		present_incident(&r->presenter, r->incidents[i]);
	if (r->incident_count > SHOWN_MAX)
		fprintf(r->words, text_in(language, N_("... and %zu more: beffroi incident list, or --format json\n\n")),
		    r->incident_count - SHOWN_MAX);
	print_blind_spots(r);
	print_kept(r);
}

static void
print_json_head(const struct watch_report *r, struct json *j)
{
	const uint64_t *f = r->summary;
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("version"), BEFFROI_VERSION);
	json_open_object(j, JSON_KEY("capture"));
	json_u64(j, JSON_KEY("captures"), f[SUMMARY_CAPTURES]);
	json_u64(j, JSON_KEY("packets"), f[SUMMARY_PACKETS]);
	json_u64(j, JSON_KEY("bytes"), f[SUMMARY_BYTES]);
	json_u64(j, JSON_KEY("flows"), f[SUMMARY_FLOWS]);
	if (r->options->interface_cstr != NULL) {
		json_u64(j, JSON_KEY("kernel_packets"), f[SUMMARY_KERNEL_PACKETS]);
		json_u64(j, JSON_KEY("kernel_drops"), f[SUMMARY_KERNEL_DROPS]);
	}
	if (f[SUMMARY_PACKETS] > 0) {
		json_time(j, JSON_KEY("first"), (int64_t)f[SUMMARY_FIRST_NS]);
		json_time(j, JSON_KEY("last"), (int64_t)f[SUMMARY_LAST_NS]);
	}
	json_u64(j, JSON_KEY("anomalies"), f[SUMMARY_ANOMALIES]);
	json_u64(j, JSON_KEY("alerts"), f[SUMMARY_ALERTS]);
	json_close_object(j);
	json_open_object(j, JSON_KEY("not_seen"));
	for (size_t i = 0; i < LENGTH_OF(blind_spots); i++) {
		char key[64];
		int n = snprintf(key, sizeof(key), ",\"%s\":", blind_spots[i].word_cstr);
		json_u64(j, (struct bytes){(const uint8_t *)key, (size_t)n}, f[blind_spots[i].field]);
	}
	json_close_object(j);
	json_open_array(j, JSON_KEY("faults"));
	for (size_t i = 0; i < r->fault_count; i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("file"), r->faults[i].file_cstr);
		if (r->faults[i].offset != UINT64_MAX)
			json_u64(j, JSON_KEY("offset"), r->faults[i].offset);
		json_cstr(j, JSON_KEY("reason"), r->faults[i].text_cstr);
		json_close_object(j);
	}
	json_close_array(j);
	if (r->rules != NULL) {
		json_open_object(j, JSON_KEY("rules"));
		rules_account_json(j, r->rules);
		rules_account_json_reasons(j, r->rules);
		json_close_object(j);
	}
	print_json_model(r, j);
	json_open_array(j, JSON_KEY("incidents"));
}

static void
write_json(const struct watch_report *r, struct json *j)
{
	fwrite(j->start, 1, json_length(j), r->words);
	j->at = j->start; /* the comma state goes on */
}

static void
print_json(const struct watch_report *r)
{
	char *room = malloc(JSON_MAX);
	if (room == NULL)
		return;
	struct json j = json_of(room, JSON_MAX);
	print_json_head(r, &j);
	for (size_t i = 0; i < r->incident_count; i++) {
		story_json_incident(&j, (struct bytes){0}, r->incidents[i], r->options->language);
		write_json(r, &j);
	}
	json_close_array(&j);
	json_close_object(&j);
	json_newline(&j);
	write_json(r, &j);
	free(room);
}

/* Who brings a suricata.yaml has scripts made for Suricata, for which a capture that ends badly has ended: it is told all the same. */
static bool
has_grave_fault(const struct watch_report *r)
{
	for (size_t i = 0; i < r->fault_count; i++) {
		bool ends_badly = r->faults[i].kind == CAPTURE_FAULT_TRUNCATED || r->faults[i].kind == CAPTURE_FAULT_DAMAGED;
		if (!ends_badly || r->options->suricata_yaml_cstr == NULL)
			return true;
	}
	return false;
}

static int
status_of(const struct watch_report *r, int sensor_status, int keeper_status)
{
	bool sensor_died = !WIFEXITED(sensor_status), keeper_died = !WIFEXITED(keeper_status);
	if (sensor_died || !r->has_summary)
		return WATCH_EXIT_FAILED;
	if (keeper_died || !r->has_totals || r->not_kept || r->summary[SUMMARY_EVENTS_LOST] > 0 || r->totals.events_failed)
		return WATCH_EXIT_OUTPUT;
	if (has_grave_fault(r))
		return r->role_failed ? WATCH_EXIT_OUTPUT : WATCH_EXIT_INPUT;
	if (r->cut_by != 0)
		return 128 + r->cut_by;
	for (size_t i = 0; i < r->incident_count; i++)
		if (r->options->fail_on > 0 && r->incidents[i]->severity >= r->options->fail_on)
			return WATCH_EXIT_INCIDENT;
	return WATCH_EXIT_DONE;
}

static void
tell_death(const struct watch_report *r, const char *role_cstr, int status)
{
	if (WIFEXITED(status))
		return;
	fprintf(stderr,
	    text_in(r->options->language,
	        N_("beffroi: the %s was stopped by signal %d: what follows is incomplete. Please report it.\n")),
	    text_in(r->options->language, role_cstr), WTERMSIG(status));
}

int
watch_report_finish(struct watch_report *r, int sensor_status, int keeper_status, int stopped_by)
{
	clear_progress(r);
	if (stopped_by != 0 && r->options->interface_cstr == NULL) {
		r->cut_by = stopped_by;
		watch_report_notice(r, NULL,
		    text_in(r->options->language,
		        N_("stopped before the end of the captures: the answer covers what was read until then")));
	}
	tell_death(r, N_("sensor"), sensor_status);
	tell_death(r, N_("keeper"), keeper_status);
	int status = status_of(r, sensor_status, keeper_status);
	if (r->has_summary && r->options->format == WATCH_FORMAT_JSON)
		print_json(r);
	else if (r->has_summary)
		print_text(r);
	if (fflush(r->words) != 0 && status == WATCH_EXIT_DONE)
		status = WATCH_EXIT_OUTPUT;
	return status;
}
