/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rules and transactions. A look shows some buffers of one side; a rule holds once all its parts have held, in this look or in those
 * before. Only the buffers of this look are searched: rules that hold in part are remembered, and so are the buffers before, for rules
 * whose pattern comes last.
 */
#include "detect/rules/rule_look.h"

#include "detect/rules/rule_facts.h"

/* NEVER: it will not hold in this transaction, whatever comes. */
enum part_state { PART_HOLDS, PART_WAITS, PART_NEVER };

struct shown {
	const struct view_set *now;
	const struct rule_tx *before; /* NULL: nothing is known of it */
	uint8_t first_file;           /* files before this one were told of already */
};

static uint8_t
bit_of(bool from_server)
{
	return from_server ? VIEW_FROM_SERVER : VIEW_FROM_CLIENT;
}

static bool
is_file_view(unsigned view)
{
	return view >= VIEW_FILE_DATA && view <= VIEW_FILE;
}

static bool
is_of_file(const struct rule_signature *s)
{
	for (uint8_t i = 0; i < s->part_count; i++)
		if (is_file_view(s->parts[i].buffer->view))
			return true;
	return false;
}

/* The side that a rule of both sides has its part on; the side of the look for others. */
static bool
part_is_of_side(const struct rule_signature *s, const struct rule_part *part, bool from_server)
{
	uint8_t sides = view_of(part->buffer->view)->sides;
	if (part->buffer->sides != 0)
		sides = part->buffer->sides;
	return s->rule->direction != RULE_TRANSACTION || (sides & bit_of(from_server)) != 0;
}

static enum part_state
try_part(struct rule_engine *e, const struct rule_signature *s, const struct rule_part *part, const struct shown *shown)
{
	enum view view = part->buffer->view;
	bool there = false, is_open = view_of(view)->many, ended = shown->now->is_end;
	if (view == VIEW_BASE64_DATA) {
		struct rule_window decoded = {.data = rule_eval_base64(e->eval)};
		return rule_engine_part_holds(e, part, &decoded) ? PART_HOLDS : PART_WAITS;
	}
	bool of_now = part_is_of_side(s, part, shown->now->from_server);
	for (size_t i = 0; i < shown->now->count && of_now; i++)
		if (shown->now->views[i].view == view) {
			struct rule_window window = {
			    shown->now->views[i].data, shown->now->views[i].offset, shown->now->views[i].more};
			there = true;
			is_open |= window.more;
			if (rule_engine_part_holds(e, part, &window))
				return PART_HOLDS;
		}
	for (size_t i = 0, at = 0; shown->before != NULL && i < shown->before->view_count; at += shown->before->lengths[i++])
		if (shown->before->views[i] == view && part_is_of_side(s, part, shown->before->sides[i]) &&
		    (!is_file_view(view) || shown->before->files[i] >= shown->first_file)) {
			struct rule_window window = {.data = {shown->before->text + at, shown->before->lengths[i]}};
			there = true;
			if (rule_engine_part_holds(e, part, &window))
				return PART_HOLDS;
		}
	if (!of_now)
		ended = shown->before != NULL && shown->before->ended[!shown->now->from_server];
	if (part->has_absent && !there && ended)
		return PART_HOLDS;
	return there && !is_open && !part->has_absent ? PART_NEVER : PART_WAITS;
}

/* A part that looks into the stream beside the buffers: at its last bytes. Datagrams are not kept: of them it is not asked. */
static bool
stream_holds(struct rule_engine *e, const struct rule_part *part, const struct view_set *set)
{
	if (set->flow->ip_proto != 6 || part->buffer->view != VIEW_PAYLOAD)
		return true;
	const struct rule_tail *tail = rule_tail_find(e->tails, set->flow->id, set->from_server);
	if (tail == NULL)
		return false;
	struct rule_window window = {.data = {tail->text, tail->len}, .offset = tail->end - tail->len};
	return rule_engine_part_holds(e, part, &window);
}

/* Which of its parts hold now, those that held before included. What the stream must have is asked first: it may be gone soon.
 * *never: the rule will not hold in this transaction. */
