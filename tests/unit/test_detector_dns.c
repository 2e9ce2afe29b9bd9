/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "detect/behaviour/domain_name.h"
#include "detect/behaviour/letter_model.h"
#include "observe_kinds.h"

#include <stdio.h>

static const char *desk_cstr = "192.168.1.31", *resolver_cstr = "192.168.1.1", *outside_cstr = "203.0.113.53";

/* Letters that mean nothing, always the same for the same number. */
static void
scramble(char *out, size_t len, uint64_t number)
{
	uint64_t h = number * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (size_t i = 0; i < len; i++) {
		h = h * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		out[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[(h >> 33) % 36];
	}
	out[len] = '\0';
}

static void
ask(struct observe *w, const char *src_cstr, const char *dst_cstr, const char *name_cstr, uint16_t type, uint8_t rcode,
    int64_t time_ns)
{
	struct observation o = observe_name(src_cstr, dst_cstr, name_cstr, type, rcode, time_ns);
	observe_feed(w, &o);
}

/* Asks for that many invented domains that do not exist. */
static void
search(struct observe *w, const char *src_cstr, const char *dst_cstr, unsigned from, unsigned count, int64_t start_s,
    int64_t step_s)
{
	for (unsigned i = 0; i < count; i++) {
		char label[17], name[32];
		scramble(label, 16, from + i);
		snprintf(name, sizeof(name), "%s.com", label);
		ask(w, src_cstr, dst_cstr, name, OBSERVE_A, OBSERVE_NXDOMAIN, OBSERVE_S(start_s + i * step_s));
	}
}

static void
invented_domains_that_do_not_exist_are_told(void **state)
{
	(void)state;
	unsigned names = (unsigned)observe_tuning("dga", "names");
	struct observe *w = observe_new();
	search(w, desk_cstr, resolver_cstr, 0, names + 2, 0, 1); /* the first three are not counted */
	assert_int_equal(observe_said(w, "dga"), 0);
	search(w, desk_cstr, resolver_cstr, 1000, 4, 60, 1);
	assert_int_equal(observe_said(w, "dga"), 1);
	assert_true(alert_fact_find(observe_last(w, "dga"), "examples").len > 16);
	search(w, desk_cstr, resolver_cstr, 2000, 300, 61, 1);
	assert_int_equal(observe_said(w, "dga"), 1);
	observe_free(w);
}

static void
a_search_that_lasts_is_told_again_after_repeat_s(void **state)
{
	(void)state;
	int64_t repeat_s = (int64_t)observe_tuning("dga", "repeat_s");
	struct observe *w = observe_new();
	search(w, desk_cstr, resolver_cstr, 0, (unsigned)(repeat_s / 10) + 40, 0, 10);
	assert_int_equal(observe_said(w, "dga"), 2);
	observe_free(w);
}

static void
words_that_do_not_exist_need_many_more(void **state)
{
	(void)state;
	static const char *const words[] = {
	    "table", "garden", "water", "house", "little", "window", "number", "letter", "paper", "market"};
	unsigned any = (unsigned)observe_tuning("dga", "any_names");
	struct observe *w = observe_new();
	for (unsigned i = 0; i < any + 6; i++) {
		char name[48];
		snprintf(name, sizeof(name), "%s%s.net", words[i % 10], words[i / 10 % 10]);
		ask(w, desk_cstr, resolver_cstr, name, OBSERVE_A, OBSERVE_NXDOMAIN, OBSERVE_S(i));
		if (i == any / 2)
			assert_int_equal(observe_said(w, "dga"), 0);
	}
	assert_int_equal(observe_said(w, "dga"), 1);
	assert_int_equal(observe_last(w, "dga")->severity, SEVERITY_SIGNIFICANT);
	observe_free(w);
}

static void
honest_names_that_do_not_exist_say_nothing(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (unsigned i = 0; i < 400; i++) {
		char label[13], name[64];
		scramble(label, 12, i);
		/* A browser that tests its resolver. */
		ask(w, desk_cstr, resolver_cstr, label, OBSERVE_A, OBSERVE_NXDOMAIN, OBSERVE_S(i));
		/* The same with the domain of the house. */
		snprintf(name, sizeof(name), "%s.mairie.example", label);
		ask(w, desk_cstr, resolver_cstr, name, OBSERVE_A, OBSERVE_NXDOMAIN, OBSERVE_S(i));
		/* A block list, and addresses without names. */
		snprintf(name, sizeof(name), "%u.2.113.203.zen.blocklist%u.example", i % 256, i);
		ask(w, "192.168.1.10", resolver_cstr, name, OBSERVE_A, OBSERVE_NXDOMAIN, OBSERVE_S(i));
		snprintf(name, sizeof(name), "%u.113.0.203.in-addr.arpa", i % 256);
		ask(w, "192.168.1.10", resolver_cstr, name, 12, OBSERVE_NXDOMAIN, OBSERVE_S(i));
		/* Invented, but they exist. */
		snprintf(name, sizeof(name), "%s.com", label);
		ask(w, "192.168.1.11", resolver_cstr, name, OBSERVE_A, 0, OBSERVE_S(i));
	}
	assert_int_equal(observe_said(w, "dga"), 0);
	observe_free(w);
}

static void
a_resolver_that_passes_questions_on_is_not_accused(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (unsigned i = 0; i < 60; i++) {
		search(w, resolver_cstr, outside_cstr, i, 1, i, 1);
		search(w, desk_cstr, resolver_cstr, i, 1, i, 1);
	}
	assert_int_equal(observe_said(w, "dga"), 1);
	struct addr desk = observe_addr(desk_cstr);
	assert_true(addr_eq(&observe_last(w, "dga")->source, &desk));
	observe_free(w);
}

/* Names with that many bytes of data below one domain. */
static void
tunnel(struct observe *w, const char *src_cstr, const char *dst_cstr, unsigned from, unsigned count, size_t bytes,
    uint16_t type, int64_t start_s, const char *domain_cstr)
{
	for (unsigned i = 0; i < count; i++) {
		char data[64], name[128];
		scramble(data, bytes, from + i);
		snprintf(name, sizeof(name), "%s.%s", data, domain_cstr);
		ask(w, src_cstr, dst_cstr, name, type, 0, OBSERVE_S(start_s) + i * INT64_C(200000000));
	}
}

static void
many_long_names_under_one_domain_are_a_tunnel(void **state)
{
	(void)state;
	unsigned names = (unsigned)observe_tuning("dns-tunnel", "names");
	struct observe *w = observe_new();
	tunnel(w, desk_cstr, resolver_cstr, 0, names - 1, 50, OBSERVE_A, 0, "t.example.org");
	assert_int_equal(observe_said(w, "dns-tunnel"), 0);
	tunnel(w, desk_cstr, resolver_cstr, 5000, 6, 50, OBSERVE_A, 20, "t.example.org"); /* two names may fall on one bit */
	assert_int_equal(observe_said(w, "dns-tunnel"), 1);
	assert_bytes_equal(alert_fact_find(observe_last(w, "dns-tunnel"), "domain"), BYTES("example.org"));
	tunnel(w, desk_cstr, resolver_cstr, 9000, 3000, 50, OBSERVE_A, 21, "t.example.org");
	assert_int_equal(observe_said(w, "dns-tunnel"), 1);
	tunnel(w, desk_cstr, resolver_cstr, 20000, 1, 50, OBSERVE_A, 4000, "t.example.org"); /* over, then nothing much */
	assert_int_equal(observe_said(w, "dns-tunnel"), 1);
	observe_free(w);
}

static void
text_records_make_a_tunnel_of_short_names(void **state)
{
	(void)state;
	unsigned names = (unsigned)observe_tuning("dns-tunnel", "text_names");
	struct observe *w = observe_new();
	tunnel(w, desk_cstr, resolver_cstr, 0, names - 1, 8, OBSERVE_TXT, 0, "example.org");
	assert_int_equal(observe_said(w, "dns-tunnel"), 0);
	tunnel(w, desk_cstr, resolver_cstr, 9000, 6, 8, OBSERVE_TXT, 30, "example.org");
	assert_int_equal(observe_said(w, "dns-tunnel"), 1);
	observe_free(w);
}

static void
honest_long_names_are_no_tunnel(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (unsigned i = 0; i < 300; i++) {
		char domain[48], name[128];
		/* Long names of content networks, again and again the same ones. */
		tunnel(w, desk_cstr, resolver_cstr, i % 12, 1, 30, OBSERVE_A, i, "cdn.example.net");
		/* Short ones, all different. */
		tunnel(w, desk_cstr, resolver_cstr, i, 1, 12, OBSERVE_A, i, "images.example.net");
		/* Mail keys of everybody. */
		snprintf(domain, sizeof(domain), "_domainkey.sender%u.example", i);
		tunnel(w, desk_cstr, resolver_cstr, i, 1, 9, OBSERVE_TXT, i, domain);
		/* Reverse look-ups in IPv6, and a product that asks about hashes of files. */
		snprintf(
		    name, sizeof(name), "%x.%x.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", i % 16, i / 16 % 16);
		ask(w, desk_cstr, resolver_cstr, name, 12, 0, OBSERVE_S(i));
		tunnel(w, desk_cstr, resolver_cstr, i, 1, 40, OBSERVE_TXT, i, "avqs.mcafee.com");
	}
	assert_int_equal(observe_said(w, "dns-tunnel"), 0);
	observe_free(w);
}

static void
names_are_split_where_somebody_registered_them(void **state)
{
	(void)state;
	static const struct {
		const char *name_cstr, *registered_cstr, *label_cstr, *below_cstr;
	} rows[] = {
	    {"www.example.org", "example.org", "example", "www"},
	    {"example.org", "example.org", "example", ""},
	    {"a.b.c.example.co.uk", "example.co.uk", "example", "a.b.c"},
	    {"x.impots.gouv.fr", "impots.gouv.fr", "impots", "x"},
	    {"www.xkcqz.ddns.net", "xkcqz.ddns.net", "xkcqz", "www"},
	    {"ddns.net", "ddns.net", "ddns", ""},
	    {"co.uk", "co.uk", "co", ""},
	    {"localhost", "", "localhost", ""},
	    {"", "", "", ""},
	    {".", ".", "", ""},
	    {"..", ".", "", ""},
	    {"a..", ".", "", "a"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct bytes name = test_heap(bytes_of_cstr(rows[i].name_cstr));
		struct domain_name d = domain_name_split(name);
		assert_bytes_equal(d.registered, bytes_of_cstr(rows[i].registered_cstr));
		assert_bytes_equal(d.label, bytes_of_cstr(rows[i].label_cstr));
		assert_bytes_equal(d.below, bytes_of_cstr(rows[i].below_cstr));
		test_heap_free(name);
	}
	assert_true(domain_name_is_address(BYTES("1.2.3.4.zen.example.org")));
	assert_true(domain_name_is_address(BYTES("4.3.2.1.in-addr.arpa")));
	assert_false(domain_name_is_address(BYTES("1.2.3.example.org")));
	assert_false(domain_name_is_address(BYTES("")));
}

static void
words_look_like_words(void **state)
{
	(void)state;
	static const char *const words[] = {
	    "wikipedia", "prefecture", "mairie-valbourg", "debian", "example", "laposte", "securite", "openstreetmap"};
	static const char *const inventions[] = {
	    "xqzkvbwpmtr", "txsl8rhbpy0q6uzi9", "qgkxwzvrjhtn", "05v23u39vpec", "ywkpqtrxzshdc"};
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		assert_in_range(letter_model_points(bytes_of_cstr(words[i])), 0, LETTER_MODEL_ODD - 1);
	for (size_t i = 0; i < LENGTH_OF(inventions); i++)
		assert_in_range(letter_model_points(bytes_of_cstr(inventions[i])), LETTER_MODEL_ODD, 1000);
	assert_int_equal(letter_model_points(BYTES("")), 0);
	assert_int_equal(letter_model_points(BYTES("xqzkv")), 0);
	assert_true(letter_model_points(BYTES("\x00\xff\x80\xfe\xc3\xa9z0")) < 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(invented_domains_that_do_not_exist_are_told),
	    cmocka_unit_test(a_search_that_lasts_is_told_again_after_repeat_s),
	    cmocka_unit_test(words_that_do_not_exist_need_many_more),
	    cmocka_unit_test(honest_names_that_do_not_exist_say_nothing),
	    cmocka_unit_test(a_resolver_that_passes_questions_on_is_not_accused),
	    cmocka_unit_test(many_long_names_under_one_domain_are_a_tunnel),
	    cmocka_unit_test(text_records_make_a_tunnel_of_short_names),
	    cmocka_unit_test(honest_long_names_are_no_tunnel),
	    cmocka_unit_test(names_are_split_where_somebody_registered_them),
	    cmocka_unit_test(words_look_like_words),
	};
	return RUN_TESTS(tests);
}
