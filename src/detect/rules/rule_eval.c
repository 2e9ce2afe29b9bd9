/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_eval.h"

#include "core/text.h"
#include "detect/rules/rule_asn1.h"
#include "detect/rules/rule_base64.h"
#include "detect/rules/rule_dataset.h"
#include "detect/rules/rule_file.h"
#include "inspect/viewer.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <errno.h>
#include <math.h>
#include <pcre2.h>
#include <stdlib.h>

enum { PCRE_MATCH_LIMIT = 3500, PCRE_DEPTH_LIMIT = 1500, STRING_NUMBER_MAX = 23 };

struct rule_pcre_code {
	pcre2_code *code;
};

struct rule_eval {
	int64_t variables[RULE_VARIABLES_MAX];
	unsigned steps;  /* left of the budget of this rule */
	bool dce_little; /* what `dce` means */
	pcre2_match_data *found;
	pcre2_match_context *limits;
	size_t captured_count;
	struct rule_captured captured[RULE_CAPTURED_MAX];
	size_t base64_len;
	uint8_t base64[RULE_EVAL_BASE64_MAX];
};

/* One buffer being looked at. */
struct look {
	struct rule_eval *eval;
	const struct rule_step *steps;
	size_t count;
	struct bytes data;
	int64_t base; /* of the whole buffer: where data begins */
	bool more;    /* data does not end it */
};

static bool run(struct look *l, size_t i, size_t at);

struct rule_eval *
rule_eval_new(void)
{
	struct rule_eval *e = calloc(1, sizeof(*e));
	if (e == NULL)
		return NULL;
	e->found = pcre2_match_data_create(16, NULL);
	e->limits = pcre2_match_context_create(NULL);
	if (e->found == NULL || e->limits == NULL) {
		rule_eval_free(e);
		return NULL;
	}
	(void)pcre2_set_match_limit(e->limits, PCRE_MATCH_LIMIT);
	(void)pcre2_set_depth_limit(e->limits, PCRE_DEPTH_LIMIT);
	return e;
}

void
rule_eval_free(struct rule_eval *e)
{
	if (e == NULL)
		return;
	pcre2_match_data_free(e->found);
	pcre2_match_context_free(e->limits);
	free(e);
}

void
rule_eval_set_dce(struct rule_eval *e, bool little)
{
	e->dce_little = little;
}

void
rule_eval_begin(struct rule_eval *e)
{
	memset(e->variables, 0, sizeof(e->variables));
	e->steps = RULE_EVAL_STEPS_MAX;
	e->captured_count = 0;
	e->base64_len = 0;
}

const struct rule_captured *
rule_eval_captured(const struct rule_eval *e, size_t *count)
{
	*count = e->captured_count;
	return e->captured;
}

struct bytes
rule_eval_base64(const struct rule_eval *e)
{
	return (struct bytes){e->base64, e->base64_len};
}

