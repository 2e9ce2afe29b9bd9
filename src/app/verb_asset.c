/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_asset.h"

#include "app/verb_reading.h"
#include "cli/asset_view.h"
#include "core/json.h"

static const char help_cstr[] = N_(
    "Usage: beffroi asset list [options]\n"
    "\n"
    "The machines that `beffroi watch` has seen: address, MAC, name, when, and what they answered on.\n"
    "\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done (no dossier), 2 wrong usage.\n");

static void
list_text(void *context, const struct asset *asset)
{
	struct verb_reading *v = context;
	asset_view_line(&v->presenter, asset);
}

static void
list_json(void *context, const struct asset *asset)
{
	struct verb_reading *v = context;
	asset_view_json(v->json, (struct bytes){0}, asset);
	verb_reading_flush(v);
}

static int
list(struct verb_reading *v, struct diag *diag)
{
	if (v->json != NULL) {
		json_open_object(v->json, (struct bytes){0});
		json_open_array(v->json, JSON_KEY("assets"));
	} else {
		asset_view_head(&v->presenter);
	}
	int count = dossier_each_asset(v->dossier, v->json != NULL ? list_json : list_text, v, diag);
	if (count < 0)
		return count;
	if (v->json != NULL) {
		json_close_array(v->json);
		json_close_object(v->json);
		json_newline(v->json);
	} else {
		fprintf(stdout, text_plural(v->options.language, (uint64_t)count, N_("%d machine\n"), N_("%d machines\n")),
		    count);
	}
	return 0;
}

int
verb_asset_main(int argc, char **argv)
{
	struct verb_reading v = {0};
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &v.options, &status))
		return status;
	const struct verb_options *o = &v.options;
	if (o->word_count != 1 || strcmp(o->words[0], "list") != 0)
		return verb_options_refuse(o, N_("say what: beffroi asset list"));
	int r = verb_reading_open(&v, &diag);
	if (r == 0)
		r = list(&v, &diag);
	return verb_reading_finish(&v, r, &diag);
}
