/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/ldap - the parser and its glue. Oracles: what is read lies inside the bytes given; a whole message says no less than
 * its prefix; the conversation, however it is cut, gives the same events. */
#include "../l7_script.h"

#include "core/ensure.h"
#include "inspect/l7_ldap.h"
#include "proto/ldap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_inside(struct bytes part, struct bytes whole)
{
	ENSURE(part.len == 0 || (part.at >= whole.at && part.len <= whole.len - (size_t)(part.at - whole.at)));
}

static void
check_lists(const struct ldap_message *m)
{
	struct cursor list = cursor_of(m->list);
	struct bytes type, values;
	uint32_t operation;
	while (ldap_next_attribute(&list, &type, &values)) {
		check_inside(type, m->list);
		check_inside(values, m->list);
	}
	list = cursor_of(m->list);
	while (ldap_next_change(&list, &operation, &type, &values))
		check_inside(values, m->list);
	list = cursor_of(m->list);
	while (ldap_next_text(&list, &type))
		check_inside(type, m->list);
}

static void
check_message(struct bytes b)
{
	struct ldap_message m, prefix = {0};
	struct ldap_head head;
	enum parse parsed = ldap_parse(b, &m);
	if (parsed == PARSE_BAD || ldap_parse_head(b, &head) != PARSE_OK)
		return;
	ENSURE(parsed == (b.len < head.length ? PARSE_SHORT : PARSE_OK));
	const struct bytes parts[] = {m.name, m.list, m.password, m.mechanism, m.credentials, m.description, m.value,
	    m.new_name, m.new_parent, m.matched, m.text};
	for (size_t i = 0; i < LENGTH_OF(parts); i++)
		check_inside(parts[i], b);
	check_lists(&m);
	if (ldap_parse(bytes_first(b, b.len / 2), &prefix) == PARSE_SHORT && prefix.name.len > 0)
		ENSURE(bytes_eq(prefix.name, m.name));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size};
	check_message(b);
	check_message(bytes_after(b, 1));
	l7_script_check(&l7_ldap_parser, b);
	return 0;
}
