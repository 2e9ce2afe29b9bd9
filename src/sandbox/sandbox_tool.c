/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sandbox/sandbox_tool.h"

#include "core/auto.h"
#include "core/text.h"
#include "sandbox/memory_file.h"

#include <fcntl.h>
#include <ftw.h>
#include <linux/close_range.h>
#include <linux/landlock.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

enum {
	STEP = 1 << 16,
	WORDS_MAX = 400,
	FILES_OPEN_MAX = 256,
	COULD_NOT_START = 126,
	TEMPORARY_MAX = 256,
	FOLDERS_OPEN = 8,
	MILLISECOND_NS = 1000000
};

/* What is installed: read, and run. */
static const char *const programs[] = {"/usr", "/lib", "/lib64", "/bin"};
/* What programs are set up by: read. Not all of /etc, for it may have passwords. */
static const char *const settings[] = {"/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives", "/etc/localtime",
    "/etc/mime.types", "/etc/python3", "/etc/python3.11", "/etc/weasyprint", "/var/cache/fontconfig", "/dev/urandom"};

bool
sandbox_tool_find(const char *name_cstr, char out[static SANDBOX_TOOL_PATH_MAX])
{
	static const char *const folders[] = {"/usr/local/bin", "/usr/bin", "/bin"};
	for (size_t i = 0; i < LENGTH_OF(folders); i++) {
		int n = snprintf(out, SANDBOX_TOOL_PATH_MAX, "%s/%s", folders[i], name_cstr);
		if (n > 0 && n < SANDBOX_TOOL_PATH_MAX && access(out, X_OK) == 0)
			return true;
	}
	return false;
}

/* --- in the child, between fork and exec: a failure ends it */

static void
allow_path(int ruleset, const char *path_cstr, uint64_t rights)
{
	int fd = open(path_cstr, O_PATH | O_CLOEXEC);
	struct landlock_path_beneath_attr beneath = {.allowed_access = rights, .parent_fd = fd};
	if (fd < 0)
		return; /* not on this system: nothing to allow */
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0) {
		beneath.allowed_access = rights & ~(uint64_t)LANDLOCK_ACCESS_FS_READ_DIR; /* it is a file */
		if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0)
			_exit(COULD_NOT_START);
	}
	close(fd);
}

/* Nothing but what is installed; where the kernel has no Landlock, the rest still holds. */
static void
shut_files(const char *room_cstr)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	const uint64_t reads = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR, runs = LANDLOCK_ACCESS_FS_EXECUTE;
	struct landlock_ruleset_attr attr = {.handled_access_fs = reads | runs | LANDLOCK_ACCESS_FS_WRITE_FILE |
	        LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
	        LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
	        LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM};
	if (abi <= 0)
		return;
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		_exit(COULD_NOT_START);
	for (size_t i = 0; i < LENGTH_OF(programs); i++)
		allow_path(ruleset, programs[i], reads | runs);
	for (size_t i = 0; i < LENGTH_OF(settings); i++)
		allow_path(ruleset, settings[i], reads);
	allow_path(ruleset, "/dev/null", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
	allow_path(ruleset, room_cstr, attr.handled_access_fs & ~runs);
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		_exit(COULD_NOT_START);
	close(ruleset);
}

/* No network, and nothing that reaches other processes or the kernel's own state. Other programs need too many calls for a list
 * of what is allowed. */
static void
shut_calls(void)
{
	static const int refused[] = {SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen),
	    SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	    SCMP_SYS(kill), SCMP_SYS(pidfd_send_signal), SCMP_SYS(pidfd_getfd), SCMP_SYS(keyctl), SCMP_SYS(add_key),
	    SCMP_SYS(request_key), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup),
	    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(setns), SCMP_SYS(unshare),
	    SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load), SCMP_SYS(reboot),
	    SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(open_by_handle_at), SCMP_SYS(setpriority)};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int r = filter == NULL ? -ENOMEM : 0;
	for (size_t i = 0; i < LENGTH_OF(refused) && r == 0; i++) {
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), refused[i], 0);
		r = r == -EDOM ? 0 : r; /* a call this architecture does not have */
	}
	if (r < 0 || seccomp_load(filter) < 0)
		_exit(COULD_NOT_START);
}

