/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "intel/cvss.h"

#include "core/text.h"
#include "intel/cvss3.h"
#include "intel/cvss4.h"

#include <errno.h>

struct metric {
	const char *name_cstr;
	const char *values_cstr; /* letters; X is "not defined" */
	bool is_needed;
};

static const struct metric v3_metrics[CVSS3_METRICS] = {[CVSS3_AV] = {"AV", "NALP", true},
    [CVSS3_AC] = {"AC", "LH", true},
    [CVSS3_PR] = {"PR", "NLH", true},
    [CVSS3_UI] = {"UI", "NR", true},
    [CVSS3_S] = {"S", "UC", true},
    [CVSS3_C] = {"C", "HLN", true},
    [CVSS3_I] = {"I", "HLN", true},
    [CVSS3_A] = {"A", "HLN", true},
    [CVSS3_E] = {"E", "XHFPU", false},
    [CVSS3_RL] = {"RL", "XUWTO", false},
    [CVSS3_RC] = {"RC", "XCRU", false},
    [CVSS3_CR] = {"CR", "XHML", false},
    [CVSS3_IR] = {"IR", "XHML", false},
    [CVSS3_AR] = {"AR", "XHML", false},
    [CVSS3_MAV] = {"MAV", "XNALP", false},
    [CVSS3_MAC] = {"MAC", "XLH", false},
    [CVSS3_MPR] = {"MPR", "XNLH", false},
    [CVSS3_MUI] = {"MUI", "XNR", false},
    [CVSS3_MS] = {"MS", "XUC", false},
    [CVSS3_MC] = {"MC", "XNLH", false},
    [CVSS3_MI] = {"MI", "XNLH", false},
    [CVSS3_MA] = {"MA", "XNLH", false}};

/* U of the supplemental metrics has words for values: Clear, Green, Amber, Red. */
static const struct metric v4_metrics[CVSS4_METRICS] = {[CVSS4_AV] = {"AV", "NALP", true},
    [CVSS4_AC] = {"AC", "LH", true},
    [CVSS4_AT] = {"AT", "NP", true},
    [CVSS4_PR] = {"PR", "NLH", true},
    [CVSS4_UI] = {"UI", "NPA", true},
    [CVSS4_VC] = {"VC", "HLN", true},
    [CVSS4_VI] = {"VI", "HLN", true},
    [CVSS4_VA] = {"VA", "HLN", true},
    [CVSS4_SC] = {"SC", "HLN", true},
    [CVSS4_SI] = {"SI", "HLN", true},
    [CVSS4_SA] = {"SA", "HLN", true},
    [CVSS4_E] = {"E", "XAPU", false},
    [CVSS4_CR] = {"CR", "XHML", false},
    [CVSS4_IR] = {"IR", "XHML", false},
    [CVSS4_AR] = {"AR", "XHML", false},
    [CVSS4_MAV] = {"MAV", "XNALP", false},
    [CVSS4_MAC] = {"MAC", "XLH", false},
    [CVSS4_MAT] = {"MAT", "XNP", false},
    [CVSS4_MPR] = {"MPR", "XNLH", false},
    [CVSS4_MUI] = {"MUI", "XNPA", false},
    [CVSS4_MVC] = {"MVC", "XHLN", false},
    [CVSS4_MVI] = {"MVI", "XHLN", false},
    [CVSS4_MVA] = {"MVA", "XHLN", false},
    [CVSS4_MSC] = {"MSC", "XHLN", false},
    [CVSS4_MSI] = {"MSI", "XSHLN", false},
    [CVSS4_MSA] = {"MSA", "XSHLN", false},
    [CVSS4_S] = {"S", "XNP", false},
    [CVSS4_AU] = {"AU", "XNY", false},
    [CVSS4_R] = {"R", "XAUI", false},
    [CVSS4_V] = {"V", "XDC", false},
    [CVSS4_RE] = {"RE", "XLMH", false},
    [CVSS4_U] = {"U", "XCGAR", false}};
static const char *const urgency_words[] = {"Clear", "Green", "Amber", "Red"};

static const struct metric *
metrics_of(enum cvss_version version, size_t *count)
{
	*count = version == CVSS_4_0 ? (size_t)CVSS4_METRICS : (size_t)CVSS3_METRICS;
	return version == CVSS_4_0 ? v4_metrics : v3_metrics;
}

const char *
cvss_metric_name(enum cvss_version version, unsigned metric)
{
	size_t count;
	const struct metric *m = metrics_of(version, &count);
	return metric < count ? m[metric].name_cstr : NULL;
}

static int
refuse(struct diag *diag, size_t at, const char *sentence_cstr, struct bytes word)
{
	int e = diag_say(
	    diag, -EINVAL, "%.*s: %s", (int)(word.len < 80 ? word.len : 80), (const char *)word.at, sentence_cstr);
	if (diag != NULL) {
		diag->line = 1;
		diag->column = (unsigned)at + 1;
	}
	return e;
}

/* The version by its prefix, which is taken away; without one by a metric that only v4.0 has. */
static int
find_version(struct bytes vector, size_t *prefix, enum cvss_version *out, struct diag *diag)
{
	static const struct {
		struct bytes prefix;
		enum cvss_version version;
	} known[] = {{BYTES("CVSS:3.0/"), CVSS_3_0}, {BYTES("CVSS:3.1/"), CVSS_3_1}, {BYTES("CVSS:4.0/"), CVSS_4_0}};
	for (size_t i = 0; i < LENGTH_OF(known); i++) {
		if (bytes_start_with(vector, known[i].prefix)) {
			*prefix = known[i].prefix.len;
			*out = known[i].version;
			return 0;
		}
	}
	if (bytes_start_with(vector, BYTES("CVSS:")))
		return refuse(diag, 0, _("expected CVSS:3.0/, CVSS:3.1/ or CVSS:4.0/ in front"),
		    bytes_first(vector, sizeof("CVSS:3.1") - 1));
	*prefix = 0;
	*out = bytes_find_all(vector, BYTES("/VC:")) < vector.len || bytes_find_all(vector, BYTES("/AT:")) < vector.len
	    ? CVSS_4_0
	    : CVSS_3_1;
	return 0;
}

