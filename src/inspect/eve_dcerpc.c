/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_dcerpc.h"

#include <stdio.h>

static void
write_type(struct json *j, struct bytes key, uint8_t type)
{
	char text[16];
	const char *name_cstr = dcerpc_type_name(type);
	if (name_cstr == NULL) {
		(void)snprintf(text, sizeof(text), "UNKNOWN-%u", type);
		name_cstr = text;
	}
	json_cstr(j, key, name_cstr);
}

static void
write_uuid(struct json *j, struct bytes key, const uint8_t uuid[16])
{
	char text[DCERPC_UUID_TEXT];
	dcerpc_write_uuid(uuid, text);
	json_text(j, key, (struct bytes){(const uint8_t *)text, sizeof(text)});
}

static void
write_version(struct json *j, struct bytes key, unsigned major, unsigned minor)
{
	char text[24];
	(void)snprintf(text, sizeof(text), "%u.%u", major, minor);
	json_cstr(j, key, text);
}

/* All that were bound, or those of this context. */
static void
write_interfaces(struct json *j, const struct l7_dcerpc_bindings *b, const struct l7_dcerpc_call *call, bool in_smb)
{
	bool all = call->request != DCERPC_REQUEST, begun = false;
	for (size_t i = 0; i < b->count; i++) {
		const struct l7_dcerpc_bound *bound = &b->all[i];
		if (!all && bound->context != call->context)
			continue;
		if (!begun)
			json_open_array(j, JSON_KEY("interfaces"));
		begun = true;
		json_open_object(j, (struct bytes){0});
		write_uuid(j, JSON_KEY("uuid"), bound->seen.uuid);
		write_version(j, JSON_KEY("version"), bound->seen.version, bound->minor);
		if (!in_smb || (all && bound->acked))
			json_u64(j, JSON_KEY("ack_result"), bound->result);
		if (in_smb && all && bound->acked)
			json_u64(j, JSON_KEY("ack_reason"), bound->reason);
		json_close_object(j);
	}
	if (begun)
		json_close_array(j);
}

static void
write_stub(struct json *j, struct bytes key, const struct l7_dcerpc_call *call, bool has_opnum, bool response)
{
	json_open_object(j, key);
	if (has_opnum)
		json_u64(j, JSON_KEY("opnum"), call->opnum);
	json_u64(j, JSON_KEY("frag_cnt"), response ? call->response_fragments : call->request_fragments);
	json_u64(j, JSON_KEY("stub_data_size"), response ? call->response_bytes : call->request_bytes);
	json_close_object(j);
}

static bool
is_call(const struct l7_dcerpc_call *call)
{
	return call->has_request && call->request == DCERPC_REQUEST;
}

static bool
is_answered(const struct l7_dcerpc_call *call)
{
	return call->has_response && call->response == DCERPC_RESPONSE;
}

static void
write_request(struct json *j, const struct l7_dcerpc_call *call)
{
	if (call->has_request)
		write_type(j, JSON_KEY("request"), call->request);
	else
		json_cstr(j, JSON_KEY("request"), "REQUEST_LOST");
}

static void
write_response(struct json *j, const struct l7_dcerpc_call *call)
{
	if (call->has_response)
		write_type(j, JSON_KEY("response"), call->response);
	else
		json_cstr(j, JSON_KEY("response"), "UNREPLIED");
}

static bool
names_interfaces(const struct l7_dcerpc_call *call)
{
	return call->has_request && (call->request == DCERPC_REQUEST || call->request == DCERPC_BIND);
}

void
eve_dcerpc_write(struct json *j, const struct l7_dcerpc_bindings *bindings, const struct l7_dcerpc_call *call, uint8_t minor)
{
	json_open_object(j, JSON_KEY("dcerpc"));
	write_request(j, call);
	if (is_call(call))
		write_stub(j, JSON_KEY("req"), call, true, false);
	if (names_interfaces(call))
		write_interfaces(j, bindings, call, false);
	write_response(j, call);
	if (is_answered(call))
		write_stub(j, JSON_KEY("res"), call, false, true);
	json_u64(j, JSON_KEY("call_id"), call->call_id);
	write_version(j, JSON_KEY("rpc_version"), 5, minor);
	json_close_object(j);
}

void
eve_dcerpc_write_in_smb(struct json *j, const struct l7_dcerpc_bindings *bindings, const struct l7_dcerpc_call *call)
{
	json_open_object(j, JSON_KEY("dcerpc"));
	write_request(j, call);
	write_response(j, call);
	if (is_call(call))
		json_u64(j, JSON_KEY("opnum"), call->opnum);
	if (names_interfaces(call))
		write_interfaces(j, bindings, call, true);
	if (is_call(call))
		write_stub(j, JSON_KEY("req"), call, false, false);
	if (is_answered(call))
		write_stub(j, JSON_KEY("res"), call, false, true);
	json_u64(j, JSON_KEY("call_id"), call->call_id);
	json_close_object(j);
}

void
eve_dcerpc_write_datagrams(struct json *j, const struct l7_dcerpc_call *call, const uint8_t activity[16])
{
	json_open_object(j, JSON_KEY("dcerpc"));
	write_request(j, call);
	if (is_call(call))
		write_stub(j, JSON_KEY("req"), call, true, false);
	write_response(j, call);
	if (is_answered(call))
		write_stub(j, JSON_KEY("res"), call, false, true);
	write_uuid(j, JSON_KEY("activityuuid"), activity);
	json_u64(j, JSON_KEY("seqnum"), call->call_id);
	write_version(j, JSON_KEY("rpc_version"), 4, 0);
	json_close_object(j);
}