int
rule_eval_compile(const struct rule_pcre *pcre, struct rule_pcre_code **out, struct diag *diag)
{
	uint32_t options = 0;
	options |= pcre->nocase ? PCRE2_CASELESS : 0;
	options |= pcre->dotall ? PCRE2_DOTALL : 0;
	options |= pcre->multiline ? PCRE2_MULTILINE : 0;
	options |= pcre->extended ? PCRE2_EXTENDED : 0;
	options |= pcre->anchored ? PCRE2_ANCHORED : 0;
	options |= pcre->dollar_end_only ? PCRE2_DOLLAR_ENDONLY : 0;
	options |= pcre->ungreedy ? PCRE2_UNGREEDY : 0;
	int error = 0;
	PCRE2_SIZE at = 0;
	struct rule_pcre_code *code = calloc(1, sizeof(*code));
	if (code == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	code->code = pcre2_compile(pcre->expression.at, pcre->expression.len, options, &error, &at, NULL);
	if (code->code == NULL) {
		PCRE2_UCHAR text[160] = "";
		(void)pcre2_get_error_message(error, text, sizeof(text));
		free(code);
		return diag_say(diag, -EINVAL, _("pcre: byte %zu of the expression: %s"), (size_t)at, (const char *)text);
	}
	*out = code;
	return 0;
}

void
rule_eval_free_code(struct rule_pcre_code *code)
{
	if (code == NULL)
		return;
	pcre2_code_free(code->code);
	free(code);
}

static int64_t
value_of(const struct look *l, const struct rule_value *v)
{
	return v->variable >= 0 ? l->eval->variables[v->variable] : v->number;
}

/* The same as a place or a length. What packets say is bounded, so that sums fit: data are shorter. */
static int64_t
place_of(const struct look *l, const struct rule_value *v)
{
	const int64_t max = INT64_C(1) << 40;
	int64_t value = value_of(l, v);
	return value > max ? max : value < -max ? -max : value;
}

bool
rule_eval_compare(enum rule_compare compare, int64_t got, int64_t low, int64_t high)
{
	switch (compare) {
	case RULE_EQUAL: return got == low;
	case RULE_NOT_EQUAL: return got != low;
	case RULE_LESS: return got < low;
	case RULE_LESS_EQUAL: return got <= low;
	case RULE_GREATER: return got > low;
	case RULE_GREATER_EQUAL: return got >= low;
	case RULE_BETWEEN: return got > low && got < high;
	case RULE_AND: return (got & low) != 0;
	case RULE_XOR: return (got ^ low) != 0;
	}
	return false;
}

/* ---- content ---- */

/* The first place from `from` at which the bytes are, all of them before `end`; SIZE_MAX: none. */
static size_t
find(struct bytes data, size_t from, size_t end, const struct rule_content *c)
{
	struct bytes needle = c->bytes;
	if (from > end || end - from < needle.len)
		return SIZE_MAX;
	if (!c->nocase) {
		const uint8_t *hit = memmem(data.at + from, end - from, needle.at, needle.len);
		return hit == NULL ? SIZE_MAX : (size_t)(hit - data.at);
	}
	uint8_t first = bytes_lower(needle.at[0]);
	for (size_t at = from; at + needle.len <= end; at++)
		if (bytes_lower(data.at[at]) == first && bytes_eq_nocase((struct bytes){data.at + at, needle.len}, needle))
			return at;
	return SIZE_MAX;
}

/* Where a content may be: [*from, *end). False: nowhere. */
static bool
window(const struct look *l, const struct rule_content *c, size_t at, size_t *from, size_t *end)
{
	int64_t low = 0, high = (int64_t)l->data.len, size = high;
	if (c->starts) {
		low = -l->base;
		high = (int64_t)c->bytes.len - l->base;
	} else if (c->has_distance || c->has_within) {
		int64_t distance = c->has_distance ? place_of(l, &c->distance) : 0;
		low = (int64_t)at + distance;
		if (c->has_within)
			high = low + place_of(l, &c->within);
	} else {
		low = (c->has_offset ? place_of(l, &c->offset) : 0) - l->base;
		if (c->has_depth)
			high = low + place_of(l, &c->depth);
	}
	low = low < 0 ? 0 : low;
	high = high > size ? size : high;
	if (c->ends) { /* only one place is left */
		if (high < size || l->more)
			return false;
		low = size - (int64_t)c->bytes.len > low ? size - (int64_t)c->bytes.len : low;
	}
	if (low > high)
		return false;
	*from = (size_t)low;
	*end = (size_t)high;
	return true;
}

static bool
run_content(struct look *l, size_t i, size_t at)
{
	const struct rule_content *c = &l->steps[i].match->u.content;
	size_t from, end, hit;
	bool possible = window(l, c, at, &from, &end);
	if (c->negated) {
		if (possible && find(l->data, from, end, c) != SIZE_MAX)
			return false;
		return run(l, i + 1, at);
	}
	while (possible && (hit = find(l->data, from, end, c)) != SIZE_MAX) {
		if (run(l, i + 1, hit + c->bytes.len))
			return true;
		if (!l->steps[i].next_is_relative || l->eval->steps == 0)
			return false; /* another place would change nothing */
		from = hit + 1;
	}
	return false;
}

/* ---- pcre ---- */

/* Where the groups that have names are, in the latest match. Groups that took no part are empty. */
static void
find_groups(
    const struct look *l, const struct rule_pcre *p, struct rule_pcre_code *code, const uint8_t *start, struct bytes *out)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(l->eval->found);
	uint32_t count = pcre2_get_ovector_count(l->eval->found);
	for (size_t i = 0; i < p->capture_count; i++) {
		const struct rule_capture *c = &p->captures[i];
		int group = c->group_cstr == NULL
		    ? c->group
		    : pcre2_substring_number_from_name(code->code, (PCRE2_SPTR)(const void *)c->group_cstr);
		out[i] = (struct bytes){0};
		if (group > 0 && (uint32_t)group < count && ends[group * 2] != PCRE2_UNSET &&
		    ends[group * 2 + 1] >= ends[group * 2])
			out[i] = (struct bytes){start + ends[group * 2], ends[group * 2 + 1] - ends[group * 2]};
	}
}

