/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/report_sample.h - a made-up incident and a made-up month, for tests of reports. Texts may be replaced: one of
 * them, `evil`, goes into every place that a person or a stranger fills. */
#ifndef TESTS_SUPPORT_REPORT_SAMPLE_H
#define TESTS_SUPPORT_REPORT_SAMPLE_H

#include "record/incident.h"
#include "report/report.h"

#include <stdio.h>

enum { REPORT_SAMPLE_ITEMS = 400, REPORT_SAMPLE_NOW = 1793181600 /* 2026-10-28 10:00 UTC */ };

struct report_sample {
	struct report_input in;
	struct case_file file;
	struct incident story;
	struct case_item items[REPORT_SAMPLE_ITEMS];
	struct case_field fields[REPORT_SAMPLE_ITEMS][8], own[32];
	struct report_alert alerts[8];
	struct report_clock clocks[5];
	struct report_sentence sentences[3];
	struct asset assets[2];
	struct report_brief briefs[REPORT_SAMPLE_ITEMS];
	struct report_due due[REPORT_SAMPLE_ITEMS];
	struct report_group groups[6];
	struct report_step steps[30];
	struct report_sensor sensors[3];
	struct report_arrow arrows[3];
	const char *evil_cstr; /* NULL: the sample's own texts */
};

static inline const char *
report_sample_text(const struct report_sample *s, const char *own_cstr)
{
	return s->evil_cstr != NULL ? s->evil_cstr : own_cstr;
}

static inline struct case_item *
report_sample_item(struct report_sample *s, const char *id_cstr, const char *kind_cstr, int64_t at_s)
{
	size_t i = s->file.item_count++;
	s->items[i] = (struct case_item){.id_cstr = id_cstr,
	    .kind_cstr = kind_cstr,
	    .incident_cstr = "INC-0123456789ab",
	    .by_cstr = report_sample_text(s, "Nadia Ferrand"),
	    .at_ns = at_s * 1000000000,
	    .fields = s->fields[i]};
	return &s->items[i];
}

static inline void
report_sample_field(struct case_item *item, const char *name_cstr, const char *value_cstr)
{
	item->fields[item->field_count++] = (struct case_field){name_cstr, value_cstr};
}

static inline void
report_sample_alert(
    struct report_sample *s, size_t i, const char *detector_cstr, const char *technique_cstr, unsigned severity)
{
	struct alert *a = &s->alerts[i].alert;
	*a = (struct alert){.detector_cstr = detector_cstr,
	    .severity = (uint8_t)severity,
	    .confidence = 90,
	    .first_ns = (INT64_C(1793008800) + (int64_t)i * 600) * 1000000000,
	    .targets = 3,
	    .target_port = 22,
	    .count = 31};
	a->last_ns = a->first_ns + INT64_C(25000000000);
	(void)snprintf(a->technique_cstr, sizeof(a->technique_cstr), "%s", technique_cstr);
	a->source = addr_v4((const uint8_t[]){192, 168, 20, 31});
	if (i % 2 == 0)
		a->target = addr_v4((const uint8_t[]){192, 168, 20, 10});
	alert_fact_text(a, "user", bytes_of_cstr(report_sample_text(s, "k.haddad")));
	alert_fact_u64(a, "attempts", 31);
	alert_fact_u64(a, "successes", 1);
	(void)snprintf(s->alerts[i].id_cstr, sizeof(s->alerts[i].id_cstr), "ALR-%016zx", i);
	s->alerts[i].evidence_cstr = i % 2 == 0
	    ? "evidence/0000000000000000000000000000000000000000000000000000000000000000.pcap"
	    : "";
}

