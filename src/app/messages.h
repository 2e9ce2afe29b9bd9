/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/messages.h - what the roles of one watch say to each other, over sandbox/channel.h.
 *
 *	parent  -> sensor   CONFIG, RULES when there are some, then one CAPTURE (with its descriptor) at a time, then END
 *	sensor  -> parent   PROGRESS, WANTS (the next capture), FAULT, NOTICE, FILE_DATA, FILE_KEEP, FILE_DROP, SUMMARY
 *	sensor <-> parent <-> compiler: the rules, see rules_wire.h
 *	parent  -> collector  CONFIG (the language, the interface); answer: OPENED (the link type) or FAULT
 *	collector -> sensor FRAMES, COUNTS, FAULT: the interfaces that the ring cannot read
 *	sensor  -> keeper   ALERT, EVIDENCE (of the alert before it), ASSET, EVENTS, HEALTH, END
 *	verb    -> reader   (import, see import_wire.h) CONFIG, HOSTs, then one CAPTURE (with its descriptor) at a time, then END
 *	reader  -> verb     WANTS, PROGRESS, BAD_LINE, NOTICE, EVENTS, ALERT, ASSET, MACHINE, FAULT; at last SUMMARY
 *	verb   <-> reader of tables (learn): see learn_wire.h
 *	parent  -> keeper   CONFIG (live or not, the language, the folder of the dossier)
 *	console, clerk and their parent: record/order.h
 *	keeper  -> parent   FAULT, live: ALERT as they come; at the end INCIDENT (one each), TOTALS
 */
#ifndef APP_MESSAGES_H
#define APP_MESSAGES_H

#include "core/cursor.h"
#include "core/text.h"
#include "core/writer.h"
#include "net/host_policy.h"
#include "net/decode/packet.h"

enum message_type {
	MESSAGE_CONFIG = 1,
	MESSAGE_CAPTURE,
	MESSAGE_END,
	MESSAGE_PROGRESS,
	MESSAGE_WANTS,
	MESSAGE_FAULT,
	MESSAGE_SUMMARY,
	MESSAGE_ALERT,
	MESSAGE_EVIDENCE,
	MESSAGE_ASSET,
	MESSAGE_INCIDENT,
	MESSAGE_TOTALS,
	MESSAGE_NOTICE, /* a line for the user, which is no fault */
	MESSAGE_OPENED,
	MESSAGE_FRAMES, /* see collected_source.h */
	MESSAGE_COUNTS,
	MESSAGE_HOST, /* see import_wire.h */
	MESSAGE_BAD_LINE,
	MESSAGE_MACHINE,
	MESSAGE_HEALTH,    /* the counts of a SUMMARY so far */
	MESSAGE_EVENTS,    /* a piece of a text of lines, see event_outlet.h */
	MESSAGE_FILE_DATA, /* see file_outlet.h */
	MESSAGE_FILE_KEEP,
	MESSAGE_FILE_DROP,
	MESSAGE_RULES, /* with the descriptor of their bundle, after CONFIG; live also later: the next generation */
	/* See rules_wire.h. */
	MESSAGE_SEARCHES_WANTED,
	MESSAGE_SEARCHES,
	MESSAGE_SEARCHING,
	MESSAGE_RULES_USED,
	MESSAGE_MODEL, /* after RULES, with the descriptor of model and site, one after the other; lengths (8 bytes each) and the model's short name */
	MESSAGE_LABELS, /* see learn_wire.h */
};

/* Descriptors of a role, from 3 up. */
enum { SENSOR_FD_PARENT = 3, SENSOR_FD_KEEPER = 4, SENSOR_FD_EVENTS = 5 };
enum { KEEPER_FD_PARENT = 3, KEEPER_FD_SENSOR = 4 };
enum { COMPILER_FD_PARENT = 3 };
enum { COLLECTOR_FD_PARENT = 3, COLLECTOR_FD_SENSOR = 4 };

enum { MESSAGES_TEXT_MAX = 512, MESSAGES_TUNING_MAX = 32768, MESSAGES_FRAME_HEAD = 18 };

/* The sensor knows the bytes of the site's tuning, not their file: the parent puts the name in its place. */
#define SENSOR_TUNING_FILE "--tuning"

struct sensor_config {
	uint64_t memory_bytes;
	uint64_t hash_key;
	uint16_t threads;
	uint8_t checksums;      /* enum decode_checksums */
	uint8_t stage;          /* enum inspect_stage */
	enum language language; /* of the faults it tells */
	bool with_events, with_behaviour, with_features, with_community_id, with_progress, with_evidence;
	struct bytes filter; /* struct bpf_insn array, empty: all packets */
	struct bytes tuning; /* the site's tuning file */
	struct host_policies hosts;
	bool with_kept_events; /* they go to the keeper */
	bool with_rules;       /* a RULES message follows (rules_wire.h) */
	bool with_vectors;     /* the descriptor after that of the events is the file of vectors */
	uint8_t vector_flags;  /* enum flow_vector_file_flag */
	bool with_model;       /* a MODEL message follows */
	bool live;             /* each CAPTURE is a packet socket, one per worker; otherwise a file */
	bool collected;        /* live, and the one CAPTURE is a channel from the collector */
};

