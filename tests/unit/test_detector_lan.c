/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "observe_kinds.h"

#include <stdio.h>

enum { ROUTER = 1, DESK = 31, INTRUDER = 66, PRINTER = 50 };
static const char *router_cstr = "192.168.1.1", *desk_cstr = "192.168.1.31", *intruder_cstr = "192.168.1.66",
                  *printer_cstr = "192.168.1.50";

static void
arp(struct observe *w, uint16_t operation, uint8_t card, const char *sender_cstr, const char *target_cstr, int64_t time_ms)
{
	struct observation o = observe_arp(operation, card, sender_cstr, target_cstr, OBSERVE_MS(time_ms));
	observe_feed(w, &o);
}

/* Everybody asks and is answered. */
static void
settle(struct observe *w)
{
	arp(w, OBSERVE_ARP_ASKS, DESK, desk_cstr, router_cstr, 0);
	arp(w, OBSERVE_ARP_ANSWERS, ROUTER, router_cstr, desk_cstr, 1);
	arp(w, OBSERVE_ARP_ASKS, INTRUDER, intruder_cstr, desk_cstr, 2);
	arp(w, OBSERVE_ARP_ANSWERS, DESK, desk_cstr, intruder_cstr, 3);
}

static void
a_card_that_takes_both_ends_is_told(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	settle(w);
	for (int i = 0; i < 30; i++) {
		arp(w, OBSERVE_ARP_ANSWERS, INTRUDER, router_cstr, desk_cstr, 10000 + i * 2000);
		arp(w, OBSERVE_ARP_ANSWERS, INTRUDER, desk_cstr, router_cstr, 10001 + i * 2000);
		if (i == 0)
			assert_int_equal(observe_said(w, "arp-spoof"), 0);
	}
	assert_int_equal(observe_said(w, "arp-spoof"), 1);
	const struct alert *a = observe_last(w, "arp-spoof");
	struct addr intruder = observe_addr(intruder_cstr);
	assert_true(addr_eq(&a->source, &intruder));
	assert_bytes_equal(alert_fact_find(a, "card"), BYTES("00:01:02:03:04:42"));
	assert_bytes_equal(alert_fact_find(a, "addresses"), BYTES("192.168.1.1, 192.168.1.31"));
	assert_int_equal(observe_said(w, "address-duplicate"), 0);
	observe_free(w);
}

static void
one_address_needs_more_insistence(void **state)
{
	(void)state;
	unsigned unasked = (unsigned)observe_tuning("arp-spoof", "unasked");
	struct observe *w = observe_new();
	settle(w);
	for (unsigned i = 0; i + 1 < unasked; i++)
		arp(w, OBSERVE_ARP_ANSWERS, INTRUDER, router_cstr, desk_cstr, 10000 + i * 2000);
	assert_int_equal(observe_said(w, "arp-spoof"), 0);
	arp(w, OBSERVE_ARP_ANSWERS, INTRUDER, router_cstr, desk_cstr, 10000 + unasked * 2000);
	assert_int_equal(observe_said(w, "arp-spoof"), 1);
	observe_free(w);
}

static void
a_replaced_router_is_no_attack(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	settle(w);
	for (int i = 0; i < 5; i++) /* it announces itself to everybody */
		arp(w, OBSERVE_ARP_ANSWERS, 9, router_cstr, router_cstr, 20000 + i * 1000);
	for (int i = 0; i < 50; i++) {
		arp(w, OBSERVE_ARP_ASKS, DESK, desk_cstr, router_cstr, 60000 + i * 10000);
		arp(w, OBSERVE_ARP_ANSWERS, 9, router_cstr, desk_cstr, 60001 + i * 10000);
	}
	assert_int_equal(observe_said_in_all(w), 0);
	observe_free(w);
}

