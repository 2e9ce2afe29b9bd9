/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "inspect/file_kind.h"

static struct file_kind *kind;

static int
begin(void **state)
{
	(void)state;
	struct diag diag = {0};
	return file_kind_new(&kind, &diag);
}

static int
end(void **state)
{
	(void)state;
	file_kind_free(kind);
	return 0;
}

static bool
is(struct bytes beginning, const char *word_cstr)
{
	char text[FILE_KIND_TEXT_MAX];
	struct bytes heap = test_heap(beginning);
	size_t len = file_kind_find(kind, heap, text);
	test_heap_free(heap);
	struct bytes said = {(const uint8_t *)text, len};
	return bytes_find_all(said, bytes_of_cstr(word_cstr)) < said.len;
}

static void
kinds_are_told_in_libmagics_words(void **state)
{
	(void)state;
	assert_true(is(BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\6\0\0\0"), "PNG image data"));
	assert_true(is(BYTES("%PDF-1.4\n%abc"), "PDF document"));
	assert_true(is(BYTES("GIF89a\1\0\1\0"), "GIF image data"));
	assert_true(is(BYTES("hello, this is text\n"), "ASCII text"));
}

static void
what_is_cut_short_or_empty_is_no_fault(void **state)
{
	(void)state;
	char text[FILE_KIND_TEXT_MAX];
	assert_int_equal(file_kind_find(kind, (struct bytes){0}, text), 0);
	static const uint8_t png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	for (size_t n = 1; n <= sizeof(png); n++)
		assert_false(is((struct bytes){png, n}, "?"));
}

/* An ELF file that says it has 65535 sections and notes, a chain of indirections: bounded, whatever it says. */
static void
extreme_heads_end_soon(void **state)
{
	(void)state;
	static uint8_t elf[65536 * 2];
	memcpy(elf,
	    "\x7f"
	    "ELF\2\1\1",
	    7);
	elf[16] = 2; /* executable */
	elf[18] = 62;
	elf[20] = 1;
	elf[32] = 64;                                 /* program headers */
	elf[40] = 64;                                 /* sections */
	elf[54] = 56;                                 /* size of each */
	elf[56] = elf[57] = elf[60] = elf[61] = 0xff; /* how many */
	elf[58] = 64;
	for (size_t i = 64; i + 64 < sizeof(elf); i += 56)
		elf[i] = 4; /* a note */
	assert_true(is((struct bytes){elf, sizeof(elf)}, "ELF"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kinds_are_told_in_libmagics_words),
	    cmocka_unit_test(what_is_cut_short_or_empty_is_no_fault),
	    cmocka_unit_test(extreme_heads_end_soon),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
