/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_quic.h"
#include "l7_drive.h"
#include "test_quic_samples.h"

#define SAMPLE(array) ((struct bytes){array, sizeof(array)})

static const char client_event[] =
    "{\"event_type\":\"quic\",\"quic\":{\"version\":\"1\",\"sni\":\"example.com\","
    "\"ja3\":{\"hash\":\"41bc9ae914d6cb3bd0bd0a5453ab7d7f\",\"string\":\"771,4865-4866,0-65281-10-16-5-51-43-13-45-28-57,29-23-24,\"},"
    "\"ja4\":\"q13d0211an_62ed6f6ca7ad_4d634acda6c0\",\"extensions\":[{\"name\":\"server_name\",\"type\":0,\"values\":[\"example.com\"]},"
    "{\"name\":\"renegotiation_info\",\"type\":65281},{\"name\":\"supported_groups\",\"type\":10},"
    "{\"name\":\"alpn\",\"type\":16,\"values\":[\"alpn\"]},{\"name\":\"status_request\",\"type\":5},{\"name\":\"key_share\",\"type\":51},"
    "{\"name\":\"supported_versions\",\"type\":43},{\"name\":\"signature_algorithms\",\"type\":13},"
    "{\"name\":\"psk_key_exchange_modes\",\"type\":45},{\"name\":\"record_size_limit\",\"type\":28},"
    "{\"name\":\"quic_transport_parameters\",\"type\":57}]}}\n";
static const char server_event[] =
    "{\"event_type\":\"quic\",\"quic\":{\"version\":\"1\",\"ja3s\":{\"hash\":\"eb1d94daa7e0344597e756a1fb6e7054\",\"string\":\"771,4865,51-43\"},"
    "\"extensions\":[{\"name\":\"key_share\",\"type\":51},{\"name\":\"supported_versions\",\"type\":43}]}}\n";

static struct l7_drive *
new_drive(void)
{
	return l7_drive_new(&l7_quic_parser, IPPROTO_UDP, 443);
}

static void
both_hellos_of_rfc_9001_give_their_events(void **state)
{
	(void)state;
	char wanted[4096];
	size_t count;
	struct l7_drive *drive = new_drive();
	l7_drive_send(drive, L7_CLIENT, SAMPLE(rfc9001_client_initial));
	assert_false(drive->done);
	l7_drive_send(drive, L7_SERVER, SAMPLE(rfc9001_server_initial));
	assert_true(drive->done);
	snprintf(wanted, sizeof(wanted), "%s%s", client_event, server_event);
	assert_string_equal(fake_sink_events(drive->sink), wanted);
	const struct observation *o = fake_sink_observations(drive->sink, &count);
	assert_int_equal(count, 1);
	assert_int_equal(o->kind, OBSERVATION_TLS);
	assert_int_equal(o->tls.version, 0x0304);
	assert_memory_equal(o->tls.name, "example.com", o->tls.name_len);
	assert_string_equal(o->tls.ja4, "q13d0211an_62ed6f6ca7ad_4d634acda6c0");
	assert_string_equal(o->tls.ja3, "41bc9ae914d6cb3bd0bd0a5453ab7d7f");
	l7_drive_free(drive);
}

/* One CRYPTO frame with bytes [from, to) of the hello of RFC 9001. */
static size_t
crypto_frame(size_t from, size_t to, uint8_t *out)
{
	struct bytes hello = {rfc9001_client_frames + 4, sizeof(rfc9001_client_frames) - 4};
	uint8_t header[5] = {
	    0x06, (uint8_t)(0x40 | from >> 8), (uint8_t)from, (uint8_t)(0x40 | (to - from) >> 8), (uint8_t)(to - from)};
	memcpy(out, header, sizeof(header));
	memcpy(out + sizeof(header), bytes_after(hello, from).at, to - from);
	return sizeof(header) + to - from;
}

enum { HELLO = sizeof(rfc9001_client_frames) - 4 };

static void
send_frames(struct l7_drive *drive, uint32_t version, struct bytes dcid, uint8_t number, struct bytes frames)
{
	struct quic_keys client, server;
	uint8_t packet[2048];
	assert_true(quic_crypt_keys(version, dcid, &client, &server));
	size_t n = seal_initial(version, &client, dcid, number, frames, 1200, packet);
	l7_drive_send(drive, L7_CLIENT, (struct bytes){packet, n});
}

static void
a_hello_cut_anywhere_in_any_order_is_the_same(void **state)
{
	(void)state;
	static const uint8_t orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	for (size_t i = 1; i < HELLO - 1; i += 7)
		for (size_t j = i + 1; j < HELLO; j += 23)
			for (size_t order = 0; order < 6; order++)
				for (size_t together = 0; together < 2; together++) {
					size_t cut[4] = {0, i, j, HELLO}, n = 0;
					uint8_t frames[600];
					struct l7_drive *drive = new_drive();
					for (size_t k = 0; k < 3; k++) {
						size_t part = orders[order][k];
						frames[n++] = 0x01; /* PING */
						n += crypto_frame(cut[part], cut[part + 1], frames + n);
						frames[n++] = 0x00;
						if (!together || k == 2) {
							send_frames(drive, QUIC_VERSION_1, SAMPLE(rfc9001_dcid), (uint8_t)k,
							    (struct bytes){frames, n});
							n = 0;
						}
					}
					l7_drive_finish(drive);
					if (strcmp(fake_sink_events(drive->sink), client_event) != 0)
						fail_msg("cut at %zu and %zu, order %zu: %s", i, j, order,
						    fake_sink_events(drive->sink));
					l7_drive_free(drive);
				}
}