static void
two_cards_that_take_turns_share_an_address(void **state)
{
	(void)state;
	unsigned turns = (unsigned)observe_tuning("address-duplicate", "turns");
	struct observe *w = observe_new();
	unsigned i = 0;
	for (; i < turns; i++) {
		arp(w, OBSERVE_ARP_ASKS, DESK, desk_cstr, printer_cstr, i * 5000);
		arp(w, OBSERVE_ARP_ANSWERS, i % 2 == 0 ? PRINTER : 77, printer_cstr, desk_cstr, i * 5000 + 1);
	}
	assert_int_equal(observe_said(w, "address-duplicate"), 0);
	for (; i < turns + 200; i++) {
		arp(w, OBSERVE_ARP_ASKS, DESK, desk_cstr, printer_cstr, i * 5000);
		arp(w, OBSERVE_ARP_ANSWERS, i % 2 == 0 ? PRINTER : 77, printer_cstr, desk_cstr, i * 5000 + 1);
	}
	assert_int_equal(observe_said(w, "address-duplicate"), 1);
	assert_int_equal(observe_said(w, "arp-spoof"), 0);
	assert_bytes_equal(alert_fact_find(observe_last(w, "address-duplicate"), "first_card"), BYTES("00:01:02:03:04:32"));
	assert_bytes_equal(alert_fact_find(observe_last(w, "address-duplicate"), "second_card"), BYTES("00:01:02:03:04:4d"));
	observe_free(w);
}

static void
an_address_that_changes_hands_is_no_duplicate(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	for (int hand = 0; hand < 6; hand++)
		for (int i = 0; i < 5; i++) {
			int64_t at = hand * 4000000 + i * 10000;
			arp(w, OBSERVE_ARP_ASKS, (uint8_t)(100 + hand), "0.0.0.0", printer_cstr,
			    at); /* is it free? RFC 5227 */
			arp(w, OBSERVE_ARP_ASKS, (uint8_t)(100 + hand), printer_cstr, router_cstr, at + 1000);
		}
	assert_int_equal(observe_said(w, "address-duplicate"), 0);
	assert_int_equal(observe_said(w, "arp-spoof"), 0);
	observe_free(w);
}

static void
lease(struct observe *w, const char *server_cstr, uint8_t card, const char *assigned_cstr, int64_t time_s)
{
	struct observation o = observe_dhcp(2, server_cstr, card, assigned_cstr, OBSERVE_S(time_s));
	observe_feed(w, &o);
	o = observe_dhcp(5, server_cstr, card, assigned_cstr, OBSERVE_S(time_s) + 1000000);
	observe_feed(w, &o);
}

static void
a_second_server_that_comes_late_is_told_once(void **state)
{
	(void)state;
	int64_t learn_s = (int64_t)observe_tuning("dhcp-rogue", "learn_s");
	struct observe *w = observe_new();
	lease(w, router_cstr, DESK, desk_cstr, 0);
	lease(w, "192.168.1.2", DESK, desk_cstr, learn_s - 1); /* the second one of a pair */
	lease(w, "192.168.1.2", DESK, desk_cstr, learn_s + 60);
	assert_int_equal(observe_said(w, "dhcp-rogue"), 0);
	for (int i = 0; i < 50; i++)
		lease(w, intruder_cstr, DESK, "192.168.9.9", learn_s + 100 + i);
	assert_int_equal(observe_said(w, "dhcp-rogue"), 1);
	struct addr intruder = observe_addr(intruder_cstr);
	assert_true(addr_eq(&observe_last(w, "dhcp-rogue")->source, &intruder));
	assert_bytes_equal(alert_fact_find(observe_last(w, "dhcp-rogue"), "usual"), BYTES("192.168.1.1"));
	lease(w, intruder_cstr, DESK, "192.168.9.9", learn_s + 200 + (int64_t)observe_tuning("dhcp-rogue", "repeat_s"));
	assert_int_equal(observe_said(w, "dhcp-rogue"), 2);
	assert_int_equal(observe_last(w, "dhcp-rogue")->count, 101);
	observe_free(w);
}

