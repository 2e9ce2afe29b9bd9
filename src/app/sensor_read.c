/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/sensor_state.h"

#include "net/capture/capture_file.h"
#include "net/capture/capture_filter.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
sensor_read_next(struct sensor *s)
{
	sensor_tell_role(s, SENSOR_FD_PARENT, MESSAGE_WANTS, (struct bytes){0});
	struct channel_message m;
	int r = channel_receive(SENSOR_FD_PARENT, s->buffer, sizeof(s->buffer), &m);
	if (r <= 0)
		return r == 0 ? -EPIPE : r;
	if (m.type == MESSAGE_END)
		return 0;
	if (m.type != MESSAGE_CAPTURE || m.fd < 0)
		return -EBADMSG;
	snprintf(s->file_cstr, sizeof(s->file_cstr), "%.*s", (int)m.body.len, (const char *)m.body.at);
	s->file_fd = m.fd;
	struct sensor_file_name *name = malloc(sizeof(*name) + m.body.len + 1);
	if (name == NULL)
		return -ENOMEM;
	if (m.body.len > 0)
		memcpy(name->text_cstr, m.body.at, m.body.len);
	name->text_cstr[m.body.len] = '\0';
	name->next = s->file_names;
	s->file_names = name;
	return 1;
}

void
sensor_read_close(struct sensor *s)
{
	if (s->file != NULL) {
		s->frames_before = capture_file_frames(s->file);
		s->bytes_before += capture_file_consumed(s->file);
	}
	capture_file_free(s->file);
	s->file = NULL;
	if (s->file_fd >= 0)
		close(s->file_fd);
	s->file_fd = -1;
}

/* Keeps the frames that the filter wants; their numbers stay. */
static void
apply_filter(struct sensor *s, struct capture_batch *batch)
{
	size_t kept = 0;
	for (size_t i = 0; i < batch->count; i++) {
		enum capture_filter_verdict verdict = capture_filter_run(s->filter, &batch->frames[i]);
		s->undecided += verdict == CAPTURE_FILTER_UNDECIDED;
		if (verdict == CAPTURE_FILTER_KEEP)
			batch->frames[kept++] = batch->frames[i];
	}
	s->filtered += batch->count - kept;
	batch->count = kept;
}

/* A capture that begins an hour or more before the end of the one before it does not continue it: its clock would not
 * agree with what is remembered. It is read again from its beginning by a new pipeline. A pipe cannot be. */
static bool
is_another_story(struct sensor *s, const struct capture_batch *batch)
{
	bool was_new = s->file_is_new;
	s->file_is_new = false;
	if (was_new && batch->frames[0].time_ns < s->latest_ns - SENSOR_ANOTHER_STORY_NS &&
	    lseek(s->file_fd, 0, SEEK_SET) == 0)
		return true;
	for (size_t i = 0; i < batch->count; i++)
		if (batch->frames[i].time_ns > s->latest_ns)
			s->latest_ns = batch->frames[i].time_ns;
	return false;
}

/* Between two chunks of a live watch: new rules, their databases, or END. */
static void
hear_parent(struct sensor *s)
{
	struct pollfd end = {.fd = SENSOR_FD_PARENT, .events = POLLIN};
	while (!s->is_stopped && poll(&end, 1, 0) > 0) {
		struct channel_message m;
		int r = channel_receive(SENSOR_FD_PARENT, s->buffer, sizeof(s->buffer), &m);
		struct cursor c = cursor_of(r > 0 ? m.body : (struct bytes){0});
		if (r > 0 && m.type == MESSAGE_RULES && s->rules != NULL)
			sensor_reload_begin(s, m.fd, cursor_be64(&c));
		else if (r > 0 && m.type == MESSAGE_SEARCHES)
			sensor_reload_searches(s, m.fd, cursor_be64(&c));
		else
			s->is_stopped = true;
	}
	sensor_reload_step(s);
}

