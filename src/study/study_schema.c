/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What may be said in a study: one table for each kind of record (domain 5.1; the guide's data). */
#include "study/study.h"

#define BIT(section) (UINT32_C(1) << (section))
#define END                       \
	{                         \
		.name_cstr = NULL \
	}

static const char *const cycle_words[] = {"strategic", "operational", NULL};
static const char *const method_words[] = {"express", "standard", "advanced", NULL};
static const char *const nature_words[] = {"process", "information", NULL};
static const char *const asset_words[] = {
    N_("hardware"), N_("software"), N_("network"), N_("person"), N_("site"), N_("organisation"), NULL};
static const char *const need_words[] = {"availability", "integrity", "confidentiality", "traceability", NULL};
static const char *const impact_words[] = {
    "mission", "human", "material", "environment", "financial", "legal", "image", "governance", "heritage", NULL};
static const char *const applied_words[] = {"applied", "restricted", "not-applied", "not-applicable", NULL};
static const char *const kept_words[] = {"P1", "P2", N_("no"), NULL};
static const char *const treatment_words[] = {"accept", "reduce", "transfer", "avoid", NULL};
static const char *const category_words[] = {"governance", "protection", "defence", "resilience", NULL};
static const char *const priority_words[] = {N_("must"), N_("should"), N_("could"), N_("wont"), NULL};
static const char *const measure_state_words[] = {"proposed", "decided", "running", "done", "dropped", NULL};
static const char *const requirement_kind_words[] = {
    N_("functional"), N_("security"), N_("performance"), N_("operation"), N_("legal"), NULL};
static const char *const verification_words[] = {N_("test"), N_("inspection"), N_("analysis"), N_("demonstration"), NULL};
static const char *const requirement_state_words[] = {
    N_("proposed"), N_("accepted"), N_("met"), N_("not-met"), N_("waived"), N_("dropped"), NULL};
static const char *const scale_words[] = {"gravity", "likelihood", "need", "other", NULL};

static const struct study_field change_fields[] = {{.name_cstr = "version", .kind = STUDY_TEXT, .is_needed = true},
    {.name_cstr = "on", .kind = STUDY_DATE, .is_needed = true},
    {.name_cstr = "what", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "workshops", .kind = STUDY_WORDS},
    {.name_cstr = "by", .kind = STUDY_TEXT}, END};
static const struct study_field participant_fields[] = {{.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true},
    {.name_cstr = "role", .kind = STUDY_TEXTS}, {.name_cstr = "workshops", .kind = STUDY_WORDS},
    {.name_cstr = "raci", .kind = STUDY_TEXT}, END};
static const struct study_field timeframe_fields[] = {
    {.name_cstr = "strategic", .kind = STUDY_TEXTS}, {.name_cstr = "operational", .kind = STUDY_TEXTS}, END};
static const struct study_field planning_fields[] = {{.name_cstr = "what", .kind = STUDY_TEXTS, .is_needed = true},
    {.name_cstr = "on", .kind = STUDY_DATE}, {.name_cstr = "note", .kind = STUDY_TEXTS}, END};
static const struct study_field used_scales_fields[] = {
    {.name_cstr = "gravity", .kind = STUDY_REF, .refers = BIT(STUDY_SCALE)},
    {.name_cstr = "likelihood", .kind = STUDY_REF, .refers = BIT(STUDY_SCALE)},
    {.name_cstr = "matrix", .kind = STUDY_REF, .refers = BIT(STUDY_MATRIX)}, END};
static const struct study_field threshold_fields[] = {
    {.name_cstr = "danger", .kind = STUDY_DECIMAL, .is_needed = true, .max = 16},
    {.name_cstr = "control", .kind = STUDY_DECIMAL, .is_needed = true, .max = 16},
    {.name_cstr = "watch", .kind = STUDY_DECIMAL, .is_needed = true, .max = 16}, END};
static const struct study_field weight_fields[] = {{.name_cstr = "dependency", .kind = STUDY_DECIMAL, .max = 10},
    {.name_cstr = "penetration", .kind = STUDY_DECIMAL, .max = 10},
    {.name_cstr = "maturity", .kind = STUDY_DECIMAL, .max = 10}, {.name_cstr = "trust", .kind = STUDY_DECIMAL, .max = 10},
    END};

const struct study_field study_schema_frame[] = {{.name_cstr = "id", .kind = STUDY_TEXT},
    {.name_cstr = "title", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "object", .kind = STUDY_TEXTS},
    {.name_cstr = "organisation", .kind = STUDY_TEXTS}, {.name_cstr = "protection", .kind = STUDY_TEXTS, .is_needed = true},
    {.name_cstr = "version", .kind = STUDY_TEXT, .is_needed = true},
    {.name_cstr = "cycle", .kind = STUDY_CHOICE, .words = cycle_words},
    {.name_cstr = "changes", .kind = STUDY_MAPS, .fields = change_fields, .section = STUDY_PART},
    {.name_cstr = "objectives", .kind = STUDY_WORDS},
    {.name_cstr = "participants", .kind = STUDY_MAPS, .fields = participant_fields, .section = STUDY_PART},
    {.name_cstr = "timeframe", .kind = STUDY_MAP, .fields = timeframe_fields},
    {.name_cstr = "constraints", .kind = STUDY_WORDS}, {.name_cstr = "assumptions", .kind = STUDY_WORDS},
    {.name_cstr = "planning", .kind = STUDY_MAPS, .fields = planning_fields, .section = STUDY_PART},
    {.name_cstr = "scales", .kind = STUDY_MAP, .fields = used_scales_fields},
    {.name_cstr = "method", .kind = STUDY_CHOICE, .words = method_words}, {.name_cstr = "table", .kind = STUDY_CELLS},
    {.name_cstr = "attack_catalogue", .kind = STUDY_TEXT},
    {.name_cstr = "thresholds", .kind = STUDY_MAP, .fields = threshold_fields},
    {.name_cstr = "weights", .kind = STUDY_MAP, .fields = weight_fields}, END};

const struct study_field study_schema_monitoring[] = {{.name_cstr = "committee", .kind = STUDY_WORDS},
    {.name_cstr = "frequency", .kind = STUDY_TEXTS}, {.name_cstr = "triggers", .kind = STUDY_WORDS},
    {.name_cstr = "next", .kind = STUDY_DATE}, END};

static const struct study_field mission_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "description", .kind = STUDY_TEXTS}, END};

