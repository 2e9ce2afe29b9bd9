/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* learn_score MODEL ROWS FEATURES - of each row of float32 numbers (NaN: not known): its margin, then what each feature contributes, then the
 * base. With cuts the numbers become codes by them, else they are codes. What tests compare with XGBoost. */
#include "app/learn_keep.h"
#include "detect/learn/learn_cuts.h"
#include "detect/learn/learn_explain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
	static struct learn_cuts cuts;
	struct learn_kept kept;
	struct diag diag = {0};
	uint8_t *bytes = NULL;
	size_t len = 0;
	if (argc != 4)
		return 2;
	unsigned features = (unsigned)strtoul(argv[3], NULL, 10);
	if (features < 1 || features > FLOW_CODES || learn_keep_load(argv[1], &kept, &diag) < 0 ||
	    learn_keep_read(argv[2], 1 << 28, &bytes, &len, &diag) < 0) {
		fprintf(stderr, "learn_score: %s\n", diag.text_cstr);
		return 1;
	}
	struct bytes section = learn_file_find(&kept.file, LEARN_FILE_CUTS);
	if (section.len > 0 && learn_cuts_read(section, &cuts, &diag) < 0)
		return 1;
	for (size_t row = 0; (row + 1) * features * sizeof(float) <= len; row++) {
		struct flow_vector v = {0};
		float contributions[FLOW_CODES], base;
		for (unsigned f = 0; f < features; f++) {
			float x;
			memcpy(&x, bytes + (row * features + f) * sizeof(x), sizeof(x));
			v.code[f] = cuts.features > 0 ? learn_cuts_code(&cuts, f, x)
			    : isnan(x)                ? FLOW_CODE_MISSING
			                              : (uint8_t)x;
		}
		learn_explain(kept.model, &v, contributions, &base);
		printf("%.9g", (double)learn_model_margin(kept.model, &v));
		for (unsigned f = 0; f < features; f++)
			printf(" %.9g", (double)contributions[f]);
		printf(" %.9g\n", (double)base);
	}
	learn_keep_done(&kept);
	free(bytes);
	return 0;
}
