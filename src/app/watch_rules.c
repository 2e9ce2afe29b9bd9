/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/watch_rules.h"

#include "app/eve_output.h"
#include "app/suricata_yaml.h"
#include "cli/dossier_folder.h"
#include "core/auto.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROOM = 64 << 20, /* of addresses; pages come when they are used */ PATH_MAX_LEN = 4096 };

static void
note(struct watch_rules *w, const char *path_cstr, const char *text_cstr)
{
	if (w->notice_count < WATCH_RULES_NOTICES)
		(void)snprintf(w->notices[w->notice_count++], DIAG_TEXT_MAX, "%.200s: %.200s", path_cstr, text_cstr);
}

/* Where a name of the settings is: as it is when it begins with a slash, else in a folder. */
static bool
place(struct bytes name, struct bytes folder, char out[static PATH_MAX_LEN])
{
	bool alone = folder.len == 0 || (name.len > 0 && name.at[0] == '/');
	int n = snprintf(out, PATH_MAX_LEN, "%.*s%s%.*s", alone ? 0 : (int)folder.len, (const char *)folder.at,
	    alone ? "" : "/", (int)name.len, (const char *)name.at);
	return n > 0 && n < PATH_MAX_LEN;
}

/* Each file that a pattern of rule-files names; one that is not there is told. */
static int
read_named_rules(struct watch_rules *w, const char *pattern_cstr, struct diag *diag)
{
	glob_t found = {0};
	int r = 0;
	if (glob(pattern_cstr, 0, NULL, &found) != 0 || found.gl_pathc == 0)
		note(w, pattern_cstr, text_error(ENOENT));
	for (size_t i = 0; i < found.gl_pathc && r == 0; i++)
		r = rules_files_read(&w->files, found.gl_pathv[i], diag);
	globfree(&found);
	return r;
}

static int
read_yaml_rules(struct watch_rules *w, struct diag *diag)
{
	struct bytes folder = {0};
	char path[PATH_MAX_LEN];
	int r = 0;
	(void)flat_get(&w->said, "default-rule-path", &folder);
	for (size_t i = 0; i < w->said.count && r == 0; i++)
		if (flat_matches(w->said.pairs[i].key, "rule-files.*") && place(w->said.pairs[i].value, folder, path))
			r = read_named_rules(w, path, diag);
	return r;
}

/* A file that the settings name beside the rules. Not being there is told, and no more: a suricata.yaml names those of its own machine. */
static int
read_beside(struct watch_rules *w, const char *key_cstr, enum rules_file_kind kind, struct diag *diag)
{
	struct bytes name;
	struct diag why = {0};
	if (!flat_get(&w->said, key_cstr, &name) || name.len == 0)
		return 0;
	int r = rules_files_read_as(&w->files, kind, (const char *)name.at, &why);
	if (r == -ENOENT || r == -EACCES) {
		note(w, (const char *)name.at, why.text_cstr);
		return 0;
	}
	if (r < 0)
		*diag = why;
	return r;
}

/* reputation-categories-file, and each of reputation-files below default-reputation-path. */
static int
read_reputations(struct watch_rules *w, struct diag *diag)
{
	struct bytes folder = {0};
	char path[PATH_MAX_LEN];
	(void)flat_get(&w->said, "default-reputation-path", &folder);
	int r = read_beside(w, "reputation-categories-file", RULES_FILE_CATEGORIES, diag);
	for (size_t i = 0; i < w->said.count && r == 0; i++) {
		struct diag why = {0};
		if (!flat_matches(w->said.pairs[i].key, "reputation-files.*") ||
		    !place(w->said.pairs[i].value, folder, path))
			continue;
		r = rules_files_read_as(&w->files, RULES_FILE_REPUTATIONS, path, &why);
		if (r == -ENOENT || r == -EACCES) {
			note(w, path, why.text_cstr);
			r = 0;
		} else if (r < 0) {
			*diag = why;
		}
	}
	return r;
}