enum keep_events { KEEP_EVENTS_ALL, KEEP_EVENTS_FLOWS /* and alerts */, KEEP_EVENTS_NONE };

struct keeper_config {
	bool live; /* the parent wants alerts at once */
	enum language language;
	enum keep_events events;
	char name_cstr[64];                  /* of the sensor: the interface, or "captures" */
	char folder_cstr[MESSAGES_TEXT_MAX]; /* of the dossier, or its server; empty: nothing is kept */
};

/* Of a run so far. */
struct progress {
	uint64_t bytes, packets, alerts;
	uint64_t kernel_packets, kernel_drops; /* live: that reached the interface, dropped ones among them */
};

enum { FAULT_ROLE = 255 /* the role itself could not go on */ };

struct fault {
	uint8_t kind;    /* enum capture_fault, or FAULT_ROLE */
	uint64_t offset; /* bytes into the file, UINT64_MAX: unknown */
	char file_cstr[MESSAGES_TEXT_MAX], text_cstr[MESSAGES_TEXT_MAX];
};

/* All counts of a run, in one order: written and read as 64-bit numbers. */
enum summary_field {
	SUMMARY_PACKETS,
	SUMMARY_BYTES,
	SUMMARY_FIRST_NS,
	SUMMARY_LAST_NS,
	SUMMARY_IPV4,
	SUMMARY_IPV6,
	SUMMARY_ARP,
	SUMMARY_TCP,
	SUMMARY_UDP,
	SUMMARY_ICMP,
	SUMMARY_OTHER,
	SUMMARY_ANOMALIES,
	SUMMARY_BAD_CHECKSUMS,
	SUMMARY_FLOWS,
	SUMMARY_SEEDS,
	SUMMARY_EVICTED_SEEDS,
	SUMMARY_EVICTED_FLOWS,
	SUMMARY_STREAM_REFUSED,
	SUMMARY_STREAM_GAP_BYTES,
	SUMMARY_STREAM_GAPS,
	SUMMARY_INVALID,
	SUMMARY_LARGEST, /* bytes of a frame */
	SUMMARY_FLOWS_UNREAD,
	SUMMARY_CONTENTS_REFUSED,
	SUMMARY_CONTENTS_IN_PIECES,
	SUMMARY_OBSERVATIONS_DROPPED,
	SUMMARY_FRAGMENTS_DROPPED,
	SUMMARY_EVENTS,
	SUMMARY_EVENTS_LOST,
	SUMMARY_EVENTS_UNKEPT, /* on their way to the keeper */
	SUMMARY_ALERTS,
	SUMMARY_KERNEL_PACKETS, /* dropped ones among them */
	SUMMARY_KERNEL_DROPS,
	SUMMARY_DOWN_S, /* the interface was down */
	SUMMARY_FILTERED,
	SUMMARY_FILTER_UNDECIDED,
	SUMMARY_UNKNOWN_LINK,
	SUMMARY_MEMORY_BYTES,
	SUMMARY_SANDBOX,
	SUMMARY_CAPTURES,
	SUMMARY_MODEL, /* 1: one is used */
	SUMMARY_MODEL_FLOWS,
	SUMMARY_MODEL_ATTACKS,
	SUMMARY_MODEL_UNDECIDED,
	SUMMARY_MODEL_UNSEEN,
	SUMMARY_FIELDS
};

void messages_put_config(struct writer *w, const struct sensor_config *config);
MUST_USE enum parse messages_get_config(struct bytes body, struct sensor_config *out); /* borrows the body */
void messages_put_keeper(struct writer *w, const struct keeper_config *config);
MUST_USE enum parse messages_get_keeper(struct bytes body, struct keeper_config *out);
void messages_put_progress(struct writer *w, const struct progress *progress);
MUST_USE enum parse messages_get_progress(struct bytes body, struct progress *out);
/* One of the frames of a FRAMES; its number and worker are for the receiver to say. */
void messages_put_frame(struct writer *w, const struct frame *frame);
MUST_USE enum parse messages_get_frame(struct cursor *c, struct frame *out); /* borrows the message */
void messages_put_fault(struct writer *w, const struct fault *fault);
MUST_USE enum parse messages_get_fault(struct bytes body, struct fault *out);
void messages_put_summary(struct writer *w, const uint64_t fields[static SUMMARY_FIELDS]);
MUST_USE enum parse messages_get_summary(struct bytes body, uint64_t out[static SUMMARY_FIELDS]);

#endif
