/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sandbox/sandbox_seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#if SANDBOX_SANITIZED
/* A question of the leak sanitizer: its search starts a process, which a confined role may not. What runs unconfined, as the
 * unit tests do, is searched. */
int __lsan_is_turned_off(void);
static bool is_confined;

int
__lsan_is_turned_off(void)
{
	return is_confined;
}
#endif

/* What every role needs to compute, wait, talk over its descriptors and end. */
static const int common_calls[] = {SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close),
    SCMP_SYS(fstat), SCMP_SYS(lseek), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(futex),
    SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(mprotect), SCMP_SYS(brk),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom), SCMP_SYS(getpid),
    SCMP_SYS(gettid), SCMP_SYS(getrusage), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(tgkill)};

/* The sensor: capture descriptors. Rules are sorted: qsort(3) asks how much memory there is. */
static const int sensor_calls[] = {
    SCMP_SYS(pread64), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(getsockname), SCMP_SYS(sysinfo)};

/* The compiler of rules reads a memory file and writes another. */
static const int compiler_calls[] = {SCMP_SYS(pread64), SCMP_SYS(sysinfo)};

/* The keeper: the files of its folder (Landlock says which). */
static const int keeper_calls[] = {SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat),
    SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(pread64), SCMP_SYS(pwrite64),
    SCMP_SYS(fcntl), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(unlink),
    SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(mkdir), SCMP_SYS(mkdirat),
    SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(geteuid), SCMP_SYS(getuid),
    SCMP_SYS(fchmod), SCMP_SYS(fchown), SCMP_SYS(utimensat), SCMP_SYS(flock), SCMP_SYS(statfs), SCMP_SYS(fstatfs),
    SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(memfd_create),
    /* What libpq does with the connection to a server that it had before; it can make no other. */
    SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(getsockopt)};

/* The reader of imports: who calls at the socket it was given. qsort(3) asks how much memory there is. */
static const int reader_calls[] = {SCMP_SYS(accept4), SCMP_SYS(recvfrom), SCMP_SYS(sysinfo)};

/* The collector: what libpcap does with what it has open. */
static const int collector_calls[] = {
    SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(recvfrom), SCMP_SYS(select), SCMP_SYS(pselect6)};

/* The courier: what libcurl does with connections that it makes itself; which ones, allow_internet() says. */
static const int courier_calls[] = {SCMP_SYS(connect), SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(shutdown),
    SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(fcntl),
    SCMP_SYS(geteuid), SCMP_SYS(getuid), SCMP_SYS(getegid), SCMP_SYS(getgid)};

/* The clerk, beside the keeper's: what is too big for a message. */
static const int clerk_calls[] = {SCMP_SYS(memfd_create)};

/* The console: connections that come in on its one socket, and memory files. */
static const int console_calls[] = {SCMP_SYS(accept4), SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(shutdown),
    SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(sendfile), SCMP_SYS(pread64),
    SCMP_SYS(fcntl), SCMP_SYS(memfd_create)};

static void
on_refused_call(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	char text[64];
	int n = snprintf(text, sizeof(text), "sandbox: system call %d is not allowed here\n", info->si_syscall);
	if (n > 0)
		(void)!write(STDERR_FILENO, text, (size_t)n);
	_exit(159);
}

static int
allow(scmp_filter_ctx filter, const int *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
		if (r < 0 && r != -EDOM) /* a call this architecture does not have */
			return r;
	}
	return 0;
}

/* Threads yes, processes no. glibc tries clone3, whose flags cannot be seen, and falls back to clone. */
static int
allow_threads(scmp_filter_ctx filter)
{
	int r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	if (r < 0)
		return r;
	r = seccomp_rule_add(
	    filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
	if (r < 0)
		return r;
	/* pthread_create names nothing else; glibc asks for its limits on the stack. */
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_EQ, 0, 0));
}

/* What a library asks for and can do without: libpcap looks for figures in /sys and the state of its interface, libcurl and what is
 * below it for files of this machine. */
static const int collector_misses[] = {SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(socket), SCMP_SYS(ioctl)};
static const int courier_misses[] = {SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(stat), SCMP_SYS(newfstatat),
    SCMP_SYS(access), SCMP_SYS(readlink), SCMP_SYS(ioctl), SCMP_SYS(uname)};
/* The C library looks for the time zone, and GnuTLS for its configuration, when they please. */
static const int console_misses[] = {SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(stat), SCMP_SYS(newfstatat),
    SCMP_SYS(access), SCMP_SYS(readlink), SCMP_SYS(uname), SCMP_SYS(sysinfo)};

