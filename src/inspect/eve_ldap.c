/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_ldap.h"

enum { ATTRIBUTES_SHOWN = 32, VALUES_SHOWN = 16 };

/* Their names in the events, as keys: of the operation and of what it holds. */
static struct bytes
key_of(enum ldap_operation operation)
{
	switch (operation) {
	case LDAP_BIND_REQUEST: return JSON_KEY("bind_request");
	case LDAP_BIND_RESPONSE: return JSON_KEY("bind_response");
	case LDAP_UNBIND_REQUEST: return JSON_KEY("unbind_request");
	case LDAP_SEARCH_REQUEST: return JSON_KEY("search_request");
	case LDAP_SEARCH_ENTRY: return JSON_KEY("search_result_entry");
	case LDAP_SEARCH_DONE: return JSON_KEY("search_result_done");
	case LDAP_SEARCH_REFERENCE: return JSON_KEY("search_result_reference");
	case LDAP_MODIFY_REQUEST: return JSON_KEY("modify_request");
	case LDAP_MODIFY_RESPONSE: return JSON_KEY("modify_response");
	case LDAP_ADD_REQUEST: return JSON_KEY("add_request");
	case LDAP_ADD_RESPONSE: return JSON_KEY("add_response");
	case LDAP_DEL_REQUEST: return JSON_KEY("del_request");
	case LDAP_DEL_RESPONSE: return JSON_KEY("del_response");
	case LDAP_MOD_DN_REQUEST: return JSON_KEY("mod_dn_request");
	case LDAP_MOD_DN_RESPONSE: return JSON_KEY("mod_dn_response");
	case LDAP_COMPARE_REQUEST: return JSON_KEY("compare_request");
	case LDAP_COMPARE_RESPONSE: return JSON_KEY("compare_response");
	case LDAP_ABANDON_REQUEST: return JSON_KEY("abandon_request");
	case LDAP_EXTENDED_REQUEST: return JSON_KEY("extended_request");
	case LDAP_EXTENDED_RESPONSE: return JSON_KEY("extended_response");
	case LDAP_INTERMEDIATE_RESPONSE: return JSON_KEY("intermediate_response");
	}
	return (struct bytes){0};
}

/* RFC 4511 4.1.9 and the registry of IANA, in Suricata's words. */
static const char *
result_name(uint32_t code)
{
	static const char *const names[] = {
	    [0] = "success",
	    [1] = "operations_error",
	    [2] = "protocol_error",
	    [3] = "time_limit_exceeded",
	    [4] = "size_limit_exceeded",
	    [5] = "compare_false",
	    [6] = "compare_true",
	    [7] = "auth_method_not_supported",
	    [8] = "stronger_auth_required",
	    [10] = "referral",
	    [11] = "admin_limit_exceeded",
	    [12] = "unavailable_critical_extension",
	    [13] = "confidentiality_required",
	    [14] = "sasl_bind_in_progress",
	    [16] = "no_such_attribute",
	    [17] = "undefined_attribute_type",
	    [18] = "inappropriate_matching",
	    [19] = "constraint_violation",
	    [20] = "attribute_or_value_exists",
	    [21] = "invalid_attribute_syntax",
	    [32] = "no_such_object",
	    [33] = "alias_problem",
	    [34] = "invalid_dn_syntax",
	    [35] = "is_leaf",
	    [36] = "alias_dereferencing_problem",
	    [48] = "inappropriate_authentication",
	    [49] = "invalid_credentials",
	    [50] = "insufficient_access_rights",
	    [51] = "busy",
	    [52] = "unavailable",
	    [53] = "unwilling_to_perform",
	    [54] = "loop_detect",
	    [60] = "sort_control_missing",
	    [61] = "offset_range_error",
	    [64] = "naming_violation",
	    [65] = "object_class_violation",
	    [66] = "not_allowed_on_non_leaf",
	    [67] = "not_allowed_on_rdn",
	    [68] = "entry_already_exists",
	    [69] = "object_class_mods_prohibited",
	    [70] = "results_too_large",
	    [71] = "affects_multiple_dsas",
	    [76] = "control_error",
	    [80] = "other",
	};
	const char *name_cstr = code < LENGTH_OF(names) ? names[code] : NULL;
	return name_cstr == NULL ? "unknown" : name_cstr;
}