static char
value_of(const struct metric *m, bool is_urgency, struct bytes value)
{
	if (value.len == 1 && value.at[0] != '\0' && strchr(m->values_cstr, value.at[0]) != NULL &&
	    (!is_urgency || value.at[0] == 'X'))
		return (char)value.at[0];
	for (size_t i = 0; is_urgency && i < LENGTH_OF(urgency_words); i++)
		if (bytes_eq(value, bytes_of_cstr(urgency_words[i])))
			return urgency_words[i][0];
	return 0;
}

static int
take_metric(struct cvss *out, struct bytes part, size_t at, struct diag *diag)
{
	size_t count, colon = bytes_find(part, ':');
	const struct metric *metrics = metrics_of(out->version, &count);
	struct bytes name = bytes_first(part, colon), value = bytes_after(part, colon + 1);
	for (size_t i = 0; i < count; i++) {
		if (!bytes_eq(name, bytes_of_cstr(metrics[i].name_cstr)))
			continue;
		if (out->values[i] != 0)
			return refuse(diag, at, _("this metric is there twice"), name);
		out->values[i] = value_of(&metrics[i], out->version == CVSS_4_0 && i == CVSS4_U, value);
		if (out->values[i] == 0)
			return refuse(diag, at, _("this metric has no such value"), part);
		return 0;
	}
	return refuse(diag, at, _("there is no such metric in this version"), part);
}

/* Whether any metric from `first` to `last` is defined. */
static bool
any_defined(const struct cvss *v, size_t first, size_t last)
{
	for (size_t i = first; i <= last; i++)
		if (v->values[i] != 0 && v->values[i] != 'X')
			return true;
	return false;
}

int
cvss_parse(struct bytes vector, struct cvss *out, struct diag *diag)
{
	struct cvss v = {0};
	size_t at = 0, count;
	int e = find_version(vector, &at, &v.version, diag);
	while (e == 0 && at < vector.len) {
		struct bytes left = bytes_after(vector, at), part = bytes_first(left, bytes_find(left, '/'));
		e = take_metric(&v, part, at, diag);
		at += part.len + 1;
		if (e == 0 && at == vector.len) /* a slash at the end */
			e = refuse(diag, at - 1, _("a metric is missing behind the last slash"), BYTES("/"));
	}
	const struct metric *metrics = metrics_of(v.version, &count);
	for (size_t i = 0; i < count && e == 0; i++)
		if (metrics[i].is_needed && v.values[i] == 0)
			e = refuse(diag, vector.len, _("this metric is missing"), bytes_of_cstr(metrics[i].name_cstr));
	if (e < 0)
		return e;
	bool is_4 = v.version == CVSS_4_0;
	v.has_threat = is_4 ? any_defined(&v, CVSS4_E, CVSS4_E) : any_defined(&v, CVSS3_E, CVSS3_RC);
	v.has_environment = is_4 ? any_defined(&v, CVSS4_CR, CVSS4_MSA) : any_defined(&v, CVSS3_CR, CVSS3_MA);
	*out = v;
	return 0;
}

static struct cvss_score
reckon_3(const struct cvss *v)
{
	struct cvss_score s = {.base = cvss3_base(v), .threat = CVSS_NO_SCORE, .environment = CVSS_NO_SCORE};
	s.score = s.base;
	if (v->has_threat)
		s.score = s.threat = cvss3_temporal(v);
	if (v->has_environment)
		s.score = s.environment = cvss3_environmental(v);
	return s;
}

static struct cvss_score
reckon_4(const struct cvss *v)
{
	struct cvss_score s = {.threat = CVSS_NO_SCORE, .environment = CVSS_NO_SCORE};
	unsigned macrovector;
	s.base = cvss4_score(v, false, false, &macrovector);
	if (v->has_threat)
		s.threat = cvss4_score(v, true, false, &macrovector);
	if (v->has_environment)
		s.environment = cvss4_score(v, false, true, &macrovector);
	s.score = cvss4_score(v, true, true, &s.macrovector);
	return s;
}

struct cvss_score
cvss_reckon(const struct cvss *vector)
{
	struct cvss_score s = vector->version == CVSS_4_0 ? reckon_4(vector) : reckon_3(vector);
	s.severity = cvss_severity_of(s.score);
	return s;
}

/* Both versions have the same scale: v3.1 section 5, v4.0 section 6. */
enum cvss_severity
cvss_severity_of(int tenths)
{
	return tenths <= 0 ? CVSS_NONE
	    : tenths < 40  ? CVSS_LOW
	    : tenths < 70  ? CVSS_MEDIUM
	    : tenths < 90  ? CVSS_HIGH
	                   : CVSS_CRITICAL;
}

const char *
cvss_severity_word(enum cvss_severity severity)
{
	static const char *const words[] = {N_("None"), N_("Low"), N_("Medium"), N_("High"), N_("Critical")};
	return words[severity];
}

const char *
cvss_version_word(enum cvss_version version)
{
	static const char *const words[] = {"3.0", "3.1", "4.0"};
	return words[version];
}