static void
a_repeated_fragment_cannot_change_the_name(void **state)
{
	(void)state;
	uint8_t frames[600];
	struct l7_drive *drive = new_drive();
	size_t n = crypto_frame(0, 200, frames);
	send_frames(drive, QUIC_VERSION_1, SAMPLE(rfc9001_dcid), 0, (struct bytes){frames, n});
	n = crypto_frame(40, 200, frames);
	memset(frames + 5, 'Z', n - 5);
	send_frames(drive, QUIC_VERSION_1, SAMPLE(rfc9001_dcid), 1, (struct bytes){frames, n});
	n = crypto_frame(200, HELLO, frames);
	send_frames(drive, QUIC_VERSION_1, SAMPLE(rfc9001_dcid), 2, (struct bytes){frames, n});
	assert_string_equal(fake_sink_events(drive->sink), client_event);
	l7_drive_free(drive);
}

static void
version_2_is_read_as_well(void **state)
{
	(void)state;
	struct l7_drive *drive = new_drive();
	send_frames(drive, QUIC_VERSION_2, SAMPLE(rfc9001_dcid), 0, SAMPLE(rfc9001_client_frames));
	assert_int_equal(fake_sink_count_of(drive->sink, "\"version\":\"6b3343cf\",\"sni\":\"example.com\""), 1);
	l7_drive_free(drive);
}

/* The inspector says `end` with every datagram; a hello of two datagrams must survive it. */
static void
the_end_of_a_datagram_is_not_the_end_of_the_hello(void **state)
{
	(void)state;
	struct l7_drive *drive = new_drive();
	struct quic_keys client, server;
	uint8_t frames[600], packet[2048];
	assert_true(quic_crypt_keys(QUIC_VERSION_1, SAMPLE(rfc9001_dcid), &client, &server));
	for (uint8_t i = 0; i < 2; i++) {
		size_t n = i == 0 ? crypto_frame(0, 100, frames) : crypto_frame(100, HELLO, frames);
		n = seal_initial(QUIC_VERSION_1, &client, SAMPLE(rfc9001_dcid), i, (struct bytes){frames, n}, 1200, packet);
		struct l7_input in = {
		    .side = L7_CLIENT, .end = true, .data = {packet, n}, .flow = &drive->flow, .scratch = drive->scratch};
		assert_int_equal(l7_quic_parser.step(drive->state, &in, drive->sink).verdict, L7_MORE);
	}
	assert_string_equal(fake_sink_events(drive->sink), client_event);
	l7_drive_free(drive);
}

static void
a_retry_brings_new_keys_and_the_hello_again(void **state)
{
	(void)state;
	struct l7_drive *drive = new_drive();
	send_frames(drive, QUIC_VERSION_1, SAMPLE(rfc9001_dcid), 0, SAMPLE(rfc9001_client_frames));
	l7_drive_send(drive, L7_SERVER, BYTES("\xf0\0\0\0\x01\0\x04qqqqtoken-and-integrity-tag"));
	send_frames(drive, QUIC_VERSION_1, BYTES("qqqq"), 1, SAMPLE(rfc9001_client_frames));
	assert_int_equal(fake_sink_count_of(drive->sink, "\"sni\":\"example.com\""), 2);
	assert_int_equal(fake_sink_count_of(drive->sink, "anomaly"), 0);
	l7_drive_free(drive);
}

static void
a_packet_sealed_with_nobodys_key_is_told_once_and_harms_nothing(void **state)
{
	(void)state;
	uint8_t forged[sizeof(rfc9001_client_initial)], frames[600];
	struct l7_drive *drive = new_drive();
	size_t n = crypto_frame(0, 100, frames);
	send_frames(drive, QUIC_VERSION_1, SAMPLE(rfc9001_dcid), 0, (struct bytes){frames, n});
	memcpy(forged, rfc9001_client_initial, sizeof(forged));
	forged[6] ^= 1; /* another connection id: other keys */
	l7_drive_send(drive, L7_CLIENT, SAMPLE(forged));
	l7_drive_send(drive, L7_CLIENT, SAMPLE(forged));
	n = crypto_frame(100, HELLO, frames);
	send_frames(drive, QUIC_VERSION_1, SAMPLE(rfc9001_dcid), 1, (struct bytes){frames, n});
	assert_int_equal(fake_sink_count_of(drive->sink, "\"failed_decrypt\""), 1);
	assert_int_equal(fake_sink_count_of(drive->sink, "\"sni\":\"example.com\""), 1);
	l7_drive_free(drive);
}

