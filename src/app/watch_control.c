/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/watch_control.h"

#include "core/auto.h"
#include "core/text.h"
#include "sandbox/channel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char prefix_cstr[] = "watch-", suffix_cstr[] = ".socket";

/* By way of /proc, since an address has 108 bytes and a path may have more. */
static bool
address_of(int folder, const char *name_cstr, struct sockaddr_un *out)
{
	*out = (struct sockaddr_un){.sun_family = AF_UNIX};
	int n = snprintf(out->sun_path, sizeof(out->sun_path), "/proc/self/fd/%d/%s", folder, name_cstr);
	return n > 0 && (size_t)n < sizeof(out->sun_path);
}

static int
fail(const char *folder_cstr, struct diag *diag)
{
	int error = errno;
	return diag_say_at(diag, -error, folder_cstr, UINT64_MAX, _("no socket for beffroi reload can be made there: %s"),
	    text_error(error));
}

int
watch_control_open(struct watch_control *c, const char *folder_cstr, struct diag *diag)
{
	struct sockaddr_un address;
	*c = (struct watch_control){.folder = -1, .listener = -1, .caller = -1};
	(void)snprintf(c->name_cstr, sizeof(c->name_cstr), "%s%ld%s", prefix_cstr, (long)getpid(), suffix_cstr);
	AUTO_CLOSE int folder = open(folder_cstr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_CLOSE int listener = folder < 0 ? -1 : socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener < 0 || !address_of(folder, c->name_cstr, &address))
		return fail(folder_cstr, diag);
	(void)unlinkat(folder, c->name_cstr, 0); /* of a process that had this number before */
	mode_t before = umask(0177);
	int r = bind(listener, (const struct sockaddr *)&address, sizeof(address));
	(void)umask(before);
	if (r < 0 || listen(listener, 4) < 0)
		return fail(folder_cstr, diag);
	c->folder = auto_take_fd(&folder);
	c->listener = auto_take_fd(&listener);
	return 0;
}

static void
hang_up(struct watch_control *c)
{
	if (c->caller >= 0)
		close(c->caller);
	c->caller = -1;
}

void
watch_control_close(struct watch_control *c)
{
	hang_up(c);
	if (c->listener >= 0) {
		(void)unlinkat(c->folder, c->name_cstr, 0);
		close(c->listener);
		close(c->folder);
	}
	c->listener = c->folder = -1;
}

int
watch_control_fd(const struct watch_control *c)
{
	return c->caller >= 0 ? -1 : c->listener;
}

/* The folder's owner, or root. */
static bool
may_order(int caller)
{
	struct ucred who;
	socklen_t size = sizeof(who);
	return getsockopt(caller, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && (who.uid == geteuid() || who.uid == 0);
}

bool
watch_control_hear(struct watch_control *c)
{
	uint8_t buffer[64];
	struct channel_message m;
	struct timeval patience = {.tv_sec = 1}; /* who calls sends at once */
	c->caller = accept4(c->listener, NULL, NULL, SOCK_CLOEXEC);
	if (c->caller < 0)
		return false;
	(void)setsockopt(c->caller, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	int r = may_order(c->caller) ? channel_receive(c->caller, buffer, sizeof(buffer), &m) : -EPERM;
	if (r > 0 && m.fd >= 0)
		close(m.fd);
	if (r > 0 && m.type == WATCH_CONTROL_RELOAD)
		return true;
	hang_up(c);
	return false;
}

void
watch_control_answer(struct watch_control *c, bool done, const char *text_cstr)
{
	if (c->caller >= 0)
		(void)!channel_try_send(
		    c->caller, done ? WATCH_CONTROL_DONE : WATCH_CONTROL_NOT_DONE, bytes_of_cstr(text_cstr), -1);
	hang_up(c);
}

/* ---- Who calls ---- */

static int
call(int folder, const char *name_cstr, uint8_t *buffer, struct channel_message *answer)
{
	struct sockaddr_un address;
	AUTO_CLOSE int end = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (end < 0 || !address_of(folder, name_cstr, &address))
		return -EINVAL;
	if (connect(end, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	int r = channel_send(end, WATCH_CONTROL_RELOAD, (struct bytes){0}, -1);
	if (r == 0)
		r = channel_receive(end, buffer, CHANNEL_MESSAGE_MAX + 2, answer);
	if (r > 0 && answer->fd >= 0)
		close(answer->fd);
	return r > 0 ? 0 : r == 0 ? -EPIPE : r;
}

static bool
is_socket_name(const char *name_cstr)
{
	size_t len = strlen(name_cstr), digits = sizeof(prefix_cstr) - 1;
	return strncmp(name_cstr, prefix_cstr, digits) == 0 && len > digits + sizeof(suffix_cstr) - 1 &&
	    strcmp(name_cstr + digits + strspn(name_cstr + digits, "0123456789"), suffix_cstr) == 0;
}

int
watch_control_call(const char *folder_cstr, void (*tell)(void *context, const char *name_cstr, bool done, struct bytes text),
    void *context, struct diag *diag)
{
	AUTO_FREE uint8_t *buffer = malloc(CHANNEL_MESSAGE_MAX + 2);
	int folder = open(folder_cstr, O_RDONLY | O_DIRECTORY | O_CLOEXEC), count = 0;
	DIR *entries = folder < 0 ? NULL : fdopendir(folder);
	if (entries == NULL || buffer == NULL) {
		int error = buffer == NULL ? ENOMEM : errno;
		if (entries != NULL)
			(void)closedir(entries);
		else if (folder >= 0)
			close(folder);
		return diag_say_at(diag, -error, folder_cstr, UINT64_MAX, "%s", text_error(error));
	}
	for (const struct dirent *entry; (entry = readdir(entries)) != NULL;) {
		struct channel_message answer;
		if (!is_socket_name(entry->d_name))
			continue;
		int r = call(folder, entry->d_name, buffer, &answer);
		if (r == -ECONNREFUSED) { /* its watch died without taking it away */
			(void)unlinkat(folder, entry->d_name, 0);
			continue;
		}
		if (r == 0)
			tell(context, entry->d_name, answer.type == WATCH_CONTROL_DONE, answer.body);
		else
			tell(context, entry->d_name, false,
			    bytes_of_cstr(r == -EPIPE ? _("it ended, or you may not order it") : text_error(-r)));
		count++;
	}
	(void)closedir(entries);
	return count;
}
