/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* report/html.h - a document as one HTML file: no other file, no script, no request. Printed, it has marking, reference and
 * page n/N on every page (CSS paged media); it is well-formed XML too, for who reads it by program. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/doc.h"
#include "report/markup.h"

/* Pandoc's reader knows no row heads, no inline pictures and no layout: what it makes of the second form is nearer to the first. */
enum html_form { HTML_WHOLE, HTML_FOR_PANDOC };
void html_write(const struct doc *d, struct markup *out, enum html_form form);

#endif
