/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_import.h"

#include "app/import_tell.h"
#include "app/messages.h"
#include "core/auto.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>

static const char help_cstr[] = N_(
    "Usage: beffroi import FORMAT FILE... [options]\n"
    "       beffroi import eve --socket PATH [--datagram] [options]\n"
    "\n"
    "Reads what others wrote (- is the standard input). Alerts become alerts and incidents of the dossier; what was seen goes to\n"
    "the detectors of watch; machines go to the inventory (beffroi asset). What is imported a second time adds nothing.\n"
    "\n"
    "  eve     Suricata's EVE JSON, one event a line; kept by day too, for beffroi event\n"
    "  zeek    Zeek's logs, as columns or JSON: conn dns http ssl x509 ssh ftp dhcp notice intel; the others say nothing here\n"
    "  syslog  logs of machines: sshd, vsftpd and PAM, iptables, nftables, OPNsense, pfSense, CEF; the rest is counted\n"
    "  nmap    the report of nmap -oX: machines, services, versions, systems\n"
    "  csv     a table of machines, alerts or flows, with the names of its columns in the first line (man beffroi-import)\n"
    "\n"
    "  --socket PATH        eve: makes a Unix socket that Suricata writes into, and tells what comes until SIGTERM\n"
    "  --datagram           the socket takes datagrams (filetype unix_dgram), not a stream (unix_stream)\n"
    "  --zone NAME          syslog, csv: of times that do not say theirs (Europe/Paris)\n"
    "  --year YEAR          syslog: of times without a year (the latest that is not in the future)\n"
    "  --host NAME=ADDRESS  syslog: the machine that logs call so; may be given several times\n"
    "  --column THEIRS=OURS csv: that column means ours; may be given several times\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi; made when it is not there)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done, 2 wrong usage, 4 done but for lines that are not right (told one by one).\n");

enum { FLUSH_MS = 1000 };

static const char *const formats[IMPORT_FORMATS] = {"eve", "zeek", "syslog", "nmap", "csv"};

struct import {
	struct verb_reading v;
	struct import_config config;
	struct import_keeping *keeping;
	struct event_intake *events;
	int64_t flushed_ms;
	struct import_told told;
	const char *files[VERB_OPTIONS_WORDS_MAX];
	int fds[VERB_OPTIONS_WORDS_MAX]; /* -1: given away */
	size_t file_count, next;
	int reader_end;
	bool reader_done, told_to_stop, complete;
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
	uint8_t out[CHANNEL_MESSAGE_MAX];
};

static volatile sig_atomic_t asked_to_stop;

static void
on_stop(int number)
{
	asked_to_stop = number;
}

/* The files are opened before all rights to open files are given up. */
static int
open_files(struct import *m, struct diag *diag)
{
	for (size_t i = 0; i < m->file_count; i++) {
		bool is_input = strcmp(m->files[i], "-") == 0;
		int fd = is_input ? dup(STDIN_FILENO) : open(m->files[i], O_RDONLY | O_CLOEXEC);
		struct stat about = {0};
		if (fd >= 0 && fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) {
			close(fd);
			fd = -1;
			errno = EISDIR;
		}
		if (fd < 0)
			return diag_say_at(diag, -errno, m->files[i], UINT64_MAX, "%s", text_error(errno));
		m->fds[i] = fd;
		m->told.total_bytes += S_ISREG(about.st_mode) ? (uint64_t)about.st_size : 0;
	}
	return 0;
}

/* A socket that nobody listens at any more is what an earlier import left. */
static bool
is_left_over(const struct sockaddr_un *address, int type)
{
	AUTO_CLOSE int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	struct stat about;
	return lstat(address->sun_path, &about) == 0 && S_ISSOCK(about.st_mode) && fd >= 0 &&
	    connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 && errno == ECONNREFUSED;
}

