/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/watch.h"

#include "app/live_opening.h"
#include "app/messages.h"
#include "app/rules_own.h"
#include "app/rules_wire.h"
#include "app/watch_datasets.h"
#include "app/watch_files.h"
#include "app/watch_model.h"
#include "app/watch_reload.h"
#include "app/watch_report.h"
#include "app/watch_rules.h"
#include "cli/dossier_folder.h"
#include "dossier/dossier.h"
#include "cli/watch_options.h"
#include "core/auto.h"
#include "net/capture/capture_filter.h"
#include "net/capture/capture_list.h"
#include "record/alert_text.h"
#include "record/flow_vector_file.h"
#include "record/wire.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/wait.h>

enum { FILTER_BYTES_MAX = 60000 };

struct watch {
	struct watch_options options;
	struct capture_list *captures;
	struct capture_filter *filter;
	struct host_policies hosts;
	struct watch_rules *rules;
	struct watch_files files;
	struct watch_model model;
	struct watch_datasets datasets;
	int eve_fd, vectors_fd;
	char eve_path_cstr[4096]; /* with -l */
	struct live_opening live; /* what is not yet handed to the sensor */
	int sensor_end, keeper_end;
	pid_t sensor_pid, keeper_pid;
	bool sensor_done, keeper_done, told_to_stop;
	char folder_cstr[MESSAGES_TEXT_MAX]; /* of the dossier, empty: none */
	struct keeper_config keeper;
	struct watch_report *report;
	struct watch_reload reload;
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
	uint8_t out[CHANNEL_MESSAGE_MAX];
	uint8_t tuning[MESSAGES_TUNING_MAX];
};

static int
fail(const struct diag *diag, int status)
{
	if (diag->file_cstr[0] != '\0' && diag->line > 0)
		fprintf(stderr, "beffroi: %s:%u: %s\n", diag->file_cstr, diag->line, diag->text_cstr);
	else if (diag->file_cstr[0] != '\0')
		fprintf(stderr, "beffroi: %s: %s\n", diag->file_cstr, diag->text_cstr);
	else
		fprintf(stderr, "beffroi: %s\n", diag->text_cstr);
	return status;
}