static inline void
report_sample_incident(struct report_sample *s)
{
	static const char *const detectors[] = {"guess-ssh", "scan-vertical", "exfiltration", "beacon"};
	static const char *const techniques[] = {"T1110.001", "T1046", "T1048", "T1071"};
	for (size_t i = 0; i < 4; i++)
		report_sample_alert(s, i, detectors[i], techniques[i], 1 + (unsigned)i % 4);
	s->story = (struct incident){.victims_total = 3, .severity = SEVERITY_CRITICAL, .alerts = 4, .part_count = 1};
	s->story.parts[0] = (struct incident_part){.strongest = s->alerts[0].alert, .alerts = 4, .count = 31};
	s->story.attacker = s->alerts[0].alert.source;
	s->story.first_ns = s->alerts[0].alert.first_ns;
	s->story.last_ns = s->alerts[3].alert.last_ns;
	s->file.story = &s->story;
	s->file.items = s->items;
	s->file.incident = (struct case_item){.id_cstr = "INC-0123456789ab",
	    .kind_cstr = "incident",
	    .incident_cstr = "INC-0123456789ab",
	    .by_cstr = "watch",
	    .fields = s->own};
	struct case_item *i = &s->file.incident;
	report_sample_field(i, "title", report_sample_text(s, "Mot de passe deviné : le serveur <principal> & l’accueil"));
	report_sample_field(i, "severity", "4");
	report_sample_field(i, "state", "contained");
	report_sample_field(i, "tlp", "AMBER");
	report_sample_field(i, "owner", report_sample_text(s, "Nadia Ferrand"));
	report_sample_field(i, "reporter", report_sample_text(s, "Mme Renée Lefèvre"));
	report_sample_field(i, "happened", "2026-10-26T10:00:00Z");
	report_sample_field(i, "seen", "2026-10-26T10:40:00Z");
	report_sample_field(i, "aware", "2026-10-26T11:00:00Z");
	report_sample_field(i, "aware_by", report_sample_text(s, "Paul Lemaire"));
	report_sample_field(i, "contained", "2026-10-26T13:00:00Z");
	report_sample_field(i, "description",
	    report_sample_text(s,
	        "Quelqu’un a deviné le mot de passe du serveur 192.168.20.10 ; Renée Lefèvre (06 12 34 56 78) l’a vu.\nDeuxième ligne."));
	report_sample_field(i, "impact", report_sample_text(s, "Accueil fermé un après-midi."));
	report_sample_field(i, "personal_data", "yes");
	report_sample_field(i, "people_count", "1200");
	report_sample_field(i, "cost", "3500");
	report_sample_field(i, "measures", report_sample_text(s, "Compte fermé, adresse 203.0.113.99 bloquée."));
	i = report_sample_item(s, "LOG-000000000001", "log", 1793010000);
	report_sample_field(i, "text", report_sample_text(s, "Appel à l’administrateur : personne ne travaille d’ici."));
	i = report_sample_item(s, "CAU-000000000001", "cause", 1793020000);
	report_sample_field(i, "text", report_sample_text(s, "Le mot de passe était dans une liste"));
	report_sample_field(i, "ishikawa", "methods");
	i = report_sample_item(s, "CAU-000000000002", "cause", 1793020001);
	report_sample_field(i, "text", report_sample_text(s, "Aucune règle sur les mots de passe"));
	report_sample_field(i, "parent", "CAU-000000000001");
	report_sample_field(i, "ishikawa", "management");
	report_sample_field(i, "root", "yes");
	report_sample_field(i, "control", report_sample_text(s, "Revue des comptes"));
	i = report_sample_item(s, "PRF-000000000001", "proof", 1793021000);
	report_sample_field(i, "title", report_sample_text(s, "Image du disque"));
	report_sample_field(i, "sha256", "00000000000000000000000000000000000000000000000000000000000000ff");
	report_sample_field(i, "taken_by", report_sample_text(s, "Karim Haddad"));
	i = report_sample_item(s, "CUS-000000000001", "custody", 1793022000);
	report_sample_field(i, "proof", "PRF-000000000001");
	report_sample_field(i, "to", report_sample_text(s, "Nadia Ferrand"));
	i = report_sample_item(s, "ACT-000000000001", "action", 1793023000);
	report_sample_field(i, "title", report_sample_text(s, "Clés à la place des mots de passe"));
	report_sample_field(i, "cause", "CAU-000000000002");
	report_sample_field(i, "owner", report_sample_text(s, "Karim Haddad"));
	report_sample_field(i, "due", "2026-10-27T16:00:00Z");
	report_sample_field(i, "state", "open");
	i = report_sample_item(s, "TSK-000000000001", "task", 1793023500);
	report_sample_field(i, "title", report_sample_text(s, "Changer les mots de passe"));
	report_sample_field(i, "due", "2026-11-02T08:00:00Z");
	i = report_sample_item(s, "LES-000000000001", "lesson", 1793024000);
	report_sample_field(i, "text", report_sample_text(s, "Prévenir l’accueil d’abord."));
	report_sample_field(i, "type", "to-change");
	static const enum report_clock_state states[] = {
	    REPORT_CLOCK_RUNS, REPORT_CLOCK_OVERDUE, REPORT_CLOCK_SENT, REPORT_CLOCK_SENT_LATE, REPORT_CLOCK_WAITS};
	for (size_t c = 0; c < LENGTH_OF(states); c++)
		s->clocks[c] = (struct report_clock){
		    .profile_cstr = report_sample_text(s, "Violation de données personnelles"),
		    .step_cstr = report_sample_text(s, "Notification"),
		    .text_cstr = "RGPD",
		    .article_cstr = "33(1)",
		    .why_cstr = report_sample_text(s, ""),
		    .state = states[c],
		    .has_due = c < 4,
		    .has_sent = c == 2 || c == 3,
		    .from_s = 1793012400,
		    .due_s = c == 1 || c == 3 ? 1793100000 : 1793271600,
		    .sent_s = c == 2 ? 1793090000 : 1793110000};
	s->sentences[0] = (struct report_sentence){
	    report_sample_text(s, "Paul Lemaire en a pris connaissance."), "INC-0123456789ab aware_by aware", false};
	s->sentences[1] = (struct report_sentence){
	    report_sample_text(s, "Preuve : image du disque."), "PRF-000000000001", false};
	s->sentences[2] = (struct report_sentence){"Combien d’enregistrements ?", "INC-0123456789ab record_count", true};
	s->in.incident = (struct report_incident){.file = &s->file,
	    .category_cstr = report_sample_text(s, "Intrusion"),
	    .alerts = s->alerts,
	    .alert_count = 4,
	    .alerts_in_all = 4,
	    .clocks = s->clocks,
	    .clock_count = LENGTH_OF(states),
	    .notice_title_cstr = "Notification (article 33)",
	    .sentences = s->sentences,
	    .sentence_count = LENGTH_OF(s->sentences)};
}

