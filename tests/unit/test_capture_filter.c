/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>

#include "core/diag.h"
#include "net/capture/capture_filter.h"
#include "net/decode/packet.h"
#include "test.h"

/* UDP from 10.0.0.1 port 53 to 10.0.0.2 port 4660, without the link layer. */
#define IP_UDP                                                                             \
	"\x45\x00\x00\x1c\x00\x00\x00\x00\x40\x11\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02" \
	"\x00\x35\x12\x34\x00\x08\x00\x00"
#define MACS "\x02\0\0\0\0\1\x02\0\0\0\0\2"

static struct capture_filter *
compile(const char *expression_cstr)
{
	struct capture_filter *filter = NULL;
	struct diag diag = {0};
	if (capture_filter_compile(&filter, expression_cstr, &diag) != 0)
		fail_msg("%s: %s", expression_cstr, diag.text_cstr);
	return filter;
}

static void
the_verdict_is_libpcaps_for_each_link_type(void **state)
{
	(void)state;
	static const struct {
		const char *expression_cstr;
		uint16_t linktype;
		struct bytes data;
		enum capture_filter_verdict verdict;
		const char *why;
	} rows[] = {
	    {"udp port 53", 1, BYTES(MACS "\x08\x00" IP_UDP), CAPTURE_FILTER_KEEP, "Ethernet"},
	    {"udp port 54", 1, BYTES(MACS "\x08\x00" IP_UDP), CAPTURE_FILTER_DROP, "another port"},
	    {"udp port 53", 101, BYTES(IP_UDP), CAPTURE_FILTER_KEEP, "raw IP"},
	    {"udp port 53", 12, BYTES(IP_UDP), CAPTURE_FILTER_KEEP, "raw IP, numbered as OpenBSD does not"},
	    {"udp port 53", 228, BYTES(IP_UDP), CAPTURE_FILTER_KEEP, "raw IPv4"},
	    {"src host 10.0.0.2", 101, BYTES(IP_UDP), CAPTURE_FILTER_DROP, "the other way"},
	    {"udp port 53", 113,
	        BYTES("\0\0\0\1\0\6" MACS "\0\0\0\0"
	              "\x08\x00" IP_UDP),
	        CAPTURE_FILTER_DROP, "cooked, misplaced"},
	    {"udp port 53", 113, BYTES("\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\x00" IP_UDP), CAPTURE_FILTER_KEEP, "cooked"},
	    {"ether host 02:00:00:00:00:01", 101, BYTES(IP_UDP), CAPTURE_FILTER_UNDECIDED, "no such addresses there"},
	    {"ether host 02:00:00:00:00:01", 1, BYTES(MACS "\x08\x00" IP_UDP), CAPTURE_FILTER_KEEP, "but here"},
	    {"arp", 101, BYTES(IP_UDP), CAPTURE_FILTER_DROP, "there is no ARP in raw IP"},
	    {"arp", 276, BYTES("\x08\x06\0\0\0\0\0\1\0\1\0\6\2\0\0\0\0\1\0\0"), CAPTURE_FILTER_KEEP,
	        "but in the link types after it"},
	    {"udp", 9999, BYTES(IP_UDP), CAPTURE_FILTER_UNDECIDED, "an unknown link type"},
	    {"", 1, BYTES("x"), CAPTURE_FILTER_KEEP, "no condition"},
	    {"udp port 53", 1, BYTES(MACS "\x08\x00\x45"), CAPTURE_FILTER_DROP, "cut: a read past the end drops"},
	    {"udp port 53", 1, BYTES(""), CAPTURE_FILTER_DROP, "empty"},
	    {"greater 1000", 1, BYTES(MACS), CAPTURE_FILTER_KEEP, "the length on the wire counts"},
	    {"vlan 5 and udp", 1, BYTES(MACS "\x81\x00\x00\x05\x08\x00" IP_UDP), CAPTURE_FILTER_KEEP, "a tag"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct capture_filter *filter = compile(rows[i].expression_cstr), *copy = NULL;
		struct diag diag = {0};
		assert_int_equal(capture_filter_parse(&copy, capture_filter_bytes(filter), &diag), 0);
		struct bytes data = test_heap(rows[i].data);
		struct frame frame = {.data = data, .wire_len = 1500, .linktype = rows[i].linktype};
		if (capture_filter_run(filter, &frame) != rows[i].verdict)
			fail_msg("%s: %s", rows[i].expression_cstr, rows[i].why);
		if (capture_filter_run(copy, &frame) != rows[i].verdict)
			fail_msg("%s, through the message: %s", rows[i].expression_cstr, rows[i].why);
		assert_bytes_equal(capture_filter_bytes(copy), capture_filter_bytes(filter));
		test_heap_free(data);
		capture_filter_free(copy);
		capture_filter_free(filter);
	}
}

static void
a_bad_expression_is_answered_in_plain_words_with_the_place(void **state)
{
	(void)state;
	static const struct {
		const char *expression_cstr, *said_cstr, *quoted_cstr;
		unsigned column;
	} rows[] = {
	    {"prot 53", "not understood", "syntax error", 1},
	    {"port", "not understood", "syntax error", 1},
	    {"udp port 53 and", "not understood", "syntax error", 13},
	    {"tcp or udp  prot 53 or icmp", "not understood", "syntax error", 13},
	    {"(udp", "not understood", "syntax error", 1},
	    {"host 10.0.0.999", "no address", "10.0.0.999", 6},
	    {"udp or port 70000", "0 to 65535", "illegal port number", 13},
	    {"tcp and port nosuchthing", "no service", "unknown port 'nosuchthing'", 14},
	    {"net 10.0.0.1/8", "mask keeps", "non-network bits", 5},
	    {"net 10.0.0.0/33", "a mask is", "mask length", 0},
	    {"ether[0:9] = 1", "refuses it", "data size must be 1", 0},
	    {"udp and vlan 5", "can ever match", "rejects all packets", 0},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct capture_filter *filter = NULL;
		struct diag diag = {0};
		assert_int_equal(capture_filter_compile(&filter, rows[i].expression_cstr, &diag), -EINVAL);
		assert_null(filter);
		assert_non_null(strstr(diag.text_cstr, rows[i].expression_cstr));
		assert_non_null(strstr(diag.text_cstr, rows[i].said_cstr));
		assert_non_null(strstr(diag.text_cstr, rows[i].quoted_cstr));
		assert_int_equal(diag.column, rows[i].column);
	}
}

static void
every_changed_or_cut_message_is_refused_or_safe(void **state)
{
	(void)state;
	struct capture_filter *filter = compile("udp port 53 or vlan 7");
	struct bytes message = capture_filter_bytes(filter);
	struct diag diag = {0};
	struct bytes frame_bytes = test_heap(BYTES(MACS "\x08\x00" IP_UDP));
	size_t refused = 0;
	for (size_t len = 0; len < message.len; len++) {
		struct capture_filter *got = NULL;
		struct bytes cut = test_heap(bytes_first(message, len));
		assert_int_equal(capture_filter_parse(&got, cut, &diag), -EBADMSG);
		assert_null(got);
		test_heap_free(cut);
	}
	for (size_t i = 0; i < message.len && i < 400; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			struct capture_filter *got = NULL;
			struct bytes changed = test_heap(message);
			((uint8_t *)(uintptr_t)changed.at)[i] ^= (uint8_t)(1u << bit);
			if (capture_filter_parse(&got, changed, &diag) == 0) {
				/* another program, but one that ends and stays in the frame */
				struct frame frame = {.data = frame_bytes, .wire_len = 42, .linktype = 1};
				(void)capture_filter_run(got, &frame);
				capture_filter_free(got);
			} else {
				refused++;
			}
			test_heap_free(changed);
		}
	}
	assert_true(refused > 100);
	struct capture_filter *got = NULL;
	assert_int_equal(capture_filter_parse(&got, BYTES("bpf1\0\0"), &diag), -EBADMSG);
	assert_int_equal(capture_filter_parse(&got, BYTES("bpf1\0\xff"), &diag), -EBADMSG);
	test_heap_free(frame_bytes);
	capture_filter_free(filter);
}

static void
an_expression_about_tags_is_known_to_be_one(void **state)
{
	(void)state;
	static const struct {
		const char *expression_cstr;
		bool tags;
	} rows[] = {{"vlan", true}, {"(vlan 7) and udp", true}, {"port 53", false}, {"", false}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct capture_filter *filter = NULL;
		struct diag diag;
		if (capture_filter_compile(&filter, rows[i].expression_cstr, &diag) != 0)
			fail_msg("%s: %s", rows[i].expression_cstr, diag.text_cstr);
		assert_int_equal(capture_filter_sees_tags(filter), rows[i].tags);
		size_t count = 0;
		assert_non_null(capture_filter_program(filter, 1, &count));
		assert_true(count > 0);
		assert_null(capture_filter_program(filter, 9999, &count));
		assert_int_equal(count, 0);
		capture_filter_free(filter);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_verdict_is_libpcaps_for_each_link_type),
	    cmocka_unit_test(a_bad_expression_is_answered_in_plain_words_with_the_place),
	    cmocka_unit_test(every_changed_or_cut_message_is_refused_or_safe),
	    cmocka_unit_test(an_expression_about_tags_is_known_to_be_one),
	};
	return RUN_TESTS(tests);
}
