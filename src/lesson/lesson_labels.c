/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_labels.h"

#include "core/data_read.h"
#include "core/text.h"
#include "core/timestamp.h"
#include "lesson/lesson_cells.h"
#include "lesson/lesson_flow.h"
#include "lesson/lesson_row.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 16 << 20, ADDRESS_BITS = 128, V4_BITS = 96, PORT_MAX = 65535, SIDES = 2 };

/* What a flow must be for its label to hold; zeroed is "any flow". */
struct rule {
	struct addr net[SIDES]; /* of the source, of the target */
	uint8_t bits[SIDES];    /* 0: any */
	bool either;            /* net[0] is of one of both */
	uint16_t first_port[SIDES], last_port[SIDES];
	bool has_ports[SIDES], has_protocol;
	uint8_t ip_proto;
	int64_t from_ns, until_ns;
	uint8_t label;
	char family_cstr[LEARN_NAME_SIZE];
};

struct lesson_labels {
	struct rule otherwise;
	size_t count;
	struct rule rules[LESSON_LABELS_RULES_MAX];
};

/* The columns of CSV, the keys of YAML. */
enum key { SOURCE, SOURCE_PORT, DESTINATION, PORT, HOST, PROTOCOL, FROM, UNTIL, LABEL, FAMILY, KEYS };
static const char *const key_names[] = {
    "source", "source_port", "destination", "port", "host", "protocol", "from", "until", "label", "family", NULL};

/* ---- one value ---- */

static bool
take_number(struct bytes text, unsigned most, unsigned *out)
{
	unsigned value = 0;
	if (text.len == 0 || text.len > 5)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		value = value * 10 + (unsigned)(text.at[i] - '0');
	}
	*out = value;
	return value <= most;
}

/* "192.168.20.0/24", "2001:db8::1". */
static bool
read_net(struct bytes text, struct addr *net, uint8_t *bits)
{
	size_t slash = bytes_find(text, '/');
	unsigned length = ADDRESS_BITS;
	if (!addr_parse(bytes_first(text, slash), net))
		return false;
	unsigned before = addr_is_v4(net) ? V4_BITS : 0;
	if (slash < text.len && !take_number(bytes_after(text, slash + 1), ADDRESS_BITS - before, &length))
		return false;
	*bits = (uint8_t)(slash < text.len ? before + length : ADDRESS_BITS);
	return *bits > 0;
}

/* "22", "50000-60999". */
static bool
read_ports(struct bytes text, uint16_t *first, uint16_t *last)
{
	size_t line = bytes_find(text, '-');
	unsigned low, high;
	if (!take_number(bytes_first(text, line), PORT_MAX, &low))
		return false;
	high = low;
	if (line < text.len && (!take_number(bytes_after(text, line + 1), PORT_MAX, &high) || high < low))
		return false;
	*first = (uint16_t)low;
	*last = (uint16_t)high;
	return true;
}

static bool
read_protocol(struct bytes text, uint8_t *out)
{
	static const struct {
		const char *name_cstr;
		uint8_t value;
	} names[] = {{"tcp", 6}, {"udp", 17}, {"icmp", 1}, {"icmpv6", 58}, {"sctp", 132}, {"gre", 47}, {"esp", 50}};
	unsigned number;
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (bytes_eq_nocase(text, bytes_of_cstr(names[i].name_cstr))) {
			*out = names[i].value;
			return true;
		}
	if (!take_number(text, UINT8_MAX, &number))
		return false;
	*out = (uint8_t)number;
	return true;
}

static bool
read_label(struct bytes text, uint8_t *out)
{
	static const char *const names[] = {
	    [LEARN_BENIGN] = "benign", [LEARN_ATTACK] = "attack", [LEARN_UNKNOWN] = "unknown"};
	for (uint8_t i = 0; i < LENGTH_OF(names); i++)
		if (bytes_eq_nocase(text, bytes_of_cstr(names[i]))) {
			*out = i;
			return true;
		}
	return false;
}

/* NULL, or what was expected. */
static const char *
read_value(struct rule *r, enum key key, struct bytes text)
{
	size_t side = key == DESTINATION || key == PORT;
	switch (key) {
	case SOURCE:
	case DESTINATION:
		return read_net(text, &r->net[side], &r->bits[side]) ? NULL : N_("an IP address or network was expected");
	case HOST:
		r->either = true;
		return read_net(text, &r->net[0], &r->bits[0]) ? NULL : N_("an IP address or network was expected");
	case SOURCE_PORT:
	case PORT:
		r->has_ports[side] = true;
		return read_ports(text, &r->first_port[side], &r->last_port[side])
		    ? NULL
		    : N_("a port, or two like 50000-60999, were expected");
	case PROTOCOL:
		r->has_protocol = true;
		return read_protocol(text, &r->ip_proto) ? NULL
		                                         : N_("a protocol was expected: tcp, udp, icmp, or its number");
	case FROM: return timestamp_read(text, &r->from_ns) ? NULL : N_("a time like 2026-11-03T08:15:02Z was expected");
	case UNTIL: return timestamp_read(text, &r->until_ns) ? NULL : N_("a time like 2026-11-03T08:15:02Z was expected");
	case LABEL: return read_label(text, &r->label) ? NULL : N_("benign, attack or unknown was expected");
	case FAMILY:
		if (text.len == 0 || text.len >= LEARN_NAME_SIZE)
			return N_("the name of a kind of attack was expected, of at most 47 bytes");
		memcpy(r->family_cstr, text.at, text.len);
		r->family_cstr[text.len] = '\0';
		return NULL;
	case KEYS: break;
	}
	return NULL;
}

