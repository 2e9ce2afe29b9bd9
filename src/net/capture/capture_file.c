/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_file.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/diag.h"
#include "core/ensure.h"
#include "net/capture/capture_inflate.h"
#include "net/capture/capture_pcap.h"
#include "net/capture/capture_pcapng.h"
#include "net/capture/capture_snoop.h"
#include "net/capture/capture_text.h"

enum {
	HEAD_BYTES = 64,                  /* read before there is a batch; enough to recognise all formats */
	PACKED_BYTES = 64 * 1024,         /* compressed input in memory */
	INFLATE_BYTES = 96 * 1024 * 1024, /* xz -9 takes 65 MiB */
};

struct capture_file {
	int fd;
	bool at_end;       /* of fd */
	uint64_t consumed; /* bytes read from fd */
	enum capture_packing packing;
	struct capture_inflate *unpack; /* NULL when plain */
	uint8_t *packed;                /* PACKED_BYTES */
	struct bytes packed_rest;       /* the part of it that is still to be unpacked */

	enum capture_format format;
	bool begun; /* its header is read */
	struct capture_pcap pcap;
	struct capture_snoop snoop;
	struct capture_pcapng ng;

	uint8_t head[HEAD_BYTES];
	struct capture_batch *batch; /* where the rest is; NULL when it is in head */
	size_t rest_at, rest_end;    /* bytes read and not yet given, as positions in the block */
	uint64_t offset;             /* of the rest in the uncompressed capture */
	uint64_t skip;               /* bytes after the rest that nobody wants */
	uint64_t number;             /* of the last frame */
	enum capture_fault fault;
	char name_cstr[DIAG_FILE_MAX];
};

enum capture_fault
capture_file_fault_of(int error)
{
	switch (error < 0 ? -error : error) {
	case 0: return CAPTURE_FAULT_NONE;
	case EMEDIUMTYPE: return CAPTURE_FAULT_NOT_A_CAPTURE;
	case EPIPE: return CAPTURE_FAULT_TRUNCATED;
	case EBADMSG: return CAPTURE_FAULT_DAMAGED;
	case ENODATA: return CAPTURE_FAULT_EMPTY;
	default: return CAPTURE_FAULT_UNREADABLE;
	}
}

static int
say_unreadable(const struct capture_file *file, int error, struct diag *diag)
{
	if (error == EISDIR)
		return diag_say_at(diag, -EISDIR, file->name_cstr, UINT64_MAX,
		    _("this is a folder, where a capture file was expected: name the files in it"));
	/* what a read may say and has another meaning as a fault */
	int said = capture_file_fault_of(error) == CAPTURE_FAULT_UNREADABLE ? error : EIO;
	return diag_say_at(
	    diag, -said, file->name_cstr, file->consumed, _("the system cannot read the file: %s"), text_error(error));
}

/* The two places where the system is asked. 0 at the end of fd. */
static int
read_fd(struct capture_file *file, uint8_t *to, size_t room, size_t *out_count, struct diag *diag)
{
	ssize_t n = -1;
	bool again = !file->at_end;
	while (again) {
		n = read(file->fd, to, room);
		again = n < 0 && (errno == EINTR || errno == EAGAIN);
		if (n < 0 && errno == EAGAIN)
			(void)poll(&(struct pollfd){.fd = file->fd, .events = POLLIN}, 1, -1);
	}
	if (n < 0 && !file->at_end)
		return say_unreadable(file, errno, diag);
	if (n <= 0) {
		file->at_end = true;
		n = 0;
	}
	file->consumed += (size_t)n;
	*out_count = (size_t)n;
	return 0;
}

static int
say_unpack(const struct capture_file *file, int error, struct diag *diag)
{
	const char *packing_cstr = capture_file_packing_cstr(file);
	switch (-error) {
	case EPIPE:
		return diag_say_at(diag, error, file->name_cstr, file->consumed,
		    _("the %s file ends too early: its copy or its recording was interrupted; all that could be unpacked was read"),
		    packing_cstr);
	case ENOMEM:
		return diag_say_at(diag, error, file->name_cstr, file->consumed,
		    _("unpacking this %s file takes more memory than is allowed: unpack it first"), packing_cstr);
	default:
		return diag_say_at(diag, error, file->name_cstr, file->consumed,
		    _("the %s file is damaged near this place: all before was read; make a new copy of it"), packing_cstr);
	}
}

