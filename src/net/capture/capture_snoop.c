/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_snoop.h"

#include <errno.h>

#include "core/diag.h"
#include "net/capture/capture_batch.h"
#include "net/capture/capture_text.h"

enum { FILE_HEAD_BYTES = 16, RECORD_HEAD_BYTES = 24 };

/* RFC 1761, data link types, to LINKTYPE_ values. The others have not been seen for decades. */
static const struct {
	uint32_t snoop;
	uint16_t linktype;
} links[] = {
    {0, 1},  /* IEEE 802.3 */
    {2, 6},  /* token ring */
    {4, 1},  /* Ethernet */
    {8, 10}, /* FDDI */
};

bool
capture_snoop_guess(struct bytes head)
{
	return bytes_start_with(head, BYTES("snoop\0\0\0"));
}

enum capture_scan_end
capture_snoop_begin(struct capture_snoop *snoop, struct capture_scan *s)
{
	struct cursor c = cursor_of(s->rest);
	cursor_take(&c, 8);
	uint32_t version = cursor_be32(&c);
	uint32_t link = cursor_be32(&c);
	if (!cursor_ok(&c))
		return CAPTURE_SCAN_MORE;
	for (size_t i = 0; version == 2 && i < LENGTH_OF(links); i++) {
		if (links[i].snoop != link)
			continue;
		snoop->linktype = links[i].linktype;
		capture_scan_pass(s, FILE_HEAD_BYTES);
		return CAPTURE_SCAN_STOP;
	}
	(void)diag_say_at(s->diag, -EBADMSG, s->name_cstr, s->offset + 8,
	    _("snoop version %lu with link type %lu is not known (version 2 with types 0, 2, 4 and 8 is): convert the file to "
	      "pcap first"),
	    (unsigned long)version, (unsigned long)link);
	return CAPTURE_SCAN_DAMAGED;
}

enum capture_scan_end
capture_snoop_scan(const struct capture_snoop *snoop, struct capture_scan *s)
{
	while (s->count < s->max) {
		struct cursor c = cursor_of(s->rest);
		uint32_t wire = cursor_be32(&c);
		uint32_t captured = cursor_be32(&c);
		uint32_t whole = cursor_be32(&c); /* header and padding included */
		cursor_take(&c, 4);               /* drops so far */
		uint32_t seconds = cursor_be32(&c);
		uint32_t micros = cursor_be32(&c);
		if (!cursor_ok(&c))
			return CAPTURE_SCAN_MORE;
		if (captured > CAPTURE_BATCH_RECORD_MAX || whole < RECORD_HEAD_BYTES ||
		    captured > whole - RECORD_HEAD_BYTES) {
			if (s->count == 0)
				(void)diag_say_at(s->diag, -EBADMSG, s->name_cstr, s->offset,
				    _("packet %llu claims %lu captured bytes in a record of %lu: the file is damaged from here on; all "
				      "before was read"),
				    (unsigned long long)s->number + 1, (unsigned long)captured, (unsigned long)whole);
			return CAPTURE_SCAN_DAMAGED;
		}
		struct bytes data = cursor_take(&c, captured);
		if (!cursor_ok(&c))
			return CAPTURE_SCAN_MORE;
		s->frames[s->count++] = (struct frame){
		    .time_ns = (int64_t)seconds * 1000000000 + (int64_t)micros * 1000,
		    .number = ++s->number,
		    .data = data,
		    .wire_len = wire > captured ? wire : captured,
		    .linktype = snoop->linktype,
		};
		capture_scan_pass(s, whole);
		if (s->skip > 0)
			return CAPTURE_SCAN_MORE;
	}
	return CAPTURE_SCAN_STOP;
}