static void
a_server_of_another_vlan_is_another_network(void **state)
{
	(void)state;
	struct observe *w = observe_new();
	lease(w, router_cstr, DESK, desk_cstr, 0);
	struct observation o = observe_dhcp(5, "10.9.0.1", DESK, "10.9.0.7", OBSERVE_S(90000));
	o.vlan = 9;
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "dhcp-rogue"), 0);
	observe_free(w);
}

static void
a_card_never_seen_is_told_after_learning(void **state)
{
	(void)state;
	int64_t learn_ms = (int64_t)observe_tuning("new-device", "learn_s") * 1000;
	struct observe *w = observe_new();
	arp(w, OBSERVE_ARP_ASKS, DESK, desk_cstr, router_cstr, 0);
	arp(w, OBSERVE_ARP_ASKS, 32, "192.168.1.32", router_cstr, learn_ms - 1);
	arp(w, OBSERVE_ARP_ASKS, 32, "192.168.1.99", router_cstr, learn_ms + 1);     /* another address, the same card */
	arp(w, OBSERVE_ARP_ANSWERS, PRINTER, printer_cstr, desk_cstr, learn_ms + 2); /* was there, silent */
	assert_int_equal(observe_said(w, "new-device"), 0);
	struct observation o = observe_dhcp(1, NULL, 77, NULL, OBSERVE_MS(learn_ms + 3));
	o.dhcp.host_len = observe_kinds_copy(o.dhcp.host, sizeof(o.dhcp.host), "pi");
	observe_feed(w, &o);
	assert_int_equal(observe_said(w, "new-device"), 0); /* no address yet */
	o = observe_dhcp(5, router_cstr, 77, "192.168.1.77", OBSERVE_MS(learn_ms + 4));
	observe_feed(w, &o);
	arp(w, OBSERVE_ARP_ASKS, 77, "192.168.1.77", router_cstr, learn_ms + 5);
	assert_int_equal(observe_said(w, "new-device"), 1);
	assert_bytes_equal(alert_fact_find(observe_last(w, "new-device"), "name"), BYTES("pi"));
	assert_int_equal(observe_last(w, "new-device")->severity, SEVERITY_MINOR);
	observe_free(w);
}

static void
made_up_cards_do_not_fill_the_console(void **state)
{
	(void)state;
	unsigned per_hour = (unsigned)observe_tuning("new-device", "per_hour");
	struct observe *w = observe_new();
	arp(w, OBSERVE_ARP_ASKS, DESK, desk_cstr, router_cstr, 0);
	for (unsigned i = 0; i < 100000; i++) {
		struct observation o = observe_arp(
		    OBSERVE_ARP_ASKS, 0, "192.168.1.200", router_cstr, OBSERVE_MS(7300000 + i));
		o.arp.sender_mac[1] = o.src_mac[1] = (uint8_t)(i >> 16);
		o.arp.sender_mac[2] = o.src_mac[2] = (uint8_t)(i >> 8);
		o.arp.sender_mac[3] = o.src_mac[3] = (uint8_t)i;
		observe_feed(w, &o);
	}
	assert_int_equal(observe_said(w, "new-device"), per_hour);
	arp(w, OBSERVE_ARP_ASKS, DESK, desk_cstr, router_cstr, 7500000);
	assert_int_equal(observe_said(w, "new-device"), per_hour); /* the flood made nobody forgotten */
	observe_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_card_that_takes_both_ends_is_told),
	    cmocka_unit_test(one_address_needs_more_insistence),
	    cmocka_unit_test(a_replaced_router_is_no_attack),
	    cmocka_unit_test(two_cards_that_take_turns_share_an_address),
	    cmocka_unit_test(an_address_that_changes_hands_is_no_duplicate),
	    cmocka_unit_test(a_second_server_that_comes_late_is_told_once),
	    cmocka_unit_test(a_server_of_another_vlan_is_another_network),
	    cmocka_unit_test(a_card_never_seen_is_told_after_learning),
	    cmocka_unit_test(made_up_cards_do_not_fill_the_console),
	};
	return RUN_TESTS(tests);
}