static int
refuse_politely(scmp_filter_ctx filter, const int *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), calls[i], 0);
		if (r < 0 && r != -EDOM) /* a call this architecture does not have */
			return r;
	}
	return 0;
}

/* Streams over IPv4 and IPv6; the pair is libcurl's way to wake itself. */
static int
allow_internet(scmp_filter_ctx filter)
{
	int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_INET));
	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_INET6));
	return r < 0 ? r : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1, SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
}

/* A sanitizer that has found something opens files to tell where: it is refused politely, so that its report gets out. */
static int
allow_sanitizer(scmp_filter_ctx filter, enum sandbox_role role)
{
	static const int refused[] = {SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(readlink), SCMP_SYS(pipe2), SCMP_SYS(pipe),
	    SCMP_SYS(stat), SCMP_SYS(newfstatat), SCMP_SYS(prctl), SCMP_SYS(ioctl), SCMP_SYS(getuid), SCMP_SYS(getcwd),
	    SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(socket), SCMP_SYS(access), SCMP_SYS(getppid), SCMP_SYS(fcntl),
	    SCMP_SYS(uname), SCMP_SYS(sysinfo)};
	for (size_t i = 0; i < LENGTH_OF(refused); i++)
		if ((refused[i] != SCMP_SYS(socket) ||
		        role != SANDBOX_COURIER) && /* a rule for all would undo those for some */
		    (refused[i] != SCMP_SYS(fcntl) || (role != SANDBOX_SENSOR && role != SANDBOX_COMPILER)))
			(void)seccomp_rule_add(
			    filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0); /* -EACCES when the role has it already */
	return 0;
}

int
sandbox_seccomp_enter(enum sandbox_role role)
{
	scmp_filter_ctx filter = seccomp_init(SANDBOX_SANITIZED ? SCMP_ACT_TRAP : SCMP_ACT_KILL_PROCESS);
	if (filter == NULL)
		return -ENOMEM;
	if (SANDBOX_SANITIZED) {
		struct sigaction action = {.sa_sigaction = on_refused_call, .sa_flags = SA_SIGINFO};
		(void)sigaction(SIGSYS, &action, NULL);
	}
	int r = allow(filter, common_calls, LENGTH_OF(common_calls));
	if (r == 0 && role == SANDBOX_SENSOR)
		r = allow(filter, sensor_calls, LENGTH_OF(sensor_calls));
	if (r == 0 && role == SANDBOX_COMPILER)
		r = allow(filter, compiler_calls, LENGTH_OF(compiler_calls));
	if (r == 0 && (role == SANDBOX_SENSOR || role == SANDBOX_COMPILER)) /* is this memory file sealed? */
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, F_GET_SEALS));
	if (r == 0 && role == SANDBOX_KEEPER)
		r = allow(filter, keeper_calls, LENGTH_OF(keeper_calls));
	if (r == 0 && role == SANDBOX_CLERK)
		r = allow(filter, keeper_calls, LENGTH_OF(keeper_calls));
	if (r == 0 && role == SANDBOX_CLERK)
		r = allow(filter, clerk_calls, LENGTH_OF(clerk_calls));
	if (r == 0 && role == SANDBOX_CONSOLE)
		r = allow(filter, console_calls, LENGTH_OF(console_calls));
	if (r == 0 && role == SANDBOX_READER)
		r = allow(filter, reader_calls, LENGTH_OF(reader_calls));
	if (r == 0 && role == SANDBOX_COLLECTOR)
		r = allow(filter, collector_calls, LENGTH_OF(collector_calls));
	if (r == 0 && role == SANDBOX_COURIER)
		r = allow(filter, courier_calls, LENGTH_OF(courier_calls));
	if (r == 0 && role == SANDBOX_COURIER)
		r = allow_internet(filter);
	if (r == 0 && role == SANDBOX_COLLECTOR)
		r = refuse_politely(filter, collector_misses, LENGTH_OF(collector_misses));
	if (r == 0 && role == SANDBOX_COURIER)
		r = refuse_politely(filter, courier_misses, LENGTH_OF(courier_misses));
	if (r == 0 && role == SANDBOX_CONSOLE)
		r = refuse_politely(filter, console_misses, LENGTH_OF(console_misses));
	if (r == 0)
		r = allow_threads(filter);
	if (r == 0 && SANDBOX_SANITIZED)
		r = allow_sanitizer(filter, role);
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
#if SANDBOX_SANITIZED
	is_confined = r == 0;
#endif
	return r;
}
