/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/learn/learn_file.h - the file of a model: sections of bytes, each at a multiple of 64, little-endian, signed as a whole.
 *
 *	 0  "beffroiM"
 *	 8  u32 version, u32 number of sections (1..LEARN_FILE_SECTIONS)
 *	16  u64 bytes of the file, u64 bytes that the signature covers: all but the last 96, or 0 (nobody signed)
 *	32  32 bytes of 0
 *	64  of each section, in the order of the file: u32 kind, u32 0, u64 offset, u64 bytes, u64 0
 *	    the sections; between them bytes of 0
 *	    signed: the public key (32), the ed25519 signature (64) of all before the key
 *
 * A reader takes nothing on trust; what it finds may be used where it lies, also mapped from a file.
 */
#ifndef DETECT_LEARN_LEARN_FILE_H
#define DETECT_LEARN_LEARN_FILE_H

#include "core/bytes.h"
#include "core/diag.h"

enum {
	LEARN_FILE_VERSION = 1,
	LEARN_FILE_SECTIONS = 32,
	LEARN_FILE_ALIGN = 64,
	LEARN_FILE_MAX = 64 << 20,
	LEARN_FILE_KEY = 32,
	LEARN_FILE_SIGNATURE = 64,
};

enum learn_file_kind {
	LEARN_FILE_FACTS = 1,   /* struct learn_facts */
	LEARN_FILE_TREES,       /* struct learn_forest */
	LEARN_FILE_CODES,       /* what the codes are called: 64 x 48 bytes, each name ended by NUL */
	LEARN_FILE_CUTS,        /* of an imported model: how its numbers become codes (detect/learn/learn_cuts.h) */
	LEARN_FILE_SETTINGS,    /* how it was trained, for people: text */
	LEARN_FILE_SHEET,       /* the data sheet: text */
	LEARN_FILE_APPROVAL,    /* who answers for it: text, "name\nmoment\n" */
	LEARN_FILE_OTHER = 256, /* from here on: whoever wants to keep something beside the trees */
};

struct learn_file_section {
	uint32_t kind;
	struct bytes bytes;
};

struct learn_file {
	struct bytes whole, covered; /* covered: what the signature covers; empty: nobody signed */
	size_t count;
	struct learn_file_section section[LEARN_FILE_SECTIONS];
	uint8_t key[LEARN_FILE_KEY], signature[LEARN_FILE_SIGNATURE];
};

/* *out borrows the bytes. 0, or -EINVAL with diag: truncated, of another version, made wrongly. The signature is not looked at. */
MUST_USE int learn_file_read(struct bytes file, struct learn_file *out, struct diag *diag);
/* The first section of a kind; empty when there is none. */
struct bytes learn_file_find(const struct learn_file *file, uint32_t kind);
/* Sets, replaces or, with no bytes, takes out the section of a kind; borrows. -ENOSPC: LEARN_FILE_SECTIONS are there. */
MUST_USE int learn_file_put(struct learn_file *file, uint32_t kind, struct bytes bytes);
/* The file of these sections, not signed: *out is the caller's to free. 0, -EFBIG or -ENOMEM. */
MUST_USE int learn_file_write(const struct learn_file *file, uint8_t **out, size_t *len);

#endif