/* rules/data of the dossier, or the folder that --data-dir names. */
static void
find_state(struct watch_rules *w, const struct watch_options *o)
{
	char folder[PATH_MAX_LEN];
	struct diag unread = {0};
	if (o->data_folder_cstr != NULL)
		(void)snprintf(w->state_cstr, sizeof(w->state_cstr), "%s", o->data_folder_cstr);
	else if (!o->no_dossier &&
	    dossier_folder_find(o->dossier_cstr, o->language, folder, sizeof(folder) - sizeof("/rules/data"), &unread) ==
	        0 &&
	    strstr(folder, "://") == NULL)
		(void)snprintf(w->state_cstr, sizeof(w->state_cstr), "%.4000s/rules/data", folder);
	w->files.state_folder = bytes_of_cstr(w->state_cstr);
}

static int
read_all(struct watch_rules *w, const struct watch_options *o, struct diag *diag)
{
	char unused[300];
	int r = 0;
	if (o->suricata_yaml_cstr != NULL) {
		r = flat_set(&w->said, BYTES("suricata.yaml"), BYTES("yes")) < 0
		    ? diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"))
		    : suricata_yaml_read(&w->said, o->suricata_yaml_cstr, diag);
	}
	for (size_t i = 0; i < o->set_count && r == 0; i++)
		r = suricata_yaml_set(&w->said, o->sets[i], diag);
	if (r == 0)
		r = run_settings_fill(&w->settings, &w->said, diag);
	if (o->data_folder_cstr != NULL)
		w->files.folder = bytes_of_cstr(o->data_folder_cstr);
	else
		(void)flat_get(&w->said, "default-rule-path", &w->files.folder);
	find_state(w, o);
	for (size_t i = 0; i < o->rules_count && r == 0; i++)
		r = rules_files_read(&w->files, o->rules[i], diag);
	if (r == 0 && !o->rules_alone)
		r = read_yaml_rules(w, diag);
	if (r == 0)
		r = read_beside(w, "classification-file", RULES_FILE_CLASSES, diag);
	if (r == 0)
		r = read_beside(w, "reference-config-file", RULES_FILE_REFERENCES, diag);
	if (r == 0)
		r = read_beside(w, "threshold-file", RULES_FILE_THRESHOLDS, diag);
	if (r == 0)
		r = read_reputations(w, diag);
	if (r == 0)
		r = read_beside(w, "geoip-database", RULES_FILE_COUNTRIES, diag);
	for (size_t i = 0; i < w->said.count && r == 0; i++) {
		struct bytes key = w->said.pairs[i].key;
		if (flat_matches(key, "datasets.*.state"))
			rules_files_note_save(&w->files, w->said.pairs[i].value);
		if (flat_matches(key, "datasets.*.load") || flat_matches(key, "datasets.*.state"))
			r = rules_files_read_list(&w->files, w->said.pairs[i].value, diag);
	}
	struct bytes name;
	if (r == 0 && eve_output_left_out(&w->said, &name))
		note(w, name.len == 0 ? "eve-log" : (const char *)name.at,
		    _("one eve-log is written, the first one: this one is left out"));
	size_t count = r < 0 ? 0 : run_settings_unused(&w->said, unused, sizeof(unused));
	if (count > 0 && w->notice_count < WATCH_RULES_NOTICES)
		(void)snprintf(w->notices[w->notice_count++], DIAG_TEXT_MAX,
		    text_plural(o->language, count, N_("%zu setting changes nothing here: %s"),
		        N_("%zu settings change nothing here: %s")),
		    count, unused);
	return r;
}

struct watch_rules *
watch_rules_read(const struct watch_options *o, struct diag *diag)
{
	struct watch_rules *w = calloc(1, sizeof(*w));
	if (w == NULL || arena_init(&w->arena, ROOM) < 0 || flat_init(&w->said, &w->arena) < 0) {
		watch_rules_free(w);
		(void)diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
		return NULL;
	}
	run_settings_default(&w->settings);
	if (read_all(w, o, diag) == 0)
		return w;
	watch_rules_free(w);
	return NULL;
}

void
watch_rules_free(struct watch_rules *w)
{
	if (w == NULL)
		return;
	rules_files_free(&w->files);
	arena_done(&w->arena);
	free(w);
}

bool
watch_rules_is_empty(const struct watch_rules *w)
{
	return w->files.count == 0 && w->said.count == 0;
}