static inline void
report_sample_period(struct report_sample *s)
{
	struct report_period *p = &s->in.period;
	static const char *const names[] = {"Intrusion", "Hameçonnage", "methods", "management", "FTP 1.0", "SSH 9"};
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		s->groups[i] = (struct report_group){.by = (enum report_group_by)(1 + i / 2),
		    .name_cstr = report_sample_text(s, names[i]),
		    .incidents = 4 - i / 2,
		    .open = 1,
		    .detect = {.count = i % 2, .mean_s = 4000},
		    .repair = {.count = 1, .mean_s = 90000}};
	for (size_t i = 0; i < 6; i++) {
		s->briefs[i] = (struct report_brief){"INC-0123456789ab", report_sample_text(s, "Mot de passe deviné"),
		    report_sample_text(s, "Intrusion"), "confiné", report_sample_text(s, "Nadia Ferrand"),
		    4 - (unsigned)i / 2, false, true, 1793010000, 12};
		s->due[i] = (struct report_due){(enum report_due_kind)(i % 3), "ACT-000000000001", "INC-0123456789ab",
		    report_sample_text(s, "Clés à la place des mots de passe"),
		    i == 5 ? "" : report_sample_text(s, "Karim Haddad"), true, REPORT_SAMPLE_NOW + ((int64_t)i - 3) * 86400};
	}
	for (size_t i = 0; i < LENGTH_OF(s->steps); i++)
		s->steps[i] = (struct report_step){
		    1790805600 + (int64_t)i * 86400, i % 2, (i * 37) % 11, i * 1000000000, true};
	for (size_t i = 0; i < LENGTH_OF(s->sensors); i++)
		s->sensors[i] = (struct report_sensor){report_sample_text(s, "eth0"), report_sample_text(s, ""),
		    (enum report_sensor_state)i, true, 1793180000, 123456789, i * 17};
	for (size_t i = 0; i < LENGTH_OF(s->arrows); i++)
		s->arrows[i] = (struct report_arrow){
		    s->alerts[0].alert.source, s->alerts[0].alert.target, i * 30, 2 + (unsigned)i};
	*p = (struct report_period){.from_s = 1790805600,
	    .to_s = 1793401200,
	    .all = {.incidents = 6, .open = 3, .detect = {1, 2400}, .repair = {2, 30000}},
	    .all_before = {.incidents = 4, .open = 0, .detect = {1, 3600}},
	    .groups = s->groups,
	    .incidents = s->briefs,
	    .steps = s->steps,
	    .due = s->due,
	    .sensors = s->sensors,
	    .arrows = s->arrows,
	    .group_count = LENGTH_OF(names),
	    .incident_count = 6,
	    .step_count = LENGTH_OF(s->steps),
	    .due_count = 6,
	    .sensor_count = LENGTH_OF(s->sensors),
	    .arrow_count = LENGTH_OF(s->arrows),
	    .alerts = 44,
	    .alerts_before = 50,
	    .sensors_known = true};
}

static inline void
report_sample_make(struct report_sample *s, enum language language, const struct zone *zone, const char *evil_cstr)
{
	*s = (struct report_sample){.evil_cstr = evil_cstr};
	s->in = (struct report_input){.language = language, .zone = zone, .now_s = REPORT_SAMPLE_NOW};
	report_sample_incident(s);
	report_sample_period(s);
	s->assets[0].address = addr_v4((const uint8_t[]){192, 168, 20, 31});
	memcpy(s->assets[0].name, "PC-ACCUEIL", 10);
	s->assets[0].name_len = 10;
	s->in.assets = s->assets;
	s->in.asset_count = 1;
	s->in.cover = (struct doc_cover){.organisation_cstr = report_sample_text(s, "Commune de Valbourg"),
	    .reference_cstr = report_sample_text(s, "CV-INC-2026-007"),
	    .version_cstr = report_sample_text(s, "1.0"),
	    .status_cstr = report_sample_text(s, "validé"),
	    .made_s = REPORT_SAMPLE_NOW,
	    .author_cstr = report_sample_text(s, "Nadia Ferrand"),
	    .checked_by_cstr = report_sample_text(s, "Paul Lemaire"),
	    .approved_by_cstr = "",
	    .recipients_cstr = report_sample_text(s, "Direction ; RSSI"),
	    .tlp_cstr = "AMBER",
	    .marking_cstr = report_sample_text(s, "Interne")};
}

#endif
