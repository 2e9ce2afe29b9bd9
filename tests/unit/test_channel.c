/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "sandbox/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static uint8_t buffer[CHANNEL_MESSAGE_MAX + 2], body[CHANNEL_MESSAGE_MAX + 1];

static void
messages_arrive_whole_in_order_and_of_every_size(void **state)
{
	(void)state;
	static const size_t sizes[] = {0, 1, 2, 1000, 65536, CHANNEL_MESSAGE_MAX};
	int ends[2];
	assert_int_equal(channel_pair(ends), 0);
	for (size_t i = 0; i < LENGTH_OF(sizes); i++) {
		struct channel_message m;
		memset(body, (int)i + 1, sizes[i]);
		assert_int_equal(channel_send(ends[0], (uint16_t)(0x100 + i), (struct bytes){body, sizes[i]}, -1), 0);
		assert_int_equal(channel_receive(ends[1], buffer, sizeof(buffer), &m), 1);
		assert_int_equal(m.type, 0x100 + i);
		assert_int_equal(m.fd, -1);
		assert_bytes_equal(m.body, ((struct bytes){body, sizes[i]}));
	}
	assert_int_equal(channel_send(ends[0], 1, (struct bytes){body, sizeof(body)}, -1), -EMSGSIZE);
	close(ends[0]);
	close(ends[1]);
}

static void
a_descriptor_travels_and_is_closed_on_exec(void **state)
{
	(void)state;
	int ends[2], pipe_ends[2];
	struct channel_message m;
	char c = 0;
	assert_int_equal(channel_pair(ends), 0);
	assert_int_equal(pipe(pipe_ends), 0);
	assert_int_equal(channel_send(ends[0], 7, BYTES("name"), pipe_ends[0]), 0);
	close(pipe_ends[0]);
	assert_int_equal(channel_receive(ends[1], buffer, sizeof(buffer), &m), 1);
	assert_true(m.fd >= 0);
	assert_int_equal(fcntl(m.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(write(pipe_ends[1], "x", 1), 1);
	assert_int_equal(read(m.fd, &c, 1), 1);
	assert_int_equal(c, 'x');
	assert_int_equal(fcntl(ends[0], F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	close(m.fd);
	close(pipe_ends[1]);
	close(ends[0]);
	close(ends[1]);
}

static void
an_end_that_is_gone_is_told_and_kills_nobody(void **state)
{
	(void)state;
	int ends[2];
	struct channel_message m;
	assert_int_equal(channel_pair(ends), 0);
	assert_int_equal(channel_send(ends[0], 1, BYTES("last"), -1), 0);
	close(ends[0]);
	assert_int_equal(channel_receive(ends[1], buffer, sizeof(buffer), &m), 1); /* what was said is still heard */
	assert_int_equal(channel_receive(ends[1], buffer, sizeof(buffer), &m), 0);
	assert_int_equal(channel_send(ends[1], 1, BYTES("too late"), -1), -EPIPE); /* and no SIGPIPE */
	close(ends[1]);
}

/* Linux tells the reset before the messages that wait. */
static void
what_was_said_is_heard_though_the_end_left_something_unread(void **state)
{
	(void)state;
	int ends[2];
	struct channel_message m;
	assert_int_equal(channel_pair(ends), 0);
	assert_int_equal(channel_send(ends[1], 1, BYTES("never read"), -1), 0);
	assert_int_equal(channel_send(ends[0], 2, BYTES("the summary"), -1), 0);
	close(ends[0]);
	assert_int_equal(channel_receive(ends[1], buffer, sizeof(buffer), &m), 1);
	assert_int_equal(m.type, 2);
	assert_int_equal(channel_receive(ends[1], buffer, sizeof(buffer), &m), 0);
	close(ends[1]);
}

static void
what_is_no_message_is_refused(void **state)
{
	(void)state;
	int ends[2];
	struct channel_message m;
	assert_int_equal(channel_pair(ends), 0);
	assert_int_equal(send(ends[0], "x", 1, 0), 1); /* no room for a type */
	assert_int_equal(channel_receive(ends[1], buffer, sizeof(buffer), &m), -EBADMSG);
	assert_int_equal(channel_send(ends[0], 1, BYTES("longer than the buffer"), -1), 0);
	assert_int_equal(channel_receive(ends[1], buffer, 8, &m), -EBADMSG);
	assert_int_equal(channel_send(ends[0], 2, BYTES("the next one"), -1), 0); /* a refused one leaves nothing behind */
	assert_int_equal(channel_receive(ends[1], buffer, sizeof(buffer), &m), 1);
	assert_int_equal(m.type, 2);
	close(ends[0]);
	close(ends[1]);
}

/* A descriptor that comes with a refused message must not stay open: there could be many. */
static void
a_descriptor_of_a_refused_message_is_not_leaked(void **state)
{
	(void)state;
	int ends[2];
	struct channel_message m;
	assert_int_equal(channel_pair(ends), 0);
	int before = dup(0);
	close(before);
	assert_int_equal(channel_send(ends[0], 1, BYTES("longer than the buffer"), 0), 0);
	assert_int_equal(channel_receive(ends[1], buffer, 8, &m), -EBADMSG);
	int after = dup(0);
	close(after);
	assert_int_equal(before, after);
	close(ends[0]);
	close(ends[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(messages_arrive_whole_in_order_and_of_every_size),
	    cmocka_unit_test(a_descriptor_travels_and_is_closed_on_exec),
	    cmocka_unit_test(an_end_that_is_gone_is_told_and_kills_nobody),
	    cmocka_unit_test(what_was_said_is_heard_though_the_end_left_something_unread),
	    cmocka_unit_test(what_is_no_message_is_refused),
	    cmocka_unit_test(a_descriptor_of_a_refused_message_is_not_leaked),
	};
	return RUN_TESTS(tests);
}