static int
open_eve(struct watch *w, struct diag *diag)
{
	w->eve_fd = -1;
	if (w->options.eve_cstr == NULL && w->options.log_folder_cstr != NULL) {
		int n = snprintf(w->eve_path_cstr, sizeof(w->eve_path_cstr), "%s/eve.json", w->options.log_folder_cstr);
		if (n < 0 || (size_t)n >= sizeof(w->eve_path_cstr))
			return diag_say(diag, -ENAMETOOLONG, "%s", text_error(ENAMETOOLONG));
		w->options.eve_cstr = w->eve_path_cstr;
	}
	if (w->options.eve_cstr == NULL)
		return 0;
	if (strcmp(w->options.eve_cstr, "-") == 0)
		w->eve_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		w->eve_fd = open(w->options.eve_cstr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (w->eve_fd < 0)
		return diag_say_at(diag, -errno, w->options.eve_cstr, UINT64_MAX,
		    text_in(w->options.language, N_("events cannot be written there: %s")), text_error(errno));
	return 0;
}

static int
open_vectors(struct watch *w, struct diag *diag)
{
	const struct watch_options *o = &w->options;
	w->vectors_fd = -1;
	if (o->vectors_cstr == NULL)
		return 0;
	w->vectors_fd = open(o->vectors_cstr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (w->vectors_fd < 0)
		return diag_say_at(diag, -errno, o->vectors_cstr, UINT64_MAX,
		    text_in(o->language, N_("vectors cannot be written there: %s")), text_error(errno));
	return 0;
}

static int
read_tuning(struct watch *w, struct bytes *out, struct diag *diag)
{
	*out = (struct bytes){0};
	if (w->options.tuning_cstr == NULL)
		return 0;
	AUTO_FCLOSE FILE *f = fopen(w->options.tuning_cstr, "re");
	if (f == NULL)
		return diag_say_at(diag, -errno, w->options.tuning_cstr, UINT64_MAX, "%s", text_error(errno));
	size_t len = fread(w->tuning, 1, sizeof(w->tuning), f);
	if (ferror(f) || len == sizeof(w->tuning))
		return diag_say_at(diag, -EFBIG, w->options.tuning_cstr, UINT64_MAX,
		    text_in(w->options.language, N_("a tuning file has less than 32 kB")));
	*out = (struct bytes){w->tuning, len};
	return 0;
}

static int
start_roles(struct watch *w, struct diag *diag)
{
	int to_sensor[2], to_keeper[2], between[2];
	if (channel_pair(to_sensor) < 0 || channel_pair(to_keeper) < 0 || channel_pair(between) < 0)
		return diag_say(diag, -errno, "%s", text_error(errno));
	int keeper_fds[] = {to_keeper[1], between[1]};
	int sensor_fds[4] = {to_sensor[1], between[0]};
	size_t sensor_fd_count = 2;
	if (w->eve_fd >= 0)
		sensor_fds[sensor_fd_count++] = w->eve_fd;
	if (w->vectors_fd >= 0)
		sensor_fds[sensor_fd_count++] = w->vectors_fd;
	w->keeper_pid = sandbox_spawn("keeper", keeper_fds, 2);
	w->sensor_pid = w->keeper_pid < 0 ? -1 : sandbox_spawn("sensor", sensor_fds, sensor_fd_count);
	close(to_sensor[1]);
	close(to_keeper[1]);
	close(between[0]);
	close(between[1]);
	if (w->eve_fd >= 0)
		close(w->eve_fd);
	if (w->vectors_fd >= 0)
		close(w->vectors_fd);
	w->sensor_end = to_sensor[0];
	w->keeper_end = to_keeper[0];
	return w->sensor_pid < 0
	    ? diag_say(diag, -EAGAIN, "%s", text_in(w->options.language, N_("a process could not be started")))
	    : 0;
}

static int
send_configs(struct watch *w, const struct capture_filter *filter, struct bytes tuning, struct diag *diag)
{
	const struct watch_options *o = &w->options;
	struct sensor_config config = {.memory_bytes = o->memory_bytes,
	    .threads = (uint16_t)o->threads,
	    .checksums = o->checksums_given ? o->checksums : w->rules->settings.checksums == RUN_CHECKSUMS_ON,
	    .stage = (uint8_t)o->stage,
	    .language = o->language,
	    .with_events = o->eve_cstr != NULL,
	    .with_behaviour = o->stage == 2,
	    .with_features = o->features,
	    .with_community_id = o->community_id,
	    .with_vectors = o->vectors_cstr != NULL,
	    .vector_flags = (uint8_t)((o->vector_addresses ? FLOW_VECTOR_FILE_ADDRESSES : 0) |
	        (o->vector_moments ? FLOW_VECTOR_FILE_MOMENTS : 0)),
	    .with_progress = watch_report_wants_progress(w->report),
	    .with_evidence = w->folder_cstr[0] != '\0',
	    .with_kept_events = w->folder_cstr[0] != '\0' && o->keep_events != WATCH_KEEP_NONE,
	    .tuning = tuning,
	    .hosts = w->hosts,
	    .live = o->interface_cstr != NULL,
	    .collected = w->live.collected};
	if (filter != NULL)
		config.filter = capture_filter_bytes(filter);
	config.with_rules = w->reload.making != NULL;
	config.with_model = w->model.fd >= 0;
	if (getrandom(&config.hash_key, sizeof(config.hash_key), 0) != sizeof(config.hash_key))
		return diag_say(diag, -EIO, _("the system gives no random numbers"));
	struct keeper_config *keeper = &w->keeper;
	keeper->live = config.live;
	keeper->language = o->language;
	keeper->events = (enum keep_events)o->keep_events;
	snprintf(keeper->name_cstr, sizeof(keeper->name_cstr), "%s", config.live ? o->interface_cstr : "captures");
	snprintf(keeper->folder_cstr, sizeof(keeper->folder_cstr), "%s", w->folder_cstr);
	struct writer out = writer_of(w->out, sizeof(w->out));
	messages_put_config(&out, &config);
	bool sent = writer_ok(&out) && channel_send(w->sensor_end, MESSAGE_CONFIG, writer_written(&out), -1) == 0;
	if (sent && w->reload.making != NULL)
		sent = watch_reload_first(&w->reload, w->sensor_end) == 0;
	if (sent && config.with_model)
		sent = watch_model_send(&w->model, w->sensor_end) == 0;
	out = writer_of(w->out, sizeof(w->out));
	messages_put_keeper(&out, keeper);
	if (!sent || channel_send(w->keeper_end, MESSAGE_CONFIG, writer_written(&out), -1) < 0)
		return diag_say(diag, -EPIPE, "%s",
		    text_in(o->language, N_("a role ended at once: beffroi doctor tells what this machine lacks")));
	return 0;
}

static void
hand_ring(struct watch *w, int fd)
{
	w->sensor_done = channel_send(w->sensor_end, MESSAGE_CAPTURE, bytes_of_cstr(w->options.interface_cstr), fd) < 0;
	close(fd);
}

/* The sensor wants the next capture. One that cannot be opened is told, and the next one is tried. */
static void
hand_capture(struct watch *w)
{
	for (;;) {
		int fd = -1;
		const char *name_cstr;
		struct diag diag = {0};
		int r = w->captures == NULL ? 0 : capture_list_next(w->captures, &fd, &name_cstr, &diag);
		if (r < 0) {
			watch_report_fault(w->report, &(struct fault){.kind = 4, .offset = UINT64_MAX}, &diag);
			continue;
		}
		int sent = r == 0 ? channel_send(w->sensor_end, MESSAGE_END, (struct bytes){0}, -1)
		                  : channel_send(w->sensor_end, MESSAGE_CAPTURE, bytes_of_cstr(name_cstr), fd);
		if (fd >= 0)
			close(fd);
		w->sensor_done = sent < 0; /* gone: wait(2) tells how */
		return;
	}
}

static void
tell_notice(struct watch *w, const char *subject_cstr, struct bytes text)
{
	char text_cstr[MESSAGES_TEXT_MAX];
	snprintf(text_cstr, sizeof(text_cstr), "%.*s", (int)text.len, (const char *)text.at);
	watch_report_notice(w->report, subject_cstr, text_cstr);
}

static void
from_sensor(struct watch *w, const struct channel_message *m)
{
	struct fault fault;
	struct progress progress;
	uint64_t fields[SUMMARY_FIELDS];
	int fd;
	if (m->type == MESSAGE_WANTS && (fd = live_opening_next(&w->live)) >= 0) {
		hand_ring(w, fd);
	} else if (m->type == MESSAGE_WANTS && !w->told_to_stop) { /* otherwise it has its END already */
		hand_capture(w);
	} else if (m->type == MESSAGE_SEARCHES_WANTED && w->reload.making != NULL) {
		rules_making_wanted(w->reload.making, m->body);
	} else if (m->type == MESSAGE_RULES_USED && w->reload.making != NULL) {
		watch_reload_used(&w->reload, m->body);
	} else if (m->type == MESSAGE_PROGRESS && messages_get_progress(m->body, &progress) == PARSE_OK) {
		watch_report_progress(w->report, &progress);
	} else if (m->type >= MESSAGE_FILE_DATA && m->type <= MESSAGE_FILE_DROP) {
		watch_files_take(&w->files, m);
	} else if (m->type == RULES_WIRE_DATASET) {
		watch_datasets_take(&w->datasets, m->body);
	} else if (m->type == MESSAGE_NOTICE) {
		tell_notice(w, w->options.interface_cstr, m->body);
	} else if (m->type == MESSAGE_FAULT && messages_get_fault(m->body, &fault) == PARSE_OK) {
		if (w->options.tuning_cstr != NULL && strcmp(fault.file_cstr, SENSOR_TUNING_FILE) == 0)
			snprintf(fault.file_cstr, sizeof(fault.file_cstr), "%s", w->options.tuning_cstr);
		watch_report_fault(w->report, &fault, NULL);
	} else if (m->type == MESSAGE_SUMMARY && messages_get_summary(m->body, fields) == PARSE_OK) {
		watch_report_summary(w->report, fields);
	}
}

static void
from_keeper(struct watch *w, const struct channel_message *m)
{
	struct fault fault;
	struct cursor c = cursor_of(m->body);
	struct alert alert;
	if (m->type == MESSAGE_ALERT) {
		if (wire_get_alert(&c, alert_text_known, &alert) == PARSE_OK)
			watch_report_alert(w->report, &alert);
	} else if (m->type == MESSAGE_INCIDENT) {
		struct incident *incident = calloc(1, sizeof(*incident));
		if (incident != NULL && wire_get_incident(&c, alert_text_known, incident) == PARSE_OK)
			watch_report_incident(w->report, incident);
		free(incident);
	} else if (m->type == MESSAGE_FAULT && messages_get_fault(m->body, &fault) == PARSE_OK) {
		watch_report_kept_nothing(w->report, &fault);
	} else if (m->type == MESSAGE_NOTICE) {
		tell_notice(w, NULL, m->body);
	} else if (m->type == MESSAGE_TOTALS) {
		struct kept_totals totals = {.alerts = cursor_be64(&c)};
		totals.aside = cursor_be64(&c);
		totals.new_alerts = cursor_be64(&c);
		totals.new_incidents = cursor_be64(&c);
		totals.assets = cursor_be64(&c);
		totals.events = cursor_be64(&c);
		totals.events_failed = cursor_u8(&c) != 0;
		totals.kept = cursor_u8(&c) != 0;
		watch_report_totals(w->report, &totals);
	}
}

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM};
static volatile sig_atomic_t asked_to_stop; /* the signal */
static volatile sig_atomic_t asked_to_reload;

static void
on_reload(int number)
{
	(void)number;
	asked_to_reload = 1;
}

static void
on_stop(int number)
{
	asked_to_stop = number;
}

/* Ctrl-C, SIGTERM, SIGHUP or the time given. The sensor then ends its flows and sums up, and so does the keeper. */
static void
stop_if_asked(struct watch *w)
{
	bool has_begun = w->live.next == w->live.count; /* it has all that it waits for before it listens */
	if (!asked_to_stop || w->told_to_stop || w->sensor_done || !has_begun)
		return;
	w->told_to_stop = true;
	w->sensor_done = channel_send(w->sensor_end, MESSAGE_END, (struct bytes){0}, -1) < 0;
}

static void
catch_stops(const struct watch *w)
{
	/* The second time the signal does what it always does: the roles end when the parent is gone. */
	struct sigaction action = {.sa_handler = on_stop, .sa_flags = (int)SA_RESETHAND};
	for (size_t i = 0; i < LENGTH_OF(stop_signals); i++)
		(void)sigaction(stop_signals[i], &action, NULL);
	(void)sigaction(SIGUSR2, &(struct sigaction){.sa_handler = on_reload}, NULL);
	if (w->options.interface_cstr != NULL && w->options.stop_after_s > 0)
		alarm((unsigned)w->options.stop_after_s);
}

/* Until both roles have closed their ends. */
static void
converse(struct watch *w)
{
	/* They arrive while it waits and at no other moment, so that none is missed. */
	sigset_t stops, before;
	(void)sigemptyset(&stops);
	for (size_t i = 0; i < LENGTH_OF(stop_signals); i++)
		(void)sigaddset(&stops, stop_signals[i]);
	(void)sigaddset(&stops, SIGUSR2);
	(void)sigprocmask(SIG_BLOCK, &stops, &before);
	while (!w->sensor_done || !w->keeper_done) {
		stop_if_asked(w);
		if (asked_to_reload) {
			asked_to_reload = 0;
			watch_reload_now(&w->reload);
		}
		struct pollfd ends[4] = {{.fd = w->sensor_done ? -1 : w->sensor_end, .events = POLLIN},
		    {.fd = w->keeper_done ? -1 : w->keeper_end, .events = POLLIN},
		    {.fd = rules_making_fd(w->reload.making), .events = POLLIN},
		    {.fd = watch_control_fd(&w->reload.control), .events = POLLIN}};
		int wait_ms = rules_making_wait_ms(w->reload.making);
		struct timespec wait = {wait_ms / 1000, wait_ms % 1000 * 1000000L};
		int ready = ppoll(ends, 4, wait_ms < 0 ? NULL : &wait, &before);
		if (ready < 0)
			continue; /* a signal */
		if (ends[2].revents != 0 || ready == 0)
			rules_making_go_on(w->reload.making, ready > 0);
		if (ends[3].revents != 0 && watch_control_hear(&w->reload.control))
			watch_reload_now(&w->reload);
		for (int i = 0; i < 2; i++) {
			if (ends[i].revents == 0)
				continue;
			struct channel_message m;
			int r = channel_receive(ends[i].fd, w->buffer, sizeof(w->buffer), &m);
			if (r <= 0)
				*(i == 0 ? &w->sensor_done : &w->keeper_done) = true;
			else if (i == 0)
				from_sensor(w, &m);
			else
				from_keeper(w, &m);
			if (r > 0 && m.fd >= 0)
				close(m.fd); /* roles have no business sending descriptors */
		}
	}
}

static int
wait_role(pid_t pid)
{
	int status;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status;
}

static int
read_hosts(struct watch *w, struct diag *diag)
{
	const struct watch_options *o = &w->options;
	w->hosts = w->rules->settings.hosts;
	int r = o->overlap_policy_cstr == NULL ? 0
	                                       : host_policy_default(&w->hosts, bytes_of_cstr(o->overlap_policy_cstr), diag);
	for (size_t i = 0; i < o->host_os_count && r == 0; i++)
		r = host_policy_add(&w->hosts, bytes_of_cstr(o->host_os[i]), diag);
	return r;
}

static int
run(struct watch *w, struct diag *diag)
{
	const struct watch_options *o = &w->options;
	struct bytes tuning;
	const char *own_cstr = o->no_dossier || o->rules_count > 0 || o->suricata_yaml_cstr != NULL
	    ? NULL
	    : rules_own_find(o->dossier_cstr, o->language);
	if (own_cstr != NULL)
		w->options.rules[w->options.rules_count++] = own_cstr;
	if ((w->rules = watch_rules_read(o, diag)) == NULL)
		return WATCH_EXIT_FAILED;
	if (read_hosts(w, diag) < 0)
		return WATCH_EXIT_USAGE;
	if (o->filter_cstr != NULL && capture_filter_compile(&w->filter, o->filter_cstr, diag) < 0)
		return WATCH_EXIT_USAGE;
	if (w->filter != NULL && capture_filter_bytes(w->filter).len > FILTER_BYTES_MAX) {
		diag_say(diag, -E2BIG, "%s", text_in(o->language, N_("this filter is too long")));
		return WATCH_EXIT_USAGE;
	}
	if (o->path_count > 0 && capture_list_new(&w->captures, (const char *const *)o->paths, o->path_count, diag) < 0)
		return WATCH_EXIT_FAILED;
	if (o->interface_cstr != NULL && live_opening_open(&w->live, o->interface_cstr, o->threads, w->filter, diag) < 0)
		return WATCH_EXIT_FAILED;
	if (read_tuning(w, &tuning, diag) < 0 || open_eve(w, diag) < 0 || open_vectors(w, diag) < 0 ||
	    watch_files_open(&w->files, o, w->rules, diag) < 0)
		return WATCH_EXIT_FAILED;
	if (!o->no_dossier &&
	    dossier_folder_make(o->dossier_cstr, o->language, w->folder_cstr, sizeof(w->folder_cstr), diag) < 0)
		return WATCH_EXIT_OUTPUT;
	uint64_t total = w->captures != NULL ? capture_list_counts(w->captures).bytes : 0;
	char label_cstr[MESSAGES_TEXT_MAX];
	dossier_describe(w->folder_cstr, label_cstr, sizeof(label_cstr));
	w->report = watch_report_new(o, total, label_cstr);
	if (w->report == NULL || watch_reload_open(&w->reload, o, w->rules, w->folder_cstr, w->report, diag) < 0)
		return WATCH_EXIT_FAILED;
	rules_files_free(&w->rules->files); /* the bundle has them */
	watch_model_open(&w->model, o, w->folder_cstr);
	watch_datasets_begin(&w->datasets, w->rules, w->report);
	catch_stops(w);
	if (start_roles(w, diag) < 0 || send_configs(w, w->filter, tuning, diag) < 0)
		return WATCH_EXIT_FAILED;
	watch_model_tell(&w->model, w->report);
	for (size_t i = 0; i < w->rules->notice_count; i++)
		watch_report_notice(w->report, NULL, w->rules->notices[i]);
	if (w->live.collected)
		watch_report_notice(
		    w->report, o->interface_cstr, _("libpcap reads this kind of interface, with more work per packet"));
	converse(w);
	watch_files_tell(&w->files, w->report);
	watch_datasets_end(&w->datasets, w->report);
	live_opening_wait(&w->live);
	int sensor_status = wait_role(w->sensor_pid), keeper_status = wait_role(w->keeper_pid);
	return watch_report_finish(w->report, sensor_status, keeper_status, asked_to_stop);
}

int
watch_main(int argc, char **argv)
{
	struct watch *w = calloc(1, sizeof(*w));
	char **room = calloc((size_t)argc + 1, sizeof(*room));
	struct diag diag = {.offset = UINT64_MAX};
	if (w == NULL || room == NULL)
		return WATCH_EXIT_FAILED;
	w->reload = watch_reload_none();
	w->model.fd = -1;
	(void)signal(SIGPIPE, SIG_IGN);
	int status;
	if (watch_options_parse(argc, argv, room, &w->options, &diag) < 0) {
		status = fail(&diag, WATCH_EXIT_USAGE);
	} else if (w->options.help) {
		watch_options_help(w->options.language);
		status = WATCH_EXIT_DONE;
	} else {
		status = run(w, &diag);
		if (diag.text_cstr[0] != '\0')
			(void)fail(&diag, status);
	}
	watch_reload_close(&w->reload);
	watch_report_free(w->report);
	watch_model_close(&w->model);
	watch_files_close(&w->files);
	watch_rules_free(w->rules);
	capture_list_free(w->captures);
	capture_filter_free(w->filter);
	free(room);
	free(w);
	return status;
}