/* userPassword, unicodePwd, sambaNTPassword, krbPrincipalKey ... (with their options: "userPassword;x"). */
static bool
is_secret(struct bytes type)
{
	static const struct bytes ends[] = {BYTES("password"), BYTES("pwd"), BYTES("principalkey"), BYTES("secret")};
	type = bytes_first(type, bytes_find(type, ';'));
	for (size_t i = 0; i < LENGTH_OF(ends); i++)
		if (type.len >= ends[i].len && bytes_eq_nocase(bytes_after(type, type.len - ends[i].len), ends[i]))
			return true;
	return false;
}

static void
write_values(struct json *j, struct bytes key, struct bytes values, bool secret)
{
	struct cursor list = cursor_of(values);
	struct bytes value;
	json_open_array(j, key);
	for (size_t i = 0; i < VALUES_SHOWN && ldap_next_text(&list, &value); i++)
		json_text(j, (struct bytes){0}, secret ? BYTES("****") : value);
	json_close_array(j);
}

/* An entry calls the name of an attribute its type, an addition its name. */
static void
write_attributes(struct json *j, struct bytes attributes, struct bytes name_key)
{
	struct cursor list = cursor_of(attributes);
	struct bytes type, values;
	json_open_array(j, JSON_KEY("attributes"));
	for (size_t i = 0; i < ATTRIBUTES_SHOWN && ldap_next_attribute(&list, &type, &values); i++) {
		json_open_object(j, (struct bytes){0});
		json_text(j, name_key, type);
		write_values(j, JSON_KEY("values"), values, is_secret(type));
		json_close_object(j);
	}
	json_close_array(j);
}

