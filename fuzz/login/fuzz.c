/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* FTP, SMTP, POP3, IMAP, Telnet, databases and the recognisers: the first byte chooses, the rest is a conversation cut in
 * two ways. */
#include "../l7_script.h"

#include "inspect/l7_database.h"
#include "inspect/l7_ftp.h"
#include "inspect/l7_mail.h"
#include "inspect/l7_mqtt.h"
#include "inspect/l7_pgsql.h"
#include "inspect/l7_pop3.h"
#include "inspect/l7_recognise.h"
#include "inspect/l7_smtp.h"
#include "inspect/l7_telnet.h"
#include "proto/base64.h"
#include "proto/textline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool condition)
{
	if (!condition)
		abort();
}

/* Of a stream, a prefix may not say no to what the whole is, nor yes to what the whole is not. */
static void
check_prefix(enum recognise_look prefix, enum recognise_look whole)
{
	must(prefix == RECOGNISE_MAYBE || prefix == whole);
}

static void
check_recognisers(struct bytes b, enum recognise_side side)
{
	struct bytes prefix = bytes_first(b, b.len / 2);
#define CHECK_STREAM(name) check_prefix(recognise_##name(prefix, side), recognise_##name(b, side));
	RECOGNISE_TCP(CHECK_STREAM)
	RECOGNISE_READ(CHECK_STREAM)
#define CHECK_DATAGRAM(name) (void)recognise_##name(b, side);
	RECOGNISE_UDP(CHECK_DATAGRAM)
	struct bytes user = recognise_rdp_user(b);
	must(user.len < 512);
}

static void
check_lines(struct bytes b)
{
	struct bytes prefix = bytes_first(b, b.len / 2), line;
	size_t used;
	if (textline_take(b, &used, &line) == PARSE_OK)
		must(used <= b.len && line.len < used && textline_reply(line).code < 1000);
	uint8_t plain[64];
	must(base64_decode(plain, sizeof(plain), b) <= b.len);
#define CHECK_LOOK(name)                                             \
	must(textline_looks_like_##name(prefix) == TEXTLINE_MAYBE || \
	    textline_looks_like_##name(prefix) == textline_looks_like_##name(b));
	CHECK_LOOK(ftp)
	CHECK_LOOK(smtp)
	CHECK_LOOK(pop3)
	CHECK_LOOK(imap)
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct l7_parser *const parsers[] = {&l7_ftp_parser, &l7_smtp_parser, &l7_pop3_parser, &l7_mqtt_parser,
	    &l7_mail_imap_parser, &l7_telnet_parser, &l7_recognise_rdp_parser, &l7_pgsql_parser, &l7_database_mysql_parser,
	    &l7_database_redis_parser};
	struct bytes b = {data, size};
	if (b.len < 2)
		return 0;
	check_recognisers(bytes_after(b, 1), RECOGNISE_CLIENT);
	check_recognisers(bytes_after(b, 1), RECOGNISE_SERVER);
	check_lines(bytes_after(b, 1));
	l7_script_check(parsers[(b.at[0] >> 4) % LENGTH_OF(parsers)], b);
	return 0;
}
