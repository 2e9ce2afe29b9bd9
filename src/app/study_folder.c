/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/study_folder.h"

#include "core/terminal.h"
#include "study/study_check.h"
#include "study/study_show.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { LINE_ROOM = 1200 };

/* Generated from data/study/scales.yaml by tools/embed. */
extern const unsigned char scales_yaml[];
extern const size_t scales_yaml_len;

static bool
is_yaml(const char *name_cstr)
{
	const char *dot = strrchr(name_cstr, '.');
	return name_cstr[0] != '.' && dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static int
by_name(const void *a, const void *b)
{
	const struct study_source *x = a, *y = b;
	return strcmp(x->name_cstr, y->name_cstr);
}

static int
list_folder(struct study_session *s, DIR *folder, const char *path_cstr, struct study_folder *out, struct diag *diag)
{
	struct dirent *entry;
	while ((entry = readdir(folder)) != NULL) {
		char name[PATH_MAX];
		int n = snprintf(name, sizeof(name), "%s%s%s", path_cstr, path_cstr[strlen(path_cstr) - 1] == '/' ? "" : "/",
		    entry->d_name);
		if (!is_yaml(entry->d_name) || n < 0 || (size_t)n >= sizeof(name))
			continue;
		if (out->count == STUDY_FILES_MAX)
			return diag_say_at(diag, -E2BIG, path_cstr, UINT64_MAX, "%s", _("a study has 64 files at most"));
		struct bytes kept = arena_dup(&s->arena, bytes_of_cstr(name));
		if (kept.at == NULL)
			return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
		out->sources[out->count++].name_cstr = (const char *)kept.at;
	}
	qsort(&out->sources[1], out->count - 1, sizeof(out->sources[0]), by_name);
	return out->count > 1 ? 0
	                      : diag_say_at(diag, -ENOENT, path_cstr, UINT64_MAX, "%s",
	                            _("no study is here: no file ends in .yaml; beffroi study init makes one"));
}

int
study_folder_read(struct study_session *s, const char *path_cstr, struct study_folder *out, struct diag *diag)
{
	*out = (struct study_folder){.count = 1};
	out->sources[0] = (struct study_source){"scales.yaml", {scales_yaml, scales_yaml_len}};
	DIR *folder = path_cstr[0] == '\0' ? NULL : opendir(path_cstr);
	int r = 0;
	if (folder == NULL && errno == ENOTDIR)
		out->sources[out->count++].name_cstr = path_cstr;
	else if (folder == NULL)
		return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
	else
		r = list_folder(s, folder, path_cstr, out, diag);
	if (folder != NULL)
		closedir(folder);
	for (size_t i = 1; i < out->count && r == 0; i++)
		r = study_session_read(s, out->sources[i].name_cstr, &out->sources[i].text, diag);
	return r;
}

/* The folder of the command line, read, then understood where nothing else can be opened. */
static int
understand(struct study_session *s, struct study **study, struct study_figure **figures, struct diag *diag)
{
	struct study_folder folder;
	int r = study_folder_read(s, s->options.words[1], &folder, diag);
	if (r == 0)
		r = study_session_confine(diag);
	if (r == 0)
		r = study_read(&s->arena, folder.sources, folder.count, study, diag);
	if (r < 0)
		return r;
	*figures = study_reckon(*study);
	return *figures == NULL ? diag_say(diag, -ENOMEM, "%s", _("not enough memory")) : 0;
}

static void
tell_problems(const struct presenter *p, const struct study *s)
{
	char file[DIAG_FILE_MAX * 2], text[LINE_ROOM];
	for (size_t i = 0; i < s->problem_count; i++) {
		const struct study_problem *q = &s->problems[i];
		(void)terminal_escape(bytes_of_cstr(s->files[q->file].name_cstr), file, sizeof(file));
		(void)terminal_escape(bytes_of_cstr(q->text_cstr), text, sizeof(text));
		fprintf(p->out, "%s:%u:%u: %s: %s [%s]\n", file, q->line, q->column,
		    text_in(p->language, q->severity == STUDY_ERROR ? N_("error") : N_("warning")), text, q->code_cstr);
	}
	if (s->untold > 0)
		fprintf(p->out, text_in(p->language, N_("and %zu more\n")), s->untold);
	fprintf(p->out, text_in(p->language, N_("%zu records, %zu errors, %zu warnings\n")), s->record_count, s->error_count,
	    s->problem_count + s->untold - s->error_count);
}

int
study_folder_check(struct study_session *s, struct diag *diag)
{
	struct study *study = NULL;
	struct study_figure *figures = NULL;
	int r = understand(s, &study, &figures, diag);
	if (r < 0)
		return r;
	study_check(study, figures);
	study_problem_sort(study);
	if (s->options.json)
		study_show_problems(&s->json, study);
	else
		tell_problems(&s->presenter, study);
	s->faulty = study->error_count > 0;
	return 0;
}

static void
tell_risk(const struct presenter *p, const struct study *s, size_t n, const struct study_figure *f)
{
	size_t matrix = study_reckon_matrix(s);
	char line[LINE_ROOM];
	(void)snprintf(line, sizeof(line), text_in(p->language, N_("%s %s: G%d V%d %s%s, left G%d V%d %s")),
	    s->records[n].id_cstr, study_get_name(s, n, p->language), f->gravity, f->likelihood,
	    study_reckon_word(s, matrix, f->level, p->language),
	    f->forced_gravity || f->forced_likelihood ? text_in(p->language, N_(" (set by hand)")) : "", f->residual_gravity,
	    f->residual_likelihood, study_reckon_word(s, matrix, f->residual_level, p->language));
	present_paragraph(p, "  - ", 4, line);
}

static void
tell_stakeholder(const struct presenter *p, const struct study *s, size_t n, const struct study_figure *f)
{
	static const char *const zones[] = {N_("outside"), N_("to watch"), N_("to control"), N_("danger")};
	char line[LINE_ROOM], threat[DECIMAL_TEXT_MAX], left[DECIMAL_TEXT_MAX];
	(void)snprintf(line, sizeof(line), text_in(p->language, N_("%s %s: threat %s (%s)%s, left %s (%s)")),
	    s->records[n].id_cstr, study_get_name(s, n, p->language), decimal_round(p->language, f->threat, 2, threat),
	    text_in(p->language, zones[f->zone]), f->forced_threat ? text_in(p->language, N_(" (set by hand)")) : "",
	    decimal_round(p->language, f->residual_threat, 2, left), text_in(p->language, zones[f->residual_zone]));
	present_paragraph(p, "  - ", 4, line);
}

static void
tell_study(const struct presenter *p, const struct study *s, const struct study_figure *figures)
{
	enum language l = p->language;
	fprintf(p->out, text_in(l, N_("%s, version %s [%s]\n")), study_get_text(s->frame, "title", l),
	    study_get_text(s->frame, "version", l), study_get_text(s->frame, "protection", l));
	fprintf(p->out,
	    text_in(l,
	        N_("business values %zu, supporting assets %zu, feared events %zu, attack paths %zu, measures %zu, requirements %zu\n")),
	    s->section_count[STUDY_VALUE], s->section_count[STUDY_ASSET], s->section_count[STUDY_EVENT],
	    s->section_count[STUDY_PATH], s->section_count[STUDY_MEASURE], s->section_count[STUDY_REQUIREMENT]);
	fputs(text_in(l, N_("\nStakeholders\n")), p->out);
	for (size_t i = 0; i < s->section_count[STUDY_STAKEHOLDER]; i++)
		tell_stakeholder(p, s, s->of_section[STUDY_STAKEHOLDER][i], &figures[s->of_section[STUDY_STAKEHOLDER][i]]);
	fputs(text_in(l, N_("\nRisks\n")), p->out);
	for (size_t i = 0; i < s->section_count[STUDY_RISK]; i++)
		tell_risk(p, s, s->of_section[STUDY_RISK][i], &figures[s->of_section[STUDY_RISK][i]]);
	if (s->error_count > 0)
		fprintf(p->out, text_in(l, N_("\nThis study has %zu errors: beffroi study check tells them.\n")),
		    s->error_count);
}

int
study_folder_show(struct study_session *s, struct diag *diag)
{
	struct study *study = NULL;
	struct study_figure *figures = NULL;
	int r = understand(s, &study, &figures, diag);
	if (r < 0)
		return r;
	if (s->options.json)
		study_show_figures(&s->json, study, figures, s->options.language);
	else
		tell_study(&s->presenter, study, figures);
	return 0;
}

struct differences {
	struct study_session *session;
	bool workshops[STUDY_WORKSHOPS + 1];
	size_t count;
};

static void
say_difference(void *context, enum study_change change, const char *id_cstr, unsigned workshop, const char *fields_cstr)
{
	static const char *const words[] = {"added", "removed", "changed"};
	static const char marks[] = {'+', '-', '~'};
	struct differences *d = context;
	struct json *j = &d->session->json;
	d->workshops[workshop] = true;
	d->count++;
	if (!d->session->options.json) {
		fprintf(d->session->presenter.out, "%c %s%s%s\n", marks[change], id_cstr, fields_cstr[0] == '\0' ? "" : ": ",
		    fields_cstr);
		return;
	}
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("change"), words[change]);
	json_cstr(j, JSON_KEY("id"), id_cstr);
	json_u64(j, JSON_KEY("workshop"), workshop);
	json_cstr(j, JSON_KEY("fields"), fields_cstr);
	json_close_object(j);
}

