/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/learn_import - a model of XGBoost, JSON or UBJSON, from anybody.
 *
 * Oracles: refused with a reason, or a model whose margins are numbers; and its export, imported again, has the same margins.
 */
#include "core/ensure.h"
#include "detect/learn/learn_export.h"
#include "detect/learn/learn_import.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
back(const struct learn_imported *made, enum learn_import_as as, const struct flow_vector *v)
{
	static struct learn_imported again;
	char *text = NULL;
	size_t len = 0;
	struct diag diag = {0};
	float margin = learn_model_margin(made->model, v);
	ENSURE(isfinite(margin));
	ENSURE(learn_export_xgboost(made->model, &made->cuts,
	           (struct bytes){(const uint8_t *)made->names, sizeof(made->names)}, &text, &len) == 0);
	/* a base so far out that no probability says it cannot come back */
	if (learn_import((struct bytes){(uint8_t *)text, len}, as, &again, &diag) == 0) {
		struct flow_vector w = *v;
		if (as == LEARN_IMPORT_NUMBERS)
			for (unsigned f = 0; f < made->cuts.features;
			     f++) { /* cuts that no test asks for any more are gone */
				unsigned code = v->code[f], count = made->cuts.count[f];
				float x = code == made->cuts.unknown[f] ? NAN
				    : code == 0                         ? -INFINITY
				                : made->cuts.cut[f][code - 1 < count ? code - 1 : count];
				w.code[f] = learn_cuts_code(&again.cuts, f, x);
			}
		float other = learn_model_margin(again.model, &w);
		ENSURE(fabsf(other - margin) <= 1e-3f * (1 + fabsf(margin)));
		learn_model_free(again.model);
	}
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct learn_imported made;
	for (enum learn_import_as as = LEARN_IMPORT_NUMBERS; as <= LEARN_IMPORT_CODES; as++) {
		struct diag diag = {0};
		made.model = NULL;
		int r = learn_import((struct bytes){data, size}, as, &made, &diag);
		if (r < 0) {
			ENSURE(made.model == NULL && (r == -12 || diag.text_cstr[0] != '\0'));
			continue;
		}
		struct flow_vector v = {0};
		for (unsigned f = 0; f < FLOW_CODES; f++) {
			unsigned most = as == LEARN_IMPORT_CODES ? 256 : (unsigned)made.cuts.count[f] + 1;
			v.code[f] = (uint8_t)(data[(f * 5) % size] % most);
		}
		back(&made, as, &v);
		learn_model_free(made.model);
	}
	return 0;
}