static void
keep_groups(struct rule_eval *e, const struct rule_pcre *p, const struct bytes *groups)
{
	for (size_t i = 0; i < p->capture_count && e->captured_count < RULE_CAPTURED_MAX; i++) {
		if (groups[i].len == 0)
			continue;
		struct rule_captured *c = &e->captured[e->captured_count++];
		struct bytes text = bytes_first(groups[i], sizeof(c->text));
		c->what = &p->captures[i];
		c->len = (uint16_t)text.len;
		memcpy(c->text, text.at, text.len);
	}
}

static bool
run_pcre(struct look *l, size_t i, size_t at)
{
	const struct rule_pcre *p = &l->steps[i].match->u.pcre;
	/* What is before `from` does not exist for a relative expression: ^ is there. */
	size_t from = p->relative ? at : 0, size = l->data.len - from, next = 0;
	bool inside = !p->relative && l->base > 0;
	uint32_t options = inside ? PCRE2_NOTBOL : 0;
	if (inside && p->anchored)
		return p->negated && run(l, i + 1, at);
	options |= l->more ? PCRE2_NOTEOL : 0;
	const uint8_t *start = l->data.at == NULL ? (const uint8_t *)"" : l->data.at + from;
	while (next <= size) {
		int r = pcre2_match(l->steps[i].pcre->code, start, size, next, options, l->eval->found, l->eval->limits);
		if (p->negated) /* one that gave up says nothing */
			return r == PCRE2_ERROR_NOMATCH && run(l, i + 1, at);
		if (r < 0)
			return false;
		const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(l->eval->found);
		size_t begin = ends[0], after = from + ends[1];
		struct bytes groups[RULE_CAPTURES_MAX];
		find_groups(l, p, l->steps[i].pcre, start, groups);
		if (run(l, i + 1, after)) {
			keep_groups(l->eval, p, groups);
			return true;
		}
		if (!l->steps[i].next_is_relative || l->eval->steps == 0)
			return false;
		next = begin + 1;
	}
	return false;
}

/* ---- numbers in bytes ---- */

/* Where the place of a rule counts from, in the data at hand. */
static int64_t
origin(const struct look *l, const struct rule_bytes *b, size_t at)
{
	return (b->flags & RULE_RELATIVE) != 0 ? (int64_t)at : -l->base;
}

