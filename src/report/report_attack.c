/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/report_attack.h"

#include "core/data_tree.h"
#include "record/incident.h"
#include "report/pictures.h"

#include <stdio.h>

enum { SEEN_MAX = 64, ROWS_MAX = 24, ID_MAX = 12 };

/* Generated from data/attack/techniques.yaml by tools/embed. */
extern const unsigned char techniques_yaml[];
extern const size_t techniques_yaml_len;

struct seen {
	char id_cstr[ID_MAX];
	uint64_t alerts;
};

struct all_seen {
	struct seen seen[SEEN_MAX];
	size_t count;
};

static void
see(struct all_seen *all, struct bytes id, uint64_t alerts)
{
	char text[ID_MAX];
	if (id.len < 5 || id.len >= ID_MAX || (id.at[0] != 'T' && id.at[0] != 't'))
		return;
	(void)snprintf(text, sizeof(text), "T%.*s", (int)id.len - 1, (const char *)id.at + 1);
	for (size_t i = 0; i < all->count; i++) {
		if (strcmp(all->seen[i].id_cstr, text) != 0)
			continue;
		all->seen[i].alerts += alerts;
		return;
	}
	if (all->count == SEEN_MAX)
		return;
	all->seen[all->count] = (struct seen){.alerts = alerts};
	memcpy(all->seen[all->count++].id_cstr, text, sizeof(text));
}

static void
gather(struct all_seen *all, const struct report_incident *incident)
{
	const struct case_file *file = incident->file;
	struct bytes left = bytes_of_cstr(case_file_value(&file->incident, "techniques"));
	for (size_t i = 0; file->story != NULL && i < file->story->part_count; i++)
		see(all, bytes_of_cstr(file->story->parts[i].strongest.technique_cstr), file->story->parts[i].alerts);
	while (left.len > 0) {
		size_t n = 0;
		while (n < left.len && left.at[n] != ',' && left.at[n] != ' ' && left.at[n] != ';' && left.at[n] != '\n')
			n++;
		see(all, bytes_first(left, n), 0);
		left = bytes_after(left, n + 1);
	}
}

static const char *
words(const struct data_tree *map, enum language language)
{
	const char *text_cstr = data_tree_cstr(map, language == LANGUAGE_FR ? "fr" : "en");
	return text_cstr == NULL ? "" : text_cstr;
}

/* The line of a technique; a sub-technique is its technique. */
static const struct data_tree *
technique(const struct data_tree *data, const char *id_cstr)
{
	const struct data_tree *list = data_tree_find(data, "techniques");
	for (const struct data_tree *t = list == NULL ? NULL : list->first; t != NULL; t = t->next) {
		const char *known_cstr = data_tree_cstr(t, "id");
		if (known_cstr != NULL && strncmp(known_cstr, id_cstr, strlen(known_cstr)) == 0 &&
		    (id_cstr[strlen(known_cstr)] == '\0' || id_cstr[strlen(known_cstr)] == '.'))
			return t;
	}
	return NULL;
}

static void
add_chip(struct doc *d, struct pictures_row *row, const struct seen *seen, const struct data_tree *line)
{
	const char **chips = (const char **)(uintptr_t)row->chips;
	const char *name_cstr = line == NULL ? "" : words(line, d->language);
	chips[row->chip_count++] = doc_keep(d,
	    seen->alerts > 0 ? doc_format(d, "%s %s (%llu)", seen->id_cstr, name_cstr, (unsigned long long)seen->alerts)
	                     : doc_format(d, "%s %s", seen->id_cstr, name_cstr));
}

bool
report_attack_matrix(struct doc *d, const struct report_incident *incident)
{
	static struct all_seen all; /* one thread makes documents */
	static struct pictures_row rows[ROWS_MAX];
	const struct data_tree *data = NULL;
	struct diag diag = {0};
	struct markup m = {0};
	size_t row_count = 0;
	all = (struct all_seen){0};
	gather(&all, incident);
	if (all.count == 0)
		return false;
	if (data_tree_read(d->arena, (struct bytes){techniques_yaml, techniques_yaml_len}, "techniques.yaml", &data, &diag) <
	    0) {
		d->full = true;
		return false;
	}
	const struct data_tree *tactics = data_tree_find(data, "tactics");
	for (const struct data_tree *t = tactics == NULL ? NULL : tactics->first; t != NULL && row_count + 1 < ROWS_MAX;
	     t = t->next)
		rows[row_count++] = (struct pictures_row){.label_cstr = doc_keep(d, words(t, d->language))};
	rows[row_count++] = (struct pictures_row){.label_cstr = doc_say(d, N_("Other"))};
	for (size_t i = 0; i < row_count; i++) {
		rows[i].chips = arena_new(d->arena, const char *, SEEN_MAX);
		if (rows[i].chips == NULL) {
			d->full = true;
			return false;
		}
	}
	for (size_t i = 0; i < all.count; i++) {
		const struct data_tree *line = technique(data, all.seen[i].id_cstr);
		const char *tactic_cstr = line == NULL ? "" : data_tree_cstr(line, "tactic");
		size_t row = 0;
		for (const struct data_tree *t = tactics->first;
		     t != NULL && strcmp(data_tree_cstr(t, "id"), tactic_cstr) != 0; t = t->next)
			row++;
		add_chip(d, &rows[row < row_count ? row : row_count - 1], &all.seen[i], line);
	}
	if (rows[row_count - 1].chip_count == 0)
		row_count--;
	struct pictures_words w = {d->language, d->zone, doc_say(d, N_("Tactics and techniques (ATT&CK)")),
	    doc_format(d, doc_say(d, N_("Techniques that were seen: %zu. Each line is a tactic.")), all.count)};
	pictures_matrix(&m, &w, rows, row_count);
	doc_picture(d,
	    doc_format(
	        d, doc_say(d, N_("Tactics and techniques (MITRE ATT&CK, catalogue %s)")), data_tree_cstr(data, "catalogue")),
	    w.what_cstr, &m);
	return true;
}
