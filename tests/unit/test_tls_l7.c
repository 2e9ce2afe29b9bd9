/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_tls.h"
#include "l7_drive.h"
#include "proto/tls.h"
#include "test_tls_samples.h"

#define SERVER_CERTIFICATE                                                                                                  \
	"\"subject\":\"C=FR, ST=Rhone, L=Sainte-Foy, O=Mairie, service, OU=Etat civil, CN=www.mairie.example, "             \
	"Email=contact@mairie.example\",\"issuerdn\":\"C=FR, O=Commune de Sainte-Foy, CN=Autorite interne\","               \
	"\"subjectaltname\":[\"www.mairie.example\",\"mairie.example\",\"192.0.2.7\",\"2001:db8::7\",\"a@mairie.example\"," \
	"\"https://mairie.example/\"],\"serial\":\"00:9A:0B:0C\","                                                          \
	"\"fingerprint\":\"fa:3b:d1:a9:34:0f:08:16:14:f8:fe:aa:bf:68:5c:5d:ea:b1:6c:b6\""
#define VALIDITY "\"notbefore\":\"2026-11-22T08:29:48\",\"notafter\":\"2027-02-20T08:29:48\""

static const struct sample {
	const char *why;
	const struct flight *flights;
	size_t count;
	const char *event;
} samples[] = {
    {"TLS 1.2 with the certificate, both application protocols", tls12, LENGTH_OF(tls12),
        "{\"event_type\":\"tls\",\"tls\":{" SERVER_CERTIFICATE
        ",\"sni\":\"www.mairie.example\",\"version\":\"TLS 1.2\"," VALIDITY
        ",\"ja3\":{\"hash\":\"bb8b47ae1e74ee914850649e39671c09\",\"string\":\"771,4866-4867-4865-49195-49196-255,"
        "0-11-10-35-16-22-23-13-43-45-51,29-23-30-25-24-256-257-258-259-260,0-1-2\"},"
        "\"ja3s\":{\"hash\":\"a5b7547fb0048cdf45300719110f4364\",\"string\":\"771,49195,65281-11-16-23\"},"
        "\"ja4\":\"t13d0611h2_f0a1f23852a4_1f22a2ca17c4\",\"client_alpns\":[\"h2\",\"http/1.1\"],"
        "\"server_alpns\":[\"http/1.1\"]}}\n"},
    {"a ticket resumes the session: no certificate travels", tls12_resumed, LENGTH_OF(tls12_resumed),
        "{\"event_type\":\"tls\",\"tls\":{\"session_resumed\":true,\"sni\":\"www.mairie.example\",\"version\":\"TLS 1.2\","
        "\"ja3\":{\"hash\":\"d1b14aeb063f95ddef4dfacc2b635374\",\"string\":\"771,4866-4867-4865-49195-255,"
        "0-11-10-35-16-22-23-13-43-45-51,29-23-30-25-24-256-257-258-259-260,0-1-2\"},"
        "\"ja3s\":{\"hash\":\"4ce0442e9d20d092d9d74e9ce54b363a\",\"string\":\"771,49195,65281-23\"},"
        "\"ja4\":\"t13d0511h2_30218df08eda_1f22a2ca17c4\",\"client_alpns\":[\"h2\",\"http/1.1\"]}}\n"},
    {"a client's certificate is not taken for the server's", tls12_client_certificate, LENGTH_OF(tls12_client_certificate),
        "{\"event_type\":\"tls\",\"tls\":{" SERVER_CERTIFICATE
        ",\"sni\":\"www.mairie.example\",\"version\":\"TLS 1.2\"," VALIDITY
        ",\"ja3\":{\"hash\":\"d1b14aeb063f95ddef4dfacc2b635374\",\"string\":\"771,4866-4867-4865-49195-255,"
        "0-11-10-35-16-22-23-13-43-45-51,29-23-30-25-24-256-257-258-259-260,0-1-2\"},"
        "\"ja3s\":{\"hash\":\"10b29985cd0ecd878ac083f059c42d51\",\"string\":\"771,49195,65281-11-35-23\"},"
        "\"ja4\":\"t13d0511h2_30218df08eda_1f22a2ca17c4\",\"client_alpns\":[\"h2\",\"http/1.1\"]}}\n"},
    {"TLS 1.3: the ServerHello is the last plain word", tls13, LENGTH_OF(tls13),
        "{\"event_type\":\"tls\",\"tls\":{\"sni\":\"www.mairie.example\",\"version\":\"TLS 1.3\","
        "\"ja3\":{\"hash\":\"06bab96c76f7c276e719f797fe7b9e99\",\"string\":\"771,4865-4866-49196-49200-159-52393-52392-52394-"
        "49195-49199-158-49188-49192-107-49187-49191-103-49162-49172-57-49161-49171-51-157-156-61-60-53-47-255,"
        "0-11-10-35-16-22-23-13-43-45-51,29-23-30-25-24-256-257-258-259-260,0-1-2\"},"
        "\"ja3s\":{\"hash\":\"f4febc55ea12b31ae17cfb7e614afda8\",\"string\":\"771,4865,43-51\"},"
        "\"ja4\":\"t13d3011h2_760870d2f9ef_1f22a2ca17c4\",\"client_alpns\":[\"h2\",\"http/1.1\"]}}\n"},
    {"after HelloRetryRequest the second ServerHello counts, and the first ClientHello", tls13_retry, LENGTH_OF(tls13_retry),
        "{\"event_type\":\"tls\",\"tls\":{\"sni\":\"www.mairie.example\",\"version\":\"TLS 1.3\","
        "\"ja3\":{\"hash\":\"5f4e206dded3ee468e914011090d7c44\",\"string\":\"771,4866-4867-4865-49196-49200-159-52393-52392-"
        "52394-49195-49199-158-49188-49192-107-49187-49191-103-49162-49172-57-49161-49171-51-157-156-61-60-53-47-255,"
        "0-11-10-35-16-22-23-13-43-45-51,29-24,0-1-2\"},"
        "\"ja3s\":{\"hash\":\"15af977ce25de452b96affa2addb1036\",\"string\":\"771,4866,43-51\"},"
        "\"ja4\":\"t13d3111h2_e8f1e7e78f70_1f22a2ca17c4\",\"client_alpns\":[\"h2\",\"http/1.1\"]}}\n"},
    {"TLS 1.0 without a name", tls10, LENGTH_OF(tls10),
        "{\"event_type\":\"tls\",\"tls\":{" SERVER_CERTIFICATE ",\"version\":\"TLSv1\"," VALIDITY
        ",\"ja3\":{\"hash\":\"e302a48cedad8fb586631e2790cf697e\",\"string\":\"769,49161-255,11-10-35-22-23,29-23-30-25-24,0-1-2\"},"
        "\"ja3s\":{\"hash\":\"06c0327deaef3407f398cb43efc38816\",\"string\":\"769,49161,65281-11-35-22-23\"},"
        "\"ja4\":\"t10i020500_c66b7cee1896_195413a0cc0f\"}}\n"},
    {"a refused ClientHello is told when the flow ends", refused, LENGTH_OF(refused),
        "{\"event_type\":\"tls\",\"tls\":{\"sni\":\"www.mairie.example\",\"version\":\"TLS 1.2\","
        "\"ja3\":{\"hash\":\"549910697ed383e132fce27455c4921f\",\"string\":\"771,49195-255,0-11-10-35-16-22-23-13,29-23-30-25-24,"
        "0-1-2\"},\"ja4\":\"t12d0208h2_6d4732649639_e7e480e5a997\",\"client_alpns\":[\"h2\",\"http/1.1\"]}}\n"},
};

