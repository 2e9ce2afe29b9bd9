/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/report - the first byte says what is made: which report, language, public or not; the rest is every text of the record. An input
 * that begins with "PK" is an archive, as another program may give it back.
 *
 * Oracles: a document is well-formed whatever its texts: no markup of the input, every element closed, no control character, valid
 * UTF-8; of a public version, no name of the record. The same document twice is the same bytes.
 */
#include "core/ensure.h"
#include "core/utf8.h"
#include "report/html.h"
#include "report/margins.h"
#include "report/zip.h"

#include "../../tests/support/report_sample.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 4096, DEPTH_MAX = 64 };

static bool
is_name(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' || c == '-' ||
	    c == '_';
}

/* Well-formed XML, as far as we write it: it shares no code with the writer. */
static void
check_markup(struct bytes text)
{
	struct bytes open[DEPTH_MAX];
	size_t depth = 0, at = 0;
	if (bytes_start_with(text, BYTES("<!DOCTYPE html>\n")))
		at = sizeof("<!DOCTYPE html>\n") - 1;
	while (at < text.len) {
		uint8_t c = text.at[at];
		if (c >= 0x80) {
			size_t n = utf8_length(bytes_after(text, at));
			ENSURE(n > 0);
			at += n;
			continue;
		}
		ENSURE(c >= 0x20 || c == '\n' || c == '\t');
		ENSURE(c != 0x7f && c != '>');
		if (c == '&') {
			struct bytes entity = bytes_first(bytes_after(text, at), 6);
			ENSURE(bytes_start_with(entity, BYTES("&lt;")) || bytes_start_with(entity, BYTES("&gt;")) ||
			    bytes_start_with(entity, BYTES("&amp;")) || bytes_start_with(entity, BYTES("&quot;")) ||
			    bytes_start_with(entity, BYTES("&#39;")));
		}
		if (c != '<') {
			at++;
			continue;
		}
		bool closes = text.at[at + 1] == '/';
		size_t start = at + 1 + closes, end = start;
		while (end < text.len && is_name(text.at[end]))
			end++;
		struct bytes name = {text.at + start, end - start};
		ENSURE(name.len > 0);
		at = end;
		while (at < text.len && text.at[at] == ' ') { /* attributes */
			at++;
			while (at < text.len && is_name(text.at[at]))
				at++;
			ENSURE(at + 1 < text.len && text.at[at] == '=' && text.at[at + 1] == '"');
			at += 2;
			while (at < text.len && text.at[at] != '"') {
				ENSURE(text.at[at] != '<' && text.at[at] != '>' &&
				    (text.at[at] >= 0x20 || text.at[at] == '\n' || text.at[at] == '\t'));
				at++;
			}
			at++;
		}
		bool is_empty = at < text.len && text.at[at] == '/';
		at += is_empty;
		ENSURE(at < text.len && text.at[at] == '>');
		at++;
		if (closes) {
			ENSURE(depth > 0 && bytes_eq(open[depth - 1], name));
			depth--;
		} else if (!is_empty) {
			ENSURE(depth < DEPTH_MAX);
			open[depth++] = name;
			if (bytes_eq(name, BYTES("style"))) /* ours, but for strings that are all numbers */
				at += bytes_find_all(bytes_after(text, at), BYTES("</style>"));
			ENSURE(!bytes_eq(name, BYTES("script")));
		}
	}
	ENSURE(depth == 0);
}

static void
check_archive(struct bytes archive)
{
	static struct zip zip;
	static const struct report_margins margins = {"left", "marking", "foot"};
	char *out = NULL;
	size_t len = 0;
	if (zip_open(archive, &zip)) {
		for (size_t i = 0; i < zip.count; i++) {
			uint8_t *part = NULL;
			if (zip_read(archive, &zip.entries[i], &part))
				free(part);
		}
	}
	for (int is_docx = 0; is_docx < 2; is_docx++) {
		if (!margins_put(is_docx != 0, &margins, archive, &out, &len))
			continue;
		ENSURE(zip_open((struct bytes){(const uint8_t *)out, len}, &zip)); /* what we write, we read */
		free(out);
	}
}

static void
check_book(struct bytes archive)
{
	static struct zip zip;
	ENSURE(zip_open(archive, &zip));
	for (size_t i = 0; i < zip.count; i++) {
		uint8_t *part = NULL;
		ENSURE(zip_read(archive, &zip.entries[i], &part));
		struct bytes text = {part, zip.entries[i].size};
		ENSURE(bytes_find_all(text, BYTES("<f>")) == text.len);
		size_t prolog = bytes_start_with(text, BYTES("<?xml")) ? bytes_find(text, '\n') + 1 : 0;
		check_markup(bytes_after(text, prolog));
		free(part);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct report_sample sample;
	static struct zone *zone;
	static char text[TEXT_MAX + 1];
	struct report_document made = {.len = 0}, again = {.len = 0};
	struct diag diag = {.offset = 0};
	if (zone == NULL)
		ENSURE(zone_open(&zone, "UTC", &diag) == 0);
	if (size == 0)
		return 0;
	if (bytes_start_with((struct bytes){data, size}, BYTES("PK"))) {
		check_archive((struct bytes){data, size});
		return 0;
	}
	unsigned choice = data[0];
	size_t len = size - 1 < TEXT_MAX ? size - 1 : TEXT_MAX;
	memcpy(text, data + 1, len);
	text[len] = '\0';
	report_sample_make(&sample, (choice & 1) != 0 ? LANGUAGE_FR : LANGUAGE_EN, zone, text);
	sample.in.is_public = (choice & 2) != 0;
	enum report_kind kind = (enum report_kind)(choice / 4 % REPORT_KINDS);
	enum report_format format = (choice & 0x80) != 0 ? REPORT_XLSX : (choice & 0x40) != 0 ? REPORT_ODT : REPORT_HTML;
	if (report_make(kind, format, &sample.in, &made, &diag) < 0) {
		ENSURE(diag.text_cstr[0] != '\0');
		return 0;
	}
	struct bytes whole = {(const uint8_t *)made.at, made.len};
	if (format == REPORT_XLSX)
		check_book(whole);
	else
		check_markup(whole);
	ENSURE(!sample.in.is_public || bytes_find_all(whole, BYTES("192.168.20.")) == whole.len ||
	    strstr(text, "192.168.20.") != NULL);
	ENSURE(report_make(kind, format, &sample.in, &again, &diag) == 0 && again.len == made.len &&
	    memcmp(again.at, made.at, made.len) == 0);
	free(made.at);
	free(again.at);
	return 0;
}
