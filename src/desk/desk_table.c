/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_table.h"

#include "desk/desk_alert.h"
#include "desk/desk_asset.h"
#include "desk/desk_chain.h"
#include "desk/desk_change.h"
#include "desk/desk_compare.h"
#include "desk/desk_document.h"
#include "desk/desk_event.h"
#include "desk/desk_exception.h"
#include "desk/desk_journal.h"
#include "desk/desk_law.h"
#include "desk/desk_list.h"
#include "desk/desk_move.h"
#include "desk/desk_open.h"
#include "desk/desk_people.h"
#include "desk/desk_playbook.h"
#include "desk/desk_session.h"
#include "desk/desk_settings.h"
#include "desk/desk_show.h"
#include "desk/desk_spoken.h"
#include "desk/desk_timeline.h"
#include "desk/desk_today.h"
#include "desk/desk_vocabulary.h"

static desk_operation *const table[OPERATION_COUNT] = {
    [OPERATION_SESSION_SHOW] = desk_session_show,
    [OPERATION_SESSION_OPEN] = desk_session_open,
    [OPERATION_SESSION_LINK] = desk_session_link,
    [OPERATION_SESSION_CLOSE] = desk_session_close,
    [OPERATION_SESSION_PASSWORD] = desk_session_password,
    [OPERATION_SESSION_TOTP] = desk_session_totp,
    [OPERATION_VOCABULARY] = desk_vocabulary_show,
    [OPERATION_TODAY] = desk_today_show,
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
    [OPERATION_INCIDENT_CHAIN] = desk_chain_incident,
    [OPERATION_ALERT_LIST] = desk_alert_list,
    [OPERATION_ALERT_SHOW] = desk_alert_show,
    [OPERATION_ALERT_OPEN] = desk_open_alert,
    [OPERATION_ALERT_EVIDENCE] = desk_alert_evidence,
    [OPERATION_RULE_LIST] = desk_spoken_list,
    [OPERATION_EXCEPTION_LIST] = desk_exception_list,
    [OPERATION_EXCEPTION_SHOW] = desk_exception_show,
    [OPERATION_EXCEPTION_ADD] = desk_exception_add,
    [OPERATION_EXCEPTION_END] = desk_exception_end,
    [OPERATION_EVENT_LIST] = desk_event_list,
    [OPERATION_TRAFFIC] = desk_event_traffic,
    [OPERATION_ASSET_LIST] = desk_asset_list,
    [OPERATION_ASSET_SHOW] = desk_asset_show,
    [OPERATION_ASSET_SET] = desk_asset_set,
    [OPERATION_ASSET_MERGE] = desk_asset_merge,
    [OPERATION_ASSET_SPLIT] = desk_asset_split,
    [OPERATION_MAP] = desk_asset_map,
    [OPERATION_DOCUMENT_LIST] = desk_document_list,
    [OPERATION_REPORT] = desk_document_report,
    [OPERATION_JOURNAL] = desk_journal_list,
    [OPERATION_VERIFY] = desk_journal_verify,
    [OPERATION_TRACE] = desk_chain_trace,
    [OPERATION_SETTINGS_SHOW] = desk_settings_show,
    [OPERATION_SETTINGS_SET] = desk_settings_set,
    [OPERATION_USER_LIST] = desk_people_list,
    [OPERATION_USER_ADD] = desk_people_add,
    [OPERATION_USER_SET] = desk_people_set,
    [OPERATION_TOKEN_LIST] = desk_people_tokens,
    [OPERATION_TOKEN_ADD] = desk_people_add_token,
    [OPERATION_TOKEN_REMOVE] = desk_people_end_token,
    [OPERATION_STREAM] = desk_today_stream,
    [OPERATION_METRICS] = desk_today_metrics,
};

desk_operation *
desk_table_find(enum operation_name name)
{
	return (size_t)name < LENGTH_OF(table) ? table[name] : NULL;
}

bool
desk_table_keeps_itself(enum operation_name name)
{
	switch ((unsigned)name) {
	case OPERATION_SESSION_CLOSE:
	case OPERATION_SESSION_PASSWORD:
	case OPERATION_SESSION_TOTP:
	case OPERATION_USER_ADD:
	case OPERATION_USER_SET:
	case OPERATION_TOKEN_ADD:
	case OPERATION_TOKEN_REMOVE: return true;
	default: return false;
	}
}
