/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* intel/cvss.h - how severe a vulnerability is, by its vector: CVSS v3.0, v3.1 and v4.0 of FIRST. Pure: a vector in, scores out.
 *
 * Metrics may stand in any order; each at most once, and the mandatory ones all. The prefix (CVSS:3.1/) may be missing: the metrics tell
 * v3.1 from v4.0. Scores are whole tenths.
 */
#ifndef INTEL_CVSS_H
#define INTEL_CVSS_H

#include "core/bytes.h"
#include "core/diag.h"

enum { CVSS_METRICS_MAX = 32, CVSS_NO_SCORE = -1 };

enum cvss_version { CVSS_3_0, CVSS_3_1, CVSS_4_0 };
enum cvss_severity { CVSS_NONE, CVSS_LOW, CVSS_MEDIUM, CVSS_HIGH, CVSS_CRITICAL };

/* The values of a vector: of each metric of its version, in the order of cvss_metric_name(), the letter given; 0: not given. */
struct cvss {
	enum cvss_version version;
	char values[CVSS_METRICS_MAX];
	bool has_threat, has_environment; /* metrics of these groups are defined: not X */
};

struct cvss_score {
	int score;                   /* tenths: of all that the vector defines */
	int base;                    /* of the base metrics alone */
	int threat;                  /* v3: temporal; CVSS_NO_SCORE where none of its metrics is defined */
	int environment;             /* the same */
	unsigned macrovector;        /* v4: its six digits, as 212221; 0 in v3 */
	enum cvss_severity severity; /* of score */
};

/* 0, or -EINVAL with diag: its column is that of the metric which is wrong. */
MUST_USE int cvss_parse(struct bytes vector, struct cvss *out, struct diag *diag);
struct cvss_score cvss_reckon(const struct cvss *vector);

enum cvss_severity cvss_severity_of(int tenths);
/* "Critical" and the like, N_(). */
const char *cvss_severity_word(enum cvss_severity severity);
/* "3.1" */
const char *cvss_version_word(enum cvss_version version);
/* "AV"; NULL beyond the last one. */
const char *cvss_metric_name(enum cvss_version version, unsigned metric);

/* The parts, each of one version; metrics by the numbers of its own table in cvss.c. */
enum cvss3_metric {
	CVSS3_AV,
	CVSS3_AC,
	CVSS3_PR,
	CVSS3_UI,
	CVSS3_S,
	CVSS3_C,
	CVSS3_I,
	CVSS3_A,
	CVSS3_E,
	CVSS3_RL,
	CVSS3_RC,
	CVSS3_CR,
	CVSS3_IR,
	CVSS3_AR,
	CVSS3_MAV,
	CVSS3_MAC,
	CVSS3_MPR,
	CVSS3_MUI,
	CVSS3_MS,
	CVSS3_MC,
	CVSS3_MI,
	CVSS3_MA,
	CVSS3_METRICS
};
enum cvss4_metric {
	CVSS4_AV,
	CVSS4_AC,
	CVSS4_AT,
	CVSS4_PR,
	CVSS4_UI,
	CVSS4_VC,
	CVSS4_VI,
	CVSS4_VA,
	CVSS4_SC,
	CVSS4_SI,
	CVSS4_SA,
	CVSS4_E,
	CVSS4_CR,
	CVSS4_IR,
	CVSS4_AR,
	CVSS4_MAV,
	CVSS4_MAC,
	CVSS4_MAT,
	CVSS4_MPR,
	CVSS4_MUI,
	CVSS4_MVC,
	CVSS4_MVI,
	CVSS4_MVA,
	CVSS4_MSC,
	CVSS4_MSI,
	CVSS4_MSA,
	CVSS4_S,
	CVSS4_AU,
	CVSS4_R,
	CVSS4_V,
	CVSS4_RE,
	CVSS4_U,
	CVSS4_METRICS
};

#endif
