/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "inspect/l7_smb.h"
#include "l7_drive.h"
#include "proto/nbss.h"
#include "proto/ntlmssp.h"
#include "proto/smb1.h"
#include "proto/smb2.h"

/* ---- Messages, by hand ---- */

struct made {
	size_t len;
	uint8_t at[16384];
};

static void
put(struct made *m, struct bytes b)
{
	assert_true(b.len <= sizeof(m->at) - m->len);
	if (b.len > 0)
		memcpy(m->at + m->len, b.at, b.len);
	m->len += b.len;
}

static void
number(struct made *m, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		uint8_t b = (uint8_t)(value >> 8 * i);
		put(m, (struct bytes){&b, 1});
	}
}

static void
zeros(struct made *m, size_t count)
{
	for (size_t i = 0; i < count; i++)
		number(m, 0, 1);
}

/* UTF-16 */
static void
wide(struct made *m, const char *text_cstr)
{
	for (; *text_cstr != '\0'; text_cstr++)
		number(m, (uint8_t)*text_cstr, 2);
}

static struct bytes
bytes_of(const struct made *m)
{
	return (struct bytes){m->at, m->len};
}

struct head {
	uint16_t command;
	uint64_t id, session;
	uint32_t tree, status;
	bool response;
};

static void
head2(struct made *m, struct head h, uint32_t next)
{
	put(m, BYTES("\xfeSMB"));
	number(m, 64, 2);
	number(m, 0, 2);
	number(m, h.status, 4);
	number(m, h.command, 2);
	number(m, 0, 2);
	number(m, h.response, 4);
	number(m, next, 4);
	number(m, h.id, 8);
	number(m, 0, 4);
	number(m, h.tree, 4);
	number(m, h.session, 8);
	zeros(m, 16);
}

static void
frame(struct made *to, const struct made *message)
{
	uint8_t length[4] = {0, 0, (uint8_t)(message->len >> 8), (uint8_t)message->len};
	put(to, (struct bytes){length, 4});
	put(to, bytes_of(message));
}

