/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "proto/tls.h"
#include "proto/x509.h"
#include "test_tls_samples.h"

/* The server's certificate inside the TLS 1.2 sample. */
static struct bytes
sample_certificate(void)
{
	struct bytes stream = tls12[1].data, der = {0};
	struct tls_record r;
	struct tls_message m;
	while (tls_parse_record(stream, &r, NULL) == PARSE_OK) {
		struct bytes fragment = bytes_first(bytes_after(stream, TLS_RECORD_HEADER_SIZE), r.length);
		if (r.type == TLS_HANDSHAKE && tls_parse_message(fragment, &m) == PARSE_OK && m.type == TLS_CERTIFICATE)
			assert_int_equal(tls_parse_first_certificate(m.body, m.body.len, &der), PARSE_OK);
		stream = bytes_after(stream, (size_t)TLS_RECORD_HEADER_SIZE + r.length);
	}
	assert_int_equal(der.len, 681);
	return der;
}

static struct bytes
text(const char *at, size_t len)
{
	return (struct bytes){(const uint8_t *)at, len};
}

static void
a_real_certificate_is_read_as_openssl_reads_it(void **state)
{
	(void)state;
	struct x509 x;
	enum x509_fault fault;
	char out[512];
	assert_int_equal(x509_parse(sample_certificate(), &x, &fault), PARSE_OK);
	assert_int_equal(fault, X509_FINE);
	assert_int_equal(x.version, 3);
	assert_false(x.self_signed);
	assert_bytes_equal(text(out, x509_write_serial(x.serial, out, sizeof(out))), BYTES("00:9A:0B:0C"));
	assert_bytes_equal(text(out, x509_write_name(x.issuer, out, sizeof(out))),
	    BYTES("C=FR, O=Commune de Sainte-Foy, CN=Autorite interne"));
	assert_bytes_equal(text(out, x509_write_name(x.subject, out, sizeof(out))),
	    BYTES("C=FR, ST=Rhone, L=Sainte-Foy, O=Mairie, service, OU=Etat civil, CN=www.mairie.example, "
	          "Email=contact@mairie.example"));
	x509_write_time(x.not_before_s, out);
	assert_memory_equal(out, "2026-11-22T08:29:48", X509_TIME_TEXT_SIZE);
	x509_write_time(x.not_after_s, out);
	assert_memory_equal(out, "2027-02-20T08:29:48", X509_TIME_TEXT_SIZE);
}

static void
alternative_names_come_in_order(void **state)
{
	(void)state;
	static const struct {
		enum x509_alt_name_kind kind;
		struct bytes value;
	} wanted[] = {
	    {X509_ALT_DNS, BYTES("www.mairie.example")},
	    {X509_ALT_DNS, BYTES("mairie.example")},
	    {X509_ALT_IP, BYTES("\xc0\x00\x02\x07")},
	    {X509_ALT_IP, BYTES("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07")},
	    {X509_ALT_EMAIL, BYTES("a@mairie.example")},
	    {X509_ALT_URI, BYTES("https://mairie.example/")},
	};
	struct x509 x;
	enum x509_fault fault;
	struct x509_alt_name name;
	assert_int_equal(x509_parse(sample_certificate(), &x, &fault), PARSE_OK);
	struct cursor list = cursor_of(x.alt_names);
	for (size_t i = 0; i < LENGTH_OF(wanted); i++) {
		assert_true(x509_next_alt_name(&list, &name));
		assert_int_equal(name.kind, wanted[i].kind);
		assert_bytes_equal(name.value, wanted[i].value);
	}
	assert_false(x509_next_alt_name(&list, &name));
}

static void
every_prefix_of_a_certificate_is_short(void **state)
{
	(void)state;
	struct bytes der = sample_certificate();
	for (size_t n = 0; n < der.len; n++) {
		struct x509 x = {.version = 77};
		enum x509_fault fault;
		struct bytes prefix = test_heap(bytes_first(der, n));
		assert_int_equal(x509_parse(prefix, &x, &fault), PARSE_SHORT);
		assert_int_equal(fault, X509_BAD_DER);
		assert_int_equal(x.version, 77);
		test_heap_free(prefix);
	}
}