/* From low to high where the rule points: false when it points out of the data, or no number is there. */
static bool
read_number(const struct look *l, const struct rule_bytes *b, size_t at, uint64_t *out, size_t *begin, size_t *after)
{
	int64_t count = value_of(l, &b->count), from = place_of(l, &b->offset) + origin(l, b, at);
	int64_t size = (int64_t)l->data.len;
	if (count < 0 || from < 0 || from > size)
		return false;
	*begin = (size_t)from;
	if ((b->flags & RULE_STRING) != 0) {
		char digits[STRING_NUMBER_MAX + 1], *end;
		count = count > STRING_NUMBER_MAX ? STRING_NUMBER_MAX : count;
		count = count > size - from ? size - from : count;
		memcpy(digits, l->data.at + from, (size_t)count);
		digits[count] = '\0';
		errno = 0;
		*out = strtoull(digits, &end, b->base);
		if (end == digits || errno != 0)
			return false;
		*after = (size_t)from + (size_t)(end - digits);
		return true;
	}
	if (count > 8 || size - from < count)
		return false;
	uint64_t value = 0;
	bool little = (b->flags & RULE_DCE) != 0 ? l->eval->dce_little : (b->flags & RULE_LITTLE) != 0;
	for (int64_t k = 0; k < count; k++) {
		int64_t place = little ? count - 1 - k : k;
		value = value << 8 | l->data.at[from + place];
	}
	*out = value;
	*after = (size_t)(from + count);
	return true;
}

static uint64_t
masked(uint64_t value, uint32_t mask)
{
	return mask == 0 ? value : (value & mask) >> __builtin_ctz(mask);
}

static bool
run_byte_test(struct look *l, size_t i, size_t at)
{
	const struct rule_bytes *b = &l->steps[i].match->u.bytes;
	uint64_t value;
	size_t begin, after;
	if (!read_number(l, b, at, &value, &begin, &after))
		return false;
	value = masked(value, b->mask);
	bool has_bits = b->compare == RULE_AND || b->compare == RULE_XOR;
	if (!has_bits && value > INT64_MAX)
		value = INT64_MAX; /* numbers in bytes have no sign */
	bool holds = rule_eval_compare(b->compare, (int64_t)value, value_of(l, &b->value), 0);
	return holds != ((b->flags & RULE_NEGATED) != 0) && run(l, i + 1, at);
}

static bool
run_byte_jump(struct look *l, size_t i, size_t at)
{
	const struct rule_bytes *b = &l->steps[i].match->u.bytes;
	uint64_t value = 0;
	size_t begin = 0, after = 0;
	if (value_of(l, &b->count) == 0 && (b->flags & RULE_STRING) == 0) {
		int64_t from = place_of(l, &b->offset) + origin(l, b, at);
		if (from < 0 || from > (int64_t)l->data.len)
			return false;
		begin = after = (size_t)from;
	} else if (!read_number(l, b, at, &value, &begin, &after)) {
		return false;
	}
	value = masked(value, b->mask);
	if (value > UINT32_MAX)
		return false;
	int64_t jump = (int64_t)value * b->multiplier;
	if (b->align > 0)
		jump = (jump + 3) / 4 * 4;
	jump += place_of(l, &b->post_offset);
	int64_t target = (b->flags & RULE_FROM_BEGINNING) != 0 ? jump - l->base
	    : (b->flags & RULE_FROM_END) != 0                  ? (int64_t)l->data.len + jump
	                                                       : (int64_t)after + jump;
	if (target < 0 || target > (int64_t)l->data.len)
		return false;
	return run(l, i + 1, (size_t)target);
}

static bool
run_byte_extract(struct look *l, size_t i, size_t at)
{
	const struct rule_bytes *b = &l->steps[i].match->u.bytes;
	uint64_t value;
	size_t begin, after;
	if (!read_number(l, b, at, &value, &begin, &after))
		return false;
	value = masked(value, b->mask) * (uint64_t)b->multiplier;
	if (b->align > 0)
		value += (b->align - value % b->align) % b->align;
	l->eval->variables[b->result] = (int64_t)value;
	return run(l, i + 1, after);
}