static const struct study_field need_fields[] = {{.name_cstr = "availability", .kind = STUDY_NUMBER, .min = 1, .max = 4},
    {.name_cstr = "integrity", .kind = STUDY_NUMBER, .min = 1, .max = 4},
    {.name_cstr = "confidentiality", .kind = STUDY_NUMBER, .min = 1, .max = 4},
    {.name_cstr = "traceability", .kind = STUDY_NUMBER, .min = 1, .max = 4}, END};
static const struct study_field value_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true},
    {.name_cstr = "mission", .kind = STUDY_REF, .refers = BIT(STUDY_MISSION)},
    {.name_cstr = "nature", .kind = STUDY_CHOICE, .words = nature_words}, {.name_cstr = "description", .kind = STUDY_TEXTS},
    {.name_cstr = "owner", .kind = STUDY_TEXTS}, {.name_cstr = "external", .kind = STUDY_YES_NO},
    {.name_cstr = "needs", .kind = STUDY_MAP, .fields = need_fields}, {.name_cstr = "outage_max", .kind = STUDY_TEXTS},
    {.name_cstr = "loss_max", .kind = STUDY_TEXTS}, END};

static const struct study_field asset_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true},
    {.name_cstr = "kind", .kind = STUDY_CHOICE, .words = asset_words},
    {.name_cstr = "values", .kind = STUDY_REFS, .is_needed = true, .refers = BIT(STUDY_VALUE)},
    {.name_cstr = "description", .kind = STUDY_TEXTS}, {.name_cstr = "owner", .kind = STUDY_TEXTS},
    {.name_cstr = "external", .kind = STUDY_YES_NO}, {.name_cstr = "machines", .kind = STUDY_WORDS}, END};

