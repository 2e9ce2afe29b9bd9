/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_learn_import.h"

#include "app/learn_keep.h"
#include "cli/verb_options.h"
#include "detect/learn/learn_export.h"
#include "detect/learn/learn_import.h"
#include "detect/learn/learn_model_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int
save(const struct learn_options *o, const struct learn_imported *made, struct diag *diag)
{
	static uint8_t cuts[LEARN_CUTS_BYTES_MAX];
	struct learn_file file = {0};
	uint8_t *room = NULL;
	int r = learn_model_file_put(made->model, &file, &room);
	if (r == 0 && made->cuts.features > 0)
		r = learn_file_put(&file, LEARN_FILE_CUTS, (struct bytes){cuts, learn_cuts_write(&made->cuts, cuts)});
	if (r == 0)
		r = learn_file_put(
		    &file, LEARN_FILE_CODES, (struct bytes){(const uint8_t *)made->names, sizeof(made->names)});
	if (r == 0)
		r = learn_file_put(&file, LEARN_FILE_SETTINGS, BYTES("origin: imported from XGBoost\n"));
	if (r == 0)
		r = learn_keep_save(o->out_cstr, &file, (struct bytes){0}, diag);
	free(room);
	return r;
}

int
verb_learn_import_run(const struct learn_options *o, struct diag *diag)
{
	static struct learn_imported made;
	uint8_t *bytes = NULL;
	size_t len = 0;
	bool codes = o->mapping_cstr != NULL;
	if (o->files.count != 1 || o->out_cstr == NULL)
		return diag_say(
		    diag, -EINVAL, "%s", text_in(o->language, N_("beffroi learn import FILE --out MODEL was expected")));
	if (codes && strcmp(o->mapping_cstr, "fv64") != 0)
		return diag_say(diag, -EINVAL, text_in(o->language, N_("%s: \"%s\" was given, %s was expected")),
		    "--mapping", o->mapping_cstr, "fv64");
	int r = learn_keep_read(o->files.at[0], LEARN_IMPORT_FILE_MAX, &bytes, &len, diag);
	if (r == 0) {
		r = learn_import((struct bytes){bytes, len}, codes ? LEARN_IMPORT_CODES : LEARN_IMPORT_NUMBERS, &made, diag);
		if (r == -ENOMEM)
			(void)diag_say(diag, r, "%s", text_in(o->language, N_("not enough memory")));
		if (r < 0)
			(void)snprintf(diag->file_cstr, sizeof(diag->file_cstr), "%s", o->files.at[0]);
	}
	free(bytes);
	if (r < 0)
		return r;
	r = save(o, &made, diag);
	learn_model_free(made.model);
	made.model = NULL;
	return r < 0 ? r : VERB_EXIT_DONE;
}

int
verb_learn_import_export(const struct learn_options *o, struct diag *diag)
{
	static struct learn_cuts cuts;
	struct learn_kept kept = {0};
	char *text = NULL;
	size_t len = 0;
	if (o->files.count != 1)
		return diag_say(
		    diag, -EINVAL, "%s", text_in(o->language, N_("beffroi learn export MODEL [--out FILE] was expected")));
	int r = learn_keep_load(o->files.at[0], &kept, diag);
	struct bytes section = r < 0 ? (struct bytes){0} : learn_file_find(&kept.file, LEARN_FILE_CUTS);
	cuts.features = 0;
	if (r == 0 && section.len > 0)
		r = learn_cuts_read(section, &cuts, diag);
	struct bytes names = r < 0 ? (struct bytes){0} : learn_file_find(&kept.file, LEARN_FILE_CODES);
	if (r == 0)
		r = (o->json ? learn_export_xgboost : learn_export_text)(kept.model, &cuts, names, &text, &len);
	if (r == -ENOMEM)
		(void)diag_say(diag, r, "%s", text_in(o->language, N_("not enough memory")));
	if (r == 0 && o->out_cstr != NULL)
		r = learn_keep_write(o->out_cstr, (struct bytes){(uint8_t *)text, len}, diag);
	else if (r == 0 && fwrite(text, 1, len, stdout) != len)
		r = -EIO;
	free(text);
	learn_keep_done(&kept);
	return r < 0 ? r : VERB_EXIT_DONE;
}
