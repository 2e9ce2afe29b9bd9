/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What can be said about capturing without a network; the rest is in tests/system/test_capture_live.py.
 * With the name of an interface and a number as arguments this program is that test's probe: it
 * captures that many frames and prints them.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/diag.h"
#include "net/capture/capture_filter.h"
#include "net/capture/capture_libpcap.h"
#include "net/capture/capture_live.h"
#include "test.h"

static void
what_is_no_capture_socket_is_not_mapped(void **state)
{
	(void)state;
	struct capture_live *live = NULL;
	struct diag diag = {0};
	int ends[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	assert_int_equal(capture_live_map(&live, ends[0], 0, &diag), -EINVAL);
	assert_int_equal(capture_live_map(&live, -1, 0, &diag), -EINVAL);
	assert_null(live);
	assert_string_not_equal(diag.text_cstr, "");
	close(ends[0]);
	close(ends[1]);
}

/* Either the interface is unknown, or we are not even allowed to ask: both are said with a remedy. */
static void
a_refusal_names_the_interface_or_the_privilege(void **state)
{
	(void)state;
	static const struct {
		const char *interface_cstr, *said_cstr;
		int error;
	} rows[] = {
	    {"no-such-if0", "no-such-if0", -ENODEV},
	    {"a-name-that-is-longer-than-any-interface", "a-name-that-is-longer", -ENODEV},
	    {"", "there is no network interface", -ENODEV},
	    {"any", "all interfaces", -EPROTONOSUPPORT},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct diag diag = {0};
		struct capture_live_options options = {.interface_cstr = rows[i].interface_cstr, .workers = 1};
		int fd = -1, r = capture_live_socket(&fd, &options, &diag);
		assert_int_equal(fd, -1);
		if (r == -EPERM)
			assert_non_null(strstr(diag.text_cstr, "setcap cap_net_raw"));
		else if (r != rows[i].error || strstr(diag.text_cstr, rows[i].said_cstr) == NULL)
			fail_msg("%s: %d, %s", rows[i].interface_cstr, r, diag.text_cstr);
	}
}

static void
libpcap_refuses_in_our_words(void **state)
{
	(void)state;
	struct capture_libpcap *live = NULL;
	struct diag diag = {0};
	struct capture_live_options options = {.interface_cstr = "no-such-if0"};
	int r = capture_libpcap_open(&live, &options, &diag);
	assert_true(r == -ENODEV || r == -EPERM);
	assert_null(live);
	assert_non_null(strstr(diag.text_cstr, r == -EPERM ? "setcap" : "no-such-if0"));
}

static void
print_frames(const struct frame *frames, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		printf("frame %" PRIu64 " %" PRId64 " %" PRIu32 " %u ", frames[i].number, frames[i].time_ns,
		    frames[i].wire_len, frames[i].linktype);
		for (size_t j = 0; j < frames[i].data.len; j++)
			printf("%02x", frames[i].data.at[j]);
		printf("\n");
	}
	fflush(stdout);
}

static int
probe_failed(int error, const struct diag *diag)
{
	printf("error %d %s\n", -error, diag->text_cstr);
	return 1;
}

enum { PROBE_FRAMES = 64, PROBE_WAIT_MS = 200, PROBE_WAITS = 15 }; /* gives up after three silent seconds */

static int
probe_libpcap(const struct capture_live_options *options, size_t wanted)
{
	struct capture_libpcap *live = NULL;
	struct capture_batch batch = {0};
	struct diag diag = {0};
	int r = capture_libpcap_open(&live, options, &diag);
	if (r < 0)
		return probe_failed(r, &diag);
	if (capture_batch_init(&batch, CAPTURE_BATCH_CHUNK, PROBE_FRAMES) < 0)
		return 1;
	printf("ready\n");
	fflush(stdout);
	size_t seen = 0;
	for (int waits = 0; seen < wanted && waits < PROBE_WAITS && r >= 0; waits += r == 0) {
		r = capture_libpcap_next(live, &batch, PROBE_WAIT_MS, &diag);
		if (r > 0) {
			print_frames(batch.frames, batch.count);
			seen += batch.count;
		}
	}
	struct capture_live_counts counts = capture_libpcap_counts(live);
	printf("counts %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", counts.frames, counts.dropped, counts.stalls);
	capture_libpcap_free(live);
	capture_batch_done(&batch);
	return r < 0 ? probe_failed(r, &diag) : 0;
}

/* All rings are read in turn by this one thread. */
static int
probe_rings(const struct capture_live_options *options, size_t wanted)
{
	enum { RINGS_MAX = 4 };
	struct capture_live *rings[RINGS_MAX] = {0};
	struct diag diag = {0};
	int fds[RINGS_MAX], r = 0;
	for (unsigned i = 0; i < options->workers && i < RINGS_MAX; i++) {
		r = capture_live_socket(&fds[i], options, &diag);
		if (r == 0)
			r = capture_live_map(&rings[i], fds[i], options->ring_bytes, &diag);
		if (r < 0)
			return probe_failed(r, &diag);
	}
	printf("ready\n");
	fflush(stdout);
	size_t seen = 0;
	for (int waits = 0; seen < wanted && waits < PROBE_WAITS && r >= 0;) {
		const size_t before = seen;
		for (unsigned i = 0; i < options->workers && r >= 0; i++) {
			struct frame frames[PROBE_FRAMES];
			r = capture_live_next(rings[i], frames, PROBE_FRAMES, PROBE_WAIT_MS / (int)options->workers, &diag);
			for (; r > 0; r = capture_live_next(rings[i], frames, PROBE_FRAMES, 0, &diag)) {
				print_frames(frames, (size_t)r);
				seen += (size_t)r;
			}
		}
		waits = seen > before ? 0 : waits + 1;
	}
	for (unsigned i = 0; i < options->workers; i++) {
		struct capture_live_counts counts = capture_live_counts(rings[i]);
		printf("counts %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", counts.frames, counts.dropped, counts.stalls);
		capture_live_free(rings[i]);
		close(fds[i]);
	}
	return r < 0 ? probe_failed(r, &diag) : 0;
}

/* probe ring|libpcap INTERFACE COUNT WORKERS [FILTER] */
static int
probe(int argc, char **argv)
{
	if (argc < 5)
		return 2;
	struct diag diag = {0};
	struct capture_filter *filter = NULL;
	int r = argc > 5 ? capture_filter_compile(&filter, argv[5], &diag) : 0;
	if (r < 0)
		return probe_failed(r, &diag);
	struct capture_live_options options = {
	    .interface_cstr = argv[2],
	    .mode = CAPTURE_LIVE_PROMISCUOUS,
	    .ring_bytes = 1 << 20,
	    .workers = (unsigned)strtoul(argv[4], NULL, 10),
	    .group = (uint16_t)getpid(),
	    .filter = filter,
	};
	size_t wanted = strtoul(argv[3], NULL, 10);
	r = strcmp(argv[1], "libpcap") == 0 ? probe_libpcap(&options, wanted) : probe_rings(&options, wanted);
	capture_filter_free(filter);
	return r;
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		return probe(argc, argv);
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_no_capture_socket_is_not_mapped),
	    cmocka_unit_test(a_refusal_names_the_interface_or_the_privilege),
	    cmocka_unit_test(libpcap_refuses_in_our_words),
	};
	return RUN_TESTS(tests);
}