/* Some bytes of the uncompressed capture: *out_count is 0 at its end only. */
static int
read_some(struct capture_file *file, uint8_t *to, size_t room, size_t *out_count, struct diag *diag)
{
	if (file->unpack == NULL)
		return read_fd(file, to, room, out_count, diag);
	for (;;) {
		enum capture_inflate_input input = file->at_end ? CAPTURE_INFLATE_LAST : CAPTURE_INFLATE_MORE_COMES;
		long written = capture_inflate_step(file->unpack, &file->packed_rest, input, to, room);
		if (written < 0)
			return say_unpack(file, (int)written, diag);
		if (written > 0 || (file->at_end && file->packed_rest.len == 0)) {
			*out_count = (size_t)written;
			return 0;
		}
		if (file->packed_rest.len > 0)
			return say_unpack(file, -EBADMSG, diag); /* it takes nothing and gives nothing */
		size_t count;
		int r = read_fd(file, file->packed, PACKED_BYTES, &count, diag);
		if (r < 0)
			return r;
		file->packed_rest = (struct bytes){file->packed, count};
	}
}

static int
say_foreign(const struct capture_file *file, struct bytes head, struct diag *diag)
{
	static const struct {
		struct bytes magic;
		const char *what_cstr;
	} known[] = {
	    {{(const uint8_t *)"PK\3\4", 4}, "zip"},
	    {{(const uint8_t *)"BZh", 3}, "bzip2"},
	    {{(const uint8_t *)"\x04\x22\x4d\x18", 4}, "lz4"},
	    {{(const uint8_t *)"7z\xbc\xaf\x27\x1c", 6}, "7-zip"},
	    {{(const uint8_t *)"Rar!", 4}, "rar"},
	};
	for (size_t i = 0; i < LENGTH_OF(known); i++)
		if (bytes_start_with(head, known[i].magic))
			return diag_say_at(diag, -EMEDIUMTYPE, file->name_cstr, 0,
			    _("this is a %s archive, which is not read directly: unpack it first"), known[i].what_cstr);
	enum { SHOWN_BYTES = 8 };
	char hex_cstr[3 * SHOWN_BYTES] = "";
	struct cursor c = cursor_of(bytes_first(head, SHOWN_BYTES));
	for (size_t at = 0; c.left > 0; at = strlen(hex_cstr))
		snprintf(hex_cstr + at, sizeof(hex_cstr) - at, "%s%02x", at == 0 ? "" : " ", cursor_u8(&c));
	return diag_say_at(diag, -EMEDIUMTYPE, file->name_cstr, 0,
	    _("this is not a capture file: it begins with %s; pcap, pcapng and snoop files are read, also inside gzip, zstd or xz"),
	    hex_cstr);
}

/* Reads into head until the format can be told; recognises compression on the way. */
static int
open_head(struct capture_file *file, size_t inflate_bytes_max, struct diag *diag)
{
	size_t len = 0, count = 1;
	while (len < CAPTURE_SCAN_GUESS_BYTES && count > 0) {
		int r = read_fd(file, file->head + len, HEAD_BYTES - len, &count, diag);
		if (r < 0)
			return r;
		len += count;
	}
	if (len == 0)
		return diag_say_at(diag, -ENODATA, file->name_cstr, 0, _("the file is empty: not one byte to read"));
	file->packing = capture_inflate_guess((struct bytes){file->head, len});
	if (file->packing != CAPTURE_PACKING_PLAIN) {
		file->packed = malloc(PACKED_BYTES);
		file->unpack = capture_inflate_new(file->packing, inflate_bytes_max);
		if (file->packed == NULL || file->unpack == NULL)
			return diag_say_at(
			    diag, -ENOMEM, file->name_cstr, UINT64_MAX, _("not enough memory to unpack the file"));
		memcpy(file->packed, file->head, len);
		file->packed_rest = (struct bytes){file->packed, len};
		for (len = 0, count = 1; len < CAPTURE_SCAN_GUESS_BYTES && count > 0; len += count) {
			int r = read_some(file, file->head + len, HEAD_BYTES - len, &count, diag);
			if (r < 0)
				return r;
		}
		if (len == 0)
			return diag_say_at(diag, -ENODATA, file->name_cstr, 0, _("the %s file holds nothing"),
			    capture_file_packing_cstr(file));
	}
	file->rest_end = len;
	file->format = capture_scan_guess((struct bytes){file->head, len});
	if (file->format == CAPTURE_FORMAT_UNKNOWN)
		return say_foreign(file, (struct bytes){file->head, len}, diag);
	return 0;
}