static const uint8_t file_id[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

static struct made *
fresh(void)
{
	struct made *m = calloc(1, sizeof(*m));
	assert_non_null(m);
	return m;
}

static void
deliver(struct l7_drive *d, enum l7_side side, struct made *message, size_t step)
{
	struct made *framed = fresh();
	frame(framed, message);
	for (struct bytes rest = bytes_of(framed); rest.len > 0;) {
		struct bytes part = bytes_first(rest, step);
		l7_drive_send(d, side, part);
		rest = bytes_after(rest, part.len);
	}
	free(framed);
	free(message);
}

static struct made *
message2(uint16_t command, uint64_t id, uint32_t tree, uint32_t status, bool response)
{
	struct made *m = fresh();
	head2(m, (struct head){command, id, command < SMB2_TREE_CONNECT && !response ? 0 : 77, tree, status, response}, 0);
	return m;
}

/* MS-NLMP 2.2.1.3, with domain, user and host. */
static void
authenticate(struct made *m, const char *user_cstr)
{
	size_t user = strlen(user_cstr) * 2, at = 72;
	put(m, BYTES("NTLMSSP\0\x03\0\0\0"));
	zeros(m, 16);
	number(m, 8, 2), number(m, 8, 2), number(m, at, 4);
	number(m, user, 2), number(m, user, 2), number(m, at + 8, 4);
	number(m, 4, 2), number(m, 4, 2), number(m, at + 8 + user, 4);
	zeros(m, 8);
	number(m, 0x02000001, 4);
	put(m, BYTES("\x06\x01\xb1\x1d\0\0\0\x0f"));
	wide(m, "CITY");
	wide(m, user_cstr);
	wide(m, "PC");
}

static void
log_in(struct l7_drive *d, size_t step, uint32_t status)
{
	struct made *m = message2(SMB2_NEGOTIATE, 0, 0, 0, false), *blob = fresh();
	number(m, 36, 2), number(m, 2, 2), zeros(m, 8), put(m, (struct bytes){file_id, 16}), zeros(m, 8);
	number(m, 0x202, 2), number(m, 0x311, 2);
	deliver(d, L7_CLIENT, m, step);
	m = message2(SMB2_NEGOTIATE, 0, 0, 0, true);
	number(m, 65, 2), number(m, 1, 2), number(m, 0x311, 2), number(m, 0, 2), put(m, (struct bytes){file_id, 16}),
	    zeros(m, 4);
	number(m, 1048576, 4), number(m, 1048576, 4), number(m, 65536, 4), zeros(m, 20);
	deliver(d, L7_SERVER, m, step);
	authenticate(blob, "anne");
	m = message2(SMB2_SESSION_SETUP, 1, 0, 0, false);
	number(m, 25, 2), zeros(m, 10), number(m, 88, 2), number(m, blob->len, 2), zeros(m, 8), put(m, bytes_of(blob));
	deliver(d, L7_CLIENT, m, step);
	m = message2(SMB2_SESSION_SETUP, 1, 0, status, true);
	number(m, 9, 2), number(m, 0, 2), number(m, 72, 2), number(m, 0, 2);
	deliver(d, L7_SERVER, m, step);
	free(blob);
}

static void
connect_share(struct l7_drive *d, size_t step, const char *path_cstr, uint8_t type)
{
	struct made *m = message2(SMB2_TREE_CONNECT, 2, 0, 0, false);
	number(m, 9, 2), number(m, 0, 2), number(m, 72, 2), number(m, strlen(path_cstr) * 2, 2), wide(m, path_cstr);
	deliver(d, L7_CLIENT, m, step);
	m = message2(SMB2_TREE_CONNECT, 2, 5, 0, true);
	number(m, 16, 2), number(m, type, 1), zeros(m, 13);
	deliver(d, L7_SERVER, m, step);
}

static void
open_file(struct l7_drive *d, size_t step, const char *name_cstr, uint64_t id)
{
	struct made *m = message2(SMB2_CREATE, id, 5, 0, false);
	number(m, 57, 2), zeros(m, 34), number(m, 2, 4), number(m, 0x1000, 4);
	number(m, 120, 2), number(m, strlen(name_cstr) * 2, 2), zeros(m, 8), wide(m, name_cstr);
	deliver(d, L7_CLIENT, m, step);
	m = message2(SMB2_CREATE, id, 5, 0, true);
	number(m, 89, 2), zeros(m, 6), number(m, UINT64_C(116444736000000000) + 10000000, 8), zeros(m, 24), zeros(m, 8);
	number(m, 10, 8), zeros(m, 8), put(m, (struct bytes){file_id, 16}), zeros(m, 8);
	deliver(d, L7_SERVER, m, step);
}

static void
write_file(struct l7_drive *d, size_t step, uint64_t id, uint64_t offset, struct bytes data)
{
	struct made *m = message2(SMB2_WRITE, id, 5, 0, false);
	number(m, 49, 2), number(m, 112, 2), number(m, data.len, 4), number(m, offset, 8),
	    put(m, (struct bytes){file_id, 16}), zeros(m, 16), put(m, data);
	deliver(d, L7_CLIENT, m, step);
	m = message2(SMB2_WRITE, id, 5, 0, true);
	number(m, 17, 2), zeros(m, 2), number(m, data.len, 4), zeros(m, 8);
	deliver(d, L7_SERVER, m, step);
}

static void
read_file(struct l7_drive *d, size_t step, uint64_t id, uint32_t status, struct bytes data)
{
	struct made *m = message2(SMB2_READ, id, 5, 0, false);
	number(m, 49, 2), zeros(m, 2), number(m, 4096, 4), number(m, 0, 8), put(m, (struct bytes){file_id, 16}),
	    zeros(m, 16);
	deliver(d, L7_CLIENT, m, step);
	m = message2(SMB2_READ, id, 5, status, true);
	number(m, 17, 2), number(m, 80, 1), number(m, 0, 1), number(m, data.len, 4), zeros(m, 8), put(m, data);
	deliver(d, L7_SERVER, m, step);
}

static void
close_it(struct l7_drive *d, size_t step, uint64_t id)
{
	struct made *m = message2(SMB2_CLOSE, id, 5, 0, false);
	number(m, 24, 2), zeros(m, 6), put(m, (struct bytes){file_id, 16});
	deliver(d, L7_CLIENT, m, step);
	m = message2(SMB2_CLOSE, id, 5, 0, true);
	number(m, 60, 2), zeros(m, 58);
	deliver(d, L7_SERVER, m, step);
}

/* ---- What is said of them ---- */

#define EVENT(content) "{\"event_type\":\"smb\",\"smb\":{" content "}}\n"
#define BEGIN(id, command, session, tree)                                        \
	"\"id\":" id ",\"dialect\":\"3.11\",\"command\":\"SMB2_COMMAND_" command \
	"\",\"status\":\"STATUS_SUCCESS\",\"status_code\":\"0x0\",\"session_id\":" session ",\"tree_id\":" tree
#define GUID "04030201-0605-0807-0a09-0c0b100f0e0d"
#define LOGGED_IN                                                                                                           \
	EVENT(BEGIN("1", "NEGOTIATE_PROTOCOL", "0", "0") ",\"client_dialects\":[\"2.02\",\"3.11\"],\"client_guid\":\"" GUID \
	                                                 "\",\"server_guid\":\"" GUID                                       \
	                                                 "\",\"max_read_size\":1048576,\"max_write_size\":65536")           \
	EVENT(BEGIN("2", "SESSION_SETUP", "77", "0") ",\"ntlmssp\":{\"domain\":\"CITY\",\"user\":\"anne\",\"host\":\"PC\"," \
	                                             "\"version\":\"6.1 build 7601 rev 15\"}")

#define CONTENT \
	"{\"event_type\":\"content\",\"name\":\"a.txt\",\"bytes\":10,\"lost\":0,\"sum\":1214055856804091265,\"end\":\"complete\"}\n"

static struct l7_drive *
share_a_file(size_t step)
{
	struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 445);
	log_in(d, step, 0);
	connect_share(d, step, "\\\\srv\\docs", SMB2_SHARE_DISK);
	open_file(d, step, "a.txt", 3);
	write_file(d, step, 4, 0, BYTES("hello"));
	write_file(d, step, 5, 5, BYTES("world"));
	close_it(d, step, 6);
	l7_drive_finish(d);
	return d;
}

