/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_making.h"

#include "app/compiler.h"
#include "app/rules_bundle.h"
#include "app/watch_report.h"
#include "core/auto.h"
#include "sandbox/memory_file.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	COMPILERS_MAX = 16, /* for one generation: each ends at a search that it cannot make */
	PATIENCE_MS = COMPILER_SECONDS * 3 * 1000 /* by the clock on the wall: a machine may have much else to do */,
};
enum state { WANTED, HERE, FAILED };

static int64_t
now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

struct rules_making *
rules_making_new(const struct watch_options *options, const char *dossier_cstr, struct watch_report *report)
{
	struct rules_making *w = calloc(1, sizeof(*w));
	if (w == NULL)
		return NULL;
	*w = (struct rules_making){.options = options,
	    .report = report,
	    .cache.folder = -1,
	    .bundle_fd = -1,
	    .entries_fd = -1,
	    .compiler_end = -1,
	    .wanted = calloc(RULES_WIRE_KEYS_MAX, RULE_SEARCH_KEY),
	    .states = calloc(RULES_WIRE_KEYS_MAX, 1)};
	if (w->wanted == NULL || w->states == NULL) {
		rules_making_free(w);
		return NULL;
	}
	char place_cstr[4096];
	struct diag diag = {.offset = UINT64_MAX};
	rules_cache_place(options->rules_cache_cstr, dossier_cstr, place_cstr, sizeof(place_cstr));
	if (place_cstr[0] != '\0' && rules_cache_open(&w->cache, place_cstr, RULES_CACHE_BYTES_MAX, &diag) < 0)
		watch_report_notice(report, diag.file_cstr, diag.text_cstr);
	return w;
}

static void
end_compiler(struct rules_making *w)
{
	close_fd(&w->compiler_end);
	if (w->compiler_pid == 0)
		return;
	(void)kill(w->compiler_pid, SIGKILL); /* it holds the memory file: it must be gone before anybody reads */
	int status = 0;
	while (waitpid(w->compiler_pid, &status, 0) < 0 && errno == EINTR) {}
	w->compiler_pid = 0;
}

void
rules_making_free(struct rules_making *w)
{
	if (w == NULL)
		return;
	end_compiler(w);
	close_fd(&w->bundle_fd);
	close_fd(&w->entries_fd);
	rules_cache_close(&w->cache);
	free(w->wanted);
	free(w->states);
	free(w);
}

int
rules_making_begin(struct rules_making *w, const struct watch_rules *rules, struct diag *diag)
{
	size_t bytes = 0;
	int fd = rules_bundle_make(&rules->files, &rules->said, &bytes, diag);
	if (fd < 0)
		return fd;
	close_fd(&w->bundle_fd);
	w->bundle_fd = fd;
	w->bundle_bytes = bytes;
	w->wanted_count = w->have_count = w->failed_count = 0;
	w->compilers = 0;
	w->why_cstr[0] = '\0';
	return 0;
}

int
rules_making_send(struct rules_making *w, int sensor_end)
{
	uint8_t body[8];
	struct writer b = writer_of(body, sizeof(body));
	writer_be64(&b, w->bundle_bytes);
	w->sensor_end = sensor_end;
	return channel_send(sensor_end, MESSAGE_RULES, writer_written(&b), w->bundle_fd);
}

/* ---- The compiler ---- */

