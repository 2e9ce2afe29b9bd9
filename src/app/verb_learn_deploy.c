/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_learn_deploy.h"

#include "app/learn_home.h"
#include "cli/dossier_folder.h"
#include "cli/verb_options.h"
#include "core/auto.h"
#include "detect/learn/learn_seal.h"
#include "detect/learn/learn_site_file.h"
#include "dossier/dossier.h"
#include "dossier/dossier_case.h"
#include "dossier/dossier_setting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

enum { PATH_ROOM = 4096, HEX_ROOM = 65 };

/* Files that lie in DOSSIER/models: the model, and its site file. */
static int
put_files(const struct learn_options *o, const struct learn_home *home, const char *folder_cstr, struct diag *diag)
{
	char path[PATH_ROOM];
	int n = snprintf(path, sizeof(path), "%s/models", folder_cstr);
	if (n < 0 || (size_t)n + 32 >= sizeof(path))
		return diag_say(diag, -ENAMETOOLONG, text_in(o->language, N_("the name of the folder is too long")));
	if (mkdir(path, 0750) < 0 && errno != EEXIST)
		return diag_say_at(diag, -errno, path, UINT64_MAX, "%s", text_error(errno));
	(void)snprintf(path + n, sizeof(path) - (size_t)n, "/active.model");
	int r = learn_keep_write(path, (struct bytes){home->kept.bytes, home->kept.len}, diag);
	if (r < 0 || home->site == NULL)
		return r;
	AUTO_FREE uint8_t *bytes = malloc(learn_site_file_size());
	if (bytes == NULL)
		return diag_say(diag, -ENOMEM, text_in(o->language, N_("there is not enough memory")));
	learn_site_file_write(home->site, bytes);
	(void)snprintf(path + n, sizeof(path) - (size_t)n, "/active.model.site");
	return learn_keep_write(path, (struct bytes){bytes, learn_site_file_size()}, diag);
}

/* A setting of the dossier is an object of its chain: the journal says from which model to which, who, and when. */
static int
write_line(const struct learn_home *home, const char *folder_cstr, struct diag *diag)
{
	char hash[HEX_ROOM], value[DOSSIER_SETTING_MAX];
	struct bytes approval = learn_file_find(&home->kept.file, LEARN_FILE_APPROVAL);
	for (unsigned i = 0; i < 32; i++)
		(void)snprintf(hash + 2 * (size_t)i, 3, "%02x", home->hash[i]);
	(void)snprintf(value, sizeof(value), "sha256:%s %.*s", hash,
	    (int)(bytes_find(approval, '\n') < 150 ? bytes_find(approval, '\n') : 150), (const char *)approval.at);
	struct dossier *d = NULL;
	int r = dossier_open(&d, folder_cstr, DOSSIER_WRITE, diag);
	if (r < 0)
		return r;
	dossier_act_as(d, "learn deploy");
	r = dossier_begin(d, diag);
	if (r == 0)
		r = dossier_setting_put(d, "model", value, diag);
	if (r == 0)
		r = dossier_end(d, diag);
	else
		dossier_cancel(d);
	struct diag unread = {0};
	int closed = dossier_close(d, r == 0 ? diag : &unread);
	return r < 0 ? r : closed;
}

int
verb_learn_deploy_run(const struct learn_options *o, struct diag *diag)
{
	static struct learn_options named;
	char folder[PATH_ROOM];
	if (o->files.count != 1)
		return diag_say(
		    diag, -EINVAL, text_in(o->language, N_("say which model: beffroi learn deploy MODEL --dossier FOLDER")));
	named = *o;
	named.model_cstr = o->files.at[0];
	struct learn_home home = {0};
	int r = learn_home_load(&named, &home, diag);
	if (r == 0)
		r = learn_seal_deployable(&home.kept.file, learn_model_facts(home.kept.model), (int64_t)time(NULL), diag);
	if (r == 0)
		r = dossier_folder_make(o->dossier_cstr, o->language, folder, sizeof(folder), diag);
	if (r == 0 && dossier_is_remote(folder))
		r = diag_say(diag, -EOPNOTSUPP,
		    text_in(o->language, N_("a model is deployed into a folder: a dossier on a server has none for it")));
	/* The line first: a model in force that no line speaks of would be worse than a line about one that did not arrive. */
	if (r == 0)
		r = write_line(&home, folder, diag);
	if (r == 0)
		r = put_files(o, &home, folder, diag);
	if (r == 0)
		printf(text_in(o->language,
		           home.site == NULL
		               ? N_("%s/models/active.model: deployed, without a site file: no threshold is promised\n")
		               : N_("%s/models/active.model: deployed\n")),
		    folder);
	learn_home_done(&home);
	return r < 0 ? r : VERB_EXIT_DONE;
}