static const char shared[] = LOGGED_IN EVENT(BEGIN("3", "TREE_CONNECT", "77",
    "5") ",\"share\":\"\\\\srv\\\\docs\",\"share_type\":\"FILE\"") EVENT(BEGIN("4", "CREATE", "77",
    "5") ",\"filename\":\"a.txt\",\"disposition\":\"FILE_CREATE\",\"access\":\"delete on close\",\"created\":1,\"accessed\":0,"
         "\"modified\":0,\"changed\":0,\"size\":10,\"fuid\":\"" GUID "\"")
    CONTENT EVENT(BEGIN("5", "WRITE", "77", "5") ",\"filename\":\"a.txt\",\"share\":\"\\\\srv\\\\docs\",\"fuid\":\"" GUID
                                                 "\"") EVENT(BEGIN("6", "CLOSE", "77", "5"));

static void
a_file_that_is_written_is_said(void **state)
{
	(void)state;
	struct l7_drive *d = share_a_file(SIZE_MAX);
	size_t count;
	const struct observation *o = fake_sink_observations(d->sink, &count);
	assert_string_equal(fake_sink_events(d->sink), shared);
	assert_int_equal(count, 1);
	assert_int_equal(o[0].login.outcome, LOGIN_ACCEPTED);
	assert_memory_equal(o[0].login.user, "anne", 4);
	l7_drive_free(d);
}

static void
every_cut_gives_the_same_events(void **state)
{
	(void)state;
	for (size_t step = 1; step < 150; step++) {
		struct l7_drive *d = share_a_file(step);
		if (strcmp(fake_sink_events(d->sink), shared) != 0)
			fail_msg("cut every %zu: %s", step, fake_sink_events(d->sink));
		l7_drive_free(d);
	}
}

static void
a_refused_login_is_observed(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 445);
	size_t count;
	log_in(d, SIZE_MAX, 0xc000006d);
	l7_drive_finish(d);
	const struct observation *o = fake_sink_observations(d->sink, &count);
	assert_int_equal(count, 1);
	assert_int_equal(o[0].login.outcome, LOGIN_REFUSED);
	assert_int_equal(
	    fake_sink_count_of(d->sink, "\"status\":\"STATUS_LOGON_FAILURE\",\"status_code\":\"0xc000006d\""), 1);
	l7_drive_free(d);
}