/* A rule that names a family and no label is of an attack; "benign" is no attack's name. */
static void
settle(struct rule *r, bool has_label)
{
	bool benign = strcmp(r->family_cstr, "benign") == 0;
	if (!has_label)
		r->label = r->family_cstr[0] == '\0' ? LEARN_UNKNOWN : benign ? LEARN_BENIGN : LEARN_ATTACK;
	if (r->label != LEARN_ATTACK)
		r->family_cstr[0] = '\0';
}

/* ---- YAML ---- */

static int
read_rule(const struct data_read *read, const struct data_tree *map, struct rule *out)
{
	struct rule r = {0};
	bool has_label = false;
	int result = data_read_keys(read, map, key_names);
	for (enum key key = 0; key < KEYS && result == 0; key++) {
		const char *value_cstr;
		result = data_read_word(read, map, key_names[key], &value_cstr);
		if (result < 0 || value_cstr[0] == '\0')
			continue;
		const char *expected_cstr = read_value(&r, key, bytes_of_cstr(value_cstr));
		has_label |= key == LABEL;
		if (expected_cstr != NULL)
			result = data_read_complain(
			    read, data_tree_find(map, key_names[key]), text_of(expected_cstr), key_names[key]);
	}
	settle(&r, has_label);
	*out = r;
	return result;
}

static int
read_tree(const struct data_read *read, const struct data_tree *root, struct lesson_labels *l)
{
	static const char *const keys[] = {"default", "family", "rules", NULL};
	const char *default_cstr, *family_cstr;
	const struct data_tree *list;
	int r = data_read_keys(read, root, keys);
	if (r == 0)
		r = data_read_word(read, root, "default", &default_cstr);
	if (r == 0)
		r = data_read_word(read, root, "family", &family_cstr);
	if (r == 0)
		r = data_read_list(read, root, "rules", &list);
	if (r < 0)
		return r;
	const char *expected_cstr = default_cstr[0] == '\0' ? NULL
	                                                    : read_value(&l->otherwise, LABEL, bytes_of_cstr(default_cstr));
	if (expected_cstr == NULL && family_cstr[0] != '\0')
		expected_cstr = read_value(&l->otherwise, FAMILY, bytes_of_cstr(family_cstr));
	if (expected_cstr != NULL)
		return data_read_complain(read, root, text_of(expected_cstr), "default");
	settle(&l->otherwise, default_cstr[0] != '\0');
	for (const struct data_tree *node = list == NULL ? NULL : list->first; node != NULL && r == 0; node = node->next) {
		if (l->count == LESSON_LABELS_RULES_MAX)
			return data_read_complain(read, node, _("more rules than this are not read"), "4096");
		r = read_rule(read, node, &l->rules[l->count++]);
	}
	return r;
}

