/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/dossier_purging.h"

#include "core/auto.h"
#include "core/json.h"
#include "core/text.h"
#include "dossier/dossier_purge.h"

#include <time.h>

enum { SITE_MAX = 65536 };

extern const unsigned char retention_yaml[];
extern const size_t retention_yaml_len;

static int
read_retention(const char *path_cstr, struct dossier_retention *out, struct diag *diag)
{
	AUTO_FREE uint8_t *site = NULL;
	size_t len = 0;
	if (path_cstr != NULL) {
		AUTO_FCLOSE FILE *file = fopen(path_cstr, "re");
		site = malloc(SITE_MAX);
		if (file == NULL || site == NULL)
			return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
		len = fread(site, 1, SITE_MAX, file);
		if (ferror(file) || len == SITE_MAX)
			return diag_say_at(
			    diag, -EFBIG, path_cstr, UINT64_MAX, "%s", _("a table of retention has less than 64 kB"));
	}
	return dossier_retention_read(
	    (struct bytes){retention_yaml, retention_yaml_len}, (struct bytes){site, len}, path_cstr, out, diag);
}

static void
due_json(struct json *j, struct bytes key, const struct dossier_due *due)
{
	json_open_object(j, key);
	json_u64(j, JSON_KEY("objects"), due->objects);
	json_u64(j, JSON_KEY("files"), due->files);
	json_u64(j, JSON_KEY("bytes"), due->bytes);
	json_u64(j, JSON_KEY("lines"), due->lines);
	if (due->oldest_ns > 0)
		json_time(j, JSON_KEY("oldest"), due->oldest_ns);
	json_close_object(j);
}

static void
tell_json(struct verb_reading *v, const struct dossier_purge *purge, const struct dossier_retention *retention)
{
	struct json *j = v->json;
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("dossier"), v->folder_cstr);
	json_bool(j, JSON_KEY("done"), v->options.yes);
	json_open_array(j, JSON_KEY("rules"));
	for (size_t i = 0; i < DOSSIER_RULES; i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("rule"), dossier_retention_word((enum dossier_rule)i));
		json_u64(j, JSON_KEY("days"), retention->rules[i].days);
		json_cstr(j, JSON_KEY("source"), retention->rules[i].source_cstr);
		due_json(j, JSON_KEY("due"), &purge->rules[i]);
		json_close_object(j);
	}
	json_close_array(j);
	due_json(j, JSON_KEY("by_size"), &purge->by_size);
	json_u64(j, JSON_KEY("strays"), purge->strays);
	json_u64(j, JSON_KEY("left_bytes"), purge->left_bytes);
	json_close_object(j);
	json_newline(j);
}

static void
tell_text(struct verb_reading *v, const struct dossier_purge *purge, const struct dossier_retention *retention)
{
	enum language language = v->options.language;
	for (size_t i = 0; i < DOSSIER_RULES; i++) {
		const struct dossier_due *due = &purge->rules[i];
		fprintf(stdout, text_in(language, N_("%s (%u days): objects: %llu, files: %llu, kB: %llu, lines: %llu\n")),
		    retention->rules[i].why_cstr[language], retention->rules[i].days, (unsigned long long)due->objects,
		    (unsigned long long)due->files, (unsigned long long)(due->bytes + 1023) / 1024,
		    (unsigned long long)due->lines);
		fprintf(stdout, "    %s\n", retention->rules[i].source_cstr);
	}
	if (v->options.max_bytes > 0)
		fprintf(stdout, text_in(language, N_("to make room: files: %llu, kB: %llu; left: %llu kB\n")),
		    (unsigned long long)purge->by_size.files, (unsigned long long)(purge->by_size.bytes + 1023) / 1024,
		    (unsigned long long)(purge->left_bytes + 1023) / 1024);
	if (purge->strays > 0)
		fprintf(stdout, text_in(language, N_("files that no incident names: %llu\n")),
		    (unsigned long long)purge->strays);
	fputs(v->options.yes
	        ? text_in(
	              language, N_("Done. The journal tells of each deletion; copies made before still hold what went.\n"))
	        : text_in(language, N_("Nothing was changed; --yes does it.\n")),
	    stdout);
}

int
dossier_purging(struct verb_reading *v, const char *unused_cstr, struct diag *diag)
{
	struct dossier_retention retention;
	struct dossier_purge purge;
	struct timespec now;
	(void)unused_cstr;
	int r = read_retention(v->options.retention_cstr, &retention, diag);
	if (r == 0)
		r = verb_reading_open_as(v, &(struct verb_rights){.mode = DOSSIER_WRITE}, diag);
	if (r < 0)
		return r;
	clock_gettime(CLOCK_REALTIME, &now);
	dossier_act_as(v->dossier, "dossier purge");
	r = dossier_purge(v->dossier, &retention, (int64_t)now.tv_sec * 1000000000 + now.tv_nsec, v->options.max_bytes,
	    v->options.yes, &purge, diag);
	if (r < 0)
		return r;
	if (v->json != NULL)
		tell_json(v, &purge, &retention);
	else
		tell_text(v, &purge, &retention);
	return 0;
}