#define FRAGMENT(type, length, call) "\x05\0" type "\x03\x10\0\0\0" length "\0\0\0" call "\0\0\0"
#define UUID "\xb0\x01\x52\x97\xca\x59\xd0\x11\xa8\xd5\0\xa0\xc9\x0d\x80\x51\x01\0\0\0"
#define NDR "\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\0\x2b\x10\x48\x60\x02\0\0\0"
#define BIND FRAGMENT("\x0b", "\x48", "\x01") "\xb8\x10\xb8\x10\0\0\0\0\x01\0\0\0\0\0\x01\0" UUID NDR
#define BIND_ACK FRAGMENT("\x0c", "\x38", "\x01") "\xb8\x10\xb8\x10\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0" NDR
#define CALL FRAGMENT("\x00", "\x1c", "\x02") "\x04\0\0\0\0\0\x07\0abcd"
#define ANSWER FRAGMENT("\x02", "\x1c", "\x02") "\x04\0\0\0\0\0\0\0efgh"

static struct l7_drive *
call_in_a_pipe(size_t step)
{
	struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 445);
	struct bytes ack = BYTES(BIND_ACK);
	log_in(d, step, 0);
	connect_share(d, step, "\\\\srv\\IPC$", SMB2_SHARE_PIPE);
	open_file(d, step, "srvsvc", 3);
	write_file(d, step, 4, 0, BYTES(BIND));
	read_file(d, step, 5, 0x80000005, bytes_first(ack, 20)); /* the buffer was too small */
	read_file(d, step, 6, 0, bytes_after(ack, 20));
	struct made *m = message2(SMB2_IOCTL, 7, 5, 0, false);
	number(m, 57, 2), zeros(m, 2), number(m, SMB2_PIPE_TRANSCEIVE, 4), put(m, (struct bytes){file_id, 16});
	number(m, 120, 4), number(m, 28, 4), zeros(m, 24), put(m, BYTES(CALL));
	deliver(d, L7_CLIENT, m, step);
	m = message2(SMB2_IOCTL, 7, 5, 0, true);
	number(m, 49, 2), zeros(m, 2), number(m, SMB2_PIPE_TRANSCEIVE, 4), put(m, (struct bytes){file_id, 16}), zeros(m, 8);
	number(m, 112, 4), number(m, 28, 4), zeros(m, 8), put(m, BYTES(ANSWER));
	deliver(d, L7_SERVER, m, step);
	l7_drive_finish(d);
	return d;
}

#define INTERFACE "{\"uuid\":\"975201b0-59ca-11d0-a8d5-00a0c90d8051\",\"version\":\"1.0\""

static void
calls_in_pipes_are_said(void **state)
{
	(void)state;
	for (size_t step = 7; step < 200; step += 61) {
		struct l7_drive *d = call_in_a_pipe(step);
		assert_int_equal(
		    fake_sink_count_of(d->sink, "\"named_pipe\":\"\\\\srv\\\\IPC$\",\"share_type\":\"PIPE\""), 1);
		assert_int_equal(
		    fake_sink_count_of(d->sink,
		        "\"command\":\"SMB2_COMMAND_WRITE\",\"status\":\"STATUS_SUCCESS\",\"status_code\":\"0x0\",\"session_id\":77,"
		        "\"tree_id\":5,\"dcerpc\":{\"request\":\"BIND\",\"response\":\"BINDACK\",\"interfaces\":[" INTERFACE
		        ",\"ack_result\":0,\"ack_reason\":0}],\"call_id\":1}"),
		    1);
		assert_int_equal(
		    fake_sink_count_of(d->sink,
		        "\"command\":\"SMB2_COMMAND_IOCTL\",\"status\":\"STATUS_SUCCESS\",\"status_code\":\"0x0\",\"session_id\":77,"
		        "\"tree_id\":5,\"dcerpc\":{\"request\":\"REQUEST\",\"response\":\"RESPONSE\",\"opnum\":7,\"interfaces\":[" INTERFACE
		        "}],\"req\":{\"frag_cnt\":1,\"stub_data_size\":4},\"res\":{\"frag_cnt\":1,\"stub_data_size\":12},"
		        "\"call_id\":2}"),
		    1);
		assert_int_equal(fake_sink_count_of(d->sink, "anomaly"), 0);
		l7_drive_free(d);
	}
}