static struct l7_drive *
drive_sample(const struct sample *sample)
{
	struct l7_drive *drive = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 443);
	for (size_t i = 0; i < sample->count; i++)
		l7_drive_send(drive, sample->flights[i].side, sample->flights[i].data);
	return drive;
}

static void
real_handshakes_give_their_event(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(samples); i++) {
		struct l7_drive *drive = drive_sample(&samples[i]);
		l7_drive_finish(drive);
		if (strcmp(fake_sink_events(drive->sink), samples[i].event) != 0)
			print_error("%s\n", samples[i].why);
		assert_string_equal(fake_sink_events(drive->sink), samples[i].event);
		l7_drive_free(drive);
	}
}

static void
bulk_costs_nothing_once_the_handshake_is_over(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(samples) - 1; i++) { /* the last one ends with its alert */
		struct l7_drive *drive = drive_sample(&samples[i]);
		if (!drive->done || drive->broken)
			fail_msg("%s: the stream is still read", samples[i].why);
		l7_drive_free(drive);
	}
}

/* Sends the flights, one of them cut in three, the others whole. */
static struct l7_drive *
drive_cut(const struct sample *sample, size_t which, size_t i, size_t j)
{
	struct l7_drive *drive = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 443);
	for (size_t k = 0; k < sample->count; k++) {
		struct bytes data = sample->flights[k].data;
		if (k == which)
			l7_drive_cut(drive, sample->flights[k].side, data, i, j);
		else
			l7_drive_send(drive, sample->flights[k].side, data);
	}
	l7_drive_finish(drive);
	return drive;
}

