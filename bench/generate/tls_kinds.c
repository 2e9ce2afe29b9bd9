/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "der.h"
#include "kinds.h"
#include "net.h"

enum { RECORD_CCS = 20, RECORD_HANDSHAKE = 22, RECORD_DATA = 23, DAY = 86400 };

enum {
	EXT_SNI = 0,
	EXT_STATUS = 5,
	EXT_GROUPS = 10,
	EXT_POINTS = 11,
	EXT_SIGALGS = 13,
	EXT_ALPN = 16,
	EXT_SCT = 18,
	EXT_EMS = 23,
	EXT_COMPRESS = 27,
	EXT_TICKET = 35,
	EXT_VERSIONS = 43,
	EXT_PSK_MODES = 45,
	EXT_KEY_SHARE = 51,
	EXT_RENEGOTIATION = 0xff01
};

static const uint16_t browser_suites[] = {
    0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
static const uint16_t other_suites[] = {0x1301, 0x1303, 0x1302, 0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c, 0xc030, 0xc00a,
    0xc009, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
static const uint16_t tool_suites[] = {0x1302, 0x1303, 0x1301, 0xc02c, 0xc030, 0x009f, 0xcca9, 0xcca8, 0xccaa, 0xc02b,
    0xc02f, 0x009e, 0xc024, 0xc028, 0x006b, 0xc023, 0xc027, 0x0067, 0x00ff};
static const uint16_t system_suites[] = {0xc02c, 0xc02b, 0xc030, 0xc02f, 0xc024, 0xc023, 0xc028, 0xc027, 0xc00a, 0xc009,
    0xc014, 0xc013, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f};

static const struct look {
	const uint16_t *suites;
	size_t count;
	bool grease;
	bool session;
	const char *alpn_cstr; /* as on the wire: each name behind its length */
} looks[4] = {
    {browser_suites, sizeof(browser_suites) / 2, true, true, "\x02h2\x08http/1.1"},
    {other_suites, sizeof(other_suites) / 2, false, true, "\x02h2\x08http/1.1"},
    {tool_suites, sizeof(tool_suites) / 2, false, true, "\x08http/1.1"},
    {system_suites, sizeof(system_suites) / 2, false, false, NULL},
};

static size_t
record_open(struct paper *p, uint8_t type)
{
	paper_u8(p, type);
	paper_be16(p, 0x0303);
	return paper_open(p, 2);
}

static size_t
handshake_open(struct paper *p, uint8_t type)
{
	paper_u8(p, type);
	return paper_open(p, 3);
}

static size_t
extension_open(struct paper *p, uint16_t type)
{
	paper_be16(p, type);
	return paper_open(p, 2);
}

static void
extension(struct paper *p, uint16_t type, const void *at, size_t len)
{
	size_t mark = extension_open(p, type);
	paper_bytes(p, at, len);
	paper_close(p, mark, 2);
}

static uint32_t
grease(struct noise *n)
{
	return noise_below(n, 16) * 0x1010 + 0x0a0a;
}

static void
server_name(struct paper *p, const char *name_cstr)
{
	size_t mark = extension_open(p, EXT_SNI), list = paper_open(p, 2);
	paper_u8(p, 0);
	size_t name = paper_open(p, 2);
	paper_str(p, name_cstr);
	paper_close(p, name, 2);
	paper_close(p, list, 2);
	paper_close(p, mark, 2);
}

static void
tls13_extensions(struct paper *p, struct noise *n, const struct look *look)
{
	size_t mark = extension_open(p, EXT_VERSIONS), list = paper_open(p, 1);
	if (look->grease)
		paper_be16(p, grease(n));
	paper_be32(p, 0x03040303);
	paper_close(p, list, 1);
	paper_close(p, mark, 2);
	extension(p, EXT_PSK_MODES, "\x01\x01", 2);
	mark = extension_open(p, EXT_KEY_SHARE);
	list = paper_open(p, 2);
	if (look->grease) {
		paper_be16(p, grease(n));
		paper_be16(p, 1);
		paper_u8(p, 0);
	}
	paper_be16(p, 29);
	paper_be16(p, 32);
	paper_noise(p, n, 32);
	paper_close(p, list, 2);
	paper_close(p, mark, 2);
}

static void
client_extensions(struct paper *p, struct noise *n, const char *name_cstr, const struct look *look, bool tls13)
{
	if (look->grease)
		extension(p, (uint16_t)grease(n), "", 0);
	server_name(p, name_cstr);
	extension(p, EXT_EMS, "", 0);
	extension(p, EXT_RENEGOTIATION, "\x00", 1);
	extension(p, EXT_GROUPS, "\x00\x06\x00\x1d\x00\x17\x00\x18", 8);
	extension(p, EXT_POINTS, "\x01\x00", 2);
	extension(p, EXT_TICKET, "", 0);
	if (look->alpn_cstr != NULL) {
		size_t mark = extension_open(p, EXT_ALPN), list = paper_open(p, 2);
		paper_str(p, look->alpn_cstr);
		paper_close(p, list, 2);
		paper_close(p, mark, 2);
	}
	extension(p, EXT_STATUS, "\x01\x00\x00\x00\x00", 5);
	extension(p, EXT_SIGALGS, "\x00\x10\x04\x03\x08\x04\x04\x01\x05\x03\x08\x05\x05\x01\x08\x06\x06\x01", 18);
	if (look->grease)
		extension(p, EXT_SCT, "", 0);
	if (tls13)
		tls13_extensions(p, n, look);
	if (look->grease)
		extension(p, EXT_COMPRESS, "\x02\x00\x02", 3);
}

void
tls_client_hello(struct paper *p, struct noise *n, const char *name_cstr, unsigned look_number, bool tls13)
{
	const struct look *look = &looks[look_number % 4];
	size_t record = record_open(p, RECORD_HANDSHAKE), hello = handshake_open(p, 1);
	p->at[record - 3] = 1; /* the record of a first hello says 1.0 */
	paper_be16(p, 0x0303);
	paper_noise(p, n, 32);
	paper_u8(p, look->session ? 32 : 0);
	paper_noise(p, n, look->session ? 32 : 0);
	size_t suites = paper_open(p, 2);
	if (look->grease)
		paper_be16(p, grease(n));
	for (size_t i = 0; i < look->count; i++)
		if (tls13 || look->suites[i] >> 8 != 0x13)
			paper_be16(p, look->suites[i]);
	paper_close(p, suites, 2);
	paper_be16(p, 0x0100);
	size_t extensions = paper_open(p, 2);
	client_extensions(p, n, name_cstr, look, tls13);
	paper_close(p, extensions, 2);
	paper_close(p, hello, 3);
	paper_close(p, record, 2);
}

static void
server_hello(struct paper *p, struct noise *n, bool tls13)
{
	size_t record = record_open(p, RECORD_HANDSHAKE), hello = handshake_open(p, 2);
	paper_be16(p, 0x0303);
	paper_noise(p, n, 32);
	paper_u8(p, 32);
	paper_noise(p, n, 32);
	paper_be16(p, tls13 ? 0x1301 : 0xc02f);
	paper_u8(p, 0);
	size_t extensions = paper_open(p, 2);
	if (tls13) {
		extension(p, EXT_VERSIONS, "\x03\x04", 2);
		size_t mark = extension_open(p, EXT_KEY_SHARE);
		paper_be16(p, 29);
		paper_be16(p, 32);
		paper_noise(p, n, 32);
		paper_close(p, mark, 2);
	} else {
		extension(p, EXT_RENEGOTIATION, "\x00", 1);
		extension(p, EXT_EMS, "", 0);
		extension(p, EXT_POINTS, "\x01\x00", 2);
		extension(p, EXT_ALPN, "\x00\x09\x08http/1.1", 11);
	}
	paper_close(p, extensions, 2);
	paper_close(p, hello, 3);
	paper_close(p, record, 2);
}

/* A leaf for the site and the authority above it; one site in two hundred is its own authority, one is out of date. */
static void
certificate_chain(struct paper *p, const struct world *w, uint32_t site)
{
	static const char *const authorities[] = {"Banc RSA R1", "Banc RSA R2", "Essai Secure CA 7", "Nord Trust G3"};
	char name[NET_NAME];
	net_site_name(site, name);
	time_t now = (time_t)(w->start_us / 1000000);
	const char *authority = site % 200 == 7 ? name : authorities[site % 4];
	struct certificate leaf = {.subject_cn = name,
	    .issuer_cn = authority,
	    .dns_name = name,
	    .from = now - (time_t)(site % 60) * DAY - DAY,
	    .until = now + (time_t)(site % 30) * DAY + DAY,
	    .key = site};
	if (site % 200 == 11)
		leaf.until = now - DAY / 2;
	size_t message = handshake_open(p, 11), list = paper_open(p, 3), mark = paper_open(p, 3);
	der_certificate(p, &leaf);
	paper_close(p, mark, 3);
	if (authority != name) {
		struct certificate above = {.subject_cn = authority,
		    .issuer_cn = "Racine du banc d'essai",
		    .from = now - 900 * DAY,
		    .until = now + 900 * DAY,
		    .key = 1u << 20 | site % 4};
		mark = paper_open(p, 3);
		der_certificate(p, &above);
		paper_close(p, mark, 3);
	}
	paper_close(p, list, 3);
	paper_close(p, message, 3);
}

static void
server_keys(struct paper *p, struct noise *n)
{
	size_t message = handshake_open(p, 12);
	paper_u8(p, 3);
	paper_be16(p, 29);
	paper_u8(p, 32);
	paper_noise(p, n, 32);
	paper_be16(p, 0x0804);
	size_t mark = paper_open(p, 2);
	paper_noise(p, n, 256);
	paper_close(p, mark, 2);
	paper_close(p, message, 3);
}

static void
sealed(struct paper *p, struct noise *n, uint8_t type, size_t len)
{
	size_t mark = record_open(p, type);
	paper_noise(p, n, len);
	paper_close(p, mark, 2);
}

static void
change_cipher(struct paper *p)
{
	paper_bytes(p, "\x14\x03\x03\x00\x01\x01", 6);
}

static void
start(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	f->site = noise_popular(n, NET_SITES);
	f->word = noise_below(n, NET_CLIENTS * 3 / 8);
	net_join(w, f, f->word, net_site(f->site), 443);
	f->turns_left = (uint16_t)noise_tail(n, 1, 3, 30);
	f->closer = noise_chance(n, 7000) ? CLIENT : SERVER;
	f->ending = noise_chance(n, 1500) ? ENDING_RESET : ENDING_FIN;
}

static void
start_large(struct world *w, struct flow *f)
{
	start(w, f);
	f->turns_left = 1;
}

/* After the handshake: requests and answers, all sealed. */
static bool
sealed_talk(struct world *w, struct flow *f, bool large)
{
	struct noise *n = &w->noise;
	struct turn *t = &f->turn;
	if (f->turns_left == 0)
		return false;
	t->body = BODY_TLS;
	if (f->step % 2 == 0) {
		t->from = CLIENT;
		t->body_len = TLS_RECORD_HEADER +
		    (noise_chance(n, 600) ? noise_tail(n, 900, 6000, 200000) : noise_tail(n, 60, 200, 1800));
		t->delay_us = f->step <= 4 ? noise_between(n, 100, 900) : noise_tail(n, 900, 60000, 9000000);
	} else {
		t->from = SERVER;
		t->body_len = large ? noise_tail(n, 500000, 1500000, 20000000) : noise_tail(n, 100, 900, 600000);
		t->body_len += TLS_RECORD_HEADER + 20;
		t->delay_us = f->rtt_us + noise_tail(n, 300, 12000, 900000);
		f->turns_left--;
	}
	uint32_t last = t->body_len % (TLS_RECORD + TLS_RECORD_HEADER);
	if (last > 0 && last < TLS_RECORD_HEADER + 20)
		t->body_len += 32;
	return true;
}

static bool
tls13(struct world *w, struct flow *f, bool large)
{
	struct noise *n = &w->noise;
	struct turn *t = &f->turn;
	char name[NET_NAME];
	switch (f->step++) {
	case 0:
		net_site_name(f->site, name);
		t->delay_us = noise_between(n, 60, 500);
		tls_client_hello(f->head, n, name, f->word % 3, true);
		return true;
	case 1:
		t->from = SERVER;
		t->delay_us = f->rtt_us + noise_between(n, 200, 2500);
		server_hello(f->head, n, true);
		change_cipher(f->head);
		t->body = BODY_TLS;
		t->body_len = noise_between(n, 2500, 4800);
		return true;
	case 2:
		t->delay_us = noise_between(n, 300, 2500);
		change_cipher(f->head);
		sealed(f->head, n, RECORD_DATA, 53);
		f->step = 4;
		return true;
	default: f->step--; break;
	}
	bool more = sealed_talk(w, f, large);
	f->step++;
	return more;
}

static bool
next_tls13(struct world *w, struct flow *f)
{
	return tls13(w, f, false);
}

static bool
next_tls_large(struct world *w, struct flow *f)
{
	return tls13(w, f, true);
}

static bool
next_tls12(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	struct turn *t = &f->turn;
	char name[NET_NAME];
	size_t mark;
	switch (f->step++) {
	case 0:
		net_site_name(f->site, name);
		t->delay_us = noise_between(n, 60, 500);
		tls_client_hello(f->head, n, name, f->word % 2 ? 3 : 2, false);
		return true;
	case 1:
		t->from = SERVER;
		t->delay_us = f->rtt_us + noise_between(n, 200, 2500);
		server_hello(f->head, n, false);
		mark = record_open(f->head, RECORD_HANDSHAKE);
		certificate_chain(f->head, w, f->site);
		paper_close(f->head, mark, 2);
		mark = record_open(f->head, RECORD_HANDSHAKE);
		server_keys(f->head, n);
		paper_close(f->head, mark, 2);
		mark = record_open(f->head, RECORD_HANDSHAKE);
		paper_be32(f->head, 14u << 24); /* server hello done */
		paper_close(f->head, mark, 2);
		return true;
	case 2:
		t->delay_us = noise_between(n, 300, 2500);
		mark = record_open(f->head, RECORD_HANDSHAKE);
		paper_be32(f->head, 16u << 24 | 33); /* client key exchange */
		paper_u8(f->head, 32);
		paper_noise(f->head, n, 32);
		paper_close(f->head, mark, 2);
		change_cipher(f->head);
		sealed(f->head, n, RECORD_HANDSHAKE, 40);
		return true;
	case 3:
		t->from = SERVER;
		t->delay_us = f->rtt_us + noise_between(n, 200, 1500);
		change_cipher(f->head);
		sealed(f->head, n, RECORD_HANDSHAKE, 40);
		return true;
	default: f->step--; break;
	}
	bool more = sealed_talk(w, f, false);
	f->step++;
	return more;
}

const struct kind kinds_tls13 = {"tls 1.3", TRANSPORT_TCP, start, next_tls13};
const struct kind kinds_tls12 = {"tls 1.2", TRANSPORT_TCP, start, next_tls12};
const struct kind kinds_tls_large = {"tls download", TRANSPORT_TCP, start_large, next_tls_large};