static void
write_changes(struct json *j, struct bytes changes)
{
	static const char *const names[] = {"add", "delete", "replace", "increment"};
	struct cursor list = cursor_of(changes);
	struct bytes type, values;
	uint32_t operation;
	json_open_array(j, JSON_KEY("changes"));
	for (size_t i = 0; i < ATTRIBUTES_SHOWN && ldap_next_change(&list, &operation, &type, &values); i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("operation"), operation < LENGTH_OF(names) ? names[operation] : "unknown");
		json_open_object(j, JSON_KEY("modification"));
		json_text(j, JSON_KEY("attribute_type"), type);
		write_values(j, JSON_KEY("attribute_values"), values, is_secret(type));
		json_close_object(j);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
write_bind(struct json *j, const struct ldap_message *m)
{
	json_u64(j, JSON_KEY("version"), m->version);
	json_text(j, JSON_KEY("name"), m->name);
	if (m->authentication != LDAP_SASL)
		return;
	json_open_object(j, JSON_KEY("sasl"));
	json_text(j, JSON_KEY("mechanism"), m->mechanism);
	json_close_object(j);
}

static void
write_search(struct json *j, const struct ldap_message *m)
{
	json_text(j, JSON_KEY("base_object"), m->name);
	json_u64(j, JSON_KEY("scope"), m->scope);
	json_u64(j, JSON_KEY("deref_alias"), m->deref_alias);
	json_u64(j, JSON_KEY("size_limit"), m->size_limit);
	json_u64(j, JSON_KEY("time_limit"), m->time_limit);
	json_bool(j, JSON_KEY("types_only"), m->types_only);
	if (m->list.len > 0)
		write_values(j, JSON_KEY("attributes"), m->list, false);
}

static void
write_compare(struct json *j, const struct ldap_message *m)
{
	json_text(j, JSON_KEY("entry"), m->name);
	json_open_object(j, JSON_KEY("attribute_value_assertion"));
	json_text(j, JSON_KEY("description"), m->description);
	json_text(j, JSON_KEY("value"), is_secret(m->description) ? BYTES("****") : m->value);
	json_close_object(j);
}

static void
write_new_name(struct json *j, const struct ldap_message *m)
{
	json_text(j, JSON_KEY("entry"), m->name);
	json_text(j, JSON_KEY("new_rdn"), m->new_name);
	json_bool(j, JSON_KEY("delete_old_rdn"), m->delete_old);
	if (m->new_parent.len > 0)
		json_text(j, JSON_KEY("new_superior"), m->new_parent);
}

static void
write_result(struct json *j, const struct ldap_message *m)
{
	if (!m->has_result)
		return;
	json_cstr(j, JSON_KEY("result_code"), result_name(m->code));
	json_text(j, JSON_KEY("matched_dn"), m->matched);
	json_text(j, JSON_KEY("message"), m->text);
	if (m->operation == LDAP_EXTENDED_RESPONSE && m->name.len > 0)
		json_text(j, JSON_KEY("name"), m->name);
}

static void
write_content(struct json *j, const struct ldap_message *m)
{
	switch (m->operation) {
	case LDAP_BIND_REQUEST: write_bind(j, m); return;
	case LDAP_SEARCH_REQUEST: write_search(j, m); return;
	case LDAP_SEARCH_ENTRY:
		json_text(j, JSON_KEY("base_object"), m->name);
		write_attributes(j, m->list, JSON_KEY("type"));
		return;
	case LDAP_MODIFY_REQUEST:
		json_text(j, JSON_KEY("object"), m->name);
		write_changes(j, m->list);
		return;
	case LDAP_ADD_REQUEST:
		json_text(j, JSON_KEY("entry"), m->name);
		write_attributes(j, m->list, JSON_KEY("name"));
		return;
	case LDAP_DEL_REQUEST: json_text(j, JSON_KEY("dn"), m->name); return;
	case LDAP_MOD_DN_REQUEST: write_new_name(j, m); return;
	case LDAP_COMPARE_REQUEST: write_compare(j, m); return;
	case LDAP_ABANDON_REQUEST: json_u64(j, JSON_KEY("message_id"), m->abandoned); return;
	case LDAP_EXTENDED_REQUEST:
	case LDAP_INTERMEDIATE_RESPONSE: json_text(j, JSON_KEY("name"), m->name); return;
	case LDAP_BIND_RESPONSE:
	case LDAP_SEARCH_DONE:
	case LDAP_MODIFY_RESPONSE:
	case LDAP_ADD_RESPONSE:
	case LDAP_DEL_RESPONSE:
	case LDAP_MOD_DN_RESPONSE:
	case LDAP_COMPARE_RESPONSE:
	case LDAP_EXTENDED_RESPONSE: write_result(j, m); return;
	case LDAP_UNBIND_REQUEST:
	case LDAP_SEARCH_REFERENCE: return;
	}
}

static void
write_message(struct json *j, struct bytes key, const struct ldap_message *m)
{
	struct bytes operation = key_of(m->operation);
	json_open_object(j, key);
	json_text(j, JSON_KEY("operation"), bytes_first(bytes_after(operation, 2), operation.len - 4));
	json_u64(j, JSON_KEY("message_id"), m->id);
	if (m->operation != LDAP_UNBIND_REQUEST && m->operation != LDAP_SEARCH_REFERENCE) {
		json_open_object(j, operation);
		write_content(j, m);
		json_close_object(j);
	}
	json_close_object(j);
}

void
eve_ldap_write(
    struct json *j, const struct ldap_message *request_or_null, const struct ldap_message *responses, size_t response_count)
{
	json_open_object(j, JSON_KEY("ldap"));
	if (request_or_null != NULL)
		write_message(j, JSON_KEY("request"), request_or_null);
	if (response_count > 0) {
		json_open_array(j, JSON_KEY("responses"));
		for (size_t i = 0; i < response_count; i++)
			write_message(j, (struct bytes){0}, &responses[i]);
		json_close_array(j);
	}
	json_close_object(j);
}
