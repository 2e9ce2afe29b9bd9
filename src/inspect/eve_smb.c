/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_smb.h"

#include "inspect/eve_dcerpc.h"
#include "proto/smb_names.h"

#include <inttypes.h>
#include <stdio.h>

/* Texts of SMB 1 that are not UTF-16 are what they are: the writer escapes them. */
static void
write_text(struct json *j, struct bytes key, const struct l7_smb *s, const struct l7_smb_tx *tx, size_t which)
{
	struct bytes text = l7_texts_at(&s->texts, tx->text[which]);
	json_text(j, key, text.len > 0 ? text : BYTES(""));
}

static void
write_parts(struct json *j, struct bytes key, struct bytes parts)
{
	json_open_array(j, key);
	while (parts.len > 0) {
		struct bytes one = bytes_first(parts, bytes_find(parts, '\0'));
		json_text(j, (struct bytes){0}, one);
		parts = bytes_after(parts, one.len + 1);
	}
	json_close_array(j);
}

/* The order that readers of EVE know: numbers of two and four bytes, each turned. */
static void
write_guid(struct json *j, struct bytes key, const uint8_t guid[16])
{
	static const uint8_t order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 9, 8, 11, 10, 15, 14, 13, 12};
	uint8_t turned[16];
	char text[DCERPC_UUID_TEXT];
	for (size_t i = 0; i < 16; i++)
		turned[i] = guid[order[i]];
	dcerpc_write_uuid(turned, text);
	json_text(j, key, (struct bytes){(const uint8_t *)text, sizeof(text)});
}

static void
write_file_id(struct json *j, const struct l7_smb_id *id)
{
	char text[16];
	if (id->len == 16) {
		write_guid(j, JSON_KEY("fuid"), id->bytes);
	} else if (id->len == 6) {
		const uint8_t *b = id->bytes;
		(void)snprintf(text, sizeof(text), "%02x%02x-%02x%02x%02x%02x", b[1], b[0], b[5], b[4], b[3], b[2]);
		json_cstr(j, JSON_KEY("fuid"), text);
	} else {
		json_cstr(j, JSON_KEY("fuid"), "");
	}
}

static void
write_dialect(struct json *j, const struct l7_smb *s)
{
	char text[16];
	struct bytes old = l7_texts_at(&s->texts, s->dialect1);
	if (s->dialect != 0) {
		const char *name_cstr = smb_names_dialect(s->dialect);
		(void)snprintf(text, sizeof(text), "%u.%u", s->dialect >> 8, s->dialect & 0xffu);
		json_cstr(j, JSON_KEY("dialect"), name_cstr != NULL ? name_cstr : text);
	} else {
		json_text(j, JSON_KEY("dialect"), old.len > 0 ? old : BYTES("unknown"));
	}
}

static void
write_command(struct json *j, const struct l7_smb_tx *tx)
{
	char text[8];
	const char *name_cstr = tx->version == 1 ? smb_names_command1((uint8_t)tx->command)
	                                         : smb_names_command2(tx->command);
	(void)snprintf(text, sizeof(text), "%u", tx->command);
	json_cstr(j, JSON_KEY("command"), name_cstr != NULL ? name_cstr : text);
}

static void
write_status(struct json *j, const struct l7_smb_tx *tx)
{
	char text[24], code[16];
	if (!tx->has_status)
		return;
	uint8_t error_class = (uint8_t)tx->status;
	uint16_t error = (uint16_t)(tx->status >> 16);
	const char *name_cstr = tx->is_dos ? smb_names_dos_error(error_class, error) : smb_names_status(tx->status);
	if (tx->is_dos) {
		(void)snprintf(text, sizeof(text), "UNKNOWN_%02x_%04x", error_class, error);
		(void)snprintf(code, sizeof(code), "0x%04x", error);
	} else {
		(void)snprintf(text, sizeof(text), "%" PRIu32, tx->status);
		(void)snprintf(code, sizeof(code), "0x%" PRIx32, tx->status);
	}
	json_cstr(j, JSON_KEY("status"), name_cstr != NULL ? name_cstr : text);
	json_cstr(j, JSON_KEY("status_code"), code);
}

