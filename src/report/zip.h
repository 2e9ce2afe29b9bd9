/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/zip.h - the container of XLSX, DOCX and ODT (APPNOTE 6.3: no encryption, no ZIP64, one disk): written into memory, and
 * read back. Dates are the first that the format knows, so that the same document is the same bytes.
 */
#ifndef REPORT_ZIP_H
#define REPORT_ZIP_H

#include "core/bytes.h"

enum { ZIP_FILES_MAX = 256, ZIP_NAME_MAX = 128, ZIP_BYTES_MAX = 128 << 20 };

struct zip_entry {
	char name_cstr[ZIP_NAME_MAX];
	uint32_t crc, packed, size, at; /* at: of its local header */
	bool is_deflated;
};

struct zip {
	uint8_t *at; /* owned by a writer; freed by zip_free() */
	size_t len, room;
	size_t count;
	bool failed; /* too big, too many, or no memory: ask once, at the end */
	struct zip_entry entries[ZIP_FILES_MAX];
};

/* As it is, without compression: the first file of an ODF must be so. */
void zip_store(struct zip *z, const char *name_cstr, struct bytes data);
void zip_deflate(struct zip *z, const char *name_cstr, struct bytes data);
/* Writes the directory. False: it failed. */
MUST_USE bool zip_end(struct zip *z);
void zip_free(struct zip *z);

/* The directory of an archive; entries[].at is where its bytes begin. False: no archive, or one with what we do not read. */
MUST_USE bool zip_open(struct bytes archive, struct zip *out);
/* The bytes of one file, for free(). False: it is not what the directory says, or no memory. */
MUST_USE bool zip_read(struct bytes archive, const struct zip_entry *entry, uint8_t **out);

#endif
