/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* detect/behaviour/detector.h - what every behaviour detector is: one file, one entry of the table.
 *
 * A detector receives observations in the order of the capture and says alerts. It keeps its own
 * bounded state (keyed_table.h), knows no clock but the observations', and reads its thresholds from
 * the tuning (data/tuning/behaviour.ini), never from constants in the code.
 */
#ifndef DETECT_BEHAVIOUR_DETECTOR_H
#define DETECT_BEHAVIOUR_DETECTOR_H

#include "record/alert.h"
#include "record/observation.h"

struct tuning; /* detect/behaviour/tuning.h */

/* Where alerts go. A detector fills a zeroed alert with alert_start() of behaviour.h and gives it here. */
struct alert_out {
	void (*say)(void *context, const struct alert *alert);
	void *context;
};

struct host; /* detect/behaviour/hosts.h */

/* What a detector gets besides the observation. */
struct seen {
	const struct observation *o;
	struct host *source,
	    *target; /* both ends as known so far, this observation included; NULL when o is not a FLOW_END */
	const struct alert_out *out;
};

#define DETECTOR_WANTS(kind) (UINT32_C(1) << (kind))

struct detector {
	const char *name_cstr;      /* "scan-horizontal": also the tuning section and the key of its texts */
	uint32_t signature_id;      /* 9000001 and up, never used twice, never changed */
	const char *technique_cstr; /* ATT&CK id */
	uint8_t stage;              /* enum alert_stage */
	uint8_t severity;           /* enum severity, the usual one */
	uint32_t wants;             /* DETECTOR_WANTS() of the kinds it looks at, ORed */
	size_t state_size;          /* of its state, which behaviour.c makes, zeroed, and gives back */
	/* 0, or -ENOMEM; stop() is called in either case. memory_bytes is its share of the budget for what it keeps besides. */
	int (*start)(void *state, const struct tuning *tuning, size_t memory_bytes);
	/* On the path of every flow: the usual flow must cost a few comparisons and no table of the detector's own. */
	void (*observe)(void *state, const struct seen *seen);
	/* The capture is over, or a minute of its time has passed: say what is due. May be NULL. */
	void (*tick)(void *state, int64_t now_ns, const struct alert_out *out);
	void (*stop)(void *state); /* gives back what start() took */
};

/* An alert with the detector's own fields filled in, between the ends of `o`, at its time. */
void detector_alert(struct alert *alert, const struct detector *detector, const struct observation *o);

#endif