static void
every_cut_gives_the_same_events(void **state)
{
	(void)state;
	for (size_t s = 0; s < LENGTH_OF(samples); s++) {
		struct l7_drive *whole = drive_sample(&samples[s]);
		l7_drive_finish(whole);
		for (size_t which = 0; which < samples[s].count && which < 2; which++) {
			size_t len = samples[s].flights[which].data.len;
			for (size_t i = 0; i <= len; i++)
				for (size_t j = i; j <= len; j += 1 + (len - i) / 3) {
					struct l7_drive *cut = drive_cut(&samples[s], which, i, j);
					if (!fake_sink_eq(whole->sink, cut->sink))
						fail_msg("%s: cutting flight %zu at %zu and %zu gives %s", samples[s].why,
						    which, i, j, fake_sink_events(cut->sink));
					l7_drive_free(cut);
				}
		}
		l7_drive_free(whole);
	}
}

/* The same handshake bytes in records of `size` bytes. Returns the length written. */
static size_t
in_small_records(struct bytes stream, size_t size, uint8_t *out)
{
	struct tls_record r;
	size_t n = 0;
	while (tls_parse_record(stream, &r, NULL) == PARSE_OK) {
		struct bytes fragment = bytes_first(bytes_after(stream, TLS_RECORD_HEADER_SIZE), r.length);
		stream = bytes_after(stream, (size_t)TLS_RECORD_HEADER_SIZE + r.length);
		do {
			struct bytes part = bytes_first(fragment, r.type == TLS_HANDSHAKE ? size : fragment.len);
			uint8_t header[5] = {r.type, 3, 3, (uint8_t)(part.len >> 8), (uint8_t)part.len};
			memcpy(out + n, header, 5);
			memcpy(out + n + 5, part.at, part.len);
			n += 5 + part.len;
			fragment = bytes_after(fragment, part.len);
		} while (fragment.len > 0);
	}
	return n;
}

static void
records_of_any_size_give_the_same_events(void **state)
{
	(void)state;
	static uint8_t buffer[16384];
	for (size_t s = 0; s < LENGTH_OF(samples); s++)
		for (size_t size = 1; size < 1200; size = size < 40 ? size + 1 : size + 97) {
			struct l7_drive *drive = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 443);
			for (size_t k = 0; k < samples[s].count && k < 2; k++) {
				size_t n = in_small_records(samples[s].flights[k].data, size, buffer);
				l7_drive_cut(drive, samples[s].flights[k].side, (struct bytes){buffer, n}, n / 3, n / 2);
			}
			for (size_t k = 2; k < samples[s].count; k++)
				l7_drive_send(drive, samples[s].flights[k].side, samples[s].flights[k].data);
			l7_drive_finish(drive);
			if (strcmp(fake_sink_events(drive->sink), samples[s].event) != 0)
				fail_msg(
				    "%s: records of %zu bytes give %s", samples[s].why, size, fake_sink_events(drive->sink));
			l7_drive_free(drive);
		}
}

static void
the_observation_says_what_behaviour_needs(void **state)
{
	(void)state;
	size_t count;
	struct l7_drive *drive = drive_sample(&samples[0]);
	const struct observation *o = fake_sink_observations(drive->sink, &count);
	assert_int_equal(count, 1);
	assert_int_equal(o->kind, OBSERVATION_TLS);
	assert_int_equal(o->tls.version, 0x0303);
	assert_true(o->tls.has_certificate);
	assert_false(o->tls.self_signed);
	assert_int_equal(o->tls.not_before_s, 1795336188);
	assert_int_equal(o->tls.not_after_s, 1795336188 + 90 * 86400);
	assert_int_equal(o->tls.name_len, 18);
	assert_memory_equal(o->tls.name, "www.mairie.example", 18);
	assert_memory_equal(o->tls.issuer, "C=FR, O=Commune de Sainte-Foy, CN=Autorite interne", o->tls.issuer_len);
	assert_string_equal(o->tls.ja3, "bb8b47ae1e74ee914850649e39671c09");
	assert_string_equal(o->tls.ja4, "t13d0611h2_f0a1f23852a4_1f22a2ca17c4");
	l7_drive_free(drive);

	drive = drive_sample(&samples[LENGTH_OF(samples) - 1]); /* refused: no handshake to speak of */
	l7_drive_finish(drive);
	fake_sink_observations(drive->sink, &count);
	assert_int_equal(count, 0);
	l7_drive_free(drive);
}