int
study_folder_diff(struct study_session *s, struct diag *diag)
{
	struct study_folder folders[2];
	struct study *studies[2] = {NULL, NULL};
	struct differences d = {.session = s};
	int r = study_folder_read(s, s->options.words[1], &folders[0], diag);
	if (r == 0)
		r = study_folder_read(s, s->options.words[2], &folders[1], diag);
	if (r == 0)
		r = study_session_confine(diag);
	for (size_t i = 0; i < 2 && r == 0; i++)
		r = study_read(&s->arena, folders[i].sources, folders[i].count, &studies[i], diag);
	if (r < 0)
		return r;
	if (s->options.json) {
		json_open_object(&s->json, (struct bytes){0});
		json_open_array(&s->json, JSON_KEY("differences"));
	}
	study_show_differences(studies[0], studies[1], say_difference, &d);
	if (s->options.json) {
		json_close_array(&s->json);
		json_open_array(&s->json, JSON_KEY("workshops"));
		for (unsigned w = 1; w <= STUDY_WORKSHOPS; w++)
			if (d.workshops[w])
				json_u64(&s->json, (struct bytes){0}, w);
		json_close_array(&s->json);
		json_close_object(&s->json);
		json_newline(&s->json);
	} else {
		fprintf(s->presenter.out, text_in(s->options.language, N_("%zu differences; workshops touched:")), d.count);
		for (unsigned w = 1; w <= STUDY_WORKSHOPS; w++)
			if (d.workshops[w])
				fprintf(s->presenter.out, " %u", w);
		fputc('\n', s->presenter.out);
	}
	return 0;
}