static int
send_wanted(struct rules_making *w)
{
	for (size_t i = 0, sent = 0; i < w->wanted_count;) {
		struct writer body = writer_of(w->out, sizeof(w->out));
		size_t keys = 0, from = i;
		for (; i < w->wanted_count && keys < RULES_WIRE_KEYS; i++)
			keys += w->states[i] == WANTED;
		writer_u8(&body, i == w->wanted_count);
		for (size_t k = from; k < i; k++)
			if (w->states[k] == WANTED)
				writer_put(&body, (struct bytes){w->wanted[k], RULE_SEARCH_KEY});
		int r = channel_send(
		    w->compiler_end, MESSAGE_SEARCHES_WANTED, writer_written(&body), sent++ == 0 ? w->entries_fd : -1);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
start_compiler(struct rules_making *w)
{
	int ends[2], r = channel_pair(ends);
	if (r < 0)
		return r;
	pid_t pid = sandbox_spawn("compiler", &ends[1], 1);
	close(ends[1]);
	w->compiler_end = ends[0];
	if (pid < 0)
		return pid;
	w->compiler_pid = pid;
	w->compilers++;
	w->searching = false;
	w->compiler_until_ms = now_ms() + PATIENCE_MS;
	off_t at = lseek(w->entries_fd, 0, SEEK_CUR);
	w->compiled_from = at < 0 ? 0 : (uint64_t)at;
	struct writer body = writer_of(w->out, sizeof(w->out));
	writer_u8(&body, (uint8_t)w->options->language);
	writer_be64(&body, w->bundle_bytes);
	r = channel_send(w->compiler_end, MESSAGE_CONFIG, writer_written(&body), w->bundle_fd);
	return r < 0 ? r : send_wanted(w);
}

static int
by_key(const void *a, const void *b)
{
	return memcmp(a, b, RULE_SEARCH_KEY);
}

/* Of one that is still wanted; wanted_count: of none. */
static size_t
find_wanted(const struct rules_making *w, const uint8_t key[static RULE_SEARCH_KEY])
{
	const uint8_t(*found)[RULE_SEARCH_KEY] = bsearch(key, w->wanted, w->wanted_count, RULE_SEARCH_KEY, by_key);
	size_t i = found == NULL ? w->wanted_count : (size_t)(found - (const uint8_t(*)[RULE_SEARCH_KEY])w->wanted);
	return i < w->wanted_count && w->states[i] == WANTED ? i : w->wanted_count;
}

/* What the compiler wrote, up to where it is whole, goes into the cache; what stands behind is cut off. */
static int
take_compiled(struct rules_making *w)
{
	off_t end = lseek(w->entries_fd, 0, SEEK_END);
	if (end < 0 || (uint64_t)end < w->compiled_from || (uint64_t)end > RULES_WIRE_BYTES_MAX)
		return -EBADMSG;
	size_t len = (size_t)end - (size_t)w->compiled_from;
	AUTO_FREE uint8_t *bytes = malloc(len + 1);
	if (bytes == NULL)
		return -ENOMEM;
	for (size_t at = 0; at < len;) {
		ssize_t n = pread(w->entries_fd, bytes + at, len - at, (off_t)(w->compiled_from + at));
		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG;
		at += (size_t)n;
	}
	struct cursor c = cursor_of((struct bytes){bytes, len});
	struct rule_search_entry entry;
	size_t whole = 0;
	while (c.left > 0 && rule_search_read(&c, &entry) == PARSE_OK) {
		size_t i = find_wanted(w, entry.key);
		if (i == w->wanted_count)
			break; /* nobody asked for that */
		w->states[i] = HERE;
		w->have_count++;
		whole = len - c.left;
		rules_cache_put(&w->cache, &entry);
	}
	off_t keep = (off_t)(w->compiled_from + whole);
	return ftruncate(w->entries_fd, keep) < 0 || lseek(w->entries_fd, keep, SEEK_SET) < 0 ? -errno : 0;
}

/* All that there is, to the sensor. */
static void
deliver(struct rules_making *w)
{
	uint8_t body[8];
	off_t end = lseek(w->entries_fd, 0, SEEK_END);
	int r = end < 0 ? -errno : memory_file_seal(w->entries_fd);
	struct writer b = writer_of(body, sizeof(body));
	writer_be64(&b, r < 0 ? 0 : (uint64_t)end);
	(void)!channel_send(w->sensor_end, MESSAGE_SEARCHES, writer_written(&b), w->entries_fd);
	close_fd(&w->entries_fd);
	close_fd(&w->bundle_fd);
	if (w->compilers > 0)
		rules_cache_trim(&w->cache);
	if (w->cache.damaged > 0)
		watch_report_notice(w->report, NULL, _("a compiled rule file of the cache was damaged; it was made again"));
	if (w->cache.failed > 0)
		watch_report_notice(
		    w->report, NULL, _("compiled rules could not be kept: the next start takes as long again"));
	if (w->failed_count > 0) {
		char text_cstr[2 * MESSAGES_TEXT_MAX];
		(void)snprintf(text_cstr, sizeof(text_cstr),
		    text_plural(w->options->language, w->failed_count,
		        N_("the compiler of rules could not make %zu search: %s"),
		        N_("the compiler of rules could not make %zu searches: %s")),
		    w->failed_count, w->why_cstr[0] != '\0' ? w->why_cstr : _("it ended before its time"));
		watch_report_notice(w->report, NULL, text_cstr);
	}
	w->cache.damaged = w->cache.failed = 0;
}

static void
fail_all(struct rules_making *w)
{
	for (size_t i = 0; i < w->wanted_count; i++)
		if (w->states[i] == WANTED) {
			w->states[i] = FAILED;
			w->failed_count++;
		}
}

/* Starts a compiler for what is missing, or delivers when nothing is. */
static void
make_missing(struct rules_making *w)
{
	while (w->have_count + w->failed_count < w->wanted_count) {
		if (w->compilers == COMPILERS_MAX) {
			fail_all(w);
			break;
		}
		int r = start_compiler(w);
		if (r == 0)
			return;
		end_compiler(w);
		(void)snprintf(w->why_cstr, sizeof(w->why_cstr), "%s", text_error(-r));
		fail_all(w);
	}
	deliver(w);
}

/* It said END, or is gone, or its time is over. What it was at when it ended without END is not tried again. */
static void
compiler_ended(struct rules_making *w, bool well)
{
	end_compiler(w);
	if (take_compiled(w) < 0)
		fail_all(w);
	size_t at = w->searching ? find_wanted(w, w->at) : w->wanted_count;
	if (!well && at < w->wanted_count) {
		w->states[at] = FAILED;
		w->failed_count++;
	} else if (w->have_count + w->failed_count < w->wanted_count) {
		fail_all(w); /* it ended for another reason, or did not do what it says */
	}
	make_missing(w);
}

void
rules_making_go_on(struct rules_making *w, bool readable)
{
	struct channel_message m;
	struct fault fault;
	if (!readable) {
		if (now_ms() < w->compiler_until_ms)
			return;
		(void)snprintf(w->why_cstr, sizeof(w->why_cstr), "%s", _("it took too long"));
		compiler_ended(w, false);
		return;
	}
	int r = channel_receive(w->compiler_end, w->buffer, sizeof(w->buffer), &m);
	if (r > 0 && m.fd >= 0)
		close(m.fd); /* roles have no business sending descriptors */
	if (r > 0 && m.type == MESSAGE_SEARCHING && m.body.len == RULE_SEARCH_KEY) {
		memcpy(w->at, m.body.at, RULE_SEARCH_KEY);
		w->searching = true;
	} else if (r > 0 && m.type == MESSAGE_FAULT && messages_get_fault(m.body, &fault) == PARSE_OK) {
		(void)snprintf(w->why_cstr, sizeof(w->why_cstr), "%s", fault.text_cstr);
	} else {
		compiler_ended(w, r > 0 && m.type == MESSAGE_END);
	}
}

bool
rules_making_is_busy(const struct rules_making *w)
{
	return w->bundle_fd >= 0;
}

int
rules_making_fd(const struct rules_making *w)
{
	return w == NULL ? -1 : w->compiler_end;
}

int
rules_making_wait_ms(const struct rules_making *w)
{
	if (w == NULL || w->compiler_end < 0)
		return -1;
	int64_t left = w->compiler_until_ms - now_ms();
	return left < 0 ? 0 : (int)left + 1;
}

/* ---- What the sensor wants ---- */

static int
take_cached(struct rules_making *w)
{
	for (size_t i = 0; i < w->wanted_count; i++) {
		uint8_t *entry;
		size_t len;
		if (!rules_cache_get(&w->cache, w->wanted[i], &entry, &len))
			continue;
		struct bytes left = {entry, len};
		while (left.len > 0) {
			ssize_t n = write(w->entries_fd, left.at, left.len);
			if (n < 0 && errno == EINTR)
				continue;
			if (n <= 0)
				break;
			left = bytes_after(left, (size_t)n);
		}
		free(entry);
		if (left.len > 0)
			return -ENOMEM;
		w->states[i] = HERE;
		w->have_count++;
	}
	return 0;
}

/* Each once: several buffers may be searched for the same. */
static void
sort_wanted(struct rules_making *w)
{
	size_t kept = 0;
	qsort(w->wanted, w->wanted_count, RULE_SEARCH_KEY, by_key);
	for (size_t i = 0; i < w->wanted_count; i++)
		if (i == 0 || memcmp(w->wanted[i], w->wanted[kept - 1], RULE_SEARCH_KEY) != 0)
			memmove(w->wanted[kept++], w->wanted[i], RULE_SEARCH_KEY);
	w->wanted_count = kept;
	memset(w->states, WANTED, kept);
}

void
rules_making_wanted(struct rules_making *w, struct bytes body)
{
	struct cursor c = cursor_of(body);
	bool last = cursor_u8(&c) != 0;
	if (w->bundle_fd < 0 || w->entries_fd >= 0)
		return; /* nothing is being made, or it is already */
	for (; c.left >= RULE_SEARCH_KEY && w->wanted_count < RULES_WIRE_KEYS_MAX; w->wanted_count++)
		memcpy(w->wanted[w->wanted_count], cursor_take(&c, RULE_SEARCH_KEY).at, RULE_SEARCH_KEY);
	if (!last)
		return;
	sort_wanted(w);
	w->entries_fd = memory_file_new();
	if (w->entries_fd < 0 || take_cached(w) < 0)
		fail_all(w);
	make_missing(w);
}