static void
no_changed_byte_makes_the_reader_leave_the_certificate(void **state)
{
	(void)state;
	struct bytes der = sample_certificate();
	uint8_t changed[681];
	char out[256];
	for (size_t i = 0; i < der.len; i++)
		for (unsigned value = 0; value < 256; value += 5) {
			struct x509 x = {0};
			enum x509_fault fault;
			memcpy(changed, der.at, der.len);
			changed[i] = (uint8_t)value;
			struct bytes exact = test_heap((struct bytes){changed, der.len});
			if (x509_parse(exact, &x, &fault) == PARSE_OK) {
				struct x509_alt_name name;
				struct cursor list = cursor_of(x.alt_names);
				while (x509_next_alt_name(&list, &name))
					assert_true(name.value.len <= x.alt_names.len);
				assert_true(x509_write_name(x.subject, out, sizeof(out)) <= sizeof(out));
				assert_true(x509_write_serial(x.serial, out, sizeof(out)) <= sizeof(out));
			} else {
				assert_int_not_equal(fault, X509_FINE);
			}
			test_heap_free(exact);
		}
}

/* ---- certificates made by hand: one part wrong at a time ---- */

struct parts {
	struct bytes version, serial, algorithm, issuer, validity, subject, key, extensions;
};

#define NAME_A                                                 \
	"\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" \
	"a"
#define NAME_B                                                 \
	"\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" \
	"b"
#define VALIDITY           \
	"\x30\x1e\x17\x0d" \
	"240131120000Z"    \
	"\x17\x0d"         \
	"250131120000Z"

static const struct parts good = {
    .version = BYTES("\xa0\x03\x02\x01\x02"),
    .serial = BYTES("\x02\x01\x37"),
    .algorithm = BYTES("\x30\x05\x06\x03\x2b\x65\x70"),
    .issuer = BYTES(NAME_A),
    .validity = BYTES(VALIDITY),
    .subject = BYTES(NAME_B),
    .key = BYTES("\x30\x03\x03\x01\x00"),
    .extensions = BYTES(""),
};

static size_t
put(uint8_t *out, size_t at, struct bytes b)
{
	if (b.len > 0)
		memcpy(out + at, b.at, b.len);
	return at + b.len;
}

static struct bytes
certificate_of(const struct parts *p)
{
	static uint8_t der[1024];
	uint8_t body[512];
	size_t n = 0;
	n = put(body, n, p->version);
	n = put(body, n, p->serial);
	n = put(body, n, p->algorithm);
	n = put(body, n, p->issuer);
	n = put(body, n, p->validity);
	n = put(body, n, p->subject);
	n = put(body, n, p->key);
	n = put(body, n, p->extensions);
	size_t total = n + 4 + 7 + 3;
	uint8_t head[] = {0x30, 0x82, (uint8_t)(total >> 8), (uint8_t)total, 0x30, 0x82, (uint8_t)(n >> 8), (uint8_t)n};
	size_t at = put(der, 0, (struct bytes){head, sizeof(head)});
	at = put(der, at, (struct bytes){body, n});
	at = put(der, at, BYTES("\x30\x05\x06\x03\x2b\x65\x70\x03\x01\x00"));
	return (struct bytes){der, at};
}

static void
a_minimal_certificate_is_enough(void **state)
{
	(void)state;
	struct x509 x;
	enum x509_fault fault;
	assert_int_equal(x509_parse(certificate_of(&good), &x, &fault), PARSE_OK);
	assert_int_equal(x.not_before_s, 1706702400);
	assert_int_equal(x.not_after_s, 1738324800);
	assert_false(x.self_signed);
	struct parts self = good;
	self.subject = self.issuer;
	assert_int_equal(x509_parse(certificate_of(&self), &x, &fault), PARSE_OK);
	assert_true(x.self_signed);
	struct parts old = good;
	old.version = (struct bytes){0};
	assert_int_equal(x509_parse(certificate_of(&old), &x, &fault), PARSE_OK);
	assert_int_equal(x.version, 1);
}

#define BAD(why, part, bytes_, fault_)                                   \
	{                                                                \
		why, offsetof(struct parts, part), BYTES(bytes_), fault_ \
	}