static void
limit(__rlimit_resource_t what, uint64_t value)
{
	if (setrlimit(what, &(struct rlimit){value, value}) < 0)
		_exit(COULD_NOT_START);
}

__attribute__((noreturn)) static void
become(const struct sandbox_tool *tool, const char *path_cstr, const char *room_cstr, int in, int out, int words)
{
	char room[TEMPORARY_MAX + sizeof("TMPDIR=")];
	(void)snprintf(room, sizeof(room), "TMPDIR=%s", room_cstr);
	const char *const environment[] = {room, "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/nonexistent",
	    "PYTHONDONTWRITEBYTECODE=1", "PYTHONNOUSERSITE=1", "SOURCE_DATE_EPOCH=0", NULL};
	if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		_exit(COULD_NOT_START);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(words, STDERR_FILENO) < 0 || chdir("/") < 0)
		_exit(COULD_NOT_START);
	(void)close_range(STDERR_FILENO + 1, ~0U, 0);
	limit(RLIMIT_CPU, tool->seconds);
	limit(RLIMIT_FSIZE, SANDBOX_TOOL_BYTES_MAX);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, FILES_OPEN_MAX);
	shut_files(room_cstr);
	shut_calls();
	limit(RLIMIT_AS, tool->memory_bytes); /* last: a build with sanitizers needs more than any program */
	execve(path_cstr, (char *const *)(uintptr_t)tool->arguments, (char *const *)(uintptr_t)environment);
	_exit(COULD_NOT_START);
}

/* --- in the parent */

struct running {
	pid_t pid;
	int out, words; /* -1 when at its end */
	char *bytes;
	size_t len, size, words_len;
	char said[WORDS_MAX];
	int64_t until_ms;
};

static int64_t
now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / MILLISECOND_NS;
}

static int
take_output(struct running *r)
{
	if (r->size - r->len < STEP) {
		size_t size = r->size == 0 ? 4 * STEP : 2 * r->size;
		char *more = r->len > SANDBOX_TOOL_BYTES_MAX ? NULL : realloc(r->bytes, size);
		if (more == NULL)
			return -ENOMEM;
		r->bytes = more;
		r->size = size;
	}
	ssize_t n = read(r->out, r->bytes + r->len, r->size - r->len);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	r->len += (size_t)n;
	if (n == 0) {
		close(r->out);
		r->out = -1;
	}
	return 0;
}

/* The end of what it says is kept: there a program tells why it gave up. */
static int
take_words(struct running *r)
{
	char room[WORDS_MAX];
	ssize_t n = read(r->words, room, sizeof(room));
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n == 0) {
		close(r->words);
		r->words = -1;
		return 0;
	}
	size_t new = (size_t)n, most = sizeof(r->said) - 1;
	size_t kept = r->words_len < most - (new < most ? new : most) ? r->words_len : most - (new < most ? new : most);
	new = new < most ? new : most;
	memmove(r->said, r->said + r->words_len - kept, kept);
	memcpy(r->said + kept, room + (size_t)n - new, new);
	r->words_len = kept + new;
	return 0;
}

static const char *
last_line(struct running *r)
{
	while (r->words_len > 0 && (r->said[r->words_len - 1] == '\n' || r->said[r->words_len - 1] == ' '))
		r->words_len--;
	r->said[r->words_len] = '\0';
	const char *end = strrchr(r->said, '\n');
	return end == NULL ? r->said : end + 1;
}

/* Until both ends are closed. */
static int
follow(struct running *r)
{
	while (r->out >= 0 || r->words >= 0) {
		struct pollfd ends[2] = {{.fd = r->out, .events = POLLIN}, {.fd = r->words, .events = POLLIN}};
		int64_t left_ms = r->until_ms - now_ms();
		int n = left_ms <= 0 ? 0 : poll(ends, LENGTH_OF(ends), (int)left_ms);
		if (n == 0)
			return -ETIME;
		if (n < 0 && errno != EINTR)
			return -errno;
		int error = n > 0 && ends[0].revents != 0 ? take_output(r) : 0;
		if (error == 0 && n > 0 && ends[1].revents != 0)
			error = take_words(r);
		if (error < 0)
			return error;
	}
	return 0;
}

