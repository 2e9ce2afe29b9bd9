/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/text.h"

#include "core/cursor.h"

#include <stdio.h>
#include <stdlib.h>

/* Generated from data/po/fr.po by msgfmt --endianness=little and tools/embed. */
extern const unsigned char text_fr_mo[];
extern const size_t text_fr_mo_len;

/* GNU gettext manual, "The Format of GNU MO Files": two sorted tables of (length, offset). */
struct catalogue {
	struct bytes file;
	uint32_t count, keys_at, values_at;
};

static struct catalogue
catalogue_of(struct bytes file)
{
	struct catalogue empty = {0}, found = {.file = file};
	struct cursor c = cursor_of(file);
	if (cursor_le32(&c) != 0x950412de || cursor_le32(&c) != 0)
		return empty;
	found.count = cursor_le32(&c);
	found.keys_at = cursor_le32(&c);
	found.values_at = cursor_le32(&c);
	return cursor_ok(&c) ? found : empty;
}

/* The text of one row; its NUL follows it in the file. */
static const char *
row(const struct catalogue *m, uint32_t table_at, uint32_t index)
{
	struct cursor c = cursor_of(bytes_after(m->file, table_at));
	cursor_take(&c, (size_t)index * 8);
	uint32_t len = cursor_le32(&c), at = cursor_le32(&c);
	if (!cursor_ok(&c) || at >= m->file.len || len >= m->file.len - at)
		return "";
	return (const char *)m->file.at + at;
}

const char *
text_in(enum language language, const char *sentence_cstr)
{
	if (language == LANGUAGE_EN || sentence_cstr[0] == '\0')
		return sentence_cstr;
	struct catalogue m = catalogue_of((struct bytes){text_fr_mo, text_fr_mo_len});
	uint32_t low = 0, high = m.count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(sentence_cstr, row(&m, m.keys_at, middle));
		if (order == 0) {
			const char *found = row(&m, m.values_at, middle);
			return found[0] != '\0' ? found : sentence_cstr;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return sentence_cstr;
}

static enum language spoken = LANGUAGE_EN;

void
text_speak(enum language language)
{
	spoken = language;
}

enum language
text_spoken(void)
{
	return spoken;
}

const char *
text_of(const char *sentence_cstr)
{
	return text_in(spoken, sentence_cstr);
}

/* strerror() speaks English here, for no role may open the system's catalogues; its sentences are keys like any other. */
static const char *const errors[] __attribute__((unused)) = {
    N_("Operation not permitted"),
    N_("No such file or directory"),
    N_("Interrupted system call"),
    N_("Input/output error"),
    N_("No such device or address"),
    N_("Bad file descriptor"),
    N_("Resource temporarily unavailable"),
    N_("Cannot allocate memory"),
    N_("Permission denied"),
    N_("Device or resource busy"),
    N_("File exists"),
    N_("No such device"),
    N_("Not a directory"),
    N_("Is a directory"),
    N_("Invalid argument"),
    N_("Too many open files in system"),
    N_("Too many open files"),
    N_("File too large"),
    N_("No space left on device"),
    N_("Illegal seek"),
    N_("Read-only file system"),
    N_("Broken pipe"),
    N_("File name too long"),
    N_("Too many levels of symbolic links"),
    N_("Stale file handle"),
    N_("Disk quota exceeded"),
    N_("Operation not supported"),
    N_("Protocol not supported"),
    N_("Network is down"),
    N_("No buffer space available"),
    N_("Connection timed out"),
};

const char *
text_error(int error)
{
	return text_of(strerror(error));
}

const char *
text_plural(enum language language, uint64_t n, const char *singular_cstr, const char *plural_cstr)
{
	bool one = n == 1 || (n == 0 && language == LANGUAGE_FR);
	return text_in(language, one ? singular_cstr : plural_cstr);
}

const char *
text_decimal(enum language language, double value, char out[static TEXT_DECIMAL_MAX])
{
	(void)snprintf(out, TEXT_DECIMAL_MAX, "%.1f", value);
	char *point = strchr(out, '.');
	if (point != NULL && language == LANGUAGE_FR)
		*point = ',';
	return out;
}

enum language
text_language_of(const char *locale_cstr)
{
	return strncmp(locale_cstr, "fr", 2) == 0 ? LANGUAGE_FR : LANGUAGE_EN;
}

enum language
text_language_of_environment(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < LENGTH_OF(names); i++) {
		const char *value_cstr = getenv(names[i]);
		if (value_cstr != NULL && value_cstr[0] != '\0')
			return text_language_of(value_cstr);
	}
	return LANGUAGE_EN;
}
