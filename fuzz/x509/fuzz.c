/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Certificates: whatever they hold, what is read stays inside, prefixes are SHORT, and the event fits in its line. */
#include <stdlib.h>

#include "inspect/eve_tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool condition)
{
	if (!condition)
		abort();
}

static void
must_be_inside(struct bytes part, struct bytes whole)
{
	must(part.len == 0 || (part.at >= whole.at && part.len <= whole.len && part.at + part.len <= whole.at + whole.len));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char line[65536];
	struct bytes der = {data, size};
	struct x509 x, again;
	enum x509_fault fault;
	if (x509_parse(der, &x, &fault) != PARSE_OK) {
		must(fault != X509_FINE);
		return 0;
	}
	must(fault == X509_FINE && x.version >= 1 && x.version <= 3);
	must_be_inside(x.serial, der);
	must_be_inside(x.issuer, der);
	must_be_inside(x.subject, der);
	must_be_inside(x.alt_names, der);
	must(x.self_signed == bytes_eq(x.issuer, x.subject));
	size_t needed = size;
	while (needed > 0 && x509_parse(bytes_first(der, needed - 1), &again, &fault) == PARSE_OK)
		needed--; /* what follows the certificate */
	for (size_t n = 0; n < needed; n += 1 + needed / 16)
		must(x509_parse(bytes_first(der, n), &again, &fault) == PARSE_SHORT);
	for (size_t room = 0; room < 40; room += 13) {
		char text[40];
		must(x509_write_name(x.subject, text, room) <= room);
		must(x509_write_serial(x.serial, text, room) <= room);
	}
	struct eve_tls e = {.certificate = &x, .certificate_der = der, .version = 0x0303};
	struct json j = json_of(line, sizeof(line) - 2048); /* the rest of the record: JA3, names, addresses */
	json_open_object(&j, (struct bytes){0});
	eve_tls_write(&j, &e);
	json_close_object(&j);
	must(json_ok(&j));
	return 0;
}
