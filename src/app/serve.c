/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/serve.h"

#include "app/serve_certificate.h"
#include "app/serve_reports.h"
#include "app/serve_role.h"
#include "app/serve_socket.h"
#include "cli/dossier_folder.h"
#include "cli/serve_options.h"
#include "cli/verb_options.h"
#include "console/console_config.h"
#include "core/auto.h"
#include "dossier/dossier.h"
#include "record/order.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

enum { PATH_MAX_LEN = 512, ADDRESSES_MAX = 32, HOST_MAX = 256, TOKEN_MAX = 128 };

struct serve {
	struct serve_options options;
	char dossier_cstr[PATH_MAX_LEN]; /* folder, or URL */
	char host_cstr[HOST_MAX];        /* of the machine */
	struct serve_socket socket;
	struct serve_certificate certificate;
	const char *names[CONSOLE_CALL_NAMES_MAX];
	size_t name_count;
	struct serve_role console, clerk;
	struct serve_reports reports;
	bool said; /* the line that people wait for is printed */
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2], out[CHANNEL_MESSAGE_MAX];
};

static int64_t
now_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* "example.org": what a certificate and a Host header may hold. */
static bool
is_host_name(const char *name_cstr)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	return name_cstr[0] != '\0' && strspn(name_cstr, allowed) == strlen(name_cstr);
}

static int
gather_names(struct serve *s, struct diag *diag)
{
	s->names[s->name_count++] = "localhost";
	if (gethostname(s->host_cstr, sizeof(s->host_cstr) - 1) == 0 && is_host_name(s->host_cstr))
		s->names[s->name_count++] = s->host_cstr;
	else
		s->host_cstr[0] = '\0';
	for (size_t i = 0; i < s->options.name_count; i++) {
		if (!is_host_name(s->options.names[i]))
			return diag_say(diag, -EINVAL, _("%s: \"%s\" was given, %s was expected"), "--name",
			    s->options.names[i], _("a host name, at most 8 of them"));
		s->names[s->name_count++] = s->options.names[i];
	}
	return 0;
}