static const struct bad {
	const char *why;
	size_t part;
	struct bytes value;
	enum x509_fault fault;
} bad_parts[] = {
    BAD("version 256, in one byte", version, "\xa0\x03\x02\x01\xff", X509_BAD_VERSION),
    BAD("version 9", version, "\xa0\x03\x02\x01\x08", X509_BAD_VERSION),
    BAD("version of two bytes", version, "\xa0\x04\x02\x02\x00\x02", X509_BAD_VERSION),
    BAD("version that is no integer", version, "\xa0\x03\x04\x01\x02", X509_BAD_VERSION),
    BAD("serial that is a string", serial, "\x0c\x01\x37", X509_BAD_SERIAL),
    BAD("algorithm that is no sequence", algorithm, "\x31\x05\x06\x03\x2b\x65\x70", X509_BAD_ALGORITHM),
    BAD("issuer that is a set", issuer, "\x31\x00", X509_BAD_ISSUER),
    BAD("validity of one date", validity,
        "\x30\x0f\x17\x0d"
        "240131120000Z",
        X509_BAD_VALIDITY),
    BAD("validity that is no sequence", validity, "\x31\x00", X509_BAD_VALIDITY),
    BAD("a date with letters", validity,
        "\x30\x1e\x17\x0d"
        "24O131120000Z"
        "\x17\x0d"
        "250131120000Z",
        X509_BAD_DATE),
    BAD("a 13th month", validity,
        "\x30\x1e\x17\x0d"
        "241331120000Z"
        "\x17\x0d"
        "250131120000Z",
        X509_BAD_DATE),
    BAD("an hour 24", validity,
        "\x30\x1e\x17\x0d"
        "240131240000Z"
        "\x17\x0d"
        "250131120000Z",
        X509_BAD_DATE),
    BAD("a date without zone", validity,
        "\x30\x1d\x17\x0c"
        "240131120000"
        "\x17\x0d"
        "250131120000Z",
        X509_BAD_DATE),
    BAD("something after the zone", validity,
        "\x30\x1f\x17\x0e"
        "240131120000Zx"
        "\x17\x0d"
        "250131120000Z",
        X509_BAD_DATE),
    BAD("a date that is a string", validity,
        "\x30\x1e\x0c\x0d"
        "240131120000Z"
        "\x17\x0d"
        "250131120000Z",
        X509_BAD_DATE),
    BAD("subject that is an integer", subject, "\x02\x01\x00", X509_BAD_SUBJECT),
    BAD("key that is missing", key, "", X509_BAD_DER),
    BAD("extension list cut", extensions, "\xa3\x04\x30\x09\x30\x00", X509_BAD_EXTENSIONS),
    BAD("alternative names that are no sequence", extensions, "\xa3\x0d\x30\x0b\x30\x09\x06\x03\x55\x1d\x11\x04\x02\x31\x00",
        X509_BAD_EXTENSIONS),
    BAD("indefinite length", serial, "\x02\x80\x37\x00\x00", X509_BAD_SERIAL),
    BAD("length of five bytes", serial, "\x02\x85\x00\x00\x00\x00\x01\x37", X509_BAD_SERIAL),
    BAD("length of 2^32-1", serial, "\x02\x84\xff\xff\xff\xff\x37", X509_BAD_SERIAL),
    BAD("tag of two bytes", serial, "\x1f\x22\x01\x37", X509_BAD_SERIAL),
};

static void
the_wrong_part_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(bad_parts); i++) {
		struct parts p = good;
		struct x509 x = {.version = 77};
		enum x509_fault fault;
		memcpy((char *)&p + bad_parts[i].part, &bad_parts[i].value, sizeof(struct bytes));
		struct bytes der = test_heap(certificate_of(&p));
		if (x509_parse(der, &x, &fault) != PARSE_BAD || fault != bad_parts[i].fault || x.version != 77)
			fail_msg("%s: fault %d", bad_parts[i].why, (int)fault);
		test_heap_free(der);
	}
}