/* Numbers of shares and files are used again: the name that comes moves when those that go make room. */
static void
numbers_that_are_used_again_have_their_new_names(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 445);
	log_in(d, SIZE_MAX, 0);
	for (size_t i = 0; i < 3; i++) {
		connect_share(d, SIZE_MAX, i == 2 ? "\\\\srv\\last" : "\\\\server-with-a-long-name\\docs", SMB2_SHARE_DISK);
		open_file(d, SIZE_MAX, i == 2 ? "last.txt" : "a-file-with-a-long-name.txt", 3);
	}
	write_file(d, SIZE_MAX, 4, 0, BYTES("hello"));
	close_it(d, SIZE_MAX, 6);
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"filename\":\"last.txt\",\"share\":\"\\\\srv\\\\last\""), 1);
	l7_drive_free(d);
}

static void
a_pipe_is_no_file(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 445);
	log_in(d, SIZE_MAX, 0);
	connect_share(d, SIZE_MAX, "\\\\srv\\IPC$", SMB2_SHARE_PIPE);
	open_file(d, SIZE_MAX, "PSEXESVC", 3);
	write_file(d, SIZE_MAX, 4, 0, BYTES("whoami and what else do I want to know"));
	write_file(d, SIZE_MAX, 5, 0, BYTES("dir"));
	close_it(d, SIZE_MAX, 6);
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "SMB2_COMMAND_WRITE"), 0);
	assert_int_equal(fake_sink_count_of(d->sink, "anomaly"), 0);
	assert_int_equal(fake_sink_count_of(d->sink, "SMB2_COMMAND_CLOSE"), 1);
	l7_drive_free(d);
}

/* What is lost inside a file harms nothing else; elsewhere the next frame is found. */
static void
gaps_are_passed_over(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 445);
	struct made *m = message2(SMB2_WRITE, 4, 5, 0, false), *framed = fresh();
	log_in(d, SIZE_MAX, 0);
	number(m, 49, 2), number(m, 112, 2), number(m, 9000, 4), number(m, 0, 8), put(m, (struct bytes){file_id, 16}),
	    zeros(m, 16), zeros(m, 9000);
	frame(framed, m);
	l7_drive_send(d, L7_CLIENT, bytes_first(bytes_of(framed), 1000));
	l7_drive_lose(d, L7_CLIENT, 5000);
	l7_drive_send(d, L7_CLIENT, bytes_after(bytes_of(framed), 6000));
	close_it(d, SIZE_MAX, 6);
	assert_int_equal(fake_sink_count_of(d->sink, "\"command\":\"SMB2_COMMAND_CLOSE\""), 1);
	l7_drive_send(d, L7_CLIENT, bytes_first(bytes_of(framed), 50));
	l7_drive_lose(d, L7_CLIENT, 100000);
	l7_drive_send(d, L7_CLIENT, BYTES("the end of something"));
	close_it(d, SIZE_MAX, 8);
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "\"command\":\"SMB2_COMMAND_CLOSE\""), 2);
	assert_int_equal(fake_sink_count_of(d->sink, "anomaly"), 0);
	free(m);
	free(framed);
	l7_drive_free(d);
}

static void
compounds_are_several_messages(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 445);
	struct made *m = fresh();
	head2(m, (struct head){SMB2_ECHO, 1, 0, 0, 0, false}, 72);
	number(m, 4, 2), zeros(m, 6);
	head2(m, (struct head){SMB2_FLUSH, 2, 0, 0, 0, false}, 0);
	number(m, 24, 2), zeros(m, 22);
	deliver(d, L7_CLIENT, m, 10);
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "SMB2_COMMAND_KEEPALIVE"), 1);
	assert_int_equal(fake_sink_count_of(d->sink, "SMB2_COMMAND_FLUSH"), 1);
	l7_drive_free(d);
}

static void
what_is_encrypted_is_said_once(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 445);
	for (size_t i = 0; i < 3; i++) {
		struct made *m = fresh();
		put(m, BYTES("\xfdSMB")), zeros(m, 32), number(m, 100, 4), zeros(m, 4), number(m, 77, 8), zeros(m, 100);
		deliver(d, i == 1 ? L7_SERVER : L7_CLIENT, m, 33);
	}
	l7_drive_finish(d);
	assert_string_equal(fake_sink_events(d->sink),
	    EVENT("\"id\":1,\"dialect\":\"unknown\",\"session_id\":77,\"tree_id\":0,\"encrypted\":true"));
	l7_drive_free(d);
}