static const struct study_field impact_fields[] = {
    {.name_cstr = "kind", .kind = STUDY_CHOICE, .is_needed = true, .words = impact_words},
    {.name_cstr = "what", .kind = STUDY_TEXTS}, END};
static const struct study_field event_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true},
    {.name_cstr = "value", .kind = STUDY_REF, .refers = BIT(STUDY_VALUE)}, {.name_cstr = "unintended", .kind = STUDY_YES_NO},
    {.name_cstr = "need", .kind = STUDY_CHOICE, .words = need_words},
    {.name_cstr = "impacts", .kind = STUDY_MAPS, .fields = impact_fields, .section = STUDY_PART},
    {.name_cstr = "gravity", .kind = STUDY_LEVEL, .is_needed = true},
    {.name_cstr = "scale", .kind = STUDY_REF, .refers = BIT(STUDY_SCALE)}, {.name_cstr = "why", .kind = STUDY_TEXTS},
    {.name_cstr = "kept", .kind = STUDY_YES_NO}, END};

static const struct study_field baseline_item_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS}, {.name_cstr = "number", .kind = STUDY_TEXT},
    {.name_cstr = "state", .kind = STUDY_CHOICE, .is_needed = true, .words = applied_words},
    {.name_cstr = "comment", .kind = STUDY_TEXTS}, {.name_cstr = "waiver", .kind = STUDY_TEXTS}, END};
static const struct study_field baseline_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "source", .kind = STUDY_TEXTS},
    {.name_cstr = "catalogue", .kind = STUDY_TEXT}, {.name_cstr = "state", .kind = STUDY_CHOICE, .words = applied_words},
    {.name_cstr = "comment", .kind = STUDY_TEXTS},
    {.name_cstr = "requirements", .kind = STUDY_MAPS, .fields = baseline_item_fields, .section = STUDY_BASELINE_ITEM}, END};

static const struct study_field origin_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "category", .kind = STUDY_TEXTS},
    {.name_cstr = "description", .kind = STUDY_TEXTS}, END};
static const struct study_field pair_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "origin", .kind = STUDY_REF, .is_needed = true, .refers = BIT(STUDY_ORIGIN)},
    {.name_cstr = "objective", .kind = STUDY_REF, .is_needed = true, .refers = BIT(STUDY_OBJECTIVE)},
    {.name_cstr = "motivation", .kind = STUDY_NUMBER, .min = 1, .max = 4},
    {.name_cstr = "resources", .kind = STUDY_NUMBER, .min = 1, .max = 4},
    {.name_cstr = "activity", .kind = STUDY_NUMBER, .min = 1, .max = 4},
    {.name_cstr = "relevance", .kind = STUDY_NUMBER, .min = 1, .max = 4}, {.name_cstr = "why", .kind = STUDY_TEXTS},
    {.name_cstr = "kept", .kind = STUDY_CHOICE, .words = kept_words},
    {.name_cstr = "events", .kind = STUDY_REFS, .refers = BIT(STUDY_EVENT)}, END};

static const struct study_field target_fields[] = {{.name_cstr = "dependency", .kind = STUDY_NUMBER, .min = 1, .max = 4},
    {.name_cstr = "penetration", .kind = STUDY_NUMBER, .min = 1, .max = 4},
    {.name_cstr = "maturity", .kind = STUDY_NUMBER, .min = 1, .max = 4},
    {.name_cstr = "trust", .kind = STUDY_NUMBER, .min = 1, .max = 4},
    {.name_cstr = "threat", .kind = STUDY_DECIMAL, .max = 16}, END};
