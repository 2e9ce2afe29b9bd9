/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_home.h - a model that the user names, with its site file where there is one. */
#ifndef APP_LEARN_HOME_H
#define APP_LEARN_HOME_H

#include "app/learn_keep.h"
#include "cli/learn_options.h"
#include "detect/learn/learn_site.h"
#include "detect/learn/learn_table.h"

struct learn_home {
	struct learn_kept kept;
	uint8_t hash[LEARN_SITE_KEY]; /* SHA-256 of the model file without what a person added: see learn_home_hash() */
	struct learn_site *site;      /* NULL: there is none */
};

/* --model, and --site or MODEL.site. 0, or a negative errno with diag: also when the site file belongs to another model.
 * learn_home_done() after, in any case. */
MUST_USE int learn_home_load(const struct learn_options *o, struct learn_home *out, struct diag *diag);
void learn_home_done(struct learn_home *home);
/* 0, or -EINVAL with diag: the rows have another schema than the model reads. */
MUST_USE int learn_home_fits(
    const struct learn_home *home, const struct learn_options *o, const struct learn_table *t, struct diag *diag);
/* Of facts and trees: approval and signature do not change what a model decides. */
void learn_home_hash(const struct learn_file *file, uint8_t out[static LEARN_SITE_KEY]);

#endif
