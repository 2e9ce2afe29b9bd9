/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_home.h"

#include "core/auto.h"
#include "core/text.h"
#include "detect/learn/learn_site_file.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_ROOM = 4096 };

void
learn_home_hash(const struct learn_file *file, uint8_t out[static LEARN_SITE_KEY])
{
	struct bytes facts = learn_file_find(file, LEARN_FILE_FACTS), trees = learn_file_find(file, LEARN_FILE_TREES);
	EVP_MD_CTX *sum = EVP_MD_CTX_new();
	memset(out, 0, LEARN_SITE_KEY);
	if (sum != NULL && EVP_DigestInit_ex(sum, EVP_sha256(), NULL) == 1) {
		EVP_DigestUpdate(sum, facts.at, facts.len);
		EVP_DigestUpdate(sum, trees.at, trees.len);
		EVP_DigestFinal_ex(sum, out, NULL);
	}
	EVP_MD_CTX_free(sum);
}

static int
load_site(const struct learn_options *o, struct learn_home *home, struct diag *diag)
{
	char path[PATH_ROOM];
	int n = snprintf(path, sizeof(path), "%s%s", o->site_cstr != NULL ? o->site_cstr : o->model_cstr,
	    o->site_cstr != NULL ? "" : ".site");
	if (n < 0 || (size_t)n >= sizeof(path))
		return diag_say(diag, -ENAMETOOLONG, text_in(o->language, N_("the name of a file is too long")));
	AUTO_FREE uint8_t *bytes = NULL;
	size_t len;
	struct diag quiet = {0};
	int r = learn_keep_read(path, learn_site_file_size() + 1, &bytes, &len, o->site_cstr != NULL ? diag : &quiet);
	if (r == -ENOENT && o->site_cstr == NULL)
		return 0;
	if (r < 0) {
		if (o->site_cstr == NULL)
			*diag = quiet;
		return r;
	}
	home->site = malloc(sizeof(*home->site));
	if (home->site == NULL)
		return diag_say(diag, -ENOMEM, text_in(o->language, N_("there is not enough memory")));
	r = learn_site_file_read((struct bytes){bytes, len}, path, home->site, diag);
	if (r == 0 && memcmp(home->site->model, home->hash, sizeof(home->hash)) != 0)
		r = diag_say_at(diag, -EINVAL, path, UINT64_MAX,
		    text_in(o->language, N_("belongs to another model: make it again with \"beffroi learn calibrate\"")));
	return r;
}

int
learn_home_load(const struct learn_options *o, struct learn_home *out, struct diag *diag)
{
	*out = (struct learn_home){0};
	int r = learn_keep_load(o->model_cstr, &out->kept, diag);
	if (r < 0)
		return r;
	learn_home_hash(&out->kept.file, out->hash);
	return load_site(o, out, diag);
}

void
learn_home_done(struct learn_home *home)
{
	learn_keep_done(&home->kept);
	free(home->site);
	home->site = NULL;
}

int
learn_home_fits(const struct learn_home *home, const struct learn_options *o, const struct learn_table *t, struct diag *diag)
{
	const char *schema_cstr = learn_model_facts(home->kept.model)->schema;
	if (strcmp(schema_cstr, t->schema) == 0)
		return 0;
	return diag_say_at(diag, -EINVAL, o->model_cstr, UINT64_MAX,
	    text_in(o->language,
	        N_("reads rows of the schema %s, and these have %s: another --mapping is needed, or another model")),
	    schema_cstr, t->schema);
}