static const struct study_field stakeholder_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "category", .kind = STUDY_TEXTS},
    {.name_cstr = "internal", .kind = STUDY_YES_NO}, {.name_cstr = "description", .kind = STUDY_TEXTS},
    {.name_cstr = "dependency", .kind = STUDY_NUMBER, .is_needed = true, .min = 1, .max = 4},
    {.name_cstr = "penetration", .kind = STUDY_NUMBER, .is_needed = true, .min = 1, .max = 4},
    {.name_cstr = "maturity", .kind = STUDY_NUMBER, .is_needed = true, .min = 1, .max = 4},
    {.name_cstr = "trust", .kind = STUDY_NUMBER, .is_needed = true, .min = 1, .max = 4},
    {.name_cstr = "threat", .kind = STUDY_DECIMAL, .max = 16}, {.name_cstr = "why", .kind = STUDY_TEXTS},
    {.name_cstr = "critical", .kind = STUDY_YES_NO}, {.name_cstr = "target", .kind = STUDY_MAP, .fields = target_fields},
    {.name_cstr = "measures", .kind = STUDY_REFS, .refers = BIT(STUDY_MEASURE)}, END};

static const struct study_field step_fields[] = {
    {.name_cstr = "stakeholder", .kind = STUDY_REF, .refers = BIT(STUDY_STAKEHOLDER)},
    {.name_cstr = "event", .kind = STUDY_REF, .refers = BIT(STUDY_EVENT)}, {.name_cstr = "what", .kind = STUDY_TEXTS}, END};
static const struct study_field path_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS}, {.name_cstr = "description", .kind = STUDY_TEXTS},
    {.name_cstr = "kept", .kind = STUDY_YES_NO},
    {.name_cstr = "steps", .kind = STUDY_MAPS, .is_needed = true, .fields = step_fields, .section = STUDY_PART}, END};
static const struct study_field strategic_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "description", .kind = STUDY_TEXTS},
    {.name_cstr = "pair", .kind = STUDY_REF, .is_needed = true, .refers = BIT(STUDY_PAIR)},
    {.name_cstr = "gravity", .kind = STUDY_LEVEL}, {.name_cstr = "why", .kind = STUDY_TEXTS},
    {.name_cstr = "scale", .kind = STUDY_REF, .refers = BIT(STUDY_SCALE)},
    {.name_cstr = "paths", .kind = STUDY_MAPS, .is_needed = true, .fields = path_fields, .section = STUDY_PATH}, END};

static const struct study_field mode_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS}, {.name_cstr = "description", .kind = STUDY_TEXTS},
    {.name_cstr = "likelihood", .kind = STUDY_LEVEL, .is_likelihood = true}, {.name_cstr = "actions", .kind = STUDY_ACTIONS},
    END};
static const struct study_field operational_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "description", .kind = STUDY_TEXTS},
    {.name_cstr = "path", .kind = STUDY_REF, .is_needed = true, .refers = BIT(STUDY_PATH)},
    {.name_cstr = "likelihood", .kind = STUDY_LEVEL, .is_likelihood = true}, {.name_cstr = "why", .kind = STUDY_TEXTS},
    {.name_cstr = "modes", .kind = STUDY_MAPS, .fields = mode_fields, .section = STUDY_MODE}, END};

static const struct study_field residual_fields[] = {{.name_cstr = "gravity", .kind = STUDY_LEVEL},
    {.name_cstr = "likelihood", .kind = STUDY_LEVEL, .is_likelihood = true},
    {.name_cstr = "description", .kind = STUDY_TEXTS}, {.name_cstr = "weaknesses", .kind = STUDY_TEXTS},
    {.name_cstr = "causes", .kind = STUDY_TEXTS}, {.name_cstr = "existing", .kind = STUDY_TEXTS},
    {.name_cstr = "management", .kind = STUDY_TEXTS}, END};
static const struct study_field acceptance_fields[] = {{.name_cstr = "by", .kind = STUDY_TEXTS, .is_needed = true},
    {.name_cstr = "on", .kind = STUDY_DATE, .is_needed = true},
    {.name_cstr = "reason", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "until", .kind = STUDY_DATE},
    {.name_cstr = "signature", .kind = STUDY_TEXT}, END};
