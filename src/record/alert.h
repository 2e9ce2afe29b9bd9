/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/alert.h - what a detector says: who, to whom, how often, how sure, and the facts that
 * its sentences quote. The sentences themselves are text (record/alert_text.h), so that one
 * alert reads in French and in English.
 */
#ifndef RECORD_ALERT_H
#define RECORD_ALERT_H

#include "core/addr.h"
#include "core/bytes.h"

enum { ALERT_FACTS_MAX = 8, ALERT_FACT_NAME_MAX = 16, ALERT_FACT_VALUE_MAX = 128 };

enum severity { /* EBIOS RM G1-G4, so that one vocabulary serves study and incident */
	SEVERITY_MINOR = 1,
	SEVERITY_SIGNIFICANT,
	SEVERITY_SERIOUS,
	SEVERITY_CRITICAL,
};

enum alert_stage { /* the ATT&CK tactic, coarsened to what a reader can follow, in this order */
	STAGE_RECONNAISSANCE,
	STAGE_ACCESS,
	STAGE_FOOTHOLD,
	STAGE_CREDENTIALS,
	STAGE_LATERAL,
	STAGE_COMMAND,
	STAGE_EXFILTRATION,
	STAGE_IMPACT,
	STAGE_HYGIENE /* a weakness, not an attack */,
};

/* One fact that a sentence quotes as {name}: a number, an address or a text from the wire (cut to fit). */
struct alert_fact {
	char name_cstr[ALERT_FACT_NAME_MAX];
	uint16_t value_len;
	char value[ALERT_FACT_VALUE_MAX];
};

struct alert {
	const char *detector_cstr; /* "scan-horizontal": key of texts, tuning and documents; static storage */
	uint32_t signature_id;     /* EVE alert.signature_id: 9000000 + the detector's number */
	uint8_t severity;          /* enum severity */
	uint8_t confidence;        /* percent */
	uint8_t stage;             /* enum alert_stage */
	uint8_t ip_proto;
	char technique_cstr[12];   /* ATT&CK id, "T1046" */
	int64_t first_ns, last_ns; /* of the evidence; the alert is raised at last_ns */
	uint64_t number;           /* packet that raised it */
	uint64_t flow_id;          /* 0 when many flows are concerned */
	struct addr source;        /* who does it */
	struct addr target;        /* to whom; zero when there are many: `targets` counts them */
	uint32_t targets;
	uint16_t source_port, target_port; /* 0 when many */
	uint16_t vlan;
	uint8_t app;    /* enum app_proto, APP_NONE when it does not matter */
	uint64_t count; /* attempts, packets, requests: what the detector counts */
	uint8_t fact_count;
	struct alert_fact facts[ALERT_FACTS_MAX];
};

/* Adds a fact; beyond ALERT_FACTS_MAX it is dropped. Values are cut to ALERT_FACT_VALUE_MAX. */
void alert_fact_text(struct alert *alert, const char *name_cstr, struct bytes value);
void alert_fact_u64(struct alert *alert, const char *name_cstr, uint64_t value);
void alert_fact_addr(struct alert *alert, const char *name_cstr, const struct addr *value);
/* The value of a fact, empty when absent. */
struct bytes alert_fact_find(const struct alert *alert, const char *name_cstr);
/* "critical": the word of --fail-on and of JSON, never translated; empty for what is no severity. */
const char *alert_severity_word(unsigned severity);
/* "lateral-movement": the word that answers and events have; empty for what is no stage. */
const char *alert_stage_word(unsigned stage);

#endif