static uint32_t
parts_that_hold(struct rule_engine *e, const struct rule_signature *s, uint32_t held, const struct shown *shown, bool *never)
{
	e->miss = RULE_MISS_PART;
	e->miss_part = UINT16_MAX;
	rule_eval_begin(e->eval);
	for (uint8_t i = 0; i < s->part_count; i++) {
		uint32_t bit = UINT32_C(1) << i;
		if (s->parts[i].buffer->view > VIEW_SCTP_CHUNK_DATA || (held & bit) != 0)
			continue;
		e->miss_part = i;
		if (!stream_holds(e, &s->parts[i], shown->now))
			return held;
		held |= bit;
	}
	e->miss_part = UINT16_MAX;
	for (uint8_t i = 0; i < s->part_count; i++) {
		uint32_t bit = UINT32_C(1) << i;
		if ((held & bit) != 0)
			continue;
		enum part_state state = try_part(e, s, &s->parts[i], shown);
		if (state == PART_HOLDS) {
			held |= bit;
			continue;
		}
		if (e->miss_part == UINT16_MAX)
			e->miss_part = i;
		*never |= state == PART_NEVER;
		if (*never || s->parts_depend)
			break; /* those that follow cannot change it, or read what this one was to find */
	}
	return held;
}

/* ---- What is remembered ---- */

static struct rule_tx *
tx_of(struct rule_engine *e, const struct view_set *set, bool make)
{
	bool stolen;
	struct rule_tx *tx = rule_tx_of(e->txs, set->flow->id, set->tx->id, make, &stolen);
	e->counters.forgotten += stolen;
	return tx;
}

static void
remember(struct rule_engine *e, struct rule_tx *tx, uint32_t index, uint8_t side, uint32_t held, bool told)
{
	struct rule_tx_record *r = rule_tx_record_of(tx, index, side, true);
	if (r == NULL) {
		e->counters.forgotten++;
		return;
	}
	r->held = held;
	r->told = told;
}

/* What the next look of this transaction may want. */
static struct rule_tx *
remember_views(struct rule_engine *e, const struct view_set *set, struct rule_tx *tx)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->views[i].more || set->views[i].offset > 0)
			continue; /* part of something long: shown again when there is more of it */
		if (!e->program->in_company[set->views[i].view])
			continue; /* no rule looks into it and into something else */
		if (tx == NULL)
			tx = tx_of(e, set, true);
		if (!rule_tx_keep(tx, set->views[i].view, set->from_server, set->views[i].data))
			e->counters.forgotten++;
	}
	return tx;
}

/* Another file of the same transaction: rules about files that were told are asked anew, about this file and what follows. The
 * parts of others may hold of different files. */
static void
begin_file(struct rule_engine *e, struct rule_tx *tx, bool from_server)
{
	tx->file_ended[from_server] = false;
	if (tx->file_number[from_server] < UINT8_MAX)
		tx->file_number[from_server]++;
	for (size_t i = 0; i < tx->record_count; i++) {
		struct rule_tx_record *r = &tx->records[i];
		if (r->told && r->side != (uint8_t)!from_server && is_of_file(&e->program->signatures[r->signature])) {
			r->told = false;
			r->held = 0;
			r->first_file = tx->file_number[from_server];
		}
	}
}

static void
see_files(struct rule_engine *e, const struct view_set *set, struct rule_tx *tx)
{
	for (size_t i = 0; i < set->count && tx != NULL && tx->file_ended[set->from_server]; i++)
		if (is_file_view(set->views[i].view) && set->views[i].offset == 0)
			begin_file(e, tx, set->from_server);
}

static void
settle(struct rule_engine *e, const struct view_set *set, struct rule_tx *tx)
{
	bool file_ended = false;
	for (size_t i = 0; i < set->count; i++)
		file_ended |= set->views[i].view == VIEW_FILE_DATA && !set->views[i].more;
	if (!set->is_end || e->program->has_two_sided)
		tx = remember_views(e, set, tx);
	if (tx == NULL)
		return;
	tx->file_ended[set->from_server] |= file_ended;
	tx->ended[set->from_server] |= set->is_end;
	if (tx->ended[0] && tx->ended[1])
		rule_tx_drop(e->txs, tx);
}

/* ---- Candidates ---- */

/* Bytes that another view of this look has too were searched with it. */
static bool
was_searched(const struct view_set *set, size_t i)
{
	enum { COMPARED_MAX = 4096 };
	enum view view = set->views[i].view, as = rule_program_searched_as(view);
	struct bytes data = set->views[i].data;
	for (size_t k = 0; k < i; k++) {
		struct bytes other = set->views[k].data;
		if (other.len == data.len && rule_program_searched_as(set->views[k].view) == as &&
		    (other.at == data.at || (data.len <= COMPARED_MAX && bytes_eq(other, data))))
			return true;
	}
	return false;
}

