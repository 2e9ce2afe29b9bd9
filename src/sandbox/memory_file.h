/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sandbox/memory_file.h - bytes that are too many for a message of a channel: a file in memory, whose descriptor travels with it.
 *
 * It is sealed before it is sent, and read with pread(2): a sender that is hostile can neither change it under the reader nor
 * make the reader touch memory that is gone.
 */
#ifndef SANDBOX_MEMORY_FILE_H
#define SANDBOX_MEMORY_FILE_H

#include "core/bytes.h"

/* A sealed file that holds the bytes: its descriptor, the caller's to close, or -errno. */
MUST_USE int memory_file_make(struct bytes b);
/* The file must have exactly `len` bytes: they are read into a block that the caller frees, with a NUL after them. 0, -EBADMSG when
 * it has not (or is no sealed file), or another -errno. */
MUST_USE int memory_file_read(int fd, size_t len, uint8_t **out);
/* In two steps, for what is made piece by piece: an empty file, and its seal once nobody writes any more. */
MUST_USE int memory_file_new(void);
MUST_USE int memory_file_seal(int fd);
/* A sealed file of exactly `len` bytes as they lie there, not copied: its seals say that they stay. memory_file_unmap() gives it back. */
MUST_USE int memory_file_map(int fd, size_t len, struct bytes *out);
void memory_file_unmap(struct bytes mapped);
/* 0 when it is a sealed file of exactly `len` bytes, as memory_file_read() wants it. */
MUST_USE int memory_file_check(int fd, size_t len);

#endif