static int
read_yaml(struct bytes text, const char *file_cstr, struct lesson_labels *l, struct diag *diag)
{
	struct arena arena;
	const struct data_tree *root;
	const struct data_read read = {.file_cstr = file_cstr, .diag = diag};
	if (arena_init(&arena, ARENA_BYTES) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int r = data_tree_read(&arena, text, file_cstr, &root, diag);
	if (r == 0)
		r = read_tree(&read, root, l);
	arena_done(&arena);
	return r;
}

/* ---- CSV ---- */

static int
complain(struct diag *diag, const char *file_cstr, unsigned line, const char *name_cstr, const char *sentence_cstr)
{
	int r = diag_say_at(diag, -EINVAL, file_cstr, UINT64_MAX, "%s: %s", name_cstr, sentence_cstr);
	diag->line = line;
	return r;
}

static int
read_names(
    const struct lesson_cells *cells, const char *file_cstr, int8_t columns[static LESSON_CELLS_MAX], struct diag *diag)
{
	for (size_t i = 0; i < cells->count; i++) {
		columns[i] = -1;
		for (int8_t key = 0; key < KEYS; key++)
			if (bytes_eq_nocase(cells->cell[i], bytes_of_cstr(key_names[key])))
				columns[i] = key;
		if (columns[i] < 0)
			return complain(diag, file_cstr, 1, _("the first line names the columns"),
			    "source, source_port, destination, port, host, protocol, from, until, label, family");
	}
	return 0;
}

static int
read_row(const struct lesson_cells *cells, const int8_t *columns, const char *file_cstr, unsigned line, struct rule *out,
    struct diag *diag)
{
	bool has_label = false;
	for (size_t i = 0; i < cells->count; i++) {
		if (cells->cell[i].len == 0)
			continue;
		enum key key = (enum key)columns[i];
		const char *expected_cstr = read_value(out, key, cells->cell[i]);
		has_label |= key == LABEL;
		if (expected_cstr != NULL)
			return complain(diag, file_cstr, line, key_names[key], text_of(expected_cstr));
	}
	settle(out, has_label);
	return 0;
}

static int
read_csv(struct bytes text, const char *file_cstr, struct lesson_labels *l, struct lesson_cells *cells, struct diag *diag)
{
	int8_t columns[LESSON_CELLS_MAX];
	size_t names = 0, wrong_at;
	uint8_t separator = lesson_cells_separator(bytes_first(text, bytes_find(text, '\n')));
	l->otherwise.label = LEARN_UNKNOWN;
	for (unsigned line = 1; text.len > 0; line++) {
		struct bytes row = bytes_first(text, bytes_find(text, '\n'));
		text = bytes_after(text, row.len + 1);
		if (row.len > 0 && row.at[row.len - 1] == '\r')
			row.len--;
		if (bytes_trim(row).len == 0)
			continue;
		if (lesson_cells_read(row, separator, cells, &wrong_at) != LESSON_CELLS_OK ||
		    (names > 0 && cells->count != names))
			return complain(
			    diag, file_cstr, line, "CSV", _("as many cells were expected as the first line has"));
		int r = 0;
		if (names == 0) {
			names = cells->count;
			r = read_names(cells, file_cstr, columns, diag);
		} else if (l->count == LESSON_LABELS_RULES_MAX) {
			r = complain(diag, file_cstr, line, "4096", _("more rules than this are not read"));
		} else {
			r = read_row(cells, columns, file_cstr, line, &l->rules[l->count++], diag);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

int
lesson_labels_read(struct bytes text, const char *file_cstr, struct lesson_labels **out, struct diag *diag)
{
	struct lesson_labels *l = calloc(1, sizeof(*l));
	struct bytes name = bytes_of_cstr(file_cstr), end = BYTES(".csv");
	bool csv = name.len >= end.len && bytes_eq_nocase(bytes_after(name, name.len - end.len), end);
	struct lesson_cells *cells = malloc(sizeof(*cells));
	int r = l == NULL || cells == NULL ? diag_say(diag, -ENOMEM, "%s", _("not enough memory"))
	    : csv                          ? read_csv(text, file_cstr, l, cells, diag)
	                                   : read_yaml(text, file_cstr, l, diag);
	free(cells);
	if (r < 0) {
		free(l);
		return r;
	}
	*out = l;
	return 0;
}

void
lesson_labels_free(struct lesson_labels *l)
{
	free(l);
}

/* ---- what they say of a flow ---- */

static bool
in_net(const struct addr *address, const struct addr *net, unsigned bits)
{
	unsigned bytes = bits / 8, rest = bits % 8;
	if (memcmp(address->at, net->at, bytes) != 0)
		return false;
	return rest == 0 || ((address->at[bytes] ^ net->at[bytes]) >> (8 - rest)) == 0;
}

static bool
holds(const struct rule *r, const struct lesson_ends *e)
{
	const uint16_t ports[SIDES] = {e->source_port, e->target_port};
	const struct addr *ends[SIDES] = {&e->source, &e->target};
	if ((r->from_ns > 0 && e->start_ns < r->from_ns) || (r->until_ns > 0 && e->start_ns > r->until_ns) ||
	    (r->has_protocol && e->ip_proto != r->ip_proto))
		return false;
	for (size_t i = 0; i < SIDES; i++)
		if (r->has_ports[i] && (ports[i] < r->first_port[i] || ports[i] > r->last_port[i]))
			return false;
	if (r->either)
		return in_net(ends[0], &r->net[0], r->bits[0]) || in_net(ends[1], &r->net[0], r->bits[0]);
	for (size_t i = 0; i < SIDES; i++)
		if (r->bits[i] > 0 && !in_net(ends[i], &r->net[i], r->bits[i]))
			return false;
	return true;
}

static const struct rule *
find(const struct lesson_labels *labels, const struct lesson_ends *e)
{
	for (size_t i = 0; i < labels->count && e->known; i++)
		if (holds(&labels->rules[i], e))
			return &labels->rules[i];
	return &labels->otherwise;
}

int
lesson_labels_apply(const struct lesson_labels *labels, struct lesson *l, size_t first_row)
{
	struct learn_table *t = l->table;
	for (size_t i = first_row; i < t->rows; i++) {
		const struct rule *rule = l->ends == NULL ? &labels->otherwise : find(labels, &l->ends[i]);
		struct learn_row row = {.label = (enum learn_label)rule->label};
		int r = rule->label != LEARN_ATTACK ? 0 : lesson_row_attack(l, bytes_of_cstr(rule->family_cstr), &row);
		if (r < 0)
			return r;
		l->account.unlabelled += rule->label == LEARN_UNKNOWN;
		l->account.unlabelled -= t->labels[i] == LEARN_UNKNOWN;
		t->labels[i] = (uint8_t)row.label;
		t->families[i] = row.family;
	}
	return 0;
}
