/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_table.h"

#include "desk/desk_change.h"
#include "desk/desk_compare.h"
#include "desk/desk_law.h"
#include "desk/desk_list.h"
#include "desk/desk_move.h"
#include "desk/desk_open.h"
#include "desk/desk_playbook.h"
#include "desk/desk_session.h"
#include "desk/desk_show.h"
#include "desk/desk_timeline.h"
#include "desk/desk_vocabulary.h"

static desk_operation *const table[OPERATION_COUNT] = {
    [OPERATION_SESSION_SHOW] = desk_session_show,
    [OPERATION_VOCABULARY] = desk_vocabulary_show,
    [OPERATION_INCIDENT_LIST] = desk_list_incidents,
    [OPERATION_INCIDENT_OPEN] = desk_open_incident,
    [OPERATION_INCIDENT_SHOW] = desk_show_incident,
    [OPERATION_INCIDENT_SET] = desk_change_set,
    [OPERATION_ITEM_ADD] = desk_change_add,
    [OPERATION_ITEM_SET] = desk_change_set,
    [OPERATION_INCIDENT_AWARE] = desk_change_aware,
    [OPERATION_INCIDENT_CLOSE] = desk_change_close,
    [OPERATION_INCIDENT_REOPEN] = desk_change_reopen,
    [OPERATION_INCIDENT_MERGE] = desk_change_merge,
    [OPERATION_INCIDENT_SPLIT] = desk_open_split,
    [OPERATION_INCIDENT_PLAYBOOK] = desk_playbook_tasks,
    [OPERATION_INCIDENT_TIMELINE] = desk_timeline_show,
    [OPERATION_INCIDENT_CAUSES] = desk_timeline_causes,
    [OPERATION_INCIDENT_CLOCKS] = desk_law_clocks,
    [OPERATION_INCIDENT_SIMILAR] = desk_compare_similar,
    [OPERATION_INCIDENT_NOTICE] = desk_law_notice,
    [OPERATION_INCIDENT_EXPORT] = desk_move_export,
    [OPERATION_STATISTICS] = desk_compare_statistics,
    [OPERATION_PLAYBOOK_SHOW] = desk_playbook_show,
    [OPERATION_ALERT_OPEN] = desk_open_alert,
};

desk_operation *
desk_table_find(enum operation_name name)
{
	return (size_t)name < LENGTH_OF(table) ? table[name] : NULL;
}
