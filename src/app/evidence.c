/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/evidence.h"

#include "core/writer.h"

/* Contains both addresses of the alert as they travel; an alert with many targets asks for its source alone. A search in
 * the headers' bytes, not a decoding: it also finds what ARP and tunnels carry. */
static bool
concerns(const struct alert *alert, struct bytes frame)
{
	const struct addr *ends[2] = {&alert->source, &alert->target};
	struct bytes head = bytes_first(frame, 256);
	bool found = false;
	for (size_t i = 0; i < 2; i++) {
		if (addr_is_zero(ends[i]))
			continue;
		bool v4 = addr_is_v4(ends[i]);
		struct bytes wanted = {ends[i]->at + (v4 ? 12 : 0), v4 ? 4 : 16};
		if (bytes_find_all(head, wanted) == head.len)
			return false;
		found = true;
	}
	return found;
}

static void
put_le32(struct writer *w, uint32_t v)
{
	uint8_t b[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};
	writer_put(w, (struct bytes){b, sizeof(b)});
}

static void
put_header(struct writer *w, uint16_t linktype)
{
	put_le32(w, 0xa1b23c4d);  /* nanoseconds */
	put_le32(w, 2 | 4 << 16); /* version 2.4 */
	put_le32(w, 0);
	put_le32(w, 0);
	put_le32(w, EVIDENCE_SNAP_BYTES);
	put_le32(w, linktype);
}

size_t
evidence_write(const struct alert *alert, const struct frame *frames, size_t count, uint8_t out[static EVIDENCE_BYTES_MAX])
{
	size_t picked[EVIDENCE_PACKETS_MAX], n = 0;
	for (size_t i = count; i > 0 && n < EVIDENCE_PACKETS_MAX; i--) {
		if (frames[i - 1].number > alert->number || !concerns(alert, frames[i - 1].data))
			continue;
		if (n > 0 && frames[i - 1].linktype != frames[picked[0]].linktype)
			continue; /* one file, one link type */
		picked[n++] = i - 1;
	}
	if (n == 0)
		return 0;
	struct writer w = writer_of(out, EVIDENCE_BYTES_MAX);
	put_header(&w, frames[picked[0]].linktype);
	for (size_t i = n; i > 0; i--) {
		const struct frame *f = &frames[picked[i - 1]];
		struct bytes kept = bytes_first(f->data, EVIDENCE_SNAP_BYTES);
		if (kept.len + 16 > w.size - w.len)
			break;
		put_le32(&w, (uint32_t)(f->time_ns / 1000000000));
		put_le32(&w, (uint32_t)(f->time_ns % 1000000000));
		put_le32(&w, (uint32_t)kept.len);
		put_le32(&w, f->wire_len);
		writer_put(&w, kept);
	}
	return w.len;
}