/* Those under which a browser may reach us: all of the machine when it listens at all. */
static size_t
gather_addresses(const struct serve *s, struct addr out[static ADDRESSES_MAX])
{
	size_t count = 0;
	struct ifaddrs *all = NULL;
	out[count++] = addr_v4((const uint8_t[4]){127, 0, 0, 1});
	out[count++] = addr_v6((const uint8_t[16]){[15] = 1});
	if (!s->socket.anywhere) {
		if (!addr_eq(&s->socket.address, &out[0]) && !addr_eq(&s->socket.address, &out[1]))
			out[count++] = s->socket.address;
		return count;
	}
	if (getifaddrs(&all) < 0)
		return count;
	for (const struct ifaddrs *i = all; i != NULL && count < ADDRESSES_MAX; i = i->ifa_next) {
		if (i->ifa_addr == NULL || (i->ifa_flags & IFF_LOOPBACK) != 0)
			continue;
		if (i->ifa_addr->sa_family == AF_INET)
			out[count++] = addr_v4(
			    (const uint8_t *)&((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr);
		else if (i->ifa_addr->sa_family == AF_INET6)
			out[count++] = addr_v6(
			    (const uint8_t *)&((const struct sockaddr_in6 *)(const void *)i->ifa_addr)->sin6_addr);
	}
	freeifaddrs(all);
	return count;
}

static bool
is_folder(const struct serve *s)
{
	return !dossier_is_remote(s->dossier_cstr);
}

/* Beside the dossier; where that is on a server, in the folder of the user. */
static int
find_certificate(struct serve *s, struct diag *diag)
{
	struct addr addresses[ADDRESSES_MAX];
	char folder[PATH_MAX_LEN];
	int r = 0;
	if (s->options.certificate_cstr != NULL)
		return serve_certificate_read(&s->certificate, s->options.certificate_cstr, s->options.key_cstr, diag);
	if (!is_folder(s))
		r = dossier_folder_home(s->options.language, folder, sizeof(folder), diag);
	struct serve_certificate_names names = {.names = s->names,
	    .name_count = s->name_count,
	    .addresses = addresses,
	    .address_count = gather_addresses(s, addresses)};
	return r < 0 ? r : serve_certificate_own(&s->certificate, is_folder(s) ? s->dossier_cstr : folder, &names, diag);
}

/* What a role says before it has begun, or why it cannot. 0, or a negative errno with diag. */
static int
await(struct serve *s, struct serve_role *role, uint16_t ready, struct bytes *out, struct diag *diag)
{
	struct channel_message m;
	int r = channel_receive(role->end, s->buffer, sizeof(s->buffer), &m);
	if (r > 0 && m.fd >= 0)
		close(m.fd); /* roles have no business sending descriptors */
	if (r > 0 && m.type == ready) {
		*out = m.body;
		return 0;
	}
	if (r > 0 && (m.type == CONSOLE_FAULT || m.type == ORDER_FAULT) && m.body.len > 0)
		return diag_say(diag, -EIO, "%.*s", (int)m.body.len, (const char *)m.body.at);
	return diag_say(diag, -EPIPE, "%s", _("a role ended at once: beffroi doctor tells what this machine lacks"));
}

static int
start_console(struct serve *s, struct diag *diag)
{
	int ends[2];
	if (channel_pair(ends) < 0)
		return diag_say(diag, -errno, "%s", text_error(errno));
	int fds[] = {ends[1], s->socket.fd};
	s->console.pid = sandbox_spawn("console", fds, 2);
	close(ends[1]);
	s->console.end = ends[0];
	s->console.started_ms = now_ms();
	if (s->console.pid < 0) {
		s->console.pid = 0;
		return diag_say(diag, -EAGAIN, "%s", _("a process could not be started"));
	}
	struct console_config config = {.language = s->options.language,
	    .tls = !s->options.tls_off,
	    .strict_transport = s->options.certificate_cstr != NULL,
	    .names = {.addresses = true, .count = s->name_count}};
	memcpy(config.names.names, s->names, sizeof(config.names.names));
	if (!s->options.tls_off) {
		config.certificate = (struct bytes){
		    (const uint8_t *)s->certificate.certificate, strlen(s->certificate.certificate) + 1};
		config.key = (struct bytes){(const uint8_t *)s->certificate.key, strlen(s->certificate.key) + 1};
	}
	struct writer w = writer_of(s->out, sizeof(s->out));
	struct bytes nothing;
	console_config_put(&w, &config);
	int r = writer_ok(&w) ? channel_send(s->console.end, CONSOLE_CONFIG, writer_written(&w), -1) : -EMSGSIZE;
	explicit_bzero(s->out, sizeof(s->out));
	if (r < 0)
		return diag_say(diag, r, "%s", _("a role ended at once: beffroi doctor tells what this machine lacks"));
	return await(s, &s->console, CONSOLE_READY, &nothing, diag);
}

/* The line that people wait for: the link, or the address when there are accounts. Alone on standard output. */
static void
say_address(struct serve *s, struct bytes token)
{
	const char *host_cstr = s->socket.anywhere && s->host_cstr[0] != '\0' ? s->host_cstr : s->socket.text_cstr;
	if (s->options.name_count > 0)
		host_cstr = s->options.names[0];
	const char *scheme_cstr = s->options.tls_off ? "http" : "https";
	if (token.len > 0) {
		fputs(_("Nobody has an account yet. This link makes the first one; it is good once, and for a day:\n"),
		    stderr);
		(void)fflush(stderr);
		printf("%s://%s:%u/#/link/%.*s\n", scheme_cstr, host_cstr, (unsigned)s->socket.port, (int)token.len,
		    (const char *)token.at);
	} else if (!s->said) {
		printf("%s://%s:%u/\n", scheme_cstr, host_cstr, (unsigned)s->socket.port);
	}
	(void)fflush(stdout);
	s->said = true;
}

static int
start_clerk(struct serve *s, struct diag *diag)
{
	int ends[2], between[2];
	if (channel_pair(ends) < 0)
		return diag_say(diag, -errno, "%s", text_error(errno));
	if (channel_pair(between) < 0) {
		int error = errno;
		close(ends[0]);
		close(ends[1]);
		return diag_say(diag, -error, "%s", text_error(error));
	}
	int fds[] = {ends[1], between[1]};
	s->clerk.pid = sandbox_spawn("clerk", fds, 2);
	close(ends[1]);
	close(between[1]);
	s->clerk.end = ends[0];
	s->clerk.started_ms = now_ms();
	char config_cstr[PATH_MAX_LEN + 2];
	struct bytes token = {0};
	(void)snprintf(
	    config_cstr, sizeof(config_cstr), "%c%s", s->options.language == LANGUAGE_FR ? 'F' : 'E', s->dossier_cstr);
	int r = 0;
	if (s->clerk.pid < 0) {
		s->clerk.pid = 0;
		r = diag_say(diag, -EAGAIN, "%s", _("a process could not be started"));
	} else if (channel_send(s->clerk.end, ORDER_CONFIG, bytes_of_cstr(config_cstr), -1) < 0) {
		r = diag_say(diag, -EPIPE, "%s", _("a role ended at once: beffroi doctor tells what this machine lacks"));
	} else {
		r = await(s, &s->clerk, ORDER_READY, &token, diag);
	}
	if (r == 0 && channel_send(s->console.end, CONSOLE_CLERK, (struct bytes){0}, between[0]) == 0)
		say_address(s, bytes_first(token, TOKEN_MAX));
	close(between[0]);
	return r;
}

static void
complain(const struct serve *s, const struct diag *diag)
{
	verb_options_complain(s->options.language, diag);
}

/* A role is gone: says how, and when it comes back. */
static void
bury(struct serve *s, struct serve_role *role)
{
	char how[128];
	int status = serve_role_end(role, now_ms());
	serve_role_describe(status, how, sizeof(how));
	struct diag diag = {.offset = UINT64_MAX};
	(void)diag_say(&diag, 0, _("the role %s ended (%s); it is started again in %u ms"), role->name_cstr, how,
	    (unsigned)role->pause_ms);
	complain(s, &diag);
}

/* Starts what does not run and may. The clerk's other end goes to the console, hence that one is first; a clerk ends when its
 * console does. */
static void
revive(struct serve *s)
{
	struct serve_role *roles[] = {&s->console, &s->clerk};
	int (*const starts[])(struct serve *, struct diag *) = {start_console, start_clerk};
	for (size_t i = 0; i < LENGTH_OF(roles); i++) {
		struct diag diag = {.offset = UINT64_MAX};
		if (roles[i]->pid != 0)
			continue;
		if (now_ms() < roles[i]->start_at_ms)
			return;
		if (starts[i](s, &diag) < 0) {
			complain(s, &diag);
			bury(s, roles[i]);
			return;
		}
	}
}

static volatile sig_atomic_t asked_to_stop;

static void
on_stop(int number)
{
	asked_to_stop = number;
}

/* A role says something: the console that a document is wanted, both why they end. */
static void
hear(struct serve *s, struct serve_role *role)
{
	struct channel_message m;
	int r = channel_receive(role->end, s->buffer, sizeof(s->buffer), &m);
	if (r <= 0) {
		bury(s, role);
		return;
	}
	if (m.type == CONSOLE_CONVERT && role == &s->console) {
		serve_reports_ask(&s->reports, s->console.end, m.body, m.fd, now_ms());
		return;
	}
	if (m.fd >= 0)
		close(m.fd);
	if (m.type == ORDER_FAULT || m.type == CONSOLE_FAULT) {
		struct diag diag = {.offset = UINT64_MAX};
		(void)diag_say(&diag, 0, "%.*s", (int)m.body.len, (const char *)m.body.at);
		complain(s, &diag);
	}
}

static int
patience_of(const struct serve *s)
{
	int64_t next_ms = INT64_MAX, now = now_ms();
	const struct serve_role *roles[] = {&s->console, &s->clerk};
	for (size_t i = 0; i < LENGTH_OF(roles); i++)
		if (roles[i]->pid == 0 && roles[i]->start_at_ms < next_ms)
			next_ms = roles[i]->start_at_ms;
	for (size_t i = 0; i < SERVE_REPORTS_MAX; i++)
		if (s->reports.running[i].pid != 0 && s->reports.running[i].until_ms < next_ms)
			next_ms = s->reports.running[i].until_ms + 1;
	if (next_ms == INT64_MAX)
		return -1;
	return next_ms <= now ? 0 : (int)(next_ms - now);
}

static void
supervise(struct serve *s, const sigset_t *open)
{
	while (!asked_to_stop) {
		revive(s);
		serve_reports_tick(&s->reports, s->console.end, now_ms());
		struct pollfd ends[2 + SERVE_REPORTS_MAX] = {
		    {.fd = s->console.end, .events = POLLIN}, {.fd = s->clerk.end, .events = POLLIN}};
		for (size_t i = 0; i < SERVE_REPORTS_MAX; i++)
			ends[2 + i] = (struct pollfd){
			    .fd = s->reports.running[i].pid != 0 ? s->reports.running[i].end : -1, .events = POLLIN};
		int patience_ms = patience_of(s);
		struct timespec patience = {.tv_sec = patience_ms / 1000, .tv_nsec = (long)(patience_ms % 1000) * 1000000};
		if (ppoll(ends, LENGTH_OF(ends), patience_ms < 0 ? NULL : &patience, open) <= 0)
			continue;
		if (ends[0].revents != 0)
			hear(s, &s->console);
		if (ends[1].revents != 0 && s->clerk.end >= 0)
			hear(s, &s->clerk);
		for (size_t i = 0; i < SERVE_REPORTS_MAX; i++)
			if (ends[2 + i].revents != 0)
				serve_reports_hear(&s->reports, i, s->console.end);
	}
}

static int
prepare(struct serve *s, struct diag *diag)
{
	const struct serve_options *o = &s->options;
	int r = gather_names(s, diag);
	if (r == 0)
		r = dossier_folder_make(
		    s->options.dossier_cstr, s->options.language, s->dossier_cstr, sizeof(s->dossier_cstr), diag);
	if (r == 0)
		r = serve_socket_open(&s->socket, o->listen_cstr, diag);
	if (r == 0 && o->tls_off && !s->socket.loopback)
		r = diag_say(diag, -EINVAL, "%s",
		    _("--tls off is for addresses of this machine alone (127.0.0.1): passwords would pass readable"));
	if (r == 0 && !o->tls_off)
		r = find_certificate(s, diag);
	if (r == 0 && s->certificate.made)
		fprintf(stderr,
		    _("A certificate of its own was made: the browser will warn, and must show this fingerprint (SHA-256):\n%s\n"),
		    s->certificate.print_cstr);
	return r;
}

static int
run(struct serve *s, struct diag *diag)
{
	static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
	sigset_t blocked, before;
	int r = prepare(s, diag);
	if (r < 0)
		return r == -EINVAL ? VERB_EXIT_USAGE : VERB_EXIT_FAILED;
	/* They arrive while it waits and at no other moment, so that none is missed; the second one does what it always does. */
	(void)sigemptyset(&blocked);
	for (size_t i = 0; i < LENGTH_OF(stops); i++) {
		struct sigaction action = {.sa_handler = on_stop, .sa_flags = (int)SA_RESETHAND};
		(void)sigaction(stops[i], &action, NULL);
		(void)sigaddset(&blocked, stops[i]);
	}
	r = start_console(s, diag);
	if (r == 0)
		r = start_clerk(s, diag);
	if (r == 0) {
		(void)sigprocmask(SIG_BLOCK, &blocked, &before);
		supervise(s, &before);
	}
	/* The console first: it tells those who wait. */
	serve_reports_tick(&s->reports, s->console.end, INT64_MAX);
	(void)serve_role_end(&s->console, 0);
	(void)serve_role_end(&s->clerk, 0);
	return r < 0 ? VERB_EXIT_FAILED : VERB_EXIT_DONE;
}

int
serve_main(int argc, char **argv)
{
	struct serve *s = calloc(1, sizeof(*s));
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (s == NULL)
		return VERB_EXIT_FAILED;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(077);
	s->socket.fd = s->console.end = s->clerk.end = -1;
	s->console.name_cstr = "console";
	s->clerk.name_cstr = "clerk";
	if (serve_options_parse(argc, argv, &s->options, &diag) < 0) {
		status = VERB_EXIT_USAGE;
	} else if (s->options.help) {
		serve_options_help(s->options.language);
		status = VERB_EXIT_DONE;
	} else {
		status = run(s, &diag);
	}
	if (diag.text_cstr[0] != '\0')
		verb_options_complain(text_spoken(), &diag);
	if (s->socket.fd >= 0)
		close(s->socket.fd);
	explicit_bzero(&s->certificate, sizeof(s->certificate));
	free(s);
	return status;
}
