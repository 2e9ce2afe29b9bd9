/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/file_outlet.h"

#include "app/messages.h"
#include "sandbox/channel.h"

enum { PIECE = 12288 };

static bool
send_out(const struct file_outlet *o, enum message_type type, struct writer *w)
{
	struct bytes body = writer_written(w);
	return (o->never_waits && type == MESSAGE_FILE_DATA ? channel_try_send(o->fd, (uint16_t)type, body, -1)
	                                                    : channel_send(o->fd, (uint16_t)type, body, -1)) == 0;
}

static uint64_t
begin(void *context)
{
	struct file_outlet *o = context;
	return atomic_fetch_add_explicit(&o->begun, 1, memory_order_relaxed) + 1;
}

static bool
put(void *context, uint64_t file, struct bytes data)
{
	const struct file_outlet *o = context;
	uint8_t room[8 + PIECE];
	while (data.len > 0) {
		struct writer w = writer_of(room, sizeof(room));
		struct bytes piece = bytes_first(data, PIECE);
		writer_be64(&w, file);
		writer_put(&w, piece);
		if (!send_out(o, MESSAGE_FILE_DATA, &w))
			return false;
		data = bytes_after(data, piece.len);
	}
	return true;
}

static uint64_t
keep(void *context, uint64_t file, uint64_t size, const uint8_t sha256[static 32])
{
	struct file_outlet *o = context;
	uint8_t room[48];
	struct writer w = writer_of(room, sizeof(room));
	writer_be64(&w, file);
	writer_be64(&w, size);
	writer_put(&w, (struct bytes){sha256, 32});
	return send_out(o, MESSAGE_FILE_KEEP, &w) ? atomic_fetch_add_explicit(&o->kept, 1, memory_order_relaxed) + 1 : 0;
}

static void
drop(void *context, uint64_t file)
{
	const struct file_outlet *o = context;
	uint8_t room[8];
	struct writer w = writer_of(room, sizeof(room));
	writer_be64(&w, file);
	(void)send_out(o, MESSAGE_FILE_DROP, &w);
}

void
file_outlet_init(struct file_outlet *o, int fd, bool never_waits)
{
	o->fd = fd;
	o->never_waits = never_waits;
	atomic_init(&o->begun, 0);
	atomic_init(&o->kept, 0);
	o->saver = (struct file_saver){.context = o, .begin = begin, .put = put, .keep = keep, .drop = drop};
}
