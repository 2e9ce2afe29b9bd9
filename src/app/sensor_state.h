/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/sensor_state.h - what sensor.c, sensor_read.c and sensor_tell.c share: one sensor. Not for other files. */
#ifndef APP_SENSOR_STATE_H
#define APP_SENSOR_STATE_H

#include "app/event_outlet.h"
#include "app/file_outlet.h"
#include "app/live_source.h"
#include "app/messages.h"
#include "app/pipeline.h"
#include "app/sensor_learning.h"
#include "app/sensor_reload.h"
#include "app/sensor_rules.h"
#include "core/diag.h"
#include "core/text.h"
#include "sandbox/channel.h"
#include "detect/behaviour/alerted_flows.h"

#include <time.h>

/* That far back, a capture does not continue the one before. */
#define SENSOR_ANOTHER_STORY_NS (INT64_C(3600) * 1000000000)

/* Events name the capture they are from, also when the next one is being read. */
struct sensor_file_name {
	struct sensor_file_name *next;
	char text_cstr[];
};

struct sensor {
	struct sensor_file_name *file_names; /* the last one first */
	struct sensor_config config;
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
	uint8_t config_copy[CHANNEL_MESSAGE_MAX + 2];
	uint8_t out[CHANNEL_MESSAGE_MAX];
	struct capture_file *file;
	int file_fd;
	char file_cstr[MESSAGES_TEXT_MAX];
	uint64_t frames_before, bytes_before, filtered, captures;
	struct event_file *events;      /* NULL: nobody wants any */
	struct event_outlet *to_keeper; /* the same events; NULL: it keeps none */
	struct file_outlet kept_files;
	int64_t last_health_ns;
	struct sink *alert_sink;
	struct sensor_rules *rules; /* NULL: none */
	struct sensor_reload *reload;
	struct pipeline *pipeline;
	struct pipeline_totals totals; /* of the pipelines that have ended */
	struct tuning *tuning;
	bool file_is_new;  /* nothing of it was given yet */
	bool goes_back;    /* the next capture is of an earlier time: another story */
	int64_t latest_ns; /* of the frames given to this pipeline */
	struct behaviour *behaviour;
	struct rule_findings *findings;   /* NULL: no rules */
	struct sensor_learning *learning; /* NULL: nobody wants vectors, and there is no model */
	struct asset_collector *assets;
	struct alerted_flows alerted;
	uint64_t heard_flow; /* of the observation being judged; 0: none */
	bool is_rule;        /* that observation is a rule that held */
	uint64_t alerts, alerts_over, evidence;
	int64_t last_progress_ns;
	struct capture_filter *filter; /* NULL: all packets */
	struct live_source *live;      /* NULL: captures */
	int64_t started_ns, last_stats_ns;
	uint64_t dropped; /* by the kernel, as told */
	int64_t last_drop_ns;
	bool is_down; /* the interface, since down_since_ns */
	int64_t down_since_ns, down_ns_before;
	bool events_failed; /* told once */
	bool is_stopped;    /* the parent said END */
	bool more_at_hand;  /* the batch was too small for what was read */
	uint64_t undecided; /* frames of a link type for which the filter has no meaning: not looked at */
	int sandbox_layers;
	bool parent_is_gone;
};

/* sensor_read.c: where frames come from. */
/* Asks the parent for the next capture, into file_fd. 1: open; 0: there is none; < 0: the parent is gone or says nonsense. */
MUST_USE int sensor_read_next(struct sensor *s);
void sensor_read_close(struct sensor *s);
pipeline_read sensor_read_captures, sensor_read_live;
/* How long the interface was down. */
int64_t sensor_read_down_ns(const struct sensor *s);

/* sensor_tell.c: what the parent hears. */
void sensor_tell_role(struct sensor *s, int end, enum message_type type, struct bytes body);
/* About the file of the diag, or file_cstr; empty: about none. */
void sensor_tell_fault(struct sensor *s, uint8_t kind, const char *file_cstr, const struct diag *diag);
/* A line for the user, which is no fault. */
void sensor_tell_notice(struct sensor *s, const char *format, ...) PRINTF_LIKE(2, 3);
/* Between two chunks: ten times a second at most. */
void sensor_tell_now_and_then(struct sensor *s, uint64_t packets);
/* At the end. */
void sensor_tell_summary(struct sensor *s);
int64_t sensor_tell_clock_ns(clockid_t id);

/* sensor_rules_load.c: the first generation of rules, before anything is read. fd: of the bundle. 0, or a negative errno with diag. */
MUST_USE int sensor_rules_load(struct sensor *s, int fd, size_t size, struct diag *diag);
/* What a generation says to the parent on its way: the databases that it wants; what became of its rules; or why it is not used. */
void sensor_rules_load_ask(struct sensor *s, const struct rules_generation *g);
void sensor_rules_load_used(struct sensor *s, const struct rules_generation *g);
void sensor_rules_load_failed(struct sensor *s, const struct diag *diag);

#endif