static const struct study_field risk_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "description", .kind = STUDY_TEXTS},
    {.name_cstr = "scenario",
        .kind = STUDY_REF,
        .is_needed = true,
        .refers = BIT(STUDY_OPERATIONAL) | BIT(STUDY_STRATEGIC) | BIT(STUDY_PATH) | BIT(STUDY_EVENT)},
    {.name_cstr = "gravity", .kind = STUDY_LEVEL}, {.name_cstr = "likelihood", .kind = STUDY_LEVEL, .is_likelihood = true},
    {.name_cstr = "why", .kind = STUDY_TEXTS},
    {.name_cstr = "treatment", .kind = STUDY_CHOICE, .is_needed = true, .words = treatment_words},
    {.name_cstr = "owner", .kind = STUDY_TEXTS}, {.name_cstr = "measures", .kind = STUDY_REFS, .refers = BIT(STUDY_MEASURE)},
    {.name_cstr = "residual", .kind = STUDY_MAP, .fields = residual_fields},
    {.name_cstr = "acceptance", .kind = STUDY_MAP, .fields = acceptance_fields}, END};

static const struct study_field covers_fields[] = {{.name_cstr = "hygiene", .kind = STUDY_WORDS},
    {.name_cstr = "iso27002", .kind = STUDY_WORDS}, {.name_cstr = "csf2", .kind = STUDY_WORDS},
    {.name_cstr = "mitigations", .kind = STUDY_WORDS}, END};
static const struct study_field measure_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true},
    {.name_cstr = "category", .kind = STUDY_CHOICE, .is_needed = true, .words = category_words},
    {.name_cstr = "targets", .kind = STUDY_REFS, .refers = BIT(STUDY_VALUE) | BIT(STUDY_ASSET) | BIT(STUDY_STAKEHOLDER)},
    {.name_cstr = "owner", .kind = STUDY_TEXTS}, {.name_cstr = "cost", .kind = STUDY_DECIMAL, .max = 1000000000},
    {.name_cstr = "yearly_cost", .kind = STUDY_DECIMAL, .max = 1000000000}, {.name_cstr = "due", .kind = STUDY_DATE},
    {.name_cstr = "progress", .kind = STUDY_NUMBER, .min = 0, .max = 100},
    {.name_cstr = "complexity", .kind = STUDY_NUMBER, .min = 1, .max = 3},
    {.name_cstr = "priority", .kind = STUDY_CHOICE, .words = priority_words},
    {.name_cstr = "state", .kind = STUDY_CHOICE, .words = measure_state_words},
    {.name_cstr = "comment", .kind = STUDY_TEXTS}, {.name_cstr = "covers", .kind = STUDY_MAP, .fields = covers_fields},
    {.name_cstr = "baseline", .kind = STUDY_REFS, .refers = BIT(STUDY_BASELINE_ITEM)},
    {.name_cstr = "proof", .kind = STUDY_WORDS}, END};

static const struct study_field waiver_fields[] = {{.name_cstr = "reason", .kind = STUDY_TEXTS, .is_needed = true},
    {.name_cstr = "until", .kind = STUDY_DATE, .is_needed = true},
    {.name_cstr = "by", .kind = STUDY_TEXTS, .is_needed = true}, END};
static const struct study_field requirement_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "text", .kind = STUDY_TEXTS, .is_needed = true},
    {.name_cstr = "kind", .kind = STUDY_CHOICE, .words = requirement_kind_words},
    {.name_cstr = "origin", .kind = STUDY_REFS}, {.name_cstr = "law", .kind = STUDY_TEXTS},
    {.name_cstr = "technology", .kind = STUDY_TEXTS}, {.name_cstr = "component", .kind = STUDY_TEXTS},
    {.name_cstr = "priority", .kind = STUDY_CHOICE, .words = priority_words},
    {.name_cstr = "acceptance", .kind = STUDY_TEXTS},
    {.name_cstr = "verification", .kind = STUDY_CHOICE, .words = verification_words},
    {.name_cstr = "state", .kind = STUDY_CHOICE, .words = requirement_state_words},
    {.name_cstr = "owner", .kind = STUDY_TEXTS}, {.name_cstr = "measures", .kind = STUDY_REFS, .refers = BIT(STUDY_MEASURE)},
    {.name_cstr = "tests", .kind = STUDY_WORDS}, {.name_cstr = "proof", .kind = STUDY_WORDS},
    {.name_cstr = "waiver", .kind = STUDY_MAP, .fields = waiver_fields}, {.name_cstr = "comment", .kind = STUDY_TEXTS}, END};

