/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The machine stops at any write of a dossier, or the disk refuses it: see crash_shim.h. */
#include "crash_shim.h"

enum { MACHINES = 3 };

/* Runs in a child: keeps machines one after the other, each in a transaction of its own, and says on the pipe which are
 * acknowledged: those whose closing answered 0. */
static void
keep_until_it_stops(struct fixture *f, int acknowledge_fd)
{
	for (unsigned i = 1; i <= MACHINES; i++) {
		struct dossier *d = NULL;
		struct diag diag;
		struct asset a = sample_asset(i);
		struct alert alert = sample_alert(i);
		char packets[32];
		snprintf(packets, sizeof(packets), "packets of the alert %u", i);
		if (dossier_open(&d, f->folder, DOSSIER_WRITE, &diag) < 0)
			_exit(10);
		bool kept = dossier_put_asset(d, &a, NULL, &diag) == 0 &&
		    dossier_put_alert(d, "INC-00000000aaaa", &alert, bytes_of_cstr(packets), NULL, &diag) == 0;
		bool closed = dossier_close(d, &diag) == 0;
		uint8_t number = (uint8_t)i;
		if (!kept || !closed)
			_exit(11);
		if (write(acknowledge_fd, &number, 1) != 1)
			_exit(12);
	}
	_exit(0);
}

/* Returns whether the cut happened: otherwise there were fewer writes than `at`. *acknowledged: how many were. */
static bool
run_child(struct fixture *f, enum cut how, int at, unsigned *acknowledged)
{
	int ends[2], status;
	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		put_shim(how, at);
		keep_until_it_stops(f, ends[1]);
	}
	close(ends[1]);
	uint8_t number;
	*acknowledged = 0;
	while (read(ends[0], &number, 1) == 1)
		*acknowledged = number;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	bool told = WIFEXITED(status) && (WEXITSTATUS(status) == 10 || WEXITSTATUS(status) == 11);
	if (how == CUT_FULL ? !told && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)
	                    : !WIFSIGNALED(status) && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
		fail_msg("cut %d at write %d: status %d", how, at, status);
	return WIFSIGNALED(status) || told;
}

static void
check_after(struct fixture *f, enum cut how, int at, unsigned acknowledged)
{
	struct dossier *d = NULL;
	struct verified v;
	int r = dossier_open(&d, f->folder, DOSSIER_WRITE, &f->diag); /* without any repair */
	if (r < 0)
		fail_msg("cut %d at write %d: cannot be opened: %s", how, at, f->diag.text_cstr);
	if (verify(f, d, NULL, &v) < 0)
		fail_msg("cut %d at write %d: %s %lld %s", how, at, dossier_verify_word(v.first.fault),
		    (long long)v.first.seq, v.first.object_cstr);
	for (unsigned i = 1; i <= MACHINES; i++) {
		struct asset a = sample_asset(i);
		bool is_new = false;
		assert_int_equal(dossier_put_asset(d, &a, &is_new, &f->diag), 0);
		if (is_new && i <= acknowledged)
			fail_msg("cut %d at write %d: machine %u was acknowledged, and is gone", how, at, i);
	}
	close_ok(f, d);
}

static void
cut_at_every_write(struct fixture *f, enum cut how)
{
	int at = 1;
	unsigned acknowledged, seen[MACHINES + 1] = {0};
	for (; at < OPS_MAX; at++) {
		char folder[sizeof(f->folder)], below[sizeof(f->folder) + 16];
		memcpy(folder, f->folder, sizeof(folder));
		(void)snprintf(below, sizeof(below), "%s/%d", folder, at);
		memcpy(f->folder, below, sizeof(f->folder));
		assert_int_equal(mkdir(f->folder, 0700), 0);
		bool happened = run_child(f, how, at, &acknowledged);
		seen[acknowledged]++;
		check_after(f, how, at, acknowledged);
		(void)nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		memcpy(f->folder, folder, sizeof(folder));
		if (!happened)
			break;
	}
	assert_true(at > 60 && at < OPS_MAX); /* there were writes to cut at, and the last round had none left */
	assert_true(seen[0] > 0 && seen[1] > 0 && seen[MACHINES - 1] > 0 && seen[MACHINES] > 0);
}

static void
killed_at_any_write_nothing_acknowledged_is_lost(void **state)
{
	cut_at_every_write(*state, CUT_KILL);
}

static void
without_power_at_any_write_nothing_acknowledged_is_lost(void **state)
{
	cut_at_every_write(*state, CUT_POWER);
}

static void
full_at_any_write_it_is_told_and_nothing_acknowledged_is_lost(void **state)
{
	cut_at_every_write(*state, CUT_FULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(killed_at_any_write_nothing_acknowledged_is_lost, set_up_in_memory, tear_down),
	    cmocka_unit_test_setup_teardown(
	        without_power_at_any_write_nothing_acknowledged_is_lost, set_up_in_memory, tear_down),
	    cmocka_unit_test_setup_teardown(
	        full_at_any_write_it_is_told_and_nothing_acknowledged_is_lost, set_up_in_memory, tear_down),
	};
	return RUN_TESTS(tests);
}
