/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Each sample is taken by its own recogniser and by no other one; each of its prefixes is never refused
 * before it is taken. */
#include "test.h"

#include <netinet/in.h>

#include "inspect/l7_recognise.h"
#include "l7_drive.h"

enum { CLIENT = RECOGNISE_CLIENT, SERVER = RECOGNISE_SERVER };

struct recogniser {
	const char *name;
	enum recognise_look (*look)(struct bytes first, enum recognise_side side);
};

#define ENTRY(name) {#name, recognise_##name},
static const struct recogniser over_tcp[] = {RECOGNISE_TCP(ENTRY) RECOGNISE_READ(ENTRY)};
static const struct recogniser over_udp[] = {RECOGNISE_UDP(ENTRY) ENTRY(ldap) ENTRY(snmp) ENTRY(kerberos) ENTRY(sip)};

struct sample {
	const char *name; /* NULL: nobody may take it */
	enum recognise_side side;
	struct bytes bytes;
	const char *why;
};

#define SAMPLE(name, side, literal, why)                                                                  \
	{                                                                                                 \
		name, (enum recognise_side)(side), {(const uint8_t *)(literal), sizeof(literal) - 1}, why \
	}

static const struct sample tcp_samples[] = {
    SAMPLE("http2", CLIENT, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "preface"),
    SAMPLE("rdp", CLIENT, "\x03\0\0\x29\x24\xe0\0\0\0\0\0Cookie: mstshash=bob\r\n\x01\0\x08\0\x03\0\0\0", "cookie"),
    SAMPLE("rdp", CLIENT, "\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0", "negotiation alone"),
    SAMPLE("rdp", SERVER, "\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\x1f\x08\0\x02\0\0\0", "answer"),
    SAMPLE(
        NULL, CLIENT, "\x03\0\0\x16\x11\xe0\0\0\0\x01\0\xc0\x01\x0a\xc1\x02\x01\0\xc2\x02\x01\x02", "S7 over ISO transport"),
    SAMPLE("bittorrent", CLIENT,
        "\x13"
        "BitTorrent protocol\0\0",
        "handshake"),
    SAMPLE("vnc", SERVER, "RFB 003.008\n", "version"),
    SAMPLE(NULL, SERVER, "RFB 009.008\n", "no such version"),
    SAMPLE("mqtt", CLIENT, "\x10\x0e\0\4MQTT\4\2\0\x3c\0\2ab", "3.1.1"),
    SAMPLE("mqtt", CLIENT, "\x10\x80\x01\0\6MQIsdp\3", "3.1, long"),
    SAMPLE(NULL, CLIENT, "\x10\x0e\0\4MQTX\4\2", "not quite"),
    SAMPLE("mysql", SERVER,
        "\x4a\0\0\0\x0a"
        "5.7.33\0",
        "greeting"),
    SAMPLE("mysql", SERVER,
        "\x6e\0\0\0\x0a"
        "11.4.2-MariaDB\0",
        "MariaDB"),
    SAMPLE("mysql", SERVER, "\x48\0\0\0\xff\x6a\4Host", "a host that is not let in"),
    SAMPLE(NULL, SERVER, "\x48\0\0\0\xff\x15\4Host", "a refusal comes later"),
    SAMPLE(NULL, CLIENT,
        "\x4a\0\0\0\x0a"
        "5.7.33\0",
        "a client greets no one"),
    SAMPLE("postgresql", CLIENT, "\0\0\0\x21\0\3\0\0user\0bob\0", "startup"),
    SAMPLE("postgresql", CLIENT, "\0\0\0\x08\x04\xd2\x16\x2f", "TLS asked for"),
    SAMPLE(NULL, CLIENT, "\0\0\0\x09\x04\xd2\x16\x2f", "a wrong length"),
    SAMPLE("redis", CLIENT, "*2\r\n$4\r\nAUTH\r\n", "a command"),
    SAMPLE(NULL, CLIENT, "*2\r\n+OK\r\n", "not a command"),
    SAMPLE("mssql", CLIENT, "\x12\x01\0\x2f\0\0\x01\0\0\0\x1a\0\x06\x01\0", "PRELOGIN"),
    SAMPLE("sip", CLIENT, "REGISTER sip:a SIP/2.0\r\n", "request"),
    SAMPLE("sip", SERVER, "SIP/2.0 200 OK\r\n", "response"),
    SAMPLE("kerberos_tcp", CLIENT, "\0\0\0\x9a\x6a\x81\x97\x30\x81\x94\xa1\3\2\1\5", "AS-REQ"),
    SAMPLE("kerberos_tcp", SERVER, "\0\0\x02\x9a\x6b\x82\x02\x96\x30\x82\x02\x92\xa0\3\2\1\5", "AS-REP"),
    SAMPLE("ldap", CLIENT, "\x30\x0c\2\1\1\x60\7\2\1\3\4\0\x80\0", "bind"),
    SAMPLE("ldap", CLIENT, "\x30\5\2\1\4\x42\0", "the last word"),
    SAMPLE("ldap", CLIENT, "\x30\x0b\2\1\5\x4a\6o=city", "a removal"),
    SAMPLE("ldap", SERVER, "\x30\x0c\2\1\5\x6b\7\x0a\1\0\4\0\4\0", "its answer"),
    SAMPLE(NULL, CLIENT, "\x30\x0b\2\1\5\x4a\7o=city", "an operation longer than its message"),
    SAMPLE(NULL, SERVER, "\x30\x0b\2\1\5\x4a\6o=city", "a request of the server"),
    SAMPLE("ldap", SERVER, "\x30\x0c\2\1\1\x61\7\x0a\1\0\4\0\4\0", "its answer"),
    SAMPLE("ldap", CLIENT, "\x30\x84\0\0\0\x2d\2\1\1\x63\x84\0\0\0\x24\4\0\x0a\1\0", "a search, long lengths"),
    SAMPLE(NULL, CLIENT, "\x30\x0c\2\1\1\x43\0", "no operation"),
    SAMPLE("openvpn_tcp", CLIENT,
        "\0\x0e\x38"
        "abcdefgh\0\0\0\0\0",
        "reset"),
    SAMPLE("modbus", CLIENT, "\0\1\0\0\0\6\1\3\0\0\0\2", "read holding registers"),
    SAMPLE("modbus", SERVER, "\0\1\0\0\0\3\1\x83\2", "an exception"),
    SAMPLE(NULL, CLIENT, "\0\1\0\0\0\7\1\3\0\0\0\2\0", "a wrong length"),
    SAMPLE(NULL, CLIENT, "\0\1\0\0\0\6\1\x09\0\0\0\2", "no such function"),
    SAMPLE(NULL, CLIENT, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP"),
    SAMPLE(NULL, SERVER, "HTTP/1.1 200 OK\r\n\r\n", "HTTP"),
    SAMPLE(NULL, CLIENT, "SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
    SAMPLE(NULL, CLIENT, "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", "TLS"),
    SAMPLE(NULL, CLIENT, "\0\x1d\x12\x34\x01\0\0\x01\0\0\0\0\0\0\1a\0\0\1\0\1", "DNS"),
    SAMPLE(NULL, SERVER, "220 mx ESMTP\r\n", "SMTP"),
    SAMPLE(NULL, SERVER, "\xff\xfd\x18\xff\xfd\x20", "Telnet"),
};

static const struct sample udp_samples[] = {
    SAMPLE("ssdp", CLIENT, "M-SEARCH * HTTP/1.1\r\n", "search"),
    SAMPLE("nbns", CLIENT, "\x12\x34\x01\x10\0\1\0\0\0\0\0\0 CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\1", "a query"),
    SAMPLE(NULL, CLIENT, "\x12\x34\x01\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", "DNS"),
    SAMPLE("snmp", CLIENT, "\x30\x0f\2\1\1\4\6public\xa0\2\2\0", "version 2"),
    SAMPLE("snmp", CLIENT, "\x30\x06\2\1\3\x30\1\0", "version 3"),
    SAMPLE(NULL, CLIENT, "\x30\x10\2\1\1\4\6public\xa0\2\2\0", "a wrong length"),
    SAMPLE("sip", CLIENT, "INVITE sip:a SIP/2.0\r\n", "a call"),
    SAMPLE("kerberos", CLIENT, "\x6c\x81\x97\x30\x81\x94\xa1\3\2\1\5", "TGS-REQ"),
    SAMPLE("kerberos", SERVER, "\x7e\x81\x97\x30\x81\x94\xa0\3\2\1\5", "an error"),
    SAMPLE("ldap", CLIENT, "\x30\x84\0\0\0\x2d\2\1\1\x63\x84\0\0\0\x24\4\0\x0a\1\0", "CLDAP"),
    SAMPLE("openvpn", CLIENT,
        "\x38"
        "abcdefgh\0\0\0\0\0",
        "reset"),
    SAMPLE("openvpn", CLIENT,
        "\x38"
        "abcdefghHHHHHHHHHHHHHHHHHHHH\0\0\0\1tttt\0\0\0\0\0",
        "reset with HMAC"),
    SAMPLE(NULL, CLIENT,
        "\x38"
        "abcdefgh\0\0\0\0\1",
        "not the first packet"),
    SAMPLE(NULL, CLIENT, "\x23\0\x0a\xe9\0\0\0\0", "NTP"),
};

static void
check(const struct sample *samples, size_t count, const struct recogniser *all, size_t all_count)
{
	for (size_t i = 0; i < count; i++) {
		const struct sample *s = &samples[i];
		struct bytes b = test_heap(s->bytes);
		bool taken = false;
		for (size_t k = 0; k < all_count; k++) {
			bool own = s->name != NULL && strcmp(all[k].name, s->name) == 0;
			enum recognise_look look = all[k].look(b, s->side);
			if ((look == RECOGNISE_YES) != own)
				fail_msg(
				    "%s (%s) by %s: %d", s->name == NULL ? "nobody's" : s->name, s->why, all[k].name, look);
			taken = taken || own;
		}
		assert_int_equal(taken, s->name != NULL);
		test_heap_free(b);
	}
}

static void
each_sample_is_taken_by_its_own_recogniser_alone(void **state)
{
	(void)state;
	check(tcp_samples, LENGTH_OF(tcp_samples), over_tcp, LENGTH_OF(over_tcp));
	check(udp_samples, LENGTH_OF(udp_samples), over_udp, LENGTH_OF(over_udp));
}

/* However the network cuts a stream, the answer is the same: no prefix may say no to what the whole is. */
static void
no_prefix_refuses_what_the_whole_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(tcp_samples); i++) {
		const struct sample *s = &tcp_samples[i];
		for (size_t k = 0; k < LENGTH_OF(over_tcp); k++) {
			if (s->name == NULL || strcmp(over_tcp[k].name, s->name) != 0)
				continue;
			bool taken = false;
			for (size_t n = 0; n <= s->bytes.len; n++) {
				struct bytes b = test_heap(bytes_first(s->bytes, n));
				enum recognise_look look = over_tcp[k].look(b, s->side);
				if (look == RECOGNISE_NO || (taken && look != RECOGNISE_YES))
					fail_msg("%s (%s): %d at %zu", s->name, s->why, look, n);
				taken = look == RECOGNISE_YES;
				test_heap_free(b);
			}
			assert_true(taken);
		}
	}
}

