/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_trace.h"

#include "app/verb_reading.h"
#include "core/json.h"
#include "core/terminal.h"
#include "dossier/dossier_trace.h"
#include "record/alert_text.h"

enum { ESCAPED_MAX = 4096 };

static const char help_cstr[] = N_(
    "Usage: beffroi trace ID [options]\n"
    "\n"
    "The chain of one thing of the dossier, both ways: what it leads to (->), and what leads to it (<-).\n"
    "ID may be shortened: of an incident, an alert, a machine (AST-192.0.2.1), a proof.\n"
    "\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done (no dossier, no such name), 2 wrong usage.\n");

/* Relations are words of the data; those of this program have a French too. */
static const char *const relations[] = {N_("part-of"), N_("proves"), N_("comes-from"), N_("concerns")};

static const char *
relation_in(enum language language, const char *relation_cstr)
{
	for (size_t i = 0; i < LENGTH_OF(relations); i++)
		if (strcmp(relations[i], relation_cstr) == 0)
			return text_in(language, relations[i]);
	return relation_cstr;
}

/* What a person calls it: the title of an alert, the severity of an incident, otherwise what the dossier says. */
static struct bytes
label_of(const struct dossier_node *node, enum language language)
{
	struct bytes label = {(const uint8_t *)node->label, node->label_len};
	const struct alert_text *text = strcmp(node->kind_cstr, "alert") == 0 ? alert_text_find(label) : NULL;
	if (text != NULL)
		return bytes_of_cstr(text_in(language, text->title_cstr));
	if (strcmp(node->kind_cstr, "incident") == 0 && label.len == 1)
		return bytes_of_cstr(alert_text_severity(language, (unsigned)(label.at[0] - '0')));
	return label;
}

static void
node_text(void *context, const struct dossier_node *node)
{
	struct verb_reading *v = context;
	char label[ESCAPED_MAX], relation[ESCAPED_MAX], id[ESCAPED_MAX];
	const char *dim_cstr = v->presenter.color ? "\033[2m" : "", *plain_cstr = v->presenter.color ? "\033[0m" : "";
	(void)terminal_escape(label_of(node, v->options.language), label, sizeof(label));
	(void)terminal_escape(
	    bytes_of_cstr(relation_in(v->options.language, node->relation_cstr)), relation, sizeof(relation));
	(void)terminal_escape(bytes_of_cstr(node->id_cstr), id, sizeof(id));
	fprintf(stdout, "%*s", (int)node->depth * 3, "");
	if (node->depth > 0)
		fprintf(stdout, "%s%s %s%s ", dim_cstr, node->leads_to ? "<-" : "->", relation, plain_cstr);
	fprintf(stdout, "%s  %s%s\n", id, label, node->again ? text_in(v->options.language, N_("  (see above)")) : "");
}

static void
node_json(void *context, const struct dossier_node *node)
{
	struct verb_reading *v = context;
	struct json *j = v->json;
	json_open_object(j, (struct bytes){0});
	json_u64(j, JSON_KEY("depth"), node->depth);
	json_cstr(j, JSON_KEY("id"), node->id_cstr);
	json_cstr(j, JSON_KEY("kind"), node->kind_cstr);
	json_text(j, JSON_KEY("label"), label_of(node, v->options.language));
	if (node->depth > 0) {
		json_cstr(j, JSON_KEY("relation"), node->relation_cstr);
		json_cstr(j, JSON_KEY("direction"), node->leads_to ? "leads-to-it" : "it-leads-to");
		json_cstr(j, JSON_KEY("why"), node->why_cstr);
		json_bool(j, JSON_KEY("seen_above"), node->again);
	}
	json_close_object(j);
	verb_reading_flush(v);
}

static int
trace(struct verb_reading *v, const char *id_cstr, struct diag *diag)
{
	bool cut = false;
	if (v->json != NULL) {
		json_open_object(v->json, (struct bytes){0});
		json_open_array(v->json, JSON_KEY("chain"));
	}
	int r = dossier_trace(v->dossier, id_cstr, v->json != NULL ? node_json : node_text, v, &cut, diag);
	if (r < 0)
		return r;
	if (v->json != NULL) {
		json_close_array(v->json);
		json_bool(v->json, JSON_KEY("cut"), cut);
		json_close_object(v->json);
		json_newline(v->json);
	} else if (cut) {
		fputs(text_in(v->options.language, N_("... and more: the chain is cut here\n")), stdout);
	}
	return 0;
}

int
verb_trace_main(int argc, char **argv)
{
	struct verb_reading v = {0};
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &v.options, &status))
		return status;
	const struct verb_options *o = &v.options;
	if (o->word_count != 1)
		return verb_options_refuse(o, N_("say of what: beffroi trace ID"));
	int r = verb_reading_open(&v, &diag);
	if (r == 0)
		r = trace(&v, o->words[0], &diag);
	return verb_reading_finish(&v, r, &diag);
}