static const struct study_field indicator_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "formula", .kind = STUDY_TEXTS},
    {.name_cstr = "source", .kind = STUDY_TEXTS}, {.name_cstr = "target", .kind = STUDY_TEXTS},
    {.name_cstr = "owner", .kind = STUDY_TEXTS}, END};

/* From the requirement to the proof (domain 5.5): what the dossier has too is named here by its id. */
static const char *const run_words[] = {"pass", "fail", "blocked", NULL};
static const char *const action_words[] = {"open", "running", "closed", NULL};
static const struct study_field run_fields[] = {{.name_cstr = "on", .kind = STUDY_DATE, .is_needed = true},
    {.name_cstr = "verdict", .kind = STUDY_CHOICE, .is_needed = true, .words = run_words},
    {.name_cstr = "proof", .kind = STUDY_REF, .refers = BIT(STUDY_PROOF)}, {.name_cstr = "by", .kind = STUDY_TEXT}, END};
static const struct study_field test_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS},
    {.name_cstr = "verifies", .kind = STUDY_REFS, .refers = BIT(STUDY_REQUIREMENT) | BIT(STUDY_MEASURE)},
    {.name_cstr = "how", .kind = STUDY_TEXTS},
    {.name_cstr = "runs", .kind = STUDY_MAPS, .fields = run_fields, .section = STUDY_PART}, END};
static const struct study_field detection_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS}, {.name_cstr = "techniques", .kind = STUDY_WORDS},
    {.name_cstr = "rule", .kind = STUDY_TEXT}, {.name_cstr = "collected", .kind = STUDY_TEXTS},
    {.name_cstr = "measures", .kind = STUDY_REFS, .refers = BIT(STUDY_MEASURE)}, END};
static const struct study_field incident_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS}, {.name_cstr = "risks", .kind = STUDY_REFS, .refers = BIT(STUDY_RISK)},
    {.name_cstr = "detections", .kind = STUDY_REFS, .refers = BIT(STUDY_DETECTION)}, {.name_cstr = "on", .kind = STUDY_DATE},
    END};
static const struct study_field cause_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS},
    {.name_cstr = "incident", .kind = STUDY_REF, .is_needed = true, .refers = BIT(STUDY_INCIDENT)}, END};
static const struct study_field action_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS}, {.name_cstr = "cause", .kind = STUDY_REF, .refers = BIT(STUDY_CAUSE)},
    {.name_cstr = "owner", .kind = STUDY_TEXTS}, {.name_cstr = "due", .kind = STUDY_DATE},
    {.name_cstr = "state", .kind = STUDY_CHOICE, .words = action_words},
    {.name_cstr = "proof", .kind = STUDY_REF, .refers = BIT(STUDY_PROOF)}, {.name_cstr = "effective", .kind = STUDY_TEXTS},
    END};
static const struct study_field proof_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS}, {.name_cstr = "file", .kind = STUDY_TEXT, .is_needed = true},
    {.name_cstr = "sha256", .kind = STUDY_TEXT, .is_needed = true}, END};

static const struct study_field level_fields[] = {
    {.name_cstr = "level", .kind = STUDY_NUMBER, .is_needed = true, .min = 0, .max = 9},
    {.name_cstr = "name", .kind = STUDY_TEXTS, .is_needed = true}, {.name_cstr = "description", .kind = STUDY_TEXTS}, END};
static const struct study_field scale_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS},
    {.name_cstr = "kind", .kind = STUDY_CHOICE, .is_needed = true, .words = scale_words},
    {.name_cstr = "source", .kind = STUDY_TEXTS},
    {.name_cstr = "levels", .kind = STUDY_MAPS, .is_needed = true, .fields = level_fields, .section = STUDY_PART}, END};