static void
the_user_of_a_remote_desktop_is_observed(void **state)
{
	(void)state;
	for (size_t cut = 0; cut <= tcp_samples[1].bytes.len; cut++) {
		struct l7_drive *d = l7_drive_new(&l7_recognise_rdp_parser, IPPROTO_TCP, 3389);
		l7_drive_cut(d, L7_CLIENT, tcp_samples[1].bytes, cut, cut);
		size_t count;
		const struct observation *o = fake_sink_observations(d->sink, &count);
		assert_int_equal(count, 1);
		assert_int_equal(o[0].login.outcome, LOGIN_SENT);
		assert_int_equal(o[0].login.app, APP_RDP);
		assert_false(o[0].login.cleartext);
		assert_int_equal(o[0].login.user_len, 3);
		assert_memory_equal(o[0].login.user, "bob", 3);
		assert_true(d->done);
		l7_drive_free(d);
	}
	assert_int_equal(recognise_rdp_user(BYTES("mstshash=endless")).len, 0);
}

static void
what_is_known_is_not_read_further(void **state)
{
	(void)state;
	struct l7_drive *d = l7_drive_new(&l7_recognise_http2_parser, IPPROTO_TCP, 80);
	assert_int_equal(l7_drive_guess(d, L7_CLIENT, BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")), L7_YES);
	assert_int_equal(l7_drive_guess(d, L7_CLIENT, BYTES("PRI")), L7_MAYBE);
	assert_int_equal(l7_drive_guess(d, L7_CLIENT, BYTES("hello world")), L7_NO);
	l7_drive_send(d, L7_CLIENT, BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
	assert_true(d->done);
	l7_drive_free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_sample_is_taken_by_its_own_recogniser_alone),
	    cmocka_unit_test(no_prefix_refuses_what_the_whole_is),
	    cmocka_unit_test(the_user_of_a_remote_desktop_is_observed),
	    cmocka_unit_test(what_is_known_is_not_read_further),
	};
	return RUN_TESTS(tests);
}
