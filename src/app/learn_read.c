/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_read.h"

#include "app/learn_capture.h"
#include "app/learn_wire.h"
#include "app/messages.h"
#include "core/auto.h"
#include "core/terminal.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { SET_ROOM = 1 << 20, PATH_SHOWN = 255 };

/* What is to be read. */
struct wish {
	const struct learn_options_list *files, *captures; /* captures may be NULL */
	const char *mapping_cstr, *labels_cstr;
	uint64_t rows_max;
	bool moments;
};

/* A reader at work. */
struct reader {
	int end, set_fd;
	pid_t pid;
	bool gone; /* it took no more: it has said why, or will not say anything */
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
};

static int
start(struct reader *r, const struct wish *wish, struct diag *diag)
{
	int ends[2];
	struct learn_reader_config config = {.rows_max = wish->rows_max, .language = text_spoken()};
	uint8_t body[LEARN_WIRE_MAPPING_MAX + 16];
	struct writer w = writer_of(body, sizeof(body));
	(void)snprintf(config.mapping_cstr, sizeof(config.mapping_cstr), "%s", wish->mapping_cstr);
	learn_wire_put_config(&w, &config);
	r->end = r->set_fd = -1;
	r->pid = -1;
	int result = channel_pair(ends);
	if (result < 0)
		return diag_say(diag, result, "%s", text_error(-result));
	r->pid = sandbox_spawn("learn-reader", &ends[1], 1);
	close(ends[1]);
	r->end = ends[0];
	r->set_fd = memfd_create("set", MFD_CLOEXEC);
	if (r->pid < 0 || r->set_fd < 0 || channel_send(r->end, MESSAGE_CONFIG, writer_written(&w), r->set_fd) < 0)
		return diag_say(diag, -EPIPE, "%s", _("a role ended at once: beffroi doctor tells what this machine lacks"));
	return 0;
}

static void
stop(struct reader *r)
{
	if (r->end >= 0)
		close(r->end);
	if (r->set_fd >= 0)
		close(r->set_fd);
	while (r->pid > 0 && waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void
hand(struct reader *r, enum message_type type, const char *name_cstr, int fd)
{
	struct bytes name = bytes_of_cstr(name_cstr);
	if (name.len > PATH_SHOWN)
		name = bytes_after(name, name.len - PATH_SHOWN);
	r->gone = r->gone || channel_send(r->end, (uint16_t)type, name, fd) < 0;
}

static int
hand_file(struct reader *r, enum message_type type, const char *file_cstr, struct diag *diag)
{
	bool is_input = strcmp(file_cstr, "-") == 0;
	AUTO_CLOSE int fd = is_input ? dup(STDIN_FILENO) : open(file_cstr, O_RDONLY | O_CLOEXEC);
	struct stat about = {0};
	int error = fd < 0 || fstat(fd, &about) < 0 ? errno : S_ISDIR(about.st_mode) ? EISDIR : 0;
	if (error != 0)
		return diag_say_at(diag, -error, file_cstr, UINT64_MAX, "%s", text_error(error));
	hand(r, type, file_cstr, fd);
	return 0;
}

/* A capture, as the vectors that our sensor makes of it. */
static int
hand_capture(struct reader *r, const struct wish *wish, const char *file_cstr, struct diag *diag)
{
	AUTO_CLOSE int fd = learn_capture_open(file_cstr, wish->moments, diag);
	if (fd >= 0)
		hand(r, MESSAGE_CAPTURE, file_cstr, fd);
	return fd < 0 ? fd : 0;
}

static int
hand_all(struct reader *r, const struct wish *wish, struct diag *diag)
{
	int result = wish->labels_cstr == NULL ? 0 : hand_file(r, MESSAGE_LABELS, wish->labels_cstr, diag);
	for (size_t i = 0; wish->captures != NULL && i < wish->captures->count && result == 0 && !r->gone; i++)
		result = hand_capture(r, wish, wish->captures->at[i], diag);
	for (size_t i = 0; i < wish->files->count && result == 0 && !r->gone; i++)
		result = hand_file(r, MESSAGE_CAPTURE, wish->files->at[i], diag);
	if (result == 0)
		hand(r, MESSAGE_END, "", -1);
	return result;
}

/* What the reader has to say. A fault comes before the account. */
static int
hear(struct reader *r, struct lesson_account *account, struct diag *diag)
{
	struct channel_message m;
	int result = 0;
	bool complete = false;
	while (channel_receive(r->end, r->buffer, sizeof(r->buffer), &m) > 0) {
		if (m.fd >= 0)
			close(m.fd); /* it has no business sending descriptors */
		if (m.type == MESSAGE_FAULT && learn_wire_get_fault(m.body, diag) == PARSE_OK)
			result = -EIO;
		if (m.type == MESSAGE_SUMMARY)
			complete = learn_wire_get_account(m.body, account) == PARSE_OK;
	}
	if (result == 0 && !complete)
		result = diag_say(diag, -EPIPE, "%s", _("the reader of tables ended early"));
	return result;
}

/* The set that it wrote, checked as if a stranger had. */
static int
take_set(int fd, struct learn_table **out, struct diag *diag)
{
	static const struct lesson_limits limits = {.rows = LEARN_ROWS_MAX, .bytes = UINT64_MAX};
	AUTO_FREE uint8_t *room = malloc(SET_ROOM);
	struct lesson *lesson = NULL;
	size_t used = 0;
	ssize_t n = 1;
	if (room == NULL || lseek(fd, 0, SEEK_SET) != 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int result = lesson_new("fv64", &limits, &lesson, diag);
	if (result == 0)
		result = lesson_begin(lesson, "", diag);
	while (result == 0 && (n = read(fd, room + used, SET_ROOM - used)) > 0) {
		struct bytes rest = {room, used + (size_t)n};
		result = lesson_bytes(lesson, &rest, diag);
		used = rest.len;
		if (used > 0)
			memmove(room, rest.at, used);
	}
	if (result == 0)
		result = n < 0 ? diag_say(diag, -errno, "%s", text_error(errno)) : lesson_end(lesson, used, diag);
	if (result == 0)
		result = lesson_finish(lesson, out, diag);
	lesson_free(lesson);
	return result;
}

static int
read_wish(const struct wish *wish, struct learn_table **out, struct lesson_account *account, struct diag *diag)
{
	AUTO_FREE struct reader *r = calloc(1, sizeof(*r));
	if (r == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	(void)signal(SIGPIPE, SIG_IGN); /* the reader may be gone: its end says it */
	int result = start(r, wish, diag);
	if (result == 0)
		result = hand_all(r, wish, diag);
	if (result == 0)
		result = hear(r, account, diag);
	if (result == 0)
		result = take_set(r->set_fd, out, diag);
	stop(r);
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
	bool other = o->mapping_cstr != NULL && strcmp(o->mapping_cstr, "fv64") != 0;
	if (other && o->captures.count > 0)
		return diag_say(diag, -EINVAL, "%s",
		    _("a capture has the mapping fv64: leave --mapping out, or read the tables by themselves"));
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