/* A client that never waits for answers, and names that fill all room. */
static void
what_is_never_answered_stays_bounded(void **state)
{
	(void)state;
	char name[600];
	struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 445);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (uint64_t i = 0; i < 200; i++) {
		struct made *m = message2(SMB2_CREATE, i, 5, 0, false);
		number(m, 57, 2), zeros(m, 42), number(m, 120, 2), number(m, 1198, 2), zeros(m, 8), wide(m, name);
		deliver(d, L7_CLIENT, m, SIZE_MAX);
	}
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "SMB2_COMMAND_CREATE"), 200);
	l7_drive_free(d);
}

static void
broken_messages_are_told(void **state)
{
	(void)state;
	static const struct {
		uint16_t command;
		struct bytes body;
		const char *why;
	} rows[] = {
	    {SMB2_NEGOTIATE, BYTES("\x24\0\xff\xff\0\0\0\0\0\0\0\0"), "more dialects than there are bytes"},
	    {SMB2_TREE_CONNECT, BYTES("\x09\0\0\0\x48\0\xff\xff"), "a path outside"},
	    {SMB2_CREATE, BYTES("\x39\0"), "half of it is missing"},
	    {SMB2_SESSION_SETUP, BYTES("\x18\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "another size"},
	    {SMB2_WRITE,
	        BYTES(
	            "\x31\0\x70\0\xff\xff\xff\x7f\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
	        "two gigabytes in a small frame"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 445);
		struct made *m = message2(rows[i].command, 1, 0, 0, false);
		put(m, rows[i].body);
		deliver(d, L7_CLIENT, m, 9);
		m = message2(SMB2_ECHO, 2, 0, 0, false);
		number(m, 4, 2), zeros(m, 2);
		deliver(d, L7_CLIENT, m, SIZE_MAX);
		l7_drive_finish(d);
		if (fake_sink_count_of(d->sink, "anomaly") != 1 || fake_sink_count_of(d->sink, "KEEPALIVE") != 1)
			fail_msg("%s: %s", rows[i].why, fake_sink_events(d->sink));
		l7_drive_free(d);
	}
}

/* ---- Version 1 ---- */

static struct made *
message1(uint8_t command, uint16_t mid, uint32_t status, bool response)
{
	struct made *m = fresh();
	put(m, BYTES("\xffSMB"));
	number(m, command, 1), number(m, status, 4), number(m, response ? 0x80 : 0, 1), number(m, 0x4000, 2), zeros(m, 12);
	number(m, 9, 2), number(m, 1, 2), number(m, 8, 2), number(m, mid, 2);
	return m;
}

static void
version_1_is_read_too(void **state)
{
	(void)state;
	for (size_t step = 1; step < 100; step += 13) {
		struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 139);
		assert_int_equal(
		    l7_drive_guess(d, L7_CLIENT, BYTES("\x81\0\0\x44 CKFDENECFDEFFCFGEFFCCACACACACACA")), L7_YES);
		struct made *m = message1(SMB1_NEGOTIATE, 1, 0, false);
		number(m, 0, 1), number(m, 24, 2), put(m, BYTES("\x02LANMAN1.0\0\x02NT LM 0.12\0"));
		deliver(d, L7_CLIENT, m, step);
		m = message1(SMB1_NEGOTIATE, 1, 0, true);
		number(m, 1, 1), number(m, 1, 2), number(m, 0, 2);
		deliver(d, L7_SERVER, m, step);
		m = message1(SMB1_TREE_CONNECT_ANDX, 2, 0, false);
		number(m, 4, 1), put(m, BYTES("\xff\0\0\0\0\0\x01\0")), number(m, 18, 2),
		    put(m, BYTES("\0\\\\srv\\c$\0?????\0"));
		deliver(d, L7_CLIENT, m, step);
		m = message1(SMB1_TREE_CONNECT_ANDX, 2, 0, true);
		number(m, 3, 1), put(m, BYTES("\xff\0\0\0\0\0")), number(m, 8, 2), put(m, BYTES("A:\0NTFS\0"));
		deliver(d, L7_SERVER, m, step);
		m = message1(SMB1_WRITE_ANDX, 3, 0, false);
		number(m, 12, 1), put(m, BYTES("\xff\0\0\0\x40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\x3b\0")), number(m, 5, 2),
		    put(m, BYTES("hello"));
		deliver(d, L7_CLIENT, m, step);
		m = message1(SMB1_CLOSE, 4, 0, false);
		number(m, 3, 1), number(m, 0x40, 2), zeros(m, 4), number(m, 0, 2);
		deliver(d, L7_CLIENT, m, step);
		m = message1(SMB1_CLOSE, 4, 0x005b0002, true);
		m->at[11] = 0; /* errors of DOS */
		number(m, 0, 1), number(m, 0, 2);
		deliver(d, L7_SERVER, m, step);
		l7_drive_finish(d);
		assert_int_equal(fake_sink_count_of(d->sink, "\"client_dialects\":[\"LANMAN1.0\",\"NT LM 0.12\"]"), 1);
		assert_int_equal(
		    fake_sink_count_of(d->sink,
		        "\"dialect\":\"NT LM 0.12\",\"command\":\"SMB1_COMMAND_TREE_CONNECT_ANDX\",\"status\":\"STATUS_SUCCESS\","
		        "\"status_code\":\"0x0\",\"session_id\":8,\"tree_id\":9,\"share\":\"\\\\srv\\\\c$\",\"service\":{\"request\":"
		        "\"?????\",\"response\":\"A:\"}"),
		    1);
		assert_int_equal(
		    fake_sink_count_of(d->sink, "\"filename\":\"\",\"share\":\"\\\\srv\\\\c$\",\"fuid\":\"0040-08000000\""),
		    1);
		assert_int_equal(
		    fake_sink_count_of(d->sink, "\"status\":\"SRV_BADUID\",\"status_code\":\"0x005b\",\"session_id\":8"), 1);
		assert_int_equal(fake_sink_count_of(d->sink, "anomaly"), 0);
		l7_drive_free(d);
	}
}

/* Of a chain whose blocks point at each other, the first round is read. */
static void
a_chain_that_points_back_ends(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_smb_parser, IPPROTO_TCP, 139);
	struct made *m = message1(SMB1_TREE_CONNECT_ANDX, 2, 0, false);
	number(m, 4, 1), put(m, BYTES("\x75\0\x20\0\0\0\0\0")), number(m, 0, 2);
	deliver(d, L7_CLIENT, m, SIZE_MAX);
	l7_drive_finish(d);
	assert_int_equal(fake_sink_count_of(d->sink, "TREE_CONNECT"), 1);
	l7_drive_free(d);
}

static void
tickets_are_read(void **state)
{
	(void)state;
	struct bytes blob = BYTES(
	    "\x60\x54\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01\0"
	    "\x6e\x45\x30\x43\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x0e\xa2\x07\x03\x05\0\0\0\0\0\xa3\x2e\x61"
	    "\x2c\x30\x2a\xa0\x03\x02\x01\x05\xa1\x09\x1b\x07"
	    "CITY.FR\xa2\x18\x30\x16\xa0\x03\x02\x01\x02\xa1\x0f\x30\x0d\x1b\x04"
	    "cifs\x1b\x05srv.x");
	struct ntlmssp_ticket t;
	for (size_t i = 0; i < blob.len; i++) {
		struct bytes exact = test_heap(bytes_first(blob, i));
		assert_int_not_equal(ntlmssp_parse_ticket(exact, &t), PARSE_OK);
		test_heap_free(exact);
	}
	assert_int_equal(ntlmssp_parse_ticket(blob, &t), PARSE_OK);
	assert_true(bytes_eq(t.realm, BYTES("CITY.FR")) && t.name_count == 2 && bytes_eq(t.names[1], BYTES("srv.x")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_that_is_written_is_said),
	    cmocka_unit_test(every_cut_gives_the_same_events),
	    cmocka_unit_test(a_refused_login_is_observed),
	    cmocka_unit_test(calls_in_pipes_are_said),
	    cmocka_unit_test(numbers_that_are_used_again_have_their_new_names),
	    cmocka_unit_test(a_pipe_is_no_file),
	    cmocka_unit_test(gaps_are_passed_over),
	    cmocka_unit_test(compounds_are_several_messages),
	    cmocka_unit_test(what_is_encrypted_is_said_once),
	    cmocka_unit_test(what_is_never_answered_stays_bounded),
	    cmocka_unit_test(broken_messages_are_told),
	    cmocka_unit_test(version_1_is_read_too),
	    cmocka_unit_test(a_chain_that_points_back_ends),
	    cmocka_unit_test(tickets_are_read),
	};
	return RUN_TESTS(tests);
}
