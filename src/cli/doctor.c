/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/doctor.h"

#include "core/json.h"
#include "core/terminal.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEMORY_NEEDED_MB = 96, LINE_MAX = 2048, TITLE_COLUMN = 11, NAME_COLUMN = 19, COULD_NOT = 1 << 6 };

struct doctor_check *
doctor_add(struct doctor *d, const char *name_cstr, const char *title_cstr, bool ok, const char *todo_cstr)
{
	static struct doctor_check spare;
	struct doctor_check *check = d->check_count < DOCTOR_CHECKS_MAX ? &d->checks[d->check_count++] : &spare;
	*check = (struct doctor_check){.name_cstr = name_cstr, .title_cstr = title_cstr, .ok = ok, .todo_cstr = todo_cstr};
	return check;
}

/* Enters the sensor's sandbox in a child: what counts is what really works. The layers, or COULD_NOT. */
static int
try_sandbox(void)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		int layers = sandbox_enter(SANDBOX_SENSOR, NULL, NULL);
		_exit(layers < 0 ? COULD_NOT : layers);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return COULD_NOT;
	return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : COULD_NOT;
}

static void
examine_sandbox(struct doctor *d)
{
	int abi = 0, layers = try_sandbox();
	(void)sandbox_probe(&abi);
	struct doctor_check *c = doctor_add(d, "capture-files",
	    N_("capture files can be read (pcap, pcapng, gzip, zstd, xz)"), layers != COULD_NOT,
	    N_("the process that reads packets cannot be confined here: use a Linux kernel with seccomp"));
	c->needed = true;
	c = doctor_add(d, "seccomp", N_("system calls of the process that reads packets are filtered (seccomp)"),
	    layers != COULD_NOT && (layers & SANDBOX_SECCOMP) != 0, N_("use a Linux kernel with CONFIG_SECCOMP_FILTER"));
	c = doctor_add(d, "landlock", N_("it may open no file (Landlock)"),
	    layers != COULD_NOT && (layers & SANDBOX_LANDLOCK) != 0,
	    N_("use Linux 5.13 or later with landlock in its lsm= list; until then seccomp alone forbids it"));
	if (abi > 0)
		(void)snprintf(c->detail_cstr, sizeof(c->detail_cstr), "ABI %d", abi);
	(void)doctor_add(d, "no-new-privileges", N_("it can gain no privilege"),
	    layers != COULD_NOT && (layers & SANDBOX_NO_NEW_PRIVILEGES) != 0, N_("use Linux 3.5 or later"));
}

static void
examine_memory(struct doctor *d)
{
	struct sysinfo info;
	if (sysinfo(&info) < 0)
		return;
	/* Buffers count as free: the kernel gives them back. */
	uint64_t mb = ((uint64_t)info.freeram + info.bufferram) * info.mem_unit >> 20;
	struct doctor_check *c = doctor_add(d, "memory", N_("memory for a watch of default size"), mb >= MEMORY_NEEDED_MB,
	    N_("close other programs, or give less with --memory 16M"));
	(void)snprintf(c->detail_cstr, sizeof(c->detail_cstr), _("%llu MB"), (unsigned long long)mb);
}

