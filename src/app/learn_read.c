/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_read.h"

#include "app/learn_capture.h"
#include "core/auto.h"
#include "core/terminal.h"
#include "lesson/lesson_labels.h"
#include "net/capture/capture_inflate.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

enum { ROOM = 1 << 20, WINDOW_MAX = 128 << 20, LABELS_MAX = 4 << 20 };
static const struct lesson_limits limits_default = {.rows = 20000000, .bytes = UINT64_C(16) << 30};

/* One file on its way: packed bytes, then text, then lines. */
struct reading {
	struct lesson *lesson;
	struct diag *diag;
	const char *file_cstr;
	size_t used; /* of text: what is no whole line yet */
	bool skipping, moments;
	uint8_t packed[ROOM / 4];
	uint8_t text[ROOM];
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
read_open(struct reading *r, const char *file_cstr, int fd)
{
	struct stat about = {0};
	r->file_cstr = file_cstr;
	if (fd < 0 || fstat(fd, &about) < 0)
		return fail(r, -errno, text_error(errno));
	if (S_ISDIR(about.st_mode))
		return fail(r, -EISDIR, text_error(EISDIR));
	int result = lesson_begin(r->lesson, file_cstr, r->diag);
	if (result == 0)
		result = read_file(r, fd);
	return result == 0 ? lesson_end(r->lesson, r->used, r->diag) : result;
}

static int
read_named(struct reading *r, const char *file_cstr)
{
	bool is_input = strcmp(file_cstr, "-") == 0;
	AUTO_CLOSE int fd = is_input ? dup(STDIN_FILENO) : open(file_cstr, O_RDONLY | O_CLOEXEC);
	return read_open(r, file_cstr, fd);
}

/* A capture, as the vectors that our sensor makes of it. */
static int
read_capture(struct reading *r, const char *file_cstr)
{
	AUTO_CLOSE int fd = learn_capture_open(file_cstr, r->moments, r->diag);
	return fd < 0 ? fd : read_open(r, file_cstr, fd);
}

static int
read_labels(const char *file_cstr, struct lesson_labels **out, struct diag *diag)
{
	AUTO_FREE uint8_t *room = malloc(LABELS_MAX);
	AUTO_CLOSE int fd = open(file_cstr, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n = 1;
	if (room == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	while (fd >= 0 && used < LABELS_MAX && (n = read_some(fd, room + used, LABELS_MAX - used)) > 0)
		used += (size_t)n;
	if (fd < 0 || n < 0)
		return diag_say_at(diag, -errno, file_cstr, UINT64_MAX, "%s", text_error(errno));
	if (used == LABELS_MAX)
		return diag_say_at(diag, -E2BIG, file_cstr, UINT64_MAX, "%s", _("a file of labels has at most 4 MB"));
	return lesson_labels_read((struct bytes){room, used}, file_cstr, out, diag);
}

/* What is to be read. */
struct wish {
	const struct learn_options_list *files, *captures; /* captures may be NULL */
	const char *mapping_cstr, *labels_cstr;
	uint64_t rows_max;
	bool moments;
};

static int
read_wish(const struct wish *wish, struct learn_table **out, struct lesson_account *account, struct diag *diag)
{
	struct lesson_limits limits = limits_default;
	struct lesson_labels *labels = NULL;
	if (wish->rows_max > 0)
		limits.rows = wish->rows_max;
	AUTO_FREE struct reading *r = calloc(1, sizeof(*r));
	if (r == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	r->diag = diag;
	r->moments = wish->moments;
	int result = lesson_new(wish->mapping_cstr, &limits, &r->lesson, diag);
	if (result == 0 && wish->labels_cstr != NULL)
		result = read_labels(wish->labels_cstr, &labels, diag);
	if (result == 0)
		lesson_label_by(r->lesson, labels);
	for (size_t i = 0; wish->captures != NULL && i < wish->captures->count && result == 0; i++)
		result = read_capture(r, wish->captures->at[i]);
	for (size_t i = 0; i < wish->files->count && result == 0; i++)
		result = read_named(r, wish->files->at[i]);
	if (result == 0)
		result = lesson_finish(r->lesson, out, diag);
	if (r->lesson != NULL)
		*account = *lesson_account(r->lesson);
	lesson_free(r->lesson);
	lesson_labels_free(labels);
	return result;
}

int
learn_read(const struct learn_options_list *files, const char *mapping_cstr, uint64_t rows_max, struct learn_table **out,
    struct lesson_account *account, struct diag *diag)
{
	const struct wish wish = {.files = files, .mapping_cstr = mapping_cstr, .rows_max = rows_max};
	return read_wish(&wish, out, account, diag);
}

int
learn_read_all(const struct learn_options *o, struct learn_table **out, struct lesson_account *account, struct diag *diag)
{
	const struct wish wish = {.files = &o->files,
	    .captures = &o->captures,
	    .mapping_cstr = o->mapping_cstr == NULL ? "fv64" : o->mapping_cstr,
	    .labels_cstr = o->labels_cstr,
	    .moments = o->moments,
	    .rows_max = o->rows_max};
	return read_wish(&wish, out, account, diag);
}

uint64_t
learn_read_tell(const struct lesson_account *a, enum language language)
{
	uint64_t wrong = 0;
	char file_cstr[sizeof(a->faults[0].file_cstr) * 4];
	for (size_t i = 0; i < LESSON_WRONGS; i++)
		wrong += a->wrong[i];
	for (size_t i = 0; i < a->fault_count; i++) {
		const struct lesson_fault *f = &a->faults[i];
		(void)terminal_escape(bytes_of_cstr(f->file_cstr), file_cstr, sizeof(file_cstr));
		if (f->column > 0)
			fprintf(stderr, "beffroi: %s:%" PRIu64 ":%u: %s\n", file_cstr, f->line, f->column, f->text_cstr);
		else
			fprintf(stderr, "beffroi: %s:%" PRIu64 ": %s\n", file_cstr, f->line, f->text_cstr);
	}
	if (wrong > a->fault_count)
		fprintf(stderr,
		    text_plural(language, wrong - a->fault_count, N_("beffroi: %llu more row was left out\n"),
		        N_("beffroi: %llu more rows were left out\n")),
		    (unsigned long long)(wrong - a->fault_count));
	return wrong;
}