static bool
run_byte_math(struct look *l, size_t i, size_t at)
{
	const struct rule_bytes *b = &l->steps[i].match->u.bytes;
	uint64_t value, right = (uint64_t)value_of(l, &b->value);
	size_t begin, after;
	if (!read_number(l, b, at, &value, &begin, &after))
		return false;
	switch (b->operation) {
	case '+': value += right; break;
	case '-': value -= right; break;
	case '*': value *= right; break;
	case '/':
		if (right == 0)
			return false;
		value /= right;
		break;
	case '<': value = right < 64 ? value << right : 0; break;
	default: value = right < 64 ? value >> right : 0; break;
	}
	l->eval->variables[b->result] = (int64_t)masked(value, b->mask);
	return run(l, i + 1, after);
}

static bool
run_is_data_at(struct look *l, size_t i, size_t at)
{
	const struct rule_bytes *b = &l->steps[i].match->u.bytes;
	int64_t place = place_of(l, &b->offset), size = (int64_t)l->data.len;
	bool there = (b->flags & RULE_RELATIVE) != 0
	    ? (int64_t)at + place <= size && (place > 0 || (int64_t)at + place < size)
	    : place < size + l->base;
	if (!there && l->more)
		return false; /* nobody knows yet */
	return there != ((b->flags & RULE_NEGATED) != 0) && run(l, i + 1, at);
}

static bool
run_base64(struct look *l, size_t i, size_t at)
{
	const struct rule_match *m = l->steps[i].match;
	int64_t from = (m->u.base64.relative ? (int64_t)at : -l->base) + place_of(l, &m->u.base64.offset);
	if (from < 0 || from >= (int64_t)l->data.len)
		return false;
	struct bytes text = bytes_after(l->data, (size_t)from);
	if (m->u.base64.has_bytes)
		text = bytes_first(text, (size_t)place_of(l, &m->u.base64.bytes));
	l->eval->base64_len = rule_base64_decode(text, RULE_BASE64_RFC2045, l->eval->base64, sizeof(l->eval->base64));
	return l->eval->base64_len > 0 && run(l, i + 1, at);
}

/* Of what goes on, only that it is longer than something is known. */
static bool
size_holds(const struct look *l, const struct rule_match *m)
{
	enum rule_compare compare = m->u.size.compare;
	if (l->more && compare != RULE_GREATER && compare != RULE_GREATER_EQUAL)
		return false;
	return rule_eval_compare(
	    compare, l->base + (int64_t)l->data.len, value_of(l, &m->u.size.low), value_of(l, &m->u.size.high));
}

/* ---- Numbers and names of a transaction ---- */

static bool
number_holds(const struct rule_numbers *n, struct bytes data)
{
	int64_t value;
	memcpy(&value, data.at, sizeof(value));
	for (size_t i = 0; i < n->count; i++)
		if (rule_eval_compare(n->any[i].compare, value, n->any[i].low, n->any[i].high))
			return true;
	return false;
}

static bool
numbers_hold(const struct rule_numbers *n, struct bytes data)
{
	size_t have = data.len / sizeof(int64_t), held = 0;
	size_t from = n->which != RULE_NUMBERS_AT ? 0 : n->index >= 0 ? (size_t)n->index : have - (size_t)-n->index;
	size_t to = n->which != RULE_NUMBERS_AT ? have : from + 1;
	if (from >= have || to > have)
		return false;
	for (size_t i = from; i < to; i++)
		held += number_holds(n, bytes_after(data, i * sizeof(int64_t)));
	return n->which == RULE_NUMBERS_ANY ? held > 0 : held == to - from;
}

static bool
interface_holds(const struct rule_interface *wanted, struct bytes data)
{
	struct view_dcerpc_interface seen;
	if (data.len != sizeof(seen))
		return false;
	memcpy(&seen, data.at, sizeof(seen));
	if (memcmp(seen.uuid, wanted->uuid, sizeof(seen.uuid)) != 0 || (!wanted->any_fragment && !seen.is_first_fragment))
		return false;
	const struct rule_comparison *v = &wanted->version;
	return !wanted->has_version || rule_eval_compare(v->compare, seen.version, v->low, v->high);
}