static const struct study_field matrix_fields[] = {{.name_cstr = "id", .kind = STUDY_ID, .is_needed = true},
    {.name_cstr = "name", .kind = STUDY_TEXTS}, {.name_cstr = "source", .kind = STUDY_TEXTS},
    {.name_cstr = "gravity", .kind = STUDY_REF, .is_needed = true, .refers = BIT(STUDY_SCALE)},
    {.name_cstr = "likelihood", .kind = STUDY_REF, .is_needed = true, .refers = BIT(STUDY_SCALE)},
    {.name_cstr = "cells", .kind = STUDY_CELLS, .is_needed = true},
    {.name_cstr = "levels", .kind = STUDY_MAPS, .is_needed = true, .fields = level_fields, .section = STUDY_PART}, END};

static const struct study_section_form forms[STUDY_SECTIONS] = {
    [STUDY_MISSION] = {"missions", N_("a mission"), 1, mission_fields},
    [STUDY_VALUE] = {"values", N_("a business value"), 1, value_fields},
    [STUDY_ASSET] = {"assets", N_("a supporting asset"), 1, asset_fields},
    [STUDY_EVENT] = {"events", N_("a feared event"), 1, event_fields},
    [STUDY_BASELINE] = {"baseline", N_("a reference of the security baseline"), 1, baseline_fields},
    [STUDY_BASELINE_ITEM] = {NULL, N_("a requirement of the security baseline"), 1, baseline_item_fields},
    [STUDY_ORIGIN] = {"origins", N_("a risk origin"), 2, origin_fields},
    [STUDY_OBJECTIVE] = {"objectives", N_("a target objective"), 2, origin_fields},
    [STUDY_PAIR] = {"pairs", N_("a pair of risk origin and target objective"), 2, pair_fields},
    [STUDY_STAKEHOLDER] = {"stakeholders", N_("a stakeholder"), 3, stakeholder_fields},
    [STUDY_STRATEGIC] = {"strategic", N_("a strategic scenario"), 3, strategic_fields},
    [STUDY_PATH] = {NULL, N_("an attack path"), 3, path_fields},
    [STUDY_OPERATIONAL] = {"operational", N_("an operational scenario"), 4, operational_fields},
    [STUDY_MODE] = {NULL, N_("an operating mode"), 4, mode_fields},
    [STUDY_RISK] = {"risks", N_("a risk"), 5, risk_fields},
    [STUDY_MEASURE] = {"measures", N_("a measure"), 5, measure_fields},
    [STUDY_REQUIREMENT] = {"requirements", N_("a requirement"), 5, requirement_fields},
    [STUDY_INDICATOR] = {"indicators", N_("an indicator"), 5, indicator_fields},
    [STUDY_TEST] = {"tests", N_("a test"), 5, test_fields},
    [STUDY_DETECTION] = {"detections", N_("a detection"), 5, detection_fields},
    [STUDY_INCIDENT] = {"incidents", N_("an incident"), 5, incident_fields},
    [STUDY_CAUSE] = {"causes", N_("a cause"), 5, cause_fields},
    [STUDY_ACTION] = {"actions", N_("an action"), 5, action_fields},
    [STUDY_PROOF] = {"proofs", N_("a proof"), 5, proof_fields},
    [STUDY_SCALE] = {"scales", N_("a scale"), 1, scale_fields},
    [STUDY_MATRIX] = {"matrices", N_("a matrix of risk levels"), 1, matrix_fields},
};

const struct study_section_form *
study_schema_form(enum study_section section)
{
	return section < STUDY_SECTIONS ? &forms[section] : NULL;
}

const struct study_field *
study_schema_find(const struct study_field *fields, struct bytes name)
{
	for (; fields->name_cstr != NULL; fields++)
		if (bytes_eq(bytes_of_cstr(fields->name_cstr), name))
			return fields;
	return NULL;
}