static void
write_negotiation(struct json *j, const struct l7_smb *s, const struct l7_smb_tx *tx)
{
	if (tx->version == 1) {
		write_parts(j, JSON_KEY("client_dialects"), l7_texts_at(&s->texts, tx->text[L7_SMB_DIALECTS]));
	} else {
		json_open_array(j, JSON_KEY("client_dialects"));
		for (size_t i = 0; i < tx->u.negotiation.dialect_count; i++) {
			const char *name_cstr = smb_names_dialect(tx->u.negotiation.dialects[i]);
			json_cstr(j, (struct bytes){0}, name_cstr != NULL ? name_cstr : "unknown");
		}
		json_close_array(j);
	}
	if (tx->u.negotiation.has_client)
		write_guid(j, JSON_KEY("client_guid"), tx->u.negotiation.client_guid);
	if (tx->u.negotiation.has_server)
		write_guid(j, JSON_KEY("server_guid"), tx->u.negotiation.server_guid);
	else
		json_cstr(j, JSON_KEY("server_guid"), "");
	if (s->max_read > 0)
		json_u64(j, JSON_KEY("max_read_size"), s->max_read);
	if (s->max_write > 0)
		json_u64(j, JSON_KEY("max_write_size"), s->max_write);
}

static void
write_native(struct json *j, struct bytes key, const struct l7_smb *s, const struct l7_smb_tx *tx, size_t os, size_t lm)
{
	json_open_object(j, key);
	write_text(j, JSON_KEY("native_os"), s, tx, os);
	write_text(j, JSON_KEY("native_lm"), s, tx, lm);
	json_close_object(j);
}

static void
write_setup(struct json *j, const struct l7_smb *s, const struct l7_smb_tx *tx)
{
	char text[40];
	if (tx->u.setup.has_ticket) {
		json_open_object(j, JSON_KEY("kerberos"));
		write_text(j, JSON_KEY("realm"), s, tx, L7_SMB_REALM);
		write_parts(j, JSON_KEY("snames"), l7_texts_at(&s->texts, tx->text[L7_SMB_SNAMES]));
		json_close_object(j);
	}
	if (tx->u.setup.has_ntlm) {
		json_open_object(j, JSON_KEY("ntlmssp"));
		write_text(j, JSON_KEY("domain"), s, tx, L7_SMB_DOMAIN);
		write_text(j, JSON_KEY("user"), s, tx, L7_SMB_USER);
		write_text(j, JSON_KEY("host"), s, tx, L7_SMB_HOST);
		if (tx->u.setup.has_version) {
			(void)snprintf(text, sizeof(text), "%u.%u build %u rev %u", tx->u.setup.major, tx->u.setup.minor,
			    tx->u.setup.build, tx->u.setup.revision);
			json_cstr(j, JSON_KEY("version"), text);
		}
		json_close_object(j);
	}
	if (tx->u.setup.has_client)
		write_native(j, JSON_KEY("request"), s, tx, L7_SMB_CLIENT_OS, L7_SMB_CLIENT_LM);
	if (tx->u.setup.has_server)
		write_native(j, JSON_KEY("response"), s, tx, L7_SMB_SERVER_OS, L7_SMB_SERVER_LM);
}

static void
write_tree(struct json *j, const struct l7_smb *s, const struct l7_smb_tx *tx)
{
	static const char *const types[] = {"UNKNOWN", "FILE", "PIPE", "PRINT"};
	write_text(j, tx->u.tree.is_pipe ? JSON_KEY("named_pipe") : JSON_KEY("share"), s, tx, L7_SMB_NAME);
	if (tx->version == 1) {
		json_open_object(j, JSON_KEY("service"));
		if (tx->text[L7_SMB_ASKED_SERVICE] != 0)
			write_text(j, JSON_KEY("request"), s, tx, L7_SMB_ASKED_SERVICE);
		if (tx->text[L7_SMB_SERVICE] != 0)
			write_text(j, JSON_KEY("response"), s, tx, L7_SMB_SERVICE);
		json_close_object(j);
	} else {
		json_cstr(
		    j, JSON_KEY("share_type"), types[tx->u.tree.share_type < LENGTH_OF(types) ? tx->u.tree.share_type : 0]);
	}
}

static void
write_file_name(struct json *j, const struct l7_smb *s, const struct l7_smb_tx *tx, bool is_directory)
{
	if (tx->text[L7_SMB_NAME] == 0)
		json_cstr(j, JSON_KEY("filename"), "<share_root>");
	else
		write_text(j, is_directory ? JSON_KEY("directory") : JSON_KEY("filename"), s, tx, L7_SMB_NAME);
}

