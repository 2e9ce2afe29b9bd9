/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/case_csv.h"

#include "core/text.h"
#include "incident/case_check.h"

#include <errno.h>
#include <stdlib.h>

enum { CELLS = 7 };
enum { CELL_INCIDENT, CELL_ITEM, CELL_KIND, CELL_AT, CELL_BY, CELL_FIELD, CELL_VALUE };

static const char head_cstr[] = "incident,item,kind,at_ns,by,field,value\r\n";

static bool
is_formula(const char *text_cstr)
{
	return text_cstr[0] != '\0' && strchr("=+-@\t\r'", text_cstr[0]) != NULL;
}

static void
put(FILE *out, const char *text_cstr, char after)
{
	fputc('"', out);
	if (is_formula(text_cstr))
		fputc('\'', out);
	for (const char *c = text_cstr; *c != '\0'; c++) {
		if (*c == '"')
			fputc('"', out);
		fputc(*c, out);
	}
	fputc('"', out);
	fputc(after, out);
}

static void
put_item(FILE *out, const struct case_item *item)
{
	for (size_t i = 0; i == 0 || i < item->field_count; i++) {
		bool empty = item->field_count == 0;
		put(out, item->incident_cstr, ',');
		put(out, item->id_cstr, ',');
		put(out, item->kind_cstr, ',');
		fprintf(out, "%lld,", (long long)item->at_ns);
		put(out, item->by_cstr, ',');
		put(out, empty ? "" : item->fields[i].name_cstr, ',');
		put(out, empty ? "" : item->fields[i].value_cstr, '\r');
		fputc('\n', out);
	}
}

void
case_csv_write(FILE *out, const struct case_file *file)
{
	fputs(head_cstr, out);
	put_item(out, &file->incident);
	for (size_t i = 0; i < file->item_count; i++)
		put_item(out, &file->items[i]);
}

struct reader {
	struct bytes left;
	unsigned line; /* of the byte that comes next, from 1 */
	bool at_end;   /* the cell read last ended its line */
	bool too_long, no_memory;
	struct case_read *out;
	char cell[CASE_VALUE_MAX + 1];
	size_t len;
};

static uint8_t
peek(const struct reader *r)
{
	return r->left.len > 0 ? r->left.at[0] : 0;
}

static uint8_t
next(struct reader *r)
{
	uint8_t c = peek(r);
	r->left = bytes_after(r->left, 1);
	r->line += c == '\n';
	return c;
}

static void
keep(struct reader *r, uint8_t c)
{
	if (c == 0 || r->len == CASE_VALUE_MAX)
		r->too_long = true; /* a NUL is no text either */
	else
		r->cell[r->len++] = (char)c;
}

/* RFC 4180 2: quoted or not; a quote inside is doubled. Text behind a closing quote belongs to the cell, as spreadsheets do. */
static const char *
read_cell(struct reader *r)
{
	bool quoted = peek(r) == '"' && r->left.len > 0;
	if (quoted)
		(void)next(r);
	for (r->len = 0; r->left.len > 0;) {
		uint8_t c = peek(r);
		if (quoted && c == '"') {
			(void)next(r);
			quoted = peek(r) == '"' && r->left.len > 0;
			if (quoted)
				keep(r, next(r));
			continue;
		}
		if (!quoted && (c == ',' || c == '\n' || c == '\r'))
			break;
		keep(r, next(r));
	}
	if (peek(r) == '\r')
		(void)next(r);
	r->at_end = r->left.len == 0 || peek(r) == '\n';
	if (r->left.len > 0 && (peek(r) == '\n' || peek(r) == ','))
		(void)next(r);
	r->cell[r->len] = '\0';
	bool guarded = r->cell[0] == '\'' && is_formula(r->cell + 1);
	struct bytes kept = arena_dup(r->out->arena, bytes_of_cstr(r->cell + guarded));
	r->no_memory = r->no_memory || kept.at == NULL;
	return kept.at == NULL ? "" : (const char *)kept.at;
}