static void
a_server_alone_is_enough(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 443);
	l7_drive_lose(drive, L7_CLIENT, 300);
	l7_drive_send(drive, L7_SERVER, tls12[1].data);
	l7_drive_finish(drive);
	assert_int_equal(fake_sink_count_of(drive->sink, "CN=www.mairie.example"), 1);
	assert_int_equal(fake_sink_count_of(drive->sink, "session_resumed"), 0);
	l7_drive_free(drive);
}

static void
a_lost_certificate_is_not_a_resumed_session(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 443);
	l7_drive_send(drive, L7_CLIENT, tls12_resumed[0].data);
	l7_drive_send(drive, L7_SERVER, bytes_first(tls12[1].data, 200));
	l7_drive_lose(drive, L7_SERVER, 1000);
	l7_drive_finish(drive);
	assert_int_equal(fake_sink_count_of(drive->sink, "\"event_type\":\"tls\""), 1);
	assert_int_equal(fake_sink_count_of(drive->sink, "session_resumed"), 0);
	l7_drive_free(drive);
}

static void
sides_taken_for_one_another_change_nothing(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 40000);
	for (size_t i = 0; i < LENGTH_OF(tls12); i++)
		l7_drive_send(drive, tls12[i].side == L7_CLIENT ? L7_SERVER : L7_CLIENT, tls12[i].data);
	l7_drive_finish(drive);
	assert_string_equal(fake_sink_events(drive->sink), samples[0].event);
	assert_true(drive->done);
	l7_drive_free(drive);
}

static void
silence_is_kept_when_nobody_listens(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 443);
	fake_sink_mute(drive->sink);
	for (size_t i = 0; i < LENGTH_OF(tls12); i++)
		l7_drive_send(drive, tls12[i].side, tls12[i].data);
	assert_int_equal(fake_sink_event_count(drive->sink), 0);
	assert_true(drive->done);
	l7_drive_free(drive);
}

#define RANDOM_32 "0123456789abcdef0123456789abcdef"