int
capture_file_open(
    struct capture_file **out, int fd, const char *name_cstr, const struct capture_file_options *options, struct diag *diag)
{
	struct capture_file *file = calloc(1, sizeof(*file));
	if (file == NULL)
		return diag_say_at(diag, -ENOMEM, name_cstr, UINT64_MAX, _("not enough memory to read a capture"));
	file->fd = fd;
	file->number = options->frames_before;
	snprintf(file->name_cstr, sizeof(file->name_cstr), "%s", name_cstr);
	int r = open_head(file, options->inflate_bytes_max > 0 ? options->inflate_bytes_max : INFLATE_BYTES, diag);
	if (r < 0) {
		capture_file_free(file);
		return r;
	}
	*out = file;
	return 0;
}

void
capture_file_free(struct capture_file *file)
{
	if (file == NULL)
		return;
	capture_inflate_free(file->unpack);
	free(file->packed);
	free(file);
}

/* The rest is in another batch (or in head): brings it to this one. */
static void
adopt_rest(struct capture_file *file, struct capture_batch *batch)
{
	if (file->batch == batch)
		return;
	size_t len = file->rest_end - file->rest_at;
	const uint8_t *from = file->batch == NULL ? file->head : file->batch->block;
	ENSURE(len <= capture_batch_block_bytes(batch)); /* batches of one file have one size */
	size_t to = len <= CAPTURE_BATCH_FRONT ? CAPTURE_BATCH_FRONT - len : 0;
	if (len > 0)
		memcpy(batch->block + to, from + file->rest_at, len);
	file->batch = batch;
	file->rest_at = to;
	file->rest_end = to + len;
}

enum fill { FILL_FROM_FRONT, FILL_BEHIND };

/* Reads behind the rest: after moving it in front of the chunk, or where it is when there is room
 * (a pipe gives little at a time, and moving each time would cost the square of it). */
static int
fill(struct capture_file *file, enum fill where, size_t *out_count, struct diag *diag)
{
	struct capture_batch *batch = file->batch;
	const size_t block_bytes = capture_batch_block_bytes(batch);
	if (where == FILL_FROM_FRONT || file->rest_end == block_bytes) {
		size_t len = file->rest_end - file->rest_at;
		ENSURE(len <= CAPTURE_BATCH_FRONT); /* no format waits for a longer record */
		if (len > 0)
			memmove(batch->block + CAPTURE_BATCH_FRONT - len, batch->block + file->rest_at, len);
		file->rest_at = CAPTURE_BATCH_FRONT - len;
		file->rest_end = CAPTURE_BATCH_FRONT;
	}
	int r = read_some(file, batch->block + file->rest_end, block_bytes - file->rest_end, out_count, diag);
	if (r == 0)
		file->rest_end += *out_count;
	return r;
}

static enum capture_scan_end
begin_format(struct capture_file *file, struct capture_scan *s)
{
	switch (file->format) {
	case CAPTURE_FORMAT_PCAP: return capture_pcap_begin(&file->pcap, s);
	case CAPTURE_FORMAT_SNOOP: return capture_snoop_begin(&file->snoop, s);
	case CAPTURE_FORMAT_PCAPNG: return capture_pcapng_begin(&file->ng, s);
	case CAPTURE_FORMAT_UNKNOWN: break;
	}
	(void)diag_say_at(s->diag, -EBADMSG, s->name_cstr, s->offset,
	    _("neither a packet nor another capture begins here: the file is damaged from here on; all before was read"));
	return CAPTURE_SCAN_DAMAGED;
}