static int
open_socket(struct import *m, struct diag *diag)
{
	const char *path_cstr = m->v.options.socket_cstr;
	int type = m->config.datagrams ? SOCK_DGRAM : SOCK_STREAM, error = ENAMETOOLONG;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && strlen(path_cstr) < sizeof(address.sun_path)) {
		memcpy(address.sun_path, path_cstr, strlen(path_cstr) + 1);
		if (is_left_over(&address, type))
			(void)unlink(path_cstr);
		mode_t before = umask(0117); /* for its owner and group: the sensor runs as somebody else */
		error = bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ? errno : 0;
		(void)umask(before);
		if (error == 0 && type == SOCK_STREAM && listen(fd, 8) < 0)
			error = errno;
	}
	if (fd >= 0 && error == 0) {
		m->files[0] = path_cstr;
		m->fds[0] = fd;
		m->file_count = 1;
		return 0;
	}
	if (fd >= 0)
		close(fd);
	return diag_say_at(diag, -error, path_cstr, UINT64_MAX, "%s", text_error(error));
}

static int
start_reader(struct import *m, struct diag *diag)
{
	int ends[2];
	int r = channel_pair(ends);
	if (r < 0)
		return diag_say(diag, r, "%s", text_error(-r));
	r = sandbox_spawn("reader", &ends[1], 1);
	close(ends[1]);
	m->reader_end = ends[0];
	if (r < 0)
		return diag_say(diag, r, "%s", _("a process could not be started"));
	struct writer w = writer_of(m->out, sizeof(m->out));
	import_wire_put_config(&w, &m->config);
	if (channel_send(m->reader_end, MESSAGE_CONFIG, writer_written(&w), -1) < 0)
		return diag_say(diag, -EPIPE, "%s", _("a role ended at once: beffroi doctor tells what this machine lacks"));
	return 0;
}

static void
name_host(struct import *m, struct bytes name, const struct addr *address)
{
	struct import_host host = {.address = *address};
	if (name.len == 0 || name.len >= sizeof(host.name_cstr) || bytes_find(name, '\0') != name.len)
		return;
	memcpy(host.name_cstr, name.at, name.len);
	struct writer w = writer_of(m->out, sizeof(m->out));
	import_wire_put_host(&w, &host);
	m->reader_done = m->reader_done || channel_send(m->reader_end, MESSAGE_HOST, writer_written(&w), -1) < 0;
}

static void
name_asset(void *context, const struct asset *asset)
{
	name_host(context, (struct bytes){(const uint8_t *)asset->name, asset->name_len}, &asset->address);
}

/* Logs name machines, detectors want addresses: those that the user says, then those that the dossier knows. */
static int
name_hosts(struct import *m, struct diag *diag)
{
	const struct verb_options *o = &m->v.options;
	for (size_t i = 0; i < o->host_count; i++) {
		const char *equals_cstr = strchr(o->hosts[i], '=');
		struct addr address;
		if (!addr_parse(bytes_of_cstr(equals_cstr + 1), &address))
			return diag_say(
			    diag, -EINVAL, _("--host: \"%s\" was given, %s was expected"), o->hosts[i], "NAME=ADDRESS");
		name_host(m, (struct bytes){(const uint8_t *)o->hosts[i], (size_t)(equals_cstr - o->hosts[i])}, &address);
	}
	int r = dossier_each_asset(m->v.dossier, name_asset, m, diag);
	return r < 0 ? r : 0;
}

static void
hand_file(struct import *m)
{
	bool more = m->next < m->file_count;
	int fd = more ? m->fds[m->next] : -1;
	int sent = channel_send(m->reader_end, more ? MESSAGE_CAPTURE : MESSAGE_END,
	    more ? bytes_of_cstr(m->files[m->next]) : (struct bytes){0}, fd);
	if (more) {
		close(fd);
		m->fds[m->next++] = -1;
	}
	m->reader_done = sent < 0;
}

static int
hear_alert(struct import *m, struct bytes body, struct diag *diag)
{
	struct alert alert;
	bool is_new = false;
	int r = import_keeping_alert(m->keeping, body, &alert, &is_new, diag);
	if (r == 0 && m->config.live && is_new)
		import_tell_alert(&m->v, &alert);
	return r;
}

