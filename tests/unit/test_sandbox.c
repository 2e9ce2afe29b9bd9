/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Every attempt is made by a child that has entered the sandbox of a role. Refused is: an error, or being ended by the
 * kernel (a build with sanitizers traps instead and leaves with status 159). */
#include "test.h"

#include "dossier/dossier.h"
#include "sandbox/memory_file.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WENT_WELL = 7, NOT_ENTERED = 8, REFUSED = 9, TRAPPED = 159 };

static char folder[64];
static int given_socket;

static bool
open_passwords(void)
{
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool
make_a_file_elsewhere(void)
{
	return open("/tmp/test-sandbox-elsewhere", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

static bool
open_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool
start_a_process(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return pid > 0;
}

static bool
run_a_program(void)
{
	char name[] = "true";
	char *const arguments[] = {name, NULL};
	return execv("/bin/true", arguments) == 0;
}

static bool
follow_a_process(void)
{
	return kill(getppid(), 0) == 0;
}

static void *
nothing(void *argument)
{
	return argument;
}

static bool
start_a_thread(void)
{
	pthread_t thread;
	return pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0;
}

static bool
compute(void)
{
	char *p = malloc(1 << 22);
	bool done = p != NULL && write(STDERR_FILENO, "", 0) == 0;
	free(p);
	return done;
}

static bool
make_a_file_at_home(void)
{
	char path[96];
	snprintf(path, sizeof(path), "%s/file", folder);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0;
}

static bool
keep_a_dossier(void)
{
	struct dossier *d = NULL;
	struct diag diag;
	struct asset asset = {.first_ns = 1, .last_ns = 2};
	return dossier_open(&d, folder, DOSSIER_WRITE, &diag) == 0 && dossier_put_asset(d, &asset, NULL, &diag) == 0 &&
	    dossier_close(d, &diag) == 0;
}

struct attempt {
	const char *what_cstr;
	bool (*try)(void);
	bool sensor_may, keeper_may;
};

static const struct attempt attempts[] = {
    {"open /etc/passwd", open_passwords, false, false},
    {"make a file elsewhere", make_a_file_elsewhere, false, false},
    {"open a socket", open_a_socket, false, false},
    {"start a process", start_a_process, false, false},
    {"run a program", run_a_program, false, false},
    {"signal another process", follow_a_process, false, false},
    {"start a thread", start_a_thread, true, true},
    {"take memory and write where it may", compute, true, true},
    {"make a file in its folder", make_a_file_at_home, false, true},
    {"keep a dossier", keep_a_dossier, false, true},
};

static bool
owns_a_folder(enum sandbox_role role)
{
	return role == SANDBOX_KEEPER || role == SANDBOX_CLERK;
}

static int
attempt_in(enum sandbox_role role, bool (*try)(void))
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		if (sandbox_enter(role, owns_a_folder(role) ? folder : NULL, NULL) < 0)
			_exit(NOT_ENTERED);
		_exit(try() ? WENT_WELL : REFUSED);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return TRAPPED;
	return WEXITSTATUS(status);
}

static bool
landlock_is_missing(void)
{
	int abi = 0;
	return (sandbox_probe(&abi) & SANDBOX_LANDLOCK) == 0;
}

static void
check_role(enum sandbox_role role)
{
	for (size_t i = 0; i < LENGTH_OF(attempts); i++) {
		const struct attempt *a = &attempts[i];
		bool may = owns_a_folder(role) ? a->keeper_may : a->sensor_may; /* collector and console: as the sensor */
		if (owns_a_folder(role) && !may && landlock_is_missing() &&
		    (a->try == open_passwords || a->try == make_a_file_elsewhere)) {
			print_message("not tried: this kernel has no Landlock: %s\n", a->what_cstr);
			continue;
		}
		int got = attempt_in(role, a->try);
		bool refused = got == TRAPPED || got == REFUSED;
		if (got == NOT_ENTERED || refused == may)
			fail_msg("%s: %s", a->what_cstr,
			    got == NOT_ENTERED ? "the sandbox was not entered"
			        : may          ? "was refused"
			                       : "went well");
	}
}

static void
the_sensor_opens_nothing_and_starts_nothing(void **state)
{
	(void)state;
	check_role(SANDBOX_SENSOR);
}

static void
the_keeper_has_its_folder_and_nothing_else(void **state)
{
	(void)state;
	check_role(SANDBOX_KEEPER);
}

static void
the_collector_opens_nothing_more_and_starts_nothing(void **state)
{
	(void)state;
	check_role(SANDBOX_COLLECTOR);
}

static void
the_clerk_has_its_folder_and_nothing_else(void **state)
{
	(void)state;
	check_role(SANDBOX_CLERK);
}

static bool
accept_from_what_it_was_given(void)
{
	/* The socket below was opened before the sandbox; nobody waits at it. */
	return accept4(given_socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK) < 0 && errno == EAGAIN;
}

static bool
carry_a_memory_file(void)
{
	uint8_t *got = NULL;
	int fd = memory_file_make(BYTES("four"));
	bool carried = fd >= 0 && memory_file_check(fd, 4) == 0 && memory_file_read(fd, 4, &got) == 0;
	free(got);
	return carried;
}

static void
the_console_accepts_and_opens_nothing(void **state)
{
	(void)state;
	given_socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(given_socket >= 0);
	/* Autobind: an abstract name of the kernel's choice (unix(7)). */
	assert_int_equal(bind(given_socket, &(struct sockaddr){.sa_family = AF_UNIX}, sizeof(sa_family_t)), 0);
	assert_int_equal(listen(given_socket, 4), 0);
	check_role(SANDBOX_CONSOLE);
	assert_int_equal(attempt_in(SANDBOX_CONSOLE, accept_from_what_it_was_given), WENT_WELL);
	assert_int_equal(attempt_in(SANDBOX_CONSOLE, carry_a_memory_file), WENT_WELL);
	assert_int_equal(attempt_in(SANDBOX_CLERK, carry_a_memory_file), WENT_WELL);
	assert_int_equal(attempt_in(SANDBOX_SENSOR, accept_from_what_it_was_given), TRAPPED);
	close(given_socket);
}

/* Without a sandbox the same attempts go well: the test is able to fail. */
static void
outside_of_it_they_may(void **state)
{
	(void)state;
	assert_true(open_passwords());
	assert_true(start_a_process());
	assert_true(make_a_file_at_home());
	assert_true(follow_a_process());
	assert_true(wait(NULL) > 0);
}

static void
a_folder_that_is_not_there_is_told(void **state)
{
	(void)state;
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		struct diag diag = {0};
		int r = sandbox_enter(SANDBOX_KEEPER, "/no/such/folder", &diag);
		_exit(r < 0 && strstr(diag.text_cstr, "/no/such/folder") != NULL ? 0 : landlock_is_missing() ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int
set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/test-sandbox-XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	static const char *const files[] = {
	    "file", "dossier.db", "dossier.db-wal", "dossier.db-shm", "dossier.lock", "journal.head"};
	char path[128];
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		(void)unlink(path);
	}
	(void)unlink("/tmp/test-sandbox-elsewhere");
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_sensor_opens_nothing_and_starts_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_keeper_has_its_folder_and_nothing_else, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_clerk_has_its_folder_and_nothing_else, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_console_accepts_and_opens_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_collector_opens_nothing_more_and_starts_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(outside_of_it_they_may, set_up, tear_down),
	    cmocka_unit_test(a_folder_that_is_not_there_is_told),
	};
	return RUN_TESTS(tests);
}