/* One line; *count is how many cells it has, those beyond CELLS included. */
static void
read_line(struct reader *r, const char *cells[static CELLS], size_t *count)
{
	*count = 0;
	r->too_long = false;
	do {
		const char *cell_cstr = read_cell(r);
		if (*count < CELLS)
			cells[*count] = cell_cstr;
		(*count)++;
	} while (!r->at_end);
}

static bool
read_number(const char *text_cstr, int64_t *out)
{
	char *end;
	errno = 0;
	*out = strtoll(text_cstr, &end, 10);
	return errno == 0 && end != text_cstr && *end == '\0';
}

struct group {
	struct case_item item;
	struct case_field fields[CASE_FIELDS_MAX];
	unsigned line, lines;
	bool open, bad;
};

static void
close_group(struct reader *r, struct group *g)
{
	if (g->open && !g->bad)
		case_check_take(r->out, g->line, &g->item);
	g->open = false;
}

static void
refuse(struct reader *r, struct group *g, unsigned line, const char *why_cstr)
{
	case_check_refuse(r->out, line, why_cstr);
	g->bad = true;
}

static void
take_line(struct reader *r, struct group *g, const char *cells[static CELLS], unsigned line)
{
	int64_t at_ns;
	if (!g->open || strcmp(cells[CELL_ITEM], g->item.id_cstr) != 0) {
		close_group(r, g);
		*g = (struct group){.open = true, .line = line};
		g->item = (struct case_item){.id_cstr = cells[CELL_ITEM],
		    .kind_cstr = cells[CELL_KIND],
		    .incident_cstr = cells[CELL_INCIDENT],
		    .by_cstr = cells[CELL_BY],
		    .fields = g->fields};
	}
	bool agrees = strcmp(cells[CELL_KIND], g->item.kind_cstr) == 0 && strcmp(cells[CELL_BY], g->item.by_cstr) == 0 &&
	    strcmp(cells[CELL_INCIDENT], g->item.incident_cstr) == 0;
	if (!read_number(cells[CELL_AT], &at_ns))
		refuse(r, g, line, _("when it was written down is no number"));
	else if (!agrees || (g->lines > 0 && at_ns != g->item.at_ns))
		refuse(r, g, line, _("the lines of one item say different things of it"));
	else if (g->item.field_count == CASE_FIELDS_MAX)
		refuse(r, g, line, _("too many fields"));
	else if (cells[CELL_FIELD][0] != '\0')
		g->fields[g->item.field_count++] = (struct case_field){cells[CELL_FIELD], cells[CELL_VALUE]};
	g->item.at_ns = at_ns;
	g->lines++;
}

int
case_csv_read(struct bytes text, struct case_read *out, struct diag *diag)
{
	static struct reader r; /* one thread imports */
	struct group *g = calloc(1, sizeof(*g));
	const char *cells[CELLS] = {"", "", "", "", "", "", ""};
	size_t count;
	if (g == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	r = (struct reader){.left = text, .line = 1, .out = out};
	if (bytes_start_with(text, BYTES("\xef\xbb\xbf")))
		r.left = bytes_after(text, 3); /* as spreadsheets begin a file */
	read_line(&r, cells, &count);
	static const char *const names[CELLS] = {"incident", "item", "kind", "at_ns", "by", "field", "value"};
	bool known = count == CELLS;
	for (size_t i = 0; i < CELLS && known; i++)
		known = strcmp(cells[i], names[i]) == 0;
	while (known && r.left.len > 0 && !r.no_memory) {
		unsigned line = r.line;
		read_line(&r, cells, &count);
		if (count == 1 && cells[0][0] == '\0')
			continue; /* an empty line */
		if (count != CELLS)
			refuse(&r, g, line, _("seven cells were expected in each line"));
		else if (r.too_long)
			refuse(&r, g, line, _("a cell is too long, or has the byte zero"));
		else
			take_line(&r, g, cells, line);
	}
	close_group(&r, g);
	free(g);
	if (r.no_memory)
		return diag_say(diag, -ENOMEM, "%s", _("the file is too large for the memory it may take"));
	return known ? 0
	             : diag_say(diag, -EINVAL, _("this is no table of incidents: its first line must be %.40s"),
	                   "incident,item,kind,at_ns,by,field,value");
}