static int
hear(struct import *m, const struct channel_message *message, struct diag *diag)
{
	struct import_bad_line bad;
	struct progress progress;
	struct fault fault;
	struct bytes body = message->body;
	switch (message->type) {
	case MESSAGE_WANTS: hand_file(m); return 0;
	case MESSAGE_EVENTS: return event_intake_take(m->events, body, diag);
	case MESSAGE_ALERT: return hear_alert(m, body, diag);
	case MESSAGE_ASSET: return import_keeping_asset(m->keeping, body, diag);
	case MESSAGE_MACHINE: return import_keeping_machine(m->keeping, body, diag);
	case MESSAGE_BAD_LINE:
		if (import_wire_get_bad_line(body, &bad) == PARSE_OK)
			import_tell_bad_line(&m->told, m->v.options.language, &bad);
		return 0;
	case MESSAGE_PROGRESS:
		if (messages_get_progress(body, &progress) == PARSE_OK)
			import_tell_progress(&m->told, m->v.options.language, &progress);
		return 0;
	case MESSAGE_NOTICE: import_tell_notice(&m->told, body); return 0;
	case MESSAGE_FAULT:
		if (messages_get_fault(body, &fault) != PARSE_OK)
			return 0;
		return diag_say_at(diag, -EIO, fault.file_cstr, UINT64_MAX, "%s", fault.text_cstr);
	case MESSAGE_SUMMARY: m->complete = import_wire_get_sums(body, m->told.sums) == PARSE_OK; return 0;
	default: return 0;
	}
}

static void
stop_if_asked(struct import *m)
{
	bool has_begun = m->next == m->file_count; /* it has its socket, in which something may wait already */
	if (!asked_to_stop || m->told_to_stop || !m->config.live || !has_begun)
		return;
	m->told_to_stop = true;
	m->reader_done = channel_send(m->reader_end, MESSAGE_END, (struct bytes){0}, -1) < 0;
}

/* Live: what came is on the disk a second later. */
static int
flush_when_due(struct import *m, struct diag *diag)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	int64_t now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (!m->config.live || now_ms - m->flushed_ms < FLUSH_MS)
		return 0;
	m->flushed_ms = now_ms;
	int r = event_intake_flush(m->events, diag);
	return r == -EBUSY ? 0 : r; /* another one writes: it waits for the next time */
}

/* Until the reader has closed its end. */
static int
converse(struct import *m, struct diag *diag)
{
	sigset_t stops, before;
	(void)sigemptyset(&stops);
	(void)sigaddset(&stops, SIGTERM);
	(void)sigaddset(&stops, SIGINT);
	if (m->config.live)
		(void)sigprocmask(SIG_BLOCK, &stops, NULL);
	(void)sigemptyset(&before);
	while (!m->reader_done) {
		struct channel_message message;
		struct pollfd end = {.fd = m->reader_end, .events = POLLIN};
		const struct timespec wait = {.tv_nsec = FLUSH_MS * 1000000L / 2};
		stop_if_asked(m);
		int r = flush_when_due(m, diag);
		if (r < 0)
			return r;
		int ready = ppoll(&end, 1, m->config.live ? &wait : NULL, &before);
		if (ready == 0 && (r = dossier_end(m->v.dossier, diag)) < 0) /* idle: others see what came */
			return r;
		if (ready <= 0)
			continue; /* a signal, or it is time */
		r = channel_receive(m->reader_end, m->buffer, sizeof(m->buffer), &message);
		if (r <= 0)
			break;
		if (message.fd >= 0)
			close(message.fd); /* it has no business sending descriptors */
		r = hear(m, &message, diag);
		if (r < 0)
			return r;
	}
	return m->complete ? 0 : diag_say(diag, -EPIPE, "%s", _("the reader ended early; what it told until then is kept"));
}