static const struct malformed {
	const char *why;
	enum l7_side side;
	struct bytes data;
	const char *anomaly;
	bool broken;
} malformed[] = {
    {"record type 99", L7_CLIENT, BYTES("\x63\x03\x01\x00\x01x"), "INVALID_RECORD_TYPE", true},
    {"record version 4.1", L7_CLIENT, BYTES("\x16\x04\x01\x00\x01x"), "INVALID_RECORD_VERSION", true},
    {"record longer than any", L7_CLIENT, BYTES("\x16\x03\x01\xff\xff"), "INVALID_TLS_HEADER", true},
    {"SSL 2.0 header whose lengths contradict each other", L7_CLIENT, BYTES("\x80\x2e\x01\x00\x02\x00\x04\x00\x00\x00\x10"),
        "INVALID_SSLV2_HEADER", true},
    {"ciphers of an odd length", L7_CLIENT,
        BYTES("\x16\x03\x01\x00\x2a\x01\x00\x00\x26\x03\x03" RANDOM_32 "\x00\x00\x01\x2a"), "INVALID_HANDSHAKE_MESSAGE",
        false},
    {"session id of 33 bytes", L7_SERVER, BYTES("\x16\x03\x01\x00\x27\x02\x00\x00\x23\x03\x03" RANDOM_32 "\x21"),
        "INVALID_HANDSHAKE_MESSAGE", false},
    {"a ClientHello of 16 MiB", L7_CLIENT, BYTES("\x16\x03\x01\x00\x06\x01\xff\xff\xff\x03\x03"), "HANDSHAKE_INVALID_LENGTH",
        false},
    {"certificate list longer than its message", L7_SERVER, BYTES("\x16\x03\x03\x00\x07\x0b\x00\x00\x03\x00\x00\x09"),
        "CERTIFICATE_INVALID_LENGTH", false},
    {"empty certificate list of a server", L7_SERVER, BYTES("\x16\x03\x03\x00\x07\x0b\x00\x00\x03\x00\x00\x00"),
        "CERTIFICATE_INVALID_LENGTH", false},
    {"certificate that is not DER", L7_SERVER, BYTES("\x16\x03\x03\x00\x0c\x0b\x00\x00\x08\x00\x00\x05\x00\x00\x02\x31\x00"),
        "CERTIFICATE_INVALID_DER", false},
    {"heartbleed: 16384 bytes of payload in a record of 3", L7_CLIENT, BYTES("\x18\x03\x02\x00\x03\x01\x40\x00"),
        "OVERFLOW_HEARTBEAT_MESSAGE", false},
    {"heartbeat of an unknown type", L7_CLIENT, BYTES("\x18\x03\x02\x00\x03\x07\x00\x00"), "INVALID_HEARTBEAT_MESSAGE",
        false},
    {"alert of level 9", L7_SERVER, BYTES("\x15\x03\x01\x00\x02\x09\x28"), "INVALID_ALERT_MESSAGE", false},
    {"alert of one byte", L7_SERVER, BYTES("\x15\x03\x01\x00\x01\x02"), "INVALID_ALERT_MESSAGE", false},
    {"an alert inside a handshake message", L7_CLIENT,
        BYTES("\x16\x03\x01\x00\x05\x01\x00\x00\x20\x03\x15\x03\x01\x00\x02\x01\x00"), "INVALID_HANDSHAKE_MESSAGE", true},
    {"an alert inside a handshake header", L7_CLIENT, BYTES("\x16\x03\x01\x00\x02\x01\x00\x15\x03\x01\x00\x02\x01\x00"),
        "INVALID_HANDSHAKE_MESSAGE", true},
    {"two server names", L7_CLIENT,
        BYTES("\x16\x03\x01\x00\x49\x01\x00\x00\x45\x03\x03" RANDOM_32 "\x00\x00\x02\x13\x01\x01\x00\x00\x1a"
              "\x00\x00\x00\x09\x00\x07\x00\x00\x04host\x00\x00\x00\x09\x00\x07\x00\x00\x04tsoh"),
        "MULTIPLE_SNI_EXTENSIONS", false},
    {"a server name of type 1", L7_CLIENT,
        BYTES("\x16\x03\x01\x00\x3c\x01\x00\x00\x38\x03\x03" RANDOM_32 "\x00\x00\x02\x13\x01\x01\x00\x00\x0d"
              "\x00\x00\x00\x09\x00\x07\x01\x00\x04host"),
        "INVALID_SNI_TYPE", false},
    {"a server name longer than its list", L7_CLIENT,
        BYTES("\x16\x03\x01\x00\x3c\x01\x00\x00\x38\x03\x03" RANDOM_32 "\x00\x00\x02\x13\x01\x01\x00\x00\x0d"
              "\x00\x00\x00\x09\x00\x07\x00\x00\x05host"),
        "INVALID_SNI_LENGTH", false},
};

static void
malformed_traffic_is_told_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(malformed); i++) {
		const struct malformed *m = &malformed[i];
		for (size_t cut = 0; cut < m->data.len; cut++) {
			struct l7_drive *drive = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 443);
			l7_drive_cut(drive, m->side, m->data, cut, cut);
			l7_drive_send(drive, m->side, m->data);
			l7_drive_finish(drive);
			if (fake_sink_count_of(drive->sink, m->anomaly) != 1 || drive->broken != m->broken)
				fail_msg("%s: cut at %zu, broken %d: %s", m->why, cut, drive->broken,
				    fake_sink_events(drive->sink));
			l7_drive_free(drive);
		}
	}
}

static void
a_message_nobody_reads_may_be_huge(void **state)
{
	(void)state;
	static uint8_t big[5 + 16384];
	struct l7_drive *drive = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 443);
	l7_drive_send(drive, L7_CLIENT, tls12[0].data);
	/* CertificateStatus (22) of 65536 bytes over five records, then the real flight. */
	memcpy(big, "\x16\x03\x03\x40\x00\x16\x01\x00\x00", 9);
	l7_drive_send(drive, L7_SERVER, (struct bytes){big, sizeof(big)});
	memcpy(big, "\x16\x03\x03\x40\x00\x00\x00\x00\x00", 9);
	for (int i = 0; i < 3; i++)
		l7_drive_send(drive, L7_SERVER, (struct bytes){big, sizeof(big)});
	l7_drive_send(drive, L7_SERVER, BYTES("\x16\x03\x03\x00\x04\x00\x00\x00\x00"));
	l7_drive_send(drive, L7_SERVER, tls12[1].data);
	assert_string_equal(fake_sink_events(drive->sink), samples[0].event);
	l7_drive_free(drive);
}

