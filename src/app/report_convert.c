/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/report_convert.h"

#include "core/auto.h"
#include "report/margins.h"
#include "sandbox/sandbox_tool.h"

enum { SECONDS = 120 };
static const uint64_t memory_bytes = UINT64_C(2) << 30;

/* The program and the Debian package that makes a format. */
static const struct {
	const char *program_cstr, *package_cstr;
} programs[REPORT_FORMATS] = {
    [REPORT_ODT] = {"pandoc", "pandoc"}, [REPORT_DOCX] = {"pandoc", "pandoc"}, [REPORT_PDF] = {"weasyprint", "weasyprint"}};

int
report_convert_check(enum report_format format, struct diag *diag)
{
	char path[SANDBOX_TOOL_PATH_MAX];
	const char *program_cstr = programs[format].program_cstr;
	if (program_cstr == NULL || sandbox_tool_find(program_cstr, path))
		return 0;
	return diag_say(diag, -ENOENT,
	    _("%s is made by the program %s, which is not installed: apt install %s, or --format html, which needs nothing"),
	    report_format_word(format), program_cstr, programs[format].package_cstr);
}

static int
run(const char *const *arguments, struct bytes html, char **out, size_t *out_len, struct diag *diag)
{
	return sandbox_tool_run(
	    &(struct sandbox_tool){.arguments = arguments, .seconds = SECONDS, .memory_bytes = memory_bytes}, html, out,
	    out_len, diag);
}

int
report_convert(enum report_format format, enum language language, const struct report_margins *margins, struct bytes html,
    char **out, size_t *out_len, struct diag *diag)
{
	static const char *const to_pdf[] = {"weasyprint", "--quiet", "--encoding", "utf-8", "-", "-", NULL};
	const char *const to_office[] = {"pandoc", "--from", "html", "--to", report_format_word(format), "--output", "-",
	    "--shift-heading-level-by", "-1", "--metadata", language == LANGUAGE_FR ? "lang=fr-FR" : "lang=en-GB", "--quiet",
	    NULL};
	AUTO_FREE char *made = NULL;
	size_t made_len = 0;
	if (format == REPORT_PDF)
		return run(to_pdf, html, out, out_len, diag);
	int r = run(to_office, html, &made, &made_len, diag);
	if (r < 0)
		return r;
	if (!margins_put(format == REPORT_DOCX, margins, (struct bytes){(const uint8_t *)made, made_len}, out, out_len))
		return diag_say(diag, -EBADMSG, _("%s made a file that is not of its format"), to_office[0]);
	return 0;
}