static int
run(struct import *m, struct diag *diag)
{
	char who_cstr[32];
	const struct verb_rights rights = {.mode = DOSSIER_WRITE, .makes = true};
	int r = start_reader(m, diag);
	if (r == 0)
		r = verb_reading_open_as(&m->v, &rights, diag);
	if (r < 0)
		return r;
	(void)snprintf(who_cstr, sizeof(who_cstr), "import %s", formats[m->config.format]);
	dossier_act_as(m->v.dossier, who_cstr);
	m->keeping = import_keeping_new(m->v.dossier);
	if (m->keeping == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	r = event_intake_new(
	    &m->events, m->v.dossier, m->config.live ? EVENTS_KEEP_LIVE : EVENTS_KEEP_COPY, EVENTS_KEEP_ALL, diag);
	if (r == 0 && m->config.format == IMPORT_SYSLOG)
		r = name_hosts(m, diag);
	if (r == 0)
		r = converse(m, diag);
	struct diag late = {.offset = UINT64_MAX};
	int closed = event_intake_close(TAKE(m->events), &m->told.events, r < 0 ? &late : diag);
	if (r < 0 || closed < 0)
		return r < 0 ? r : closed;
	r = import_keeping_end(m->keeping, &m->told.kept, diag);
	if (r == 0)
		import_tell_answer(&m->v, &m->told);
	return r;
}

/* Ctrl-C or SIGTERM ends a live import well; the second time it does what it always does. */
static void
catch_stops(void)
{
	struct sigaction action = {.sa_handler = on_stop, .sa_flags = (int)SA_RESETHAND};
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
}

/* ssl.log names the certificates that x509.log describes: that one is read first. */
static void
put_certificates_first(struct import *m)
{
	size_t first = 0;
	for (size_t i = 0; i < m->file_count; i++) {
		const char *slash_cstr = strrchr(m->files[i], '/'), *file_cstr = m->files[i];
		if (strncmp(slash_cstr == NULL ? file_cstr : slash_cstr + 1, "x509", 4) != 0)
			continue;
		memmove(&m->files[first + 1], &m->files[first], (i - first) * sizeof(m->files[0]));
		m->files[first++] = file_cstr;
	}
}

static bool
understand_words(struct import *m)
{
	const struct verb_options *o = &m->v.options;
	if (o->socket_cstr != NULL) {
		m->config.live = true;
		m->config.datagrams = o->datagrams;
		return o->word_count == 1 && strcmp(o->words[0], formats[IMPORT_EVE]) == 0;
	}
	for (uint8_t i = 0; i < IMPORT_FORMATS && o->word_count > 1; i++)
		if (strcmp(o->words[0], formats[i]) == 0) {
			m->config.format = i;
			m->file_count = o->word_count - 1;
			memcpy(m->files, &o->words[1], m->file_count * sizeof(m->files[0]));
			if (i == IMPORT_ZEEK)
				put_certificates_first(m);
			return true;
		}
	return false;
}

int
verb_import_main(int argc, char **argv)
{
	static struct import m;
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &m.v.options, &status))
		return status;
	if (!understand_words(&m))
		return verb_options_refuse(&m.v.options,
		    N_("say what: beffroi import eve|zeek|syslog|nmap|csv FILE..., or - for the standard input"));
	(void)signal(SIGPIPE, SIG_IGN); /* whoever read our answer is gone: the import goes on, and the end says it */
	m.config.language = m.v.options.language;
	for (size_t i = 0, n = 0; i < m.v.options.column_count; i++) {
		int put = snprintf(
		    m.config.columns_cstr + n, sizeof(m.config.columns_cstr) - n, "%s\n", m.v.options.columns[i]);
		if (put < 0 || (size_t)put >= sizeof(m.config.columns_cstr) - n)
			return verb_options_refuse(&m.v.options, N_("--column: these names are too long together"));
		n += (size_t)put;
	}
	m.config.year = m.v.options.year;
	(void)snprintf(m.config.zone_cstr, sizeof(m.config.zone_cstr), "%s", m.v.options.zone_cstr);
	m.config.now_s = (int64_t)time(NULL);
	m.config.progress = m.told.shows_progress = isatty(STDERR_FILENO) != 0;
	if (m.config.live)
		catch_stops();
	int r = m.config.live ? open_socket(&m, &diag) : open_files(&m, &diag);
	if (r == 0)
		r = run(&m, &diag);
	import_keeping_free(m.keeping);
	status = verb_reading_finish(&m.v, r, &diag);
	for (size_t i = m.next; i < m.file_count; i++)
		if (m.fds[i] > 0)
			close(m.fds[i]);
	return status == VERB_EXIT_DONE && m.told.sums[IMPORT_BAD] > 0 ? VERB_EXIT_PARTLY : status;
}