/* The parent's only word while there is a capture to read is END. A pipe may be silent for long: waits for either. */
static bool
is_asked_to_stop(struct sensor *s)
{
	if (s->live != NULL) {
		hear_parent(s);
		s->is_stopped = s->is_stopped || s->parent_is_gone;
		return s->is_stopped;
	}
	struct pollfd ends[2] = {{.fd = SENSOR_FD_PARENT, .events = POLLIN}, {.fd = s->file_fd, .events = POLLIN}};
	bool waits = !s->more_at_hand;
	s->is_stopped = s->is_stopped || s->parent_is_gone ||
	    (poll(ends, waits ? 2 : 1, waits ? -1 : 0) > 0 && ends[0].revents != 0);
	return s->is_stopped;
}

/* A pipeline_read: frames of one capture after the other. A fault of one file is told and ends that file, not the run. */
int
sensor_read_captures(void *context, struct capture_batch *batch)
{
	struct sensor *s = context;
	for (;;) {
		if (s->parent_is_gone)
			return -EPIPE;
		if (s->is_stopped)
			return 0;
		struct diag diag = {0};
		if (s->file == NULL) {
			int r = s->goes_back ? 1 : sensor_read_next(s);
			if (r <= 0)
				return r;
			s->file_is_new = true;
			struct capture_file_options options = {.frames_before = s->frames_before};
			r = capture_file_open(&s->file, s->file_fd, s->file_cstr, &options, &diag);
			if (r < 0) {
				sensor_tell_fault(s, (uint8_t)capture_file_fault_of(r), s->file_cstr, &diag);
				sensor_read_close(s);
				continue;
			}
			s->captures += !s->goes_back;
			s->goes_back = false;
			s->more_at_hand = true; /* its first bytes were read already */
		}
		if (is_asked_to_stop(s))
			return 0;
		int got = capture_file_next(s->file, batch, &diag);
		if (got > 0 && is_another_story(s, batch)) {
			capture_file_free(s->file);
			s->file = NULL;
			s->goes_back = true;
			return 0;
		}
		if (got > 0) {
			s->more_at_hand = batch->count == batch->frames_max;
			if (s->filter != NULL)
				apply_filter(s, batch);
			if (batch->count > 0)
				return (int)batch->count;
			continue;
		}
		if (got < 0)
			sensor_tell_fault(s, (uint8_t)capture_file_fault_of(got), s->file_cstr, &diag);
		sensor_read_close(s);
	}
}

int64_t
sensor_read_down_ns(const struct sensor *s)
{
	return s->down_ns_before + (s->is_down ? sensor_tell_clock_ns(CLOCK_MONOTONIC) - s->down_since_ns : 0);
}

/* An interface that goes down may come back: the watch waits for it, and counts how long it saw nothing. */
static void
tell_interface(struct sensor *s)
{
	bool is_down = live_source_is_down(s->live);
	if (is_down == s->is_down)
		return;
	if (is_down) {
		struct diag diag = {.offset = UINT64_MAX};
		s->down_since_ns = sensor_tell_clock_ns(CLOCK_MONOTONIC);
		(void)diag_say(
		    &diag, 0, _("the interface went down: nothing is seen until it is up again; the watch waits for it"));
		sensor_tell_fault(s, CAPTURE_FAULT_UNREADABLE, s->file_cstr, &diag);
	} else {
		s->down_ns_before = sensor_read_down_ns(s);
		sensor_tell_notice(s, _("packets come again"));
	}
	s->is_down = is_down;
}

/* A pipeline_read: a block of frames of each ring that has one. */
int
sensor_read_live(void *context, struct capture_batch *batch)
{
	struct sensor *s = context;
	struct diag diag = {0};
	if (is_asked_to_stop(s))
		return 0;
	int got = live_source_next(s->live, batch->frames, batch->frames_max, &diag);
	tell_interface(s);
	if (got < 0 && got != -EAGAIN)
		sensor_tell_fault(s, CAPTURE_FAULT_UNREADABLE, s->file_cstr, &diag);
	if (got <= 0)
		return got;
	batch->count = (size_t)got;
	if (s->filter != NULL && (s->config.collected || capture_filter_sees_tags(s->filter)))
		apply_filter(s, batch);
	return batch->count > 0 ? (int)batch->count : -EAGAIN;
}