/* Its outputs are closed: it is about to end, or has to be ended. It stays a zombie until its status is asked for. */
static int
wait_for_end(const struct running *r)
{
	AUTO_CLOSE int process = pidfd_open(r->pid, 0);
	struct pollfd end = {.fd = process, .events = POLLIN};
	int n = -1;
	if (process < 0)
		return -errno;
	do {
		int64_t left_ms = r->until_ms - now_ms();
		n = left_ms <= 0 ? 0 : poll(&end, 1, (int)left_ms);
	} while (n < 0 && errno == EINTR);
	return n > 0 ? 0 : n == 0 ? -ETIME : -errno;
}

static int
judge(const struct sandbox_tool *tool, struct running *r, int error, int status, struct diag *diag)
{
	const char *said_cstr = last_line(r);
	if (error == -ETIME || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
		return diag_say(
		    diag, -ETIME, _("%s took longer than %u seconds and was ended"), tool->arguments[0], tool->seconds);
	if (error < 0)
		return diag_say(diag, error, "%s: %s", tool->arguments[0], text_error(-error));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && r->len > 0)
		return 0;
	return diag_say(diag, -EIO, _("%s failed: %s"), tool->arguments[0],
	    said_cstr[0] != '\0' ? said_cstr : _("it said nothing; perhaps it needed more memory than it may have"));
}

/* The one folder where it may write, which is gone when it has ended. */
static bool
make_room(char room[static TEMPORARY_MAX])
{
	const char *folder_cstr = getenv("TMPDIR");
	int n = snprintf(
	    room, TEMPORARY_MAX, "%s/beffroi-XXXXXX", folder_cstr == NULL || folder_cstr[0] == '\0' ? "/tmp" : folder_cstr);
	if (n < 0 || n >= TEMPORARY_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	return mkdtemp(room) != NULL;
}

static int
remove_one(const char *path_cstr, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	(void)remove(path_cstr); /* what stays is empty folders of a temporary one */
	return 0;
}

static int
start(const struct sandbox_tool *tool, const char *path_cstr, const char *room_cstr, int in, struct running *r)
{
	int out[2], words[2];
	if (pipe2(out, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(words, O_CLOEXEC) < 0) {
		int error = -errno;
		close(out[0]);
		close(out[1]);
		return error;
	}
	r->pid = fork();
	if (r->pid == 0)
		become(tool, path_cstr, room_cstr, in, out[1], words[1]);
	int error = r->pid < 0 ? -errno : 0;
	close(out[1]);
	close(words[1]);
	r->out = out[0];
	r->words = words[0];
	return error;
}

int
sandbox_tool_run(const struct sandbox_tool *tool, struct bytes in, char **out, size_t *out_len, struct diag *diag)
{
	char path[SANDBOX_TOOL_PATH_MAX];
	struct running r = {.out = -1, .words = -1, .until_ms = now_ms() + (int64_t)tool->seconds * 1000};
	int status = 0;
	if (!sandbox_tool_find(tool->arguments[0], path))
		return diag_say(diag, -ENOENT, _("%s is not installed"), tool->arguments[0]);
	AUTO_CLOSE int given = memory_file_make(in);
	if (given < 0 || lseek(given, 0, SEEK_SET) < 0)
		return diag_say(diag, given < 0 ? given : -errno, "%s", text_error(given < 0 ? -given : errno));
	char room[TEMPORARY_MAX];
	if (!make_room(room))
		return diag_say_at(diag, -errno, room, UINT64_MAX, "%s", text_error(errno));
	int error = start(tool, path, room, given, &r);
	if (error == 0)
		error = follow(&r);
	if (r.pid > 0) {
		error = error == 0 ? wait_for_end(&r) : error;
		(void)kill(-r.pid, SIGKILL); /* it leads a session: what it started goes with it */
		while (waitpid(r.pid, &status, 0) < 0 && errno == EINTR)
			continue;
	}
	(void)nftw(room, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (r.out >= 0)
		close(r.out);
	if (r.words >= 0)
		close(r.words);
	error = judge(tool, &r, error, status, diag);
	if (error < 0) {
		free(r.bytes);
		return error;
	}
	*out = r.bytes;
	*out_len = r.len;
	return 0;
}
