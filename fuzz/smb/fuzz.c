/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/smb - the parsers and their glue. Oracles: what is read lies inside the bytes given; the conversation, however it is cut, gives the
 * same events. */
#define L7_SCRIPT_TURN 0xe7 /* messages of version 1 begin with 0xff */
#include "../l7_script.h"

#include "core/ensure.h"
#include "inspect/l7_smb.h"
#include "proto/ntlmssp.h"
#include "proto/smb1.h"
#include "proto/smb2.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct bytes part, struct bytes whole)
{
	ENSURE(part.len == 0 || (part.at >= whole.at && part.len <= whole.len - (size_t)(part.at - whole.at)));
}

static void
check_second(struct bytes b)
{
	struct smb2_create create;
	struct smb2_ioctl ioctl;
	struct smb2_set_info set;
	struct smb2_negotiate negotiate;
	struct bytes part;
	if (smb2_parse_create(b, &create) == PARSE_OK)
		check_inside(create.name, b);
	if (smb2_parse_ioctl(b, false, &ioctl) == PARSE_OK)
		check_inside(ioctl.data, b);
	if (smb2_parse_set_info(b, &set) == PARSE_OK)
		check_inside(set.new_name, b);
	if (smb2_parse_negotiate(b, &negotiate) == PARSE_OK)
		check_inside(negotiate.dialects, b);
	if (smb2_parse_setup(b, false, &part) == PARSE_OK)
		check_inside(part, b);
	if (smb2_parse_tree_connect(b, &part) == PARSE_OK)
		check_inside(part, b);
}

static void
check_first(struct bytes b)
{
	struct smb1 m;
	struct smb1_block block;
	struct smb1_setup setup;
	struct smb1_tree tree;
	struct smb1_names names;
	struct smb1_trans trans;
	if (smb1_parse(b, &m) != PARSE_OK ||
	    smb1_parse_block(b, SMB1_HEADER_SIZE, smb1_is_chain(m.command), &block) != PARSE_OK)
		return;
	check_inside(block.words, b);
	check_inside(block.data, b);
	if (smb1_parse_setup(&m, &block, &setup) == PARSE_OK)
		check_inside(setup.native_lm, b);
	if (smb1_parse_tree(&m, &block, &tree) == PARSE_OK)
		check_inside(tree.path, b);
	if (smb1_parse_rename(&m, &block, &names) == PARSE_OK)
		check_inside(names.new_name, b);
	if (smb1_parse_trans(b, &m, &block, &trans) == PARSE_OK)
		check_inside(trans.data, b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size}, message = bytes_after(b, 5);
	struct ntlmssp n;
	struct ntlmssp_ticket t;
	if (ntlmssp_parse(b, &n) == PARSE_OK)
		check_inside(n.user, b);
	if (ntlmssp_parse_ticket(b, &t) == PARSE_OK)
		check_inside(t.realm, b);
	check_second(message);
	check_first(message);
	l7_script_check(&l7_smb_parser, b);
	return 0;
}
