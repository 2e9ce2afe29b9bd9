/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/attack_graph.h - elementary actions of an attack, which after which, and how likely the whole is: EBIOS RM's standard and
 * advanced methods.
 *
 * The index of an action is its own, limited by what came before: min(pr, the best of its immediate predecessors where one is enough,
 * the worst where all are needed); for difficulty max(), the least or the greatest. Predecessors count with their cumulated index
 * (domain 5.3: a public tool takes the least of all earlier steps, which is another number).
 */
#ifndef STUDY_ATTACK_GRAPH_H
#define STUDY_ATTACK_GRAPH_H

#include "core/arena.h"
#include "core/data_read.h"
#include "study/study_ids.h"

enum { ATTACK_LEVEL_MAX = 4, ATTACK_LEVELS = ATTACK_LEVEL_MAX + 1, ATTACK_TECHNIQUES_MAX = 8 };

enum attack_join { ATTACK_ANY /* or */, ATTACK_ALL /* and */ };
/* The sequence of an attack, as the guide has it. */
enum attack_phase { ATTACK_PHASE_UNSAID, ATTACK_KNOW, ATTACK_ENTER, ATTACK_FIND, ATTACK_EXPLOIT };

struct attack_action {
	const char *id_cstr, *name_cstr[2];
	enum attack_phase phase;
	enum attack_join join;
	const struct data_tree *asset;                 /* the reference, for who knows assets; NULL: none */
	const char *techniques[ATTACK_TECHNIQUES_MAX]; /* ATT&CK ids */
	size_t technique_count;
	size_t after, after_count; /* into attack_graph.after: its immediate predecessors */
	bool has_diff;
	uint8_t pr, diff; /* its own */
	uint8_t cumulated_pr, cumulated_diff;
	bool is_last, is_least_effort; /* nothing comes after it; it is on the way of least effort */
	unsigned line, column;
};

struct attack_graph {
	struct attack_action *actions;
	size_t action_count;
	size_t *after;
	size_t *order;                               /* each one after those before it */
	uint8_t table[ATTACK_LEVELS][ATTACK_LEVELS]; /* likelihood by pr and diff */
	bool has_diff;                               /* every action has one: the advanced method can be used */
	bool forced_table;                           /* it is not the one of the guide */
	size_t end;                                  /* the last action of the most likely way */
	size_t critical;                             /* the most probable action, the easiest of these, the first of these */
	uint8_t pr, diff, standard, advanced;
};

/* A list of actions, which is not empty. asset_needed: each must say what it acts on (EXI_M4_05). Reckons too. */
MUST_USE int attack_graph_take(struct arena *arena, const struct data_read *r, const struct data_tree *list,
    bool asset_needed, struct attack_graph *out);
/* Rows pr 4 to 0, columns diff 0 to 4, as people print it; NULL: the guide's. */
MUST_USE int attack_graph_table(const struct data_read *r, const struct data_tree *rows, struct attack_graph *out);
/* Reckons again, with the table as it is now. */
void attack_graph_reckon(struct attack_graph *graph);

/* A whole file: actions, and a table where it has one. 0, or a negative errno with diag. */
MUST_USE int attack_graph_read(
    struct arena *arena, struct bytes text, const char *file_cstr, const struct attack_graph **out, struct diag *diag);

/* "know", "enter", "find", "exploit". */
const char *attack_graph_phase_word(enum attack_phase phase);
/* T1566 or T1566.001. */
bool attack_graph_is_technique(const char *id_cstr);

#endif
