/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_intel.h"

#include "app/study_session.h"
#include "core/data_tree.h"
#include "core/decimal.h"
#include "core/terminal.h"
#include "intel/cvss.h"

#include <errno.h>

enum { VECTOR_MAX = 512 };

static const char help_cstr[] = N_(
    "Usage: beffroi intel cvss VECTOR... [options]\n"
    "\n"
    "cvss: the score of each vector (CVSS v3.0, v3.1, v4.0), one line each: VECTOR SCORE SEVERITY.\n"
    "With -, vectors are read from standard input, one a line.\n"
    "\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "\n"
    "Exit status: 0 done, 1 a vector is not one, 2 wrong usage.\n");

struct scores {
	struct study_session *session;
	bool bad; /* a vector was refused */
};

static void
write_tenths(struct json *j, struct bytes key, int tenths)
{
	if (tenths == CVSS_NO_SCORE)
		json_none(j, key);
	else
		json_double(j, key, tenths / 10.0, 1);
}

static void
write_score(struct json *j, struct bytes vector, const struct cvss *v, const struct cvss_score *s, enum language language)
{
	char macrovector[8];
	json_open_object(j, (struct bytes){0});
	json_text(j, JSON_KEY("vector"), vector);
	json_cstr(j, JSON_KEY("version"), cvss_version_word(v->version));
	write_tenths(j, JSON_KEY("score"), s->score);
	json_cstr(j, JSON_KEY("severity"), text_in(language, cvss_severity_word(s->severity)));
	write_tenths(j, JSON_KEY("base"), s->base);
	write_tenths(j, JSON_KEY("threat"), s->threat);
	write_tenths(j, JSON_KEY("environmental"), s->environment);
	if (v->version == CVSS_4_0) {
		(void)snprintf(macrovector, sizeof(macrovector), "%06u", s->macrovector % 1000000);
		json_cstr(j, JSON_KEY("macrovector"), macrovector);
	} else {
		json_none(j, JSON_KEY("macrovector"));
	}
	json_close_object(j);
}

static void
score(struct scores *all, struct bytes vector)
{
	struct study_session *s = all->session;
	struct diag diag = {.offset = UINT64_MAX};
	struct cvss v;
	char shown[VECTOR_MAX * 2], number[DECIMAL_TEXT_MAX];
	enum language language = s->options.language;
	if (cvss_parse(vector, &v, &diag) < 0) {
		all->bad = true;
		(void)snprintf(diag.file_cstr, sizeof(diag.file_cstr), "%.*s",
		    (int)(vector.len < VECTOR_MAX ? vector.len : VECTOR_MAX - 1), (const char *)vector.at);
		verb_options_complain(language, &diag);
		return;
	}
	struct cvss_score answer = cvss_reckon(&v);
	if (s->options.json) {
		write_score(&s->json, vector, &v, &answer, language);
		return;
	}
	(void)terminal_escape(vector, shown, sizeof(shown));
	printf("%s %s %s\n", shown, decimal_round(LANGUAGE_EN, (int64_t)answer.score * (DECIMAL_ONE / 10), 1, number),
	    text_in(language, cvss_severity_word(answer.severity)));
}

/* Each line of standard input that is not empty. */
static int
score_input(struct scores *all, struct diag *diag)
{
	struct bytes text = {0};
	int r = study_session_read(all->session, "-", &text, diag);
	if (r == 0 && text.len > DATA_TREE_BYTES_MAX)
		return diag_say(diag, -EFBIG, "%s", _("the file is too large for the memory it may take"));
	while (r == 0 && text.len > 0) {
		struct bytes line = bytes_first(text, bytes_find(text, '\n'));
		text = bytes_after(text, line.len + 1);
		if (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		if (bytes_trim(line).len > 0)
			score(all, bytes_trim(line));
	}
	return r;
}

int
verb_intel_main(int argc, char **argv)
{
	struct study_session s = {0};
	struct scores all = {.session = &s};
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &s.options, &status))
		return status;
	if (s.options.word_count < 2 || strcmp(s.options.words[0], "cvss") != 0)
		return verb_options_refuse(&s.options, N_("say what: beffroi intel cvss VECTOR..."));
	int r = study_session_open(&s, &diag);
	if (r == 0)
		r = study_session_confine(&diag);
	if (r == 0 && s.options.json)
		json_open_array(&s.json, (struct bytes){0});
	for (size_t i = 1; i < s.options.word_count && r == 0; i++) {
		if (strcmp(s.options.words[i], "-") == 0)
			r = score_input(&all, &diag);
		else
			score(&all, bytes_of_cstr(s.options.words[i]));
	}
	if (r == 0 && s.options.json) {
		json_close_array(&s.json);
		json_newline(&s.json);
	}
	status = study_session_end(&s, r, &diag);
	return status == VERB_EXIT_DONE && all.bad ? VERB_EXIT_FAILED : status;
}
