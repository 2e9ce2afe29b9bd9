/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The machine stops at any write of events, or the disk refuses it: what was flushed is there, once, in its order. */
#include "crash_shim.h"

#include "dossier/events_find.h"
#include "dossier/events_keep.h"
#include "dossier/events_view.h"

enum { ROUNDS = 2, FLUSHES = 2, LINES_PER_FLUSH = 3, LINES_PER_DAY = 8 };

static void
write_line(char *out, size_t size, unsigned n)
{
	int len = snprintf(out, size,
	    "{\"timestamp\":\"2026-03-0%uT00:00:%02u.000000Z\",\"event_type\":\"flow\",\"flow_id\":%u,\"src_ip\":\"10.0.0.%u\",\"dest_ip\":"
	    "\"192.0.2.1\",\"flow\":{\"bytes_toserver\":1}}",
	    3 + n / LINES_PER_DAY, n % LINES_PER_DAY, n, n);
	assert_true(len > 0 && (size_t)len < size);
}

static bool
add_lines(struct events_keep *k, unsigned *n, unsigned count)
{
	struct diag diag;
	char line[512];
	for (unsigned i = 0; i < count; i++) {
		write_line(line, sizeof(line), *n);
		if (events_keep_add(k, bytes_of_cstr(line), &diag) < 0)
			return false;
		++*n;
	}
	return true;
}

/* Runs in a child: a live watch that is started again and again. */
static void
keep_until_it_stops(struct fixture *f, int acknowledge_fd)
{
	unsigned n = 0;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct dossier *d = NULL;
		struct events_keep *k = NULL;
		struct diag diag;
		if (dossier_open(&d, f->place, DOSSIER_WRITE, &diag) < 0 ||
		    events_keep_new(&k, d, EVENTS_KEEP_LIVE, EVENTS_KEEP_ALL, &diag) < 0)
			_exit(10);
		bool kept = true;
		for (unsigned i = 0; i < FLUSHES && kept; i++) {
			kept = add_lines(k, &n, LINES_PER_FLUSH) && events_keep_flush(k, &diag) == 0;
			uint8_t number = (uint8_t)n;
			if (kept && write(acknowledge_fd, &number, 1) != 1)
				_exit(12);
		}
		bool closed = events_keep_close(k, NULL, &diag) == 0;
		closed = dossier_close(d, &diag) == 0 && closed;
		if (!kept || !closed)
			_exit(11);
	}
	_exit(0);
}

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
	bool ended = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (how == CUT_FULL ? !told && !ended : !WIFSIGNALED(status) && !ended)
		fail_msg("cut %d at write %d: status %d", how, at, status);
	return WIFSIGNALED(status) || told;
}

struct seen {
	unsigned count;
	bool wrong;
	unsigned last; /* they come from the latest on */
};

static void
see(void *context, struct bytes line)
{
	struct seen *s = context;
	char wanted[512];
	const uint8_t *at = memmem(line.at, line.len, "\"flow_id\":", 10);
	unsigned n = at == NULL ? 0 : (unsigned)strtoul((const char *)at + 10, NULL, 10);
	write_line(wanted, sizeof(wanted), n);
	s->wrong = s->wrong || !bytes_eq(line, bytes_of_cstr(wanted)) || (s->count > 0 && n + 1 != s->last);
	s->last = n;
	s->count++;
}

static unsigned
count_all(struct fixture *f, struct dossier *d, enum cut how, int at)
{
	struct seen seen = {0};
	struct events_found found;
	struct events_view view;
	if (events_find(d, &(struct events_search){.limit = 0}, see, &seen, &found, &f->diag) < 0)
		fail_msg("cut %d at write %d: %s", how, at, f->diag.text_cstr);
	if (seen.wrong || (seen.count > 0 && seen.last != 0))
		fail_msg("cut %d at write %d: of %u lines, the first is %u: some are missing, or twice", how, at, seen.count,
		    seen.last);
	if (events_view_read(d, INT64_C(1772323200000000000), INT64_C(1773000000000000000), 0, 10, &view, &f->diag) < 0)
		fail_msg("cut %d at write %d: %s", how, at, f->diag.text_cstr);
	if (view.events != seen.count || (seen.count > 0 && view.apps[0].all.flows != seen.count))
		fail_msg("cut %d at write %d: the sums are not those of the lines", how, at);
	events_view_done(&view);
	return seen.count;
}

static void
check_after(struct fixture *f, enum cut how, int at, unsigned acknowledged)
{
	struct dossier *d = open_ok(f, DOSSIER_WRITE); /* without any repair */
	struct events_keep *k = NULL;
	struct verified v;
	if (verify(f, d, NULL, &v) < 0)
		fail_msg("cut %d at write %d: %s: %s %s", how, at, f->diag.text_cstr, dossier_verify_word(v.first.fault),
		    v.first.object_cstr);
	unsigned n = count_all(f, d, how, at);
	if (n < acknowledged)
		fail_msg("cut %d at write %d: %u lines were acknowledged, %u are there", how, at, acknowledged, n);
	assert_int_equal(events_keep_new(&k, d, EVENTS_KEEP_LIVE, EVENTS_KEEP_ALL, &f->diag), 0);
	unsigned next = n;
	assert_true(add_lines(k, &next, 2));
	assert_int_equal(events_keep_close(k, NULL, &f->diag), 0);
	assert_int_equal(count_all(f, d, how, at), n + 2);
	close_ok(f, d);
}

static void
cut_at_every_write(struct fixture *f, enum cut how)
{
	int at = 1;
	unsigned acknowledged, most = ROUNDS * FLUSHES * LINES_PER_FLUSH;
	bool some = false, all = false;
	for (; at < OPS_MAX; at++) {
		char folder[sizeof(f->folder)], below[sizeof(f->folder) + 16];
		memcpy(folder, f->folder, sizeof(folder));
		(void)snprintf(below, sizeof(below), "%s/%d", folder, at);
		memcpy(f->folder, below, sizeof(f->folder));
		memcpy(f->place, f->folder, sizeof(f->folder));
		assert_int_equal(mkdir(f->folder, 0700), 0);
		close_ok(f, open_ok(f, DOSSIER_WRITE)); /* the dossier itself is test_dossier_crash's */
		bool happened = run_child(f, how, at, &acknowledged);
		some = some || (acknowledged > 0 && acknowledged < most);
		all = all || acknowledged == most;
		check_after(f, how, at, acknowledged);
		(void)nftw(f->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		memcpy(f->folder, folder, sizeof(folder));
		if (!happened)
			break;
	}
	assert_true(at > 60 && at < OPS_MAX && some && all);
}

static void
killed_at_any_write_nothing_flushed_is_lost(void **state)
{
	cut_at_every_write(*state, CUT_KILL);
}

static void
without_power_at_any_write_nothing_flushed_is_lost(void **state)
{
	cut_at_every_write(*state, CUT_POWER);
}

static void
full_at_any_write_it_is_told_and_nothing_flushed_is_lost(void **state)
{
	cut_at_every_write(*state, CUT_FULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(killed_at_any_write_nothing_flushed_is_lost, set_up_in_memory, tear_down),
	    cmocka_unit_test_setup_teardown(without_power_at_any_write_nothing_flushed_is_lost, set_up_in_memory, tear_down),
	    cmocka_unit_test_setup_teardown(
	        full_at_any_write_it_is_told_and_nothing_flushed_is_lost, set_up_in_memory, tear_down),
	};
	return RUN_TESTS(tests);
}
