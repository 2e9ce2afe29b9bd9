/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* reader - asks a dossier what a page of the console asks, again and again, until its standard input closes.
 *
 * usage: reader FOLDER WORDS   WORDS: a file of lines KIND<tab>TEXT: what is searched among events. Prints on standard output one
 * line for each answer: KIND<tab>microseconds<tab>events given<tab>1 when nothing is left to search, else 0.
 *
 * Each question has its own connection and the budget of a page, as behind the console.
 */
#include "dossier/dossier_alerts.h"
#include "dossier/events_find.h"
#include "dossier/events_view.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { WORDS_MAX = 4096, BUDGET_MS = 150, PAGE = 100, PAGE_BYTES = 90000 };

static struct {
	char kind[32], text[256];
} words[WORDS_MAX];

static int64_t
now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
pass(void *context, struct bytes line)
{
	*(size_t *)context += line.len;
}

static void
pass_alert(void *context, const struct dossier_alert_row *row)
{
	*(size_t *)context += row->kept.alert.count;
}

static bool
goes_on(void)
{
	struct pollfd input = {.fd = 0, .events = POLLIN};
	char byte;
	return poll(&input, 1, 0) == 0 || fread(&byte, 1, 1, stdin) == 1;
}

static void
fail(const struct diag *diag)
{
	fprintf(stderr, "reader: %s: %s\n", diag->file_cstr, diag->text_cstr);
	exit(1);
}

static void
ask(struct dossier *d, size_t i)
{
	struct diag diag = {0};
	struct events_found found = {0};
	struct dossier_alerts_page page = {0};
	struct events_view view;
	size_t sum = 0, given = 0;
	bool complete = true;
	const char *kind = words[i].kind, *text = words[i].text;
	int64_t start = now_us();
	if (strcmp(kind, "alerts") == 0) {
		struct dossier_alerts_query q = {.text = bytes_of_cstr(text), .limit = PAGE};
		if (dossier_alerts_page(d, &q, pass_alert, &sum, &page, &diag) < 0)
			fail(&diag);
		given = page.count;
		complete = page.complete || page.count > 0;
	} else if (strcmp(kind, "traffic") == 0) {
		int64_t to_ns = strtoll(text, NULL, 10) * 1000000000;
		if (events_view_read(d, to_ns - INT64_C(7) * 86400 * 1000000000, to_ns, 0, 20, &view, &diag) < 0)
			fail(&diag);
		given = view.steps;
		events_view_done(&view);
	} else {
		struct events_search s = {.text = bytes_of_cstr(text),
		    .type_cstr = strcmp(kind, "type") == 0 ? text : NULL,
		    .limit = PAGE,
		    .bytes_max = PAGE_BYTES,
		    .budget_ns = (int64_t)BUDGET_MS * 1000000};
		if (s.type_cstr != NULL)
			s.text = (struct bytes){0};
		if (events_find(d, &s, pass, &sum, &found, &diag) < 0)
			fail(&diag);
		given = found.events;
		complete = found.complete || found.events > 0;
	}
	printf("%s\t%lld\t%zu\t%d\n", kind, (long long)(now_us() - start), given, complete);
}

int
main(int argc, char **argv)
{
	size_t count = 0;
	struct dossier *d = NULL;
	struct diag diag = {0};
	char line[400];
	FILE *file = argc == 3 ? fopen(argv[2], "re") : NULL;
	if (file == NULL)
		return 2;
	while (count < WORDS_MAX && fgets(line, sizeof(line), file) != NULL) {
		char *tab = strchr(line, '\t');
		if (tab == NULL)
			continue;
		*tab = '\0';
		tab[1 + strcspn(tab + 1, "\n")] = '\0';
		snprintf(words[count].kind, sizeof(words[0].kind), "%s", line);
		snprintf(words[count].text, sizeof(words[0].text), "%s", tab + 1);
		count++;
	}
	fclose(file);
	if (count == 0)
		return 2;
	if (dossier_open(&d, argv[1], DOSSIER_READ, &diag) < 0)
		fail(&diag);
	for (size_t i = 0; goes_on(); i = (i + 1) % count)
		ask(d, i);
	return dossier_close(d, &diag) < 0;
}