/* Shannon 1948, in thousandths of a bit per byte. */
static bool
entropy_holds(const struct look *l, const struct rule_entropy *e)
{
	uint32_t counts[256] = {0};
	struct bytes data = bytes_after(l->data, (size_t)place_of(l, &e->offset));
	int64_t bytes = place_of(l, &e->bytes);
	if (bytes > 0)
		data = bytes_first(data, (size_t)bytes);
	if (data.len == 0)
		return false;
	for (size_t i = 0; i < data.len; i++)
		counts[data.at[i]]++;
	double sum = 0;
	for (size_t i = 0; i < LENGTH_OF(counts); i++)
		if (counts[i] > 0)
			sum -= (double)counts[i] / (double)data.len * log2((double)counts[i] / (double)data.len);
	return rule_eval_compare(e->compare, llround(sum * 1000), e->low, e->high);
}

static bool
asn1_holds(const struct look *l, const struct rule_asn1 *a, size_t at)
{
	int64_t from = place_of(l, &a->offset) + (a->relative ? (int64_t)at : -l->base);
	return from >= 0 && from < (int64_t)l->data.len && rule_asn1_holds(a, bytes_after(l->data, (size_t)from));
}

static bool
run(struct look *l, size_t i, size_t at)
{
	if (i == l->count)
		return true;
	if (l->eval->steps == 0)
		return false;
	l->eval->steps--;
	const struct rule_match *m = l->steps[i].match;
	switch (m->kind) {
	case RULE_CONTENT: return run_content(l, i, at);
	case RULE_PCRE: return run_pcre(l, i, at);
	case RULE_BYTE_TEST: return run_byte_test(l, i, at);
	case RULE_BYTE_JUMP: return run_byte_jump(l, i, at);
	case RULE_BYTE_EXTRACT: return run_byte_extract(l, i, at);
	case RULE_BYTE_MATH: return run_byte_math(l, i, at);
	case RULE_IS_DATA_AT: return run_is_data_at(l, i, at);
	case RULE_SIZE: return size_holds(l, m) && run(l, i + 1, at);
	case RULE_ABSENT: return !m->u.absent.only_absent && run(l, i + 1, at); /* it is here */
	case RULE_BASE64_DECODE: return run_base64(l, i, at);
	case RULE_NUMBERS: return numbers_hold(&m->u.numbers, l->data) && run(l, i + 1, at);
	case RULE_DCERPC_INTERFACE: return interface_holds(&m->u.interface, l->data) && run(l, i + 1, at);
	case RULE_FILE: return rule_file_holds(&m->u.file, l->data) && run(l, i + 1, at);
	case RULE_ENTROPY: return entropy_holds(l, &m->u.entropy) && run(l, i + 1, at);
	case RULE_ASN1: return asn1_holds(l, &m->u.asn1, at) && run(l, i + 1, at);
	case RULE_DATASET:
	case RULE_DATAREP: return rule_dataset_holds(&m->u.dataset, m->kind == RULE_DATAREP, l->data) && run(l, i + 1, at);
	}
	return false;
}

bool
rule_eval_window(struct rule_eval *eval, const struct rule_step *steps, size_t count, const struct rule_window *window)
{
	struct look l = {.eval = eval,
	    .steps = steps,
	    .count = count,
	    .data = window->data,
	    .base = window->offset > INT64_MAX / 2 ? INT64_MAX / 2 : (int64_t)window->offset,
	    .more = window->more};
	return run(&l, 0, 0);
}

bool
rule_eval_buffer(struct rule_eval *eval, const struct rule_step *steps, size_t count, struct bytes data)
{
	struct rule_window window = {.data = data};
	return rule_eval_window(eval, steps, count, &window);
}