static void
write_creation(struct json *j, const struct l7_smb *s, const struct l7_smb_tx *tx)
{
	static const char *const dispositions[] = {
	    "FILE_SUPERSEDE", "FILE_OPEN", "FILE_CREATE", "FILE_OPEN_IF", "FILE_OVERWRITE", "FILE_OVERWRITE_IF"};
	uint32_t disposition = tx->u.creation.disposition;
	write_file_name(j, s, tx, tx->u.creation.is_directory);
	json_cstr(j, JSON_KEY("disposition"), disposition < LENGTH_OF(dispositions) ? dispositions[disposition] : "UNKNOWN");
	json_cstr(j, JSON_KEY("access"), tx->u.creation.deletes ? "delete on close" : "normal");
	json_u64(j, JSON_KEY("created"), tx->u.creation.created);
	json_u64(j, JSON_KEY("accessed"), tx->u.creation.accessed);
	json_u64(j, JSON_KEY("modified"), tx->u.creation.written);
	json_u64(j, JSON_KEY("changed"), tx->u.creation.changed);
	json_u64(j, JSON_KEY("size"), tx->u.creation.size);
	write_file_id(j, &tx->file);
}

static void
write_rename(struct json *j, const struct l7_smb *s, const struct l7_smb_tx *tx)
{
	if (tx->version == 2) {
		json_open_object(j, JSON_KEY("set_info"));
		json_cstr(j, JSON_KEY("class"), "FILE_INFO");
		json_cstr(j, JSON_KEY("info_level"), "SMB2_FILE_RENAME_INFO");
		json_close_object(j);
	}
	json_open_object(j, JSON_KEY("rename"));
	write_text(j, JSON_KEY("from"), s, tx, L7_SMB_NAME);
	write_text(j, JSON_KEY("to"), s, tx, L7_SMB_NEW_NAME);
	json_close_object(j);
	write_file_id(j, &tx->file);
}

static void
write_set_info(struct json *j, const struct l7_smb *s, const struct l7_smb_tx *tx)
{
	enum { SET_PATH = 6, SET_FILE = 8, DISPOSITION = 1013 };
	write_file_name(j, s, tx, false);
	json_cstr(j, JSON_KEY("access"), tx->u.set_info.deletes ? "delete on close" : "normal");
	if (tx->u.set_info.function == SET_FILE)
		json_cstr(j, JSON_KEY("subcmd"), "SET_FILE_INFO");
	if (tx->u.set_info.function == SET_PATH)
		json_cstr(j, JSON_KEY("subcmd"), "SET_PATH_INFO");
	if (tx->u.set_info.level == DISPOSITION)
		json_cstr(j, JSON_KEY("level_of_interest"), "Set Disposition Information");
	write_file_id(j, &tx->file);
}

static void
write_ioctl(struct json *j, const struct l7_smb_tx *tx)
{
	char text[16];
	const char *name_cstr = smb_names_function(tx->u.function);
	(void)snprintf(text, sizeof(text), "%" PRIu32, tx->u.function);
	json_cstr(j, JSON_KEY("function"), name_cstr != NULL ? name_cstr : text);
}

static void
write_kind(struct json *j, const struct l7_smb *s, const struct l7_smb_tx *tx)
{
	switch ((enum l7_smb_kind)tx->kind) {
	case L7_SMB_GENERIC: break;
	case L7_SMB_NEGOTIATION: write_negotiation(j, s, tx); break;
	case L7_SMB_SETUP: write_setup(j, s, tx); break;
	case L7_SMB_TREE: write_tree(j, s, tx); break;
	case L7_SMB_CREATION: write_creation(j, s, tx); break;
	case L7_SMB_FILE:
		write_text(j, JSON_KEY("filename"), s, tx, L7_SMB_NAME);
		write_text(j, JSON_KEY("share"), s, tx, L7_SMB_SHARE);
		write_file_id(j, &tx->file);
		break;
	case L7_SMB_RENAMING: write_rename(j, s, tx); break;
	case L7_SMB_SET_INFO: write_set_info(j, s, tx); break;
	case L7_SMB_IOCTL: write_ioctl(j, tx); break;
	case L7_SMB_CALL: eve_dcerpc_write_in_smb(j, &s->bindings, &tx->u.call); break;
	case L7_SMB_ENCRYPTED: json_bool(j, JSON_KEY("encrypted"), true); break;
	}
}

void
eve_smb_write(struct json *j, const struct l7_smb *s, const struct l7_smb_tx *tx)
{
	json_open_object(j, JSON_KEY("smb"));
	json_u64(j, JSON_KEY("id"), tx->id);
	write_dialect(j, s);
	if (tx->kind != L7_SMB_ENCRYPTED) {
		write_command(j, tx);
		write_status(j, tx);
	}
	json_u64(j, JSON_KEY("session_id"), tx->session_id);
	json_u64(j, JSON_KEY("tree_id"), tx->tree_id);
	write_kind(j, s, tx);
	json_close_object(j);
}