static void
search_view(struct rule_engine *e, const struct view_set *set, size_t i, uint8_t uses)
{
	const struct rule_program *program = e->program;
	enum view view = set->views[i].view, as = rule_program_searched_as(view);
	const struct rule_list *own = &program->groups_of_view[view][set->from_server],
	                       *shared = &program->groups_of_view[as][set->from_server];
	for (uint32_t k = 0; k < own->count && (uses & RULE_VIEW_CHANGED) != 0; k++)
		if (program->groups[own->signatures[k]].buffer->transform_count > 0)
			rule_engine_scan(e, &program->groups[own->signatures[k]], set->views[i].data, 0);
	if ((uses & RULE_VIEW_SEARCHED) == 0 || was_searched(set, i))
		return;
	for (uint32_t k = 0; k < shared->count; k++)
		if (program->groups[shared->signatures[k]].buffer->transform_count == 0)
			rule_engine_scan(e, &program->groups[shared->signatures[k]], set->views[i].data, 0);
}

static void
find_candidates(struct rule_engine *e, const struct view_set *set, const struct rule_tx *tx)
{
	const struct rule_program *program = e->program;
	const struct rule_tail *tail = set->flow->ip_proto == 6 ? rule_tail_find(e->tails, set->flow->id, set->from_server)
	                                                        : NULL;
	for (size_t i = 0; i < set->count; i++) {
		uint8_t uses = program->view_uses[set->views[i].view][set->from_server];
		if ((uses & (RULE_VIEW_SEARCHED | RULE_VIEW_CHANGED)) != 0)
			search_view(e, set, i, uses);
		if ((uses & RULE_VIEW_ALWAYS) != 0)
			rule_engine_always(e, &program->always_view[set->views[i].view][set->from_server]);
	}
	for (uint8_t i = 0; tail != NULL && i < tail->waiting_count; i++)
		if (program->signatures[tail->waiting[i].signature].kind == RULE_ON_TRANSACTION)
			rule_engine_candidate(e, tail->waiting[i].signature);
	for (size_t i = 0; tx != NULL && i < tx->record_count; i++)
		if (!tx->records[i].told && tx->records[i].side != (uint8_t)!set->from_server)
			rule_engine_candidate(e, tx->records[i].signature);
	if (set->is_end) /* what must not be there is not */
		rule_engine_always(e, &program->absent[set->from_server]);
}

/* What is asked beside the buffers; of a rule that holds in part it was asked before. */
static bool
may_hold(struct rule_engine *e, const struct rule_signature *s, struct rule_look *l, bool is_known)
{
	e->miss = RULE_MISS_ENDS;
	if (!rule_look_fits(s, l))
		return false;
	e->miss = RULE_MISS_FACTS;
	if (!is_known && !rule_facts_hold(s->rule, NULL, l->hit.flow, l->source, l->target))
		return false;
	e->miss = RULE_MISS_BITS;
	return is_known || rule_bits_hold(s, l);
}

void
rule_engine_transaction(struct rule_engine *e, const struct view_set *set)
{
	if (rule_look_is_passed(e, set->flow, set->number))
		return;
	struct rule_look l = rule_look_of_flow(e, set->flow, set->from_server, set->time_ns, set->number);
	l.hit.tx = set->tx;
	struct rule_tx *tx = tx_of(e, set, false);
	see_files(e, set, tx);
	rule_eval_set_dce(e->eval, set->dce_little);
	rule_engine_begin(e, &l);
	find_candidates(e, set, tx);
	rule_engine_sort(e);
	for (size_t i = 0; i < e->candidate_count && !e->packet_passed; i++) {
		uint32_t index = e->candidates[i];
		const struct rule_signature *s = &e->program->signatures[index];
		uint8_t side = s->rule->direction == RULE_TRANSACTION ? RULE_TX_BOTH : set->from_server;
		const struct rule_tx_record *known = tx == NULL ? NULL : rule_tx_record_of(tx, index, side, false);
		if (s->kind != RULE_ON_TRANSACTION || (known != NULL && known->told))
			continue;
		uint64_t start = rule_engine_try(e);
		struct shown shown = {set, tx, known == NULL ? 0 : known->first_file};
		uint32_t all = (uint32_t)((UINT64_C(1) << s->part_count) - 1), held = 0;
		bool fits = may_hold(e, s, &l, known != NULL), never = false;
		if (fits)
			held = parts_that_hold(e, s, known == NULL ? 0 : known->held, &shown, &never);
		rule_engine_tried(e, index, start, set->number, fits && held == all);
		if (!fits || (known == NULL && held != all && (held == 0 || never)))
			continue;
		if (tx == NULL)
			tx = tx_of(e, set, true);
		remember(e, tx, index, side, s->parts_depend ? 0 : held, held == all || never);
		if (held == all)
			rule_look_hold(s, &l);
	}
	settle(e, set, tx);
}
