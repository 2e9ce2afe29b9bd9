/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_reader.h"

#include "app/learn_set_write.h"
#include "app/learn_wire.h"
#include "app/messages.h"
#include "core/auto.h"
#include "lesson/lesson_labels.h"
#include "net/capture/capture_inflate.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

enum { FD_VERB = 3, ROOM = 1 << 20, WINDOW_MAX = 128 << 20, LABELS_MAX = 4 << 20, NAME_MAX_BYTES = 256 };
static const struct lesson_limits limits_default = {.rows = 20000000, .bytes = UINT64_C(16) << 30};

/* One file on its way: packed bytes, then text, then lines. */
struct reading {
	struct lesson *lesson;
	struct lesson_labels *labels;
	struct diag *diag;
	int set_fd; /* where the table goes */
	char file_cstr[NAME_MAX_BYTES];
	size_t used; /* of text: what is no whole line yet */
	bool skipping;
	uint8_t packed[ROOM / 4];
	uint8_t text[ROOM];
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
	uint8_t out[CHANNEL_MESSAGE_MAX];
};

static int
keep_rest(struct reading *r, struct bytes rest, int result)
{
	if (rest.len > 0)
		memmove(r->text, rest.at, rest.len);
	r->used = rest.len;
	return result;
}

/* Hands over all whole lines; at the end also one without its end. */
static int
take_lines(struct reading *r, bool at_end)
{
	struct bytes rest = {r->text, r->used};
	int result = 0;
	if (!lesson_has_lines(r->lesson)) {
		result = lesson_bytes(r->lesson, &rest, r->diag);
		return keep_rest(r, rest, result);
	}
	while (rest.len > 0 && result == 0) {
		size_t len = bytes_find(rest, '\n');
		if (len == rest.len && !at_end)
			break;
		if (!r->skipping)
			result = lesson_line(r->lesson, bytes_first(rest, len), r->diag);
		r->skipping = false;
		rest = bytes_after(rest, len + 1);
	}
	if (rest.len > LESSON_LINE_MAX && result == 0) { /* told once as too long, then read away */
		if (!r->skipping)
			result = lesson_line(r->lesson, rest, r->diag);
		r->skipping = true;
		rest.len = 0;
	}
	return keep_rest(r, rest, result);
}

static int
fail(const struct reading *r, int error, const char *text_cstr)
{
	return diag_say_at(r->diag, error, r->file_cstr, UINT64_MAX, "%s", text_cstr);
}