static enum capture_scan_end
scan_format(struct capture_file *file, struct capture_scan *s)
{
	if (!file->begun) {
		enum capture_scan_end end = begin_format(file, s);
		if (end != CAPTURE_SCAN_STOP)
			return end;
		file->begun = true;
	}
	switch (file->format) {
	case CAPTURE_FORMAT_PCAP: return capture_pcap_scan(&file->pcap, s);
	case CAPTURE_FORMAT_PCAPNG: return capture_pcapng_scan(&file->ng, s);
	case CAPTURE_FORMAT_SNOOP: return capture_snoop_scan(&file->snoop, s);
	case CAPTURE_FORMAT_UNKNOWN: break;
	}
	return CAPTURE_SCAN_DAMAGED;
}

/* Frames from the rest. Another capture that begins in it is followed. */
static enum capture_scan_end
scan_rest(struct capture_file *file, struct capture_batch *batch, struct diag *diag)
{
	struct capture_scan s = {
	    .rest = {batch->block + file->rest_at, file->rest_end - file->rest_at},
	    .offset = file->offset,
	    .frames = batch->frames,
	    .max = batch->frames_max,
	    .number = file->number,
	    .name_cstr = file->name_cstr,
	    .diag = diag,
	};
	capture_scan_pass(&s, file->skip);
	enum capture_scan_end end = s.skip > 0 ? CAPTURE_SCAN_MORE : scan_format(file, &s);
	while (end == CAPTURE_SCAN_HEADER && s.count < s.max) {
		if (s.rest.len < CAPTURE_SCAN_GUESS_BYTES) {
			end = CAPTURE_SCAN_MORE; /* found again when there is enough to tell which */
			break;
		}
		file->begun = false;
		file->format = capture_scan_guess(s.rest);
		end = scan_format(file, &s);
	}
	file->rest_at = file->rest_end - s.rest.len;
	file->offset = s.offset;
	file->skip = s.skip;
	file->number = s.number;
	batch->count = s.count;
	return end;
}

/* No byte follows: between two records that is the end. */
static int
finish(struct capture_file *file, struct diag *diag)
{
	if (file->begun && file->rest_at == file->rest_end && file->skip == 0)
		return 0;
	return diag_say_at(diag, -EPIPE, file->name_cstr, file->offset,
	    _("the capture ends in the middle of a record, as when the recording or a copy was interrupted; all before it was read"));
}

static int
next_frames(struct capture_file *file, struct capture_batch *batch, struct diag *diag)
{
	enum fill where = FILL_FROM_FRONT;
	for (;;) {
		enum capture_scan_end end = scan_rest(file, batch, diag);
		if (batch->count > 0)
			return (int)batch->count;
		if (end == CAPTURE_SCAN_DAMAGED)
			return -EBADMSG;
		size_t count = 0;
		int r = fill(file, where, &count, diag);
		if (r < 0)
			return r;
		if (count == 0)
			return finish(file, diag);
		where = FILL_BEHIND;
	}
}

int
capture_file_next(struct capture_file *file, struct capture_batch *batch, struct diag *diag)
{
	adopt_rest(file, batch);
	int r = next_frames(file, batch, diag);
	if (r < 0)
		file->fault = capture_file_fault_of(r);
	return r;
}

enum capture_fault
capture_file_fault(const struct capture_file *file)
{
	return file->fault;
}

uint64_t
capture_file_consumed(const struct capture_file *file)
{
	return file->consumed;
}

uint64_t
capture_file_frames(const struct capture_file *file)
{
	return file->number;
}

const char *
capture_file_format_cstr(const struct capture_file *file)
{
	switch (file->format) {
	case CAPTURE_FORMAT_PCAP: return "pcap";
	case CAPTURE_FORMAT_PCAPNG: return "pcapng";
	case CAPTURE_FORMAT_SNOOP: return "snoop";
	case CAPTURE_FORMAT_UNKNOWN: break;
	}
	return "?";
}

const char *
capture_file_packing_cstr(const struct capture_file *file)
{
	switch (file->packing) {
	case CAPTURE_PACKING_GZIP: return "gzip";
	case CAPTURE_PACKING_ZSTD: return "zstd";
	case CAPTURE_PACKING_XZ: return "xz";
	case CAPTURE_PACKING_PLAIN: break;
	}
	return "plain";
}
