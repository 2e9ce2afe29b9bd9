/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_table.h"

#include "desk/desk_list.h"
#include "desk/desk_session.h"
#include "desk/desk_show.h"
#include "desk/desk_vocabulary.h"

static desk_operation *const table[OPERATION_COUNT] = {
    [OPERATION_SESSION_SHOW] = desk_session_show,
    [OPERATION_VOCABULARY] = desk_vocabulary_show,
    [OPERATION_INCIDENT_LIST] = desk_list_incidents,
    [OPERATION_INCIDENT_SHOW] = desk_show_incident,
};

desk_operation *
desk_table_find(enum operation_name name)
{
	return (size_t)name < LENGTH_OF(table) ? table[name] : NULL;
}
