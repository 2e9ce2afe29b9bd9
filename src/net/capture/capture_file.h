/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_file.h - frames out of a capture file, a pipe or standard input.
 *
 * Formats: pcap (both byte orders, micro and nanoseconds, and its old variants), pcapng, snoop
 * (RFC 1761); plain or compressed by gzip, zstd or xz; several captures one after the other in
 * one file. All is recognised by content, never by name. Only read(2) and poll(2) are called on
 * the given descriptor, so a confined process can read what it was handed.
 *
 * What stands before a fault is given first; the fault is the result of the next call.
 *
 * Owned by one thread. Never logs.
 */
#ifndef NET_CAPTURE_CAPTURE_FILE_H
#define NET_CAPTURE_CAPTURE_FILE_H

#include "core/bytes.h"
#include "net/capture/capture_batch.h"

struct diag;
struct capture_file;

/* Each fault has its own errno, so that either of the two can be kept. */
enum capture_fault {
	CAPTURE_FAULT_NONE,
	CAPTURE_FAULT_NOT_A_CAPTURE, /* EMEDIUMTYPE: nothing we know begins like this */
	CAPTURE_FAULT_TRUNCATED,     /* EPIPE: it ends in the middle of a record; all before was given */
	CAPTURE_FAULT_DAMAGED,       /* EBADMSG: a length or a type cannot be true */
	CAPTURE_FAULT_UNREADABLE,    /* any other: the system refused to read, or memory is short */
	CAPTURE_FAULT_EMPTY,         /* ENODATA: not one byte */
};

struct capture_file_options {
	uint64_t frames_before;   /* frames already numbered in this run; the next one is one more */
	size_t inflate_bytes_max; /* memory that decompression may take; 0 for 96 MiB */
};

/* Reads the first bytes of fd and recognises the format; waits for them on a pipe. fd stays the
 * caller's and must outlive the file; name_cstr is copied, it appears in messages. Negative errno
 * with diag when this is no capture: *out is then untouched. */
MUST_USE int capture_file_open(
    struct capture_file **out, int fd, const char *name_cstr, const struct capture_file_options *options, struct diag *diag);
void capture_file_free(struct capture_file *file);

/* Fills the batch. Returns the number of frames (> 0), 0 at the end, or a negative errno with
 * diag (file, offset in the uncompressed bytes, what was expected). After an error the same error
 * comes again. On a pipe it returns as soon as it has one frame. Several batches may be filled in
 * turn; the one filled last must not be freed before the next call, which takes the beginning of a
 * cut record out of it. */
MUST_USE int capture_file_next(struct capture_file *file, struct capture_batch *batch, struct diag *diag);

/* What an errno of the two functions above means. */
enum capture_fault capture_file_fault_of(int error);
enum capture_fault capture_file_fault(const struct capture_file *file);

/* Bytes taken from fd so far (compressed ones when it is compressed). */
uint64_t capture_file_consumed(const struct capture_file *file);
/* Number of the last frame given: frames_before of the next file. */
uint64_t capture_file_frames(const struct capture_file *file);
/* "pcap", "pcapng" or "snoop", and "gzip", "zstd", "xz" or "plain"; static strings. */
const char *capture_file_format_cstr(const struct capture_file *file);
const char *capture_file_packing_cstr(const struct capture_file *file);

#endif