static void
examine_live(struct doctor *d)
{
	/* Protocol 0 receives nothing: the question is only whether we may. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	int error = fd < 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	(void)doctor_add(d, "live-capture", N_("live capture is possible"), error == 0,
	    error == EPERM || error == EACCES
	        ? N_("run as root, or once: sudo setcap cap_net_raw=ep on the program (capture files need nothing)")
	        : N_("this kernel has no packet sockets: read capture files"));
}

static void
examine_interfaces(struct doctor *d)
{
	struct ifaddrs *all = NULL;
	if (getifaddrs(&all) < 0)
		return;
	for (const struct ifaddrs *at = all; at != NULL && d->interface_count < DOCTOR_INTERFACES_MAX; at = at->ifa_next) {
		if (at->ifa_addr == NULL || at->ifa_addr->sa_family != AF_PACKET)
			continue;
		struct doctor_interface *i = &d->interfaces[d->interface_count++];
		(void)snprintf(i->name_cstr, sizeof(i->name_cstr), "%s", at->ifa_name);
		i->up = (at->ifa_flags & IFF_UP) != 0;
		i->carrier = (at->ifa_flags & IFF_RUNNING) != 0;
		i->loopback = (at->ifa_flags & IFF_LOOPBACK) != 0;
	}
	freeifaddrs(all);
}

void
doctor_examine(struct doctor *d)
{
	struct utsname system;
	examine_sandbox(d);
	examine_memory(d);
	examine_live(d);
	examine_interfaces(d);
	struct doctor_check *c = doctor_add(d, "user", N_("user who asks"), true, NULL);
	(void)snprintf(c->detail_cstr, sizeof(c->detail_cstr), "uid %u", (unsigned)geteuid());
	c = doctor_add(d, "kernel", N_("kernel"), true, NULL);
	if (uname(&system) == 0)
		(void)snprintf(
		    c->detail_cstr, sizeof(c->detail_cstr), "%s %s %s", system.sysname, system.release, system.machine);
	c = doctor_add(d, "version", N_("version of beffroi"), true, NULL);
	(void)snprintf(c->detail_cstr, sizeof(c->detail_cstr), "%s", BEFFROI_VERSION);
}

bool
doctor_ready(const struct doctor *d)
{
	for (size_t i = 0; i < d->check_count; i++)
		if (d->checks[i].needed && !d->checks[i].ok)
			return false;
	return true;
}

static void
print_check(const struct doctor_check *check, const struct presenter *p)
{
	char detail[DOCTOR_DETAIL_MAX], text[LINE_MAX], first[64];
	const char *word_cstr = text_in(p->language, check->ok ? N_("ok") : N_("missing"));
	(void)terminal_escape(bytes_of_cstr(check->detail_cstr), detail, sizeof(detail));
	bool advises = !check->ok && check->todo_cstr != NULL;
	const char *title_cstr = text_in(p->language, check->title_cstr);
	char what[LINE_MAX / 2];
	(void)snprintf(
	    what, sizeof(what), detail[0] == '\0' ? "%s%s" : text_in(p->language, N_("%s: %s")), title_cstr, detail);
	(void)snprintf(
	    text, sizeof(text), "%s%s%s", what, advises ? " - " : "", advises ? text_in(p->language, check->todo_cstr) : "");
	if (p->color)
		fputs(check->ok ? "\033[32m" : "\033[33m", p->out);
	(void)snprintf(first, sizeof(first), "%-9s%s", word_cstr, p->color ? "\033[0m" : "");
	present_paragraph(p, first, TITLE_COLUMN, text);
}

static const char *
state_of(const struct doctor_interface *i)
{
	return !i->up ? N_("down") : i->carrier ? N_("up") : N_("up, but nothing is plugged in");
}

static const char *
reads_of(const struct doctor_interface *i)
{
	return i->reads == DOCTOR_READS_RING   ? N_("can be watched")
	    : i->reads == DOCTOR_READS_LIBPCAP ? N_("can be watched, through libpcap: with more work per packet")
	                                       : N_("cannot be watched");
}

static void
print_interface(const struct doctor_interface *i, const struct presenter *p)
{
	char name[128], reason[LINE_MAX / 2], text[LINE_MAX], first[160];
	(void)terminal_escape(bytes_of_cstr(i->name_cstr), name, sizeof(name));
	(void)terminal_escape(bytes_of_cstr(i->reason_cstr), reason, sizeof(reason));
	(void)snprintf(text, sizeof(text), "%s%s, %s%s%s", text_in(p->language, state_of(i)),
	    i->loopback ? text_in(p->language, N_(" (this machine's own traffic)")) : "", text_in(p->language, reads_of(i)),
	    reason[0] != '\0' ? " - " : "", reason);
	(void)snprintf(first, sizeof(first), "  %-15s  ", name);
	present_paragraph(p, first, NAME_COLUMN, text);
}

void
doctor_print(const struct doctor *d, const struct presenter *p)
{
	for (size_t i = 0; i < d->check_count; i++)
		print_check(&d->checks[i], p);
	fputs(text_in(p->language,
	          d->interface_count == 0 ? N_("\nNo network interface.\n") : N_("\nNetwork interfaces, for -i:\n")),
	    p->out);
	for (size_t i = 0; i < d->interface_count; i++)
		print_interface(&d->interfaces[i], p);
	fputs(text_in(p->language,
	          doctor_ready(d) ? N_("\nCapture files can be read.\n")
	                          : N_("\nCapture files cannot be read here: see above.\n")),
	    p->out);
}

/* Of the JSON, by enum doctor_reads. */
static const char *const reads_words[] = {"no", "ring", "libpcap"};

void
doctor_json(const struct doctor *d, struct json *j, enum language language)
{
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("version"), BEFFROI_VERSION);
	json_bool(j, JSON_KEY("ready"), doctor_ready(d));
	json_open_array(j, JSON_KEY("checks"));
	for (size_t i = 0; i < d->check_count; i++) {
		const struct doctor_check *c = &d->checks[i];
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("name"), c->name_cstr);
		json_bool(j, JSON_KEY("ok"), c->ok);
		json_cstr(j, JSON_KEY("what"), text_in(language, c->title_cstr));
		if (c->detail_cstr[0] != '\0')
			json_cstr(j, JSON_KEY("detail"), c->detail_cstr);
		if (!c->ok && c->todo_cstr != NULL)
			json_cstr(j, JSON_KEY("todo"), text_in(language, c->todo_cstr));
		json_close_object(j);
	}
	json_close_array(j);
	json_open_array(j, JSON_KEY("interfaces"));
	for (size_t i = 0; i < d->interface_count; i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("name"), d->interfaces[i].name_cstr);
		json_bool(j, JSON_KEY("up"), d->interfaces[i].up);
		json_bool(j, JSON_KEY("carrier"), d->interfaces[i].carrier);
		json_bool(j, JSON_KEY("loopback"), d->interfaces[i].loopback);
		json_cstr(j, JSON_KEY("capture"), reads_words[d->interfaces[i].reads]);
		if (d->interfaces[i].reason_cstr[0] != '\0')
			json_cstr(j, JSON_KEY("reason"), d->interfaces[i].reason_cstr);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
	json_newline(j);
}