static const struct bad_frames {
	const char *why;
	struct bytes frames;
	const char *anomaly;
} bad_frames[] = {
    {"a stream frame in an Initial packet", BYTES("\x08\x00zzz"), "error_on_data"},
    {"crypto data far away", BYTES("\x06\x80\x00\xff\xff\x04zzzz"), "crypto_frag_too_long"},
    {"a hello of 16 MiB", BYTES("\x06\x00\x06\x01\xff\xff\xff\x03\x03"), "crypto_frag_too_long"},
    {"a ServerHello from the client", BYTES("\x06\x00\x06\x02\x00\x00\x02\x03\x03"), "error_on_data"},
    {"a hello that is too short", BYTES("\x06\x00\x06\x01\x00\x00\x02\x03\x03"), "error_on_data"},
};

static void
malformed_frames_are_told_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(bad_frames); i++) {
		struct l7_drive *drive = new_drive();
		send_frames(drive, QUIC_VERSION_1, SAMPLE(rfc9001_dcid), 0, bad_frames[i].frames);
		send_frames(drive, QUIC_VERSION_1, SAMPLE(rfc9001_dcid), 1, bad_frames[i].frames);
		if (fake_sink_count_of(drive->sink, bad_frames[i].anomaly) != 1)
			fail_msg("%s: %s", bad_frames[i].why, fake_sink_events(drive->sink));
		l7_drive_free(drive);
	}
}

static void
more_waiting_hellos_than_slots_lose_the_oldest_only(void **state)
{
	(void)state;
	enum { FLOWS = 80, SLOTS = 64 };
	static struct l7_drive *drives[FLOWS];
	uint8_t frames[600];
	size_t n = crypto_frame(0, 100, frames), named = 0;
	for (size_t i = 0; i < FLOWS; i++) {
		drives[i] = new_drive();
		send_frames(drives[i], QUIC_VERSION_1, SAMPLE(rfc9001_dcid), 0, (struct bytes){frames, n});
	}
	n = crypto_frame(100, HELLO, frames);
	for (size_t i = 0; i < FLOWS; i++) {
		send_frames(drives[i], QUIC_VERSION_1, SAMPLE(rfc9001_dcid), 1, (struct bytes){frames, n});
		size_t here = fake_sink_count_of(drives[i]->sink, "\"sni\":\"example.com\"");
		assert_int_equal(here, i >= FLOWS - SLOTS ? 1 : 0);
		named += here;
		l7_drive_finish(drives[i]);
		l7_drive_free(drives[i]);
	}
	assert_int_equal(named, SLOTS);
}

static void
a_flow_that_says_hello_for_ever_is_left_alone(void **state)
{
	(void)state;
	struct l7_drive *drive = new_drive();
	for (uint8_t i = 0; i < 40 && !drive->done; i++) {
		uint8_t id[4] = {1, 2, 3, i};
		send_frames(drive, QUIC_VERSION_1, SAMPLE(id), 0, SAMPLE(rfc9001_client_frames));
	}
	assert_true(drive->done);
	assert_int_equal(fake_sink_count_of(drive->sink, "\"sni\":\"example.com\""), 8);
	size_t count;
	fake_sink_observations(drive->sink, &count);
	assert_int_equal(count, 1);
	l7_drive_free(drive);
}

static void
the_guess_wants_a_full_initial_packet(void **state)
{
	(void)state;
	struct l7_drive *drive = new_drive();
	assert_int_equal(l7_drive_guess(drive, L7_CLIENT, SAMPLE(rfc9001_client_initial)), L7_YES);
	assert_int_equal(l7_drive_guess(drive, L7_SERVER, SAMPLE(rfc9001_server_initial)), L7_YES);
	assert_int_equal(l7_drive_guess(drive, L7_CLIENT, bytes_first(SAMPLE(rfc9001_client_initial), 1199)), L7_NO);
	assert_int_equal(l7_drive_guess(drive, L7_CLIENT,
	                     BYTES("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01"
	                           "a\x00\x00\x01\x00\x01")),
	    L7_NO);
	assert_int_equal(l7_drive_guess(drive, L7_CLIENT, BYTES("")), L7_NO);
	l7_drive_free(drive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_hellos_of_rfc_9001_give_their_events),
	    cmocka_unit_test(a_hello_cut_anywhere_in_any_order_is_the_same),
	    cmocka_unit_test(a_repeated_fragment_cannot_change_the_name),
	    cmocka_unit_test(version_2_is_read_as_well),
	    cmocka_unit_test(the_end_of_a_datagram_is_not_the_end_of_the_hello),
	    cmocka_unit_test(a_retry_brings_new_keys_and_the_hello_again),
	    cmocka_unit_test(a_packet_sealed_with_nobodys_key_is_told_once_and_harms_nothing),
	    cmocka_unit_test(malformed_frames_are_told_once),
	    cmocka_unit_test(more_waiting_hellos_than_slots_lose_the_oldest_only),
	    cmocka_unit_test(a_flow_that_says_hello_for_ever_is_left_alone),
	    cmocka_unit_test(the_guess_wants_a_full_initial_packet),
	};
	int failed = RUN_TESTS(tests);
	quic_crypt_stop();
	return failed;
}