static const struct {
	const char *why;
	struct bytes validity;
	const char *text;
} dates[] = {
    {"two digits from 50 on are of the last century",
        BYTES("\x30\x1e\x17\x0d"
              "500101000000Z"
              "\x17\x0d"
              "250131120000Z"),
        "1950-01-01T00:00:00"},
    {"two digits below 50 are of this one",
        BYTES("\x30\x1e\x17\x0d"
              "491231235959Z"
              "\x17\x0d"
              "250131120000Z"),
        "2049-12-31T23:59:59"},
    {"leap day",
        BYTES("\x30\x1e\x17\x0d"
              "240229000000Z"
              "\x17\x0d"
              "250131120000Z"),
        "2024-02-29T00:00:00"},
    {"generalized time",
        BYTES("\x30\x20\x18\x0f"
              "20500101000000Z"
              "\x17\x0d"
              "250131120000Z"),
        "2050-01-01T00:00:00"},
    {"the end of time",
        BYTES("\x30\x20\x18\x0f"
              "99991231235959Z"
              "\x17\x0d"
              "250131120000Z"),
        "9999-12-31T23:59:59"},
    {"the year 0",
        BYTES("\x30\x20\x18\x0f"
              "00000101000000Z"
              "\x17\x0d"
              "250131120000Z"),
        "0000-01-01T00:00:00"},
    {"no seconds",
        BYTES("\x30\x1c\x17\x0b"
              "2401311200Z"
              "\x17\x0d"
              "250131120000Z"),
        "2024-01-31T12:00:00"},
    {"an offset",
        BYTES("\x30\x22\x17\x11"
              "240131010000+0230"
              "\x17\x0d"
              "250131120000Z"),
        "2024-01-30T22:30:00"},
};

static void
dates_survive_the_way_to_seconds_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH_OF(dates); i++) {
		struct parts p = good;
		struct x509 x;
		enum x509_fault fault;
		char out[X509_TIME_TEXT_SIZE];
		p.validity = dates[i].validity;
		assert_int_equal(x509_parse(certificate_of(&p), &x, &fault), PARSE_OK);
		x509_write_time(x.not_before_s, out);
		if (memcmp(out, dates[i].text, sizeof(out)) != 0)
			fail_msg("%s: %.19s", dates[i].why, out);
	}
}

static const struct {
	const char *why;
	struct bytes name;
	const char *text;
} names[] = {
    {"empty", BYTES(""), ""},
    {"two values in one set",
        BYTES("\x31\x14\x30\x08\x06\x03\x55\x04\x03\x0c\x01"
              "a\x30\x08\x06\x03\x55\x04\x0a\x0c\x01"
              "b"),
        "CN=a + O=b"},
    {"an attribute without a name",
        BYTES("\x31\x0b\x30\x09\x06\x04\x2a\x83\x04\x05\x0c\x01"
              "a"),
        "1.2.388.5=a"},
    {"domain components",
        BYTES("\x31\x11\x30\x0f\x06\x0a\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19\x16\x01"
              "a"),
        "DC=a"},
    {"UCS-2 becomes UTF-8",
        BYTES("\x31\x0f\x30\x0d\x06\x03\x55\x04\x03\x1e\x06\x00"
              "A\x00\xe9\x20\xac"),
        "CN=A\xc3\xa9\xe2\x82\xac"},
    {"half of a surrogate pair", BYTES("\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x1e\x02\xd8\x00"), "CN=\xef\xbf\xbd"},
    {"what follows a malformed entry is not believed",
        BYTES("\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01"
              "a\x31\x02\x30\x09"),
        "CN=a"},
};

static void
names_are_written_in_order(void **state)
{
	(void)state;
	char out[64];
	for (size_t i = 0; i < LENGTH_OF(names); i++) {
		struct bytes name = test_heap(names[i].name);
		size_t n = x509_write_name(name, out, sizeof(out));
		if (!bytes_eq(text(out, n), bytes_of_cstr(names[i].text)))
			fail_msg("%s: %.*s", names[i].why, (int)n, out);
		for (size_t size = 0; size < n; size++) { /* a small room cuts, and is never left */
			char *room = malloc(size > 0 ? size : 1);
			assert_non_null(room);
			size_t kept = x509_write_name(name, room, size);
			assert_int_equal(kept, size);
			assert_memory_equal(room, out, kept);
			free(room);
		}
		test_heap_free(name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_real_certificate_is_read_as_openssl_reads_it),
	    cmocka_unit_test(alternative_names_come_in_order),
	    cmocka_unit_test(every_prefix_of_a_certificate_is_short),
	    cmocka_unit_test(no_changed_byte_makes_the_reader_leave_the_certificate),
	    cmocka_unit_test(a_minimal_certificate_is_enough),
	    cmocka_unit_test(the_wrong_part_is_named),
	    cmocka_unit_test(dates_survive_the_way_to_seconds_and_back),
	    cmocka_unit_test(names_are_written_in_order),
	};
	return RUN_TESTS(tests);
}