static const struct guessed {
	const char *why;
	struct bytes data;
	enum l7_guess guess;
} guesses[] = {
    {"nothing yet", BYTES(""), L7_MAYBE},
    {"one byte of a record", BYTES("\x16"), L7_MAYBE},
    {"a header without its message", BYTES("\x16\x03\x01\x02\x00"), L7_MAYBE},
    {"a ClientHello", BYTES("\x16\x03\x01\x02\x00\x01"), L7_YES},
    {"a ServerHello", BYTES("\x16\x03\x03\x00\x5a\x02"), L7_YES},
    {"another handshake message", BYTES("\x16\x03\x03\x00\x5a\x63"), L7_NO},
    {"an empty record", BYTES("\x16\x03\x03\x00\x00\x01"), L7_NO},
    {"application data", BYTES("\x17\x03\x03\x00\x5a\x02"), L7_NO},
    {"HTTP", BYTES("GET / HTTP/1.1\r\n"), L7_NO},
    {"SSH", BYTES("SSH-2.0-x\r\n"), L7_NO},
    {"a version of the future", BYTES("\x16\x03\x09\x00\x5a\x01"), L7_NO},
    {"SSL 2.0 hello, beginning", BYTES("\x80\x2e\x01\x00\x02"), L7_MAYBE},
    {"SSL 2.0 hello for TLS 1.0",
        BYTES("\x80\x1c\x01\x03\x01\x00\x03\x00\x00\x00\x10\x00\x00\x05"
              "0123456789abcdef"),
        L7_YES},
    {"SSL 2.0 hello of the wrong length",
        BYTES("\x80\x1d\x01\x03\x01\x00\x03\x00\x00\x00\x10\x00\x00\x05"
              "0123456789abcdef"),
        L7_NO},
    {"a byte above 0x80 and nothing SSL", BYTES("\x80\x1d\x07\x03\x01\x00\x03"), L7_NO},
};

static void
the_guess_goes_by_content(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 443);
	for (size_t i = 0; i < LENGTH_OF(guesses); i++)
		if (l7_drive_guess(drive, L7_CLIENT, guesses[i].data) != guesses[i].guess)
			fail_msg("%s: %d", guesses[i].why, (int)l7_drive_guess(drive, L7_CLIENT, guesses[i].data));
	l7_drive_free(drive);
}

static void
an_ssl2_hello_opens_a_tls_connection(void **state)
{
	(void)state;
	struct l7_drive *drive = l7_drive_new(&l7_tls_parser, IPPROTO_TCP, 443);
	l7_drive_send(drive, L7_CLIENT,
	    BYTES("\x80\x1c\x01\x03\x01\x00\x03\x00\x00\x00\x10\x00\x00\x05"
	          "0123456789abcdef"));
	l7_drive_send(drive, L7_SERVER, tls10[1].data);
	assert_int_equal(fake_sink_count_of(drive->sink, "\"version\":\"TLSv1\""), 1);
	assert_int_equal(fake_sink_count_of(drive->sink, "\"ja3\""), 0);
	assert_int_equal(fake_sink_count_of(drive->sink, "CN=www.mairie.example"), 1);
	l7_drive_free(drive);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(real_handshakes_give_their_event),
	    cmocka_unit_test(bulk_costs_nothing_once_the_handshake_is_over),
	    cmocka_unit_test(every_cut_gives_the_same_events),
	    cmocka_unit_test(records_of_any_size_give_the_same_events),
	    cmocka_unit_test(the_observation_says_what_behaviour_needs),
	    cmocka_unit_test(a_server_alone_is_enough),
	    cmocka_unit_test(a_lost_certificate_is_not_a_resumed_session),
	    cmocka_unit_test(sides_taken_for_one_another_change_nothing),
	    cmocka_unit_test(silence_is_kept_when_nobody_listens),
	    cmocka_unit_test(malformed_traffic_is_told_once),
	    cmocka_unit_test(a_message_nobody_reads_may_be_huge),
	    cmocka_unit_test(the_guess_goes_by_content),
	    cmocka_unit_test(an_ssl2_hello_opens_a_tls_connection),
	};
	return RUN_TESTS(tests);
}
