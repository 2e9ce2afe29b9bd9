/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/tuning - a site's tuning file over the shipped one.
 *
 * Oracles: refused with a line of the file and a reason, or every shipped name still has a value; comments and the ends of
 * lines change nothing.
 */
#include "core/ensure.h"
#include "detect/behaviour/tuning.h"

#include <stdlib.h>

/* As the shipped file is written, but short: the shipped one has its own test, and would take all the time here. */
static const char
    shipped_cstr[] = "# Thresholds\n[scan-horizontal]\ntargets = 20\nwindow_s = 120\n\n[beacon]\nscore_percent = 80\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
count_lines(struct bytes text)
{
	size_t lines = 1;
	for (size_t i = 0; i < text.len; i++)
		lines += text.at[i] == '\n';
	return lines;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes shipped = bytes_of_cstr(shipped_cstr), site = {data, size};
	struct diag diag = {0};
	struct tuning *t = tuning_new(shipped, site, "site.ini", &diag);
	if (t == NULL) {
		ENSURE(diag.text_cstr[0] != '\0' && strcmp(diag.file_cstr, "site.ini") == 0);
		ENSURE(diag.line >= 1 && diag.line <= count_lines(site));
	} else {
		(void)tuning_u64(t, "scan-horizontal", "targets"); /* aborts when the name is gone */
	}
	/* The same with a comment and an empty line before it. */
	static const char before[] = "# a comment = 3 [x]\r\n\n";
	uint8_t *more = malloc(size + sizeof(before));
	ENSURE(more != NULL);
	memcpy(more, before, sizeof(before) - 1);
	if (size > 0)
		memcpy(more + sizeof(before) - 1, data, size);
	struct diag again = {0};
	struct tuning *u = tuning_new(shipped, (struct bytes){more, size + sizeof(before) - 1}, "site.ini", &again);
	ENSURE((t == NULL) == (u == NULL));
	ENSURE(t != NULL || again.line == diag.line + 2);
	if (t != NULL)
		ENSURE(tuning_u64(t, "scan-horizontal", "targets") == tuning_u64(u, "scan-horizontal", "targets"));
	tuning_free(t);
	tuning_free(u);
	free(more);
	return 0;
}