static ssize_t
read_some(int fd, uint8_t *at, size_t room)
{
	ssize_t n;
	do
		n = read(fd, at, room);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static int
read_plain(struct reading *r, int fd)
{
	ssize_t n;
	while ((n = read_some(fd, r->text + r->used, sizeof(r->text) - r->used)) > 0) {
		r->used += (size_t)n;
		int result = take_lines(r, false);
		if (result < 0)
			return result;
	}
	return n < 0 ? fail(r, (int)n, text_error((int)-n)) : take_lines(r, true);
}

static int
read_packed(struct reading *r, int fd, struct capture_inflate *unpack, size_t head)
{
	struct bytes in = {r->packed, head};
	bool last = false;
	for (;;) {
		long got = capture_inflate_step(unpack, &in, last ? CAPTURE_INFLATE_LAST : CAPTURE_INFLATE_MORE_COMES,
		    r->text + r->used, sizeof(r->text) - r->used);
		if (got < 0)
			return fail(r, (int)got,
			    got == -EPIPE ? _("the compressed file ends in its middle")
			                  : _("the compressed file is damaged"));
		r->used += (size_t)got;
		int result = got > 0 ? take_lines(r, false) : 0;
		if (result < 0)
			return result;
		if (got > 0)
			continue;
		if (last)
			return take_lines(r, true);
		if (in.len > 0)
			memmove(r->packed, in.at, in.len);
		ssize_t n = read_some(fd, r->packed + in.len, sizeof(r->packed) - in.len);
		if (n < 0)
			return fail(r, (int)n, text_error((int)-n));
		last = n == 0;
		in = (struct bytes){r->packed, in.len + (size_t)n};
	}
}

static int
read_file(struct reading *r, int fd)
{
	size_t head = 0;
	ssize_t n = 1;
	r->used = 0;
	r->skipping = false;
	while (head < CAPTURE_INFLATE_GUESS_BYTES && (n = read_some(fd, r->packed + head, sizeof(r->packed) - head)) > 0)
		head += (size_t)n;
	if (n < 0)
		return fail(r, (int)n, text_error((int)-n));
	enum capture_packing packing = capture_inflate_guess((struct bytes){r->packed, head});
	if (packing == CAPTURE_PACKING_PLAIN) {
		memcpy(r->text, r->packed, head);
		r->used = head;
		return read_plain(r, fd);
	}
	struct capture_inflate *unpack = capture_inflate_new(packing, WINDOW_MAX);
	int result = unpack == NULL ? fail(r, -ENOMEM, _("not enough memory")) : read_packed(r, fd, unpack, head);
	capture_inflate_free(unpack);
	return result;
}

static int
read_table(struct reading *r, int fd)
{
	int result = lesson_begin(r->lesson, r->file_cstr, r->diag);
	if (result == 0)
		result = read_file(r, fd);
	return result == 0 ? lesson_end(r->lesson, r->used, r->diag) : result;
}

static int
read_labels(struct reading *r, int fd)
{
	AUTO_FREE uint8_t *room = malloc(LABELS_MAX);
	size_t used = 0;
	ssize_t n = 1;
	if (room == NULL || r->labels != NULL)
		return fail(r, -ENOMEM, _("not enough memory"));
	while (used < LABELS_MAX && (n = read_some(fd, room + used, LABELS_MAX - used)) > 0)
		used += (size_t)n;
	if (n < 0)
		return fail(r, (int)n, text_error((int)-n));
	if (used == LABELS_MAX)
		return fail(r, -E2BIG, _("a file of labels has at most 4 MB"));
	int result = lesson_labels_read((struct bytes){room, used}, r->file_cstr, &r->labels, r->diag);
	if (result == 0)
		lesson_label_by(r->lesson, r->labels);
	return result;
}

static int
configure(struct reading *r)
{
	struct channel_message m;
	struct learn_reader_config config;
	struct lesson_limits limits = limits_default;
	if (channel_receive(FD_VERB, r->buffer, sizeof(r->buffer), &m) <= 0 || m.type != MESSAGE_CONFIG || m.fd < 0 ||
	    learn_wire_get_config(m.body, &config) != PARSE_OK)
		return diag_say(r->diag, -EBADMSG, "%s", _("the reader got no configuration"));
	r->set_fd = m.fd;
	text_speak(config.language);
	if (config.rows_max > 0)
		limits.rows = config.rows_max;
	int layers = sandbox_enter(SANDBOX_READER, NULL, r->diag);
	return layers < 0 ? layers : lesson_new(config.mapping_cstr, &limits, &r->lesson, r->diag);
}

/* One file after the other, until the verb says that there are no more. */
static int
read_all(struct reading *r)
{
	for (;;) {
		struct channel_message m;
		if (channel_receive(FD_VERB, r->buffer, sizeof(r->buffer), &m) <= 0)
			return diag_say(r->diag, -EPIPE, "%s", _("a process could not be started"));
		if (m.type == MESSAGE_END)
			return 0;
		AUTO_CLOSE int fd = m.fd;
		(void)snprintf(r->file_cstr, sizeof(r->file_cstr), "%.*s", (int)m.body.len, (const char *)m.body.at);
		int result = m.fd < 0 ? -EBADMSG : m.type == MESSAGE_LABELS ? read_labels(r, fd) : read_table(r, fd);
		if (result < 0)
			return result;
	}
}

static void
tell(enum message_type type, const struct writer *w)
{
	int r = channel_send(FD_VERB, (uint16_t)type, writer_written(w), -1);
	(void)r; /* nobody listens any more: nothing is left to do */
}

static int
run(struct reading *r)
{
	struct learn_table *table = NULL;
	int result = configure(r);
	if (result == 0)
		result = read_all(r);
	if (result == 0)
		result = lesson_finish(r->lesson, &table, r->diag);
	if (result == 0 && (result = learn_set_write_to(r->set_fd, table)) < 0)
		(void)diag_say(r->diag, result, "%s", text_error(-result));
	learn_table_free(table);
	struct writer w = writer_of(r->out, sizeof(r->out));
	if (result < 0) {
		learn_wire_put_fault(&w, r->diag);
		tell(MESSAGE_FAULT, &w);
		w.len = 0;
	}
	if (r->lesson != NULL) {
		learn_wire_put_account(&w, lesson_account(r->lesson));
		tell(MESSAGE_SUMMARY, &w);
	}
	return result;
}

int
learn_reader_main(void)
{
	struct reading *r = calloc(1, sizeof(*r));
	struct diag diag = {.offset = UINT64_MAX};
	if (r == NULL)
		return 1;
	r->diag = &diag;
	int result = run(r);
	lesson_free(r->lesson);
	lesson_labels_free(r->labels);
	free(r);
	return result < 0;
}
