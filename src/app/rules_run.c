/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_run.h"

#include "app/pipeline.h"
#include "app/rules_bundle.h"
#include "app/sensor_rules.h"
#include "core/text.h"
#include "net/capture/capture_file.h"
#include "proto/quic_crypt.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { CAPTURES_MAX = 64, MEMORY_BYTES = 256 << 20 };

struct place {
	const struct rule *rule;
	size_t signature;
};

struct rules_run {
	struct {
		const char *name_cstr;
		int fd;
	} captures[CAPTURES_MAX];
	size_t capture_count, next;
	struct capture_file *file;
	uint64_t frames_before, bytes;
	struct sensor_rules *rules;
	struct rules_generation *generation; /* until the rules own it */
	const struct rule_program *program;
	struct rule_profile *profile;
	struct rules_run_told *told;
	struct place *places; /* by the address of their rule */
	struct rules_run_answer *answer;
};

static void
close_file(struct rules_run *run)
{
	if (run->file == NULL)
		return;
	run->frames_before = capture_file_frames(run->file);
	run->bytes += capture_file_consumed(run->file);
	capture_file_free(run->file);
	run->file = NULL;
}

void
rules_run_free(struct rules_run *run)
{
	if (run == NULL)
		return;
	close_file(run);
	for (size_t i = 0; i < run->capture_count; i++)
		close(run->captures[i].fd);
	sensor_rules_free(run->rules);
	rules_generation_free(run->generation);
	free(run->profile);
	free(run->told);
	free(run->places);
	free(run);
}

static int
open_captures(struct rules_run *run, const char *const *captures, size_t count, struct diag *diag)
{
	if (count > CAPTURES_MAX)
		return diag_say(diag, -E2BIG, _("more than %d captures: run them in turn"), CAPTURES_MAX);
	for (size_t i = 0; i < count; i++) {
		int fd = strcmp(captures[i], "-") == 0 ? dup(STDIN_FILENO)
		                                       : open(captures[i], O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (fd < 0)
			return diag_say_at(diag, -errno, captures[i], UINT64_MAX, "%s", text_error(errno));
		run->captures[i].name_cstr = captures[i];
		run->captures[i].fd = fd;
		run->capture_count++;
	}
	return 0;
}

static void
note_fault(struct rules_run *run, const struct diag *diag)
{
	if (run->answer->fault_count++ == 0)
		run->answer->fault = *diag;
}

/* A pipeline_read: one capture after the other; what stands before a fault counts. */
static int
read_captures(void *context, struct capture_batch *batch)
{
	struct rules_run *run = context;
	for (;;) {
		struct diag diag = {.offset = UINT64_MAX};
		if (run->file == NULL) {
			if (run->next == run->capture_count)
				return 0;
			struct capture_file_options options = {.frames_before = run->frames_before};
			size_t at = run->next++;
			if (capture_file_open(
			        &run->file, run->captures[at].fd, run->captures[at].name_cstr, &options, &diag) < 0) {
				note_fault(run, &diag);
				continue;
			}
		}
		int got = capture_file_next(run->file, batch, &diag);
		if (got > 0)
			return got;
		if (got < 0)
			note_fault(run, &diag);
		close_file(run);
	}
}

static int
by_rule(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static void
hear_hit(void *context, const struct rule_hit *hit)
{
	struct rules_run *run = context;
	const struct place wanted = {.rule = hit->rule},
	                   *found = bsearch(&wanted, run->places, run->program->signature_count, sizeof(wanted), by_rule);
	if (found == NULL)
		return;
	struct rules_run_told *told = &run->told[found->signature];
	if (told->alerts++ == 0) {
		told->first_number = hit->number;
		told->first_ns = hit->time_ns;
	}
}

static const struct viewer *
view(void *context, uint16_t worker, struct sink *sink)
{
	struct rules_run *run = context;
	return sensor_rules_viewer(run->rules, worker, sink);
}

static int
load(struct rules_run *run, const struct rules_files *files, const struct flat *said, struct diag *diag)
{
	size_t size;
	int fd = rules_bundle_make(files, said, &size, diag);
	if (fd < 0)
		return fd;
	int r = sensor_rules_new(1, fd, size, &run->rules, diag);
	if (r == 0)
		r = rules_generation_plan(fd, size, 1, &run->generation, diag);
	if (r == 0)
		r = rule_program_search(run->generation->program, NULL, diag);
	close(fd);
	if (r < 0)
		return r;
	const struct rules_generation *g = run->generation;
	struct rules_generation *before;
	run->program = g->program;
	run->profile = calloc(g->program->signature_count + 1, sizeof(*run->profile));
	run->told = calloc(g->program->signature_count + 1, sizeof(*run->told));
	run->places = calloc(g->program->signature_count + 1, sizeof(*run->places));
	if (run->profile == NULL || run->told == NULL || run->places == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	for (size_t i = 0; i < g->program->signature_count; i++)
		run->places[i] = (struct place){g->program->signatures[i].rule, i};
	qsort(run->places, g->program->signature_count, sizeof(*run->places), by_rule);
	sensor_rules_listen(run->rules, run->profile, hear_hit, run);
	r = sensor_rules_use(run->rules, run->generation, &before, diag);
	if (r == 0)
		run->generation = NULL;
	run->answer->set = &g->set;
	return r;
}

static int
go(struct rules_run *run, struct diag *diag)
{
	const struct run_settings *settings = sensor_rules_settings(run->rules);
	struct pipeline_options options = {.inspect = {.memory_bytes = MEMORY_BYTES,
	                                       .checksums = DECODE_CHECKSUMS_OFF,
	                                       .stage = INSPECT_ALL,
	                                       .hash_key = 1,
	                                       .timeouts = &settings->timeouts,
	                                       .settings = &settings->l7},
	    .workers = 1,
	    .read = read_captures,
	    .viewer = view,
	    .context = run,
	    .chunk_bytes = CAPTURE_BATCH_CHUNK};
	struct pipeline *pipeline = pipeline_new(&options);
	if (pipeline == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int r = pipeline_run(pipeline);
	struct pipeline_totals totals = {0};
	pipeline_total(pipeline, &totals);
	run->answer->packets = totals.inspect.packets;
	run->answer->bytes = totals.inspect.bytes;
	pipeline_free(pipeline);
	return r < 0 ? diag_say(diag, r, "%s", text_error(-r)) : 0;
}

int
rules_run(const struct rules_files *files, const struct flat *said, const char *const *captures, size_t capture_count,
    struct rules_run **out, struct rules_run_answer *answer, struct diag *diag)
{
	struct rules_run *run = calloc(1, sizeof(*run));
	if (run == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	*answer = (struct rules_run_answer){0};
	run->answer = answer;
	int r = open_captures(run, captures, capture_count, diag);
	if (r == 0)
		r = load(run, files, said, diag);
	/* libcrypto reads its configuration at the first use of a cipher, which the sandbox would not let it do. */
	if (r == 0 && quic_crypt_start() < 0)
		r = diag_say(diag, -ENOMEM, "%s", _("libcrypto has no AES"));
	if (r == 0) {
		int layers = sandbox_enter(SANDBOX_SENSOR, NULL, diag);
		r = layers < 0 ? layers : go(run, diag);
	}
	if (r < 0) {
		rules_run_free(run);
		return r;
	}
	answer->program = run->program;
	answer->profile = run->profile;
	answer->told = run->told;
	*out = run;
	return 0;
}
