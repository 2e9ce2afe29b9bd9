/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* study/attack_graph_json.h - the likelihood of an attack as JSON: the contract of `beffroi study likelihood --format json`. */
#ifndef STUDY_ATTACK_GRAPH_JSON_H
#define STUDY_ATTACK_GRAPH_JSON_H

#include "core/json.h"
#include "study/attack_graph.h"

/* The members of an object that the caller opens and closes. */
void attack_graph_json_members(struct json *j, const struct attack_graph *graph, enum language language);

#endif
