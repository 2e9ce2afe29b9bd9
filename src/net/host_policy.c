/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/host_policy.h"

#include "core/text.h"

#include <errno.h>

/* Suricata's names; `first` and `last` are the policies themselves. What each system does was measured by Novak
 * ("Target-Based Fragmentation Reassembly", 2005) and by Novak and Sturges ("Target-Based TCP Stream Reassembly", 2007). */
static const struct {
	struct bytes name;
	uint8_t fragments, stream; /* enum overlap_policy, enum reassembly_policy */
} systems[] = {
#define NAME(text)                                        \
	{                                                 \
		(const uint8_t *)(text), sizeof(text) - 1 \
	}
    {NAME(""), OVERLAP_LINUX, REASSEMBLY_FIRST}, /* nothing was said */
    {NAME("first"), OVERLAP_FIRST, REASSEMBLY_FIRST},
    {NAME("last"), OVERLAP_LAST, REASSEMBLY_LAST},
    {NAME("bsd"), OVERLAP_BSD, REASSEMBLY_BSD},
    {NAME("bsd-right"), OVERLAP_BSD_RIGHT, REASSEMBLY_BSD},
    {NAME("linux"), OVERLAP_LINUX, REASSEMBLY_LINUX},
    {NAME("old-linux"), OVERLAP_LINUX, REASSEMBLY_OLD_LINUX},
    {NAME("windows"), OVERLAP_WINDOWS, REASSEMBLY_WINDOWS},
    {NAME("windows2k3"), OVERLAP_WINDOWS, REASSEMBLY_WINDOWS},
    {NAME("vista"), OVERLAP_WINDOWS, REASSEMBLY_FIRST},
    {NAME("solaris"), OVERLAP_SOLARIS, REASSEMBLY_SOLARIS},
    {NAME("old-solaris"), OVERLAP_FIRST, REASSEMBLY_BSD},
    {NAME("hpux10"), OVERLAP_BSD, REASSEMBLY_BSD},
    {NAME("hpux11"), OVERLAP_FIRST, REASSEMBLY_SOLARIS},
    {NAME("irix"), OVERLAP_BSD, REASSEMBLY_BSD},
    {NAME("macos"), OVERLAP_FIRST, REASSEMBLY_BSD},
#undef NAME
};

static int
find_system(struct bytes name, uint8_t *out, struct diag *diag)
{
	for (size_t i = 1; i < LENGTH_OF(systems); i++) {
		if (!bytes_eq_nocase(name, systems[i].name))
			continue;
		*out = (uint8_t)i;
		return 0;
	}
	return diag_say(diag, -EINVAL,
	    _("\"%.*s\" is no system: first, last, bsd, bsd-right, linux, old-linux, windows, windows2k3, vista, solaris, "
	      "old-solaris, hpux10, hpux11, irix, macos"),
	    (int)bytes_first(name, 40).len, name.len > 0 ? (const char *)name.at : "");
}

int
host_policy_default(struct host_policies *policies, struct bytes name, struct diag *diag)
{
	return find_system(name, &policies->system, diag);
}

/* "24"; the whole length when there is none. False: no number, or too large. */
static bool
read_bits(struct bytes text, unsigned longest, unsigned *out)
{
	unsigned bits = 0;
	if (text.len == 0 || text.len > 3)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		bits = bits * 10 + (unsigned)(text.at[i] - '0');
	}
	*out = bits;
	return bits <= longest;
}

static bool
read_network(struct bytes text, struct host_policy *out)
{
	size_t slash = bytes_find(text, '/');
	if (!addr_parse(bytes_first(text, slash), &out->prefix))
		return false;
	bool v4 = addr_is_v4(&out->prefix);
	unsigned longest = v4 ? 32 : 128, bits = longest;
	if (slash < text.len && !read_bits(bytes_after(text, slash + 1), longest, &bits))
		return false;
	out->bits = (uint8_t)(bits + (v4 ? 96 : 0));
	return true;
}

static bool
holds(const struct host_policy *network, const struct addr *a)
{
	size_t whole = network->bits / 8;
	unsigned rest = network->bits % 8;
	if (memcmp(network->prefix.at, a->at, whole) != 0)
		return false;
	return rest == 0 || (network->prefix.at[whole] ^ a->at[whole]) >> (8 - rest) == 0;
}

/* Longest prefix first; of two equal networks the one named first counts. */
static void
insert(struct host_policies *policies, const struct host_policy *network)
{
	size_t at = policies->count++;
	for (; at > 0 && policies->networks[at - 1].bits < network->bits; at--)
		policies->networks[at] = policies->networks[at - 1];
	policies->networks[at] = *network;
}

int
host_policy_add(struct host_policies *policies, struct bytes text, struct diag *diag)
{
	size_t equals = bytes_find(text, '=');
	struct host_policy network = {0};
	int r = find_system(bytes_first(text, equals), &network.system, diag);
	if (r < 0)
		return r;
	struct bytes rest = bytes_after(text, equals + 1);
	do {
		struct bytes one = bytes_first(rest, bytes_find(rest, ','));
		if (!read_network(one, &network))
			return diag_say(diag, -EINVAL,
			    _("\"%.*s\" is no network: like 10.0.0.0/8 or 2001:db8::/32 was expected"),
			    (int)bytes_first(one, 60).len, one.len > 0 ? (const char *)one.at : "");
		if (policies->count == HOST_POLICY_MAX)
			return diag_say(diag, -ENOSPC, _("more than %d networks"), HOST_POLICY_MAX);
		insert(policies, &network);
		rest = bytes_after(rest, one.len + 1);
	} while (rest.len > 0);
	return 0;
}

static uint8_t
system_of(const struct host_policies *policies, const struct addr *receiver)
{
	for (size_t i = 0; i < policies->count; i++)
		if (holds(&policies->networks[i], receiver))
			return policies->networks[i].system;
	return policies->system;
}

enum overlap_policy
host_policy_of_fragments(const struct host_policies *policies, const struct addr *receiver)
{
	return (enum overlap_policy)systems[system_of(policies, receiver)].fragments;
}

enum reassembly_policy
host_policy_of_stream(const struct host_policies *policies, const struct addr *receiver)
{
	return (enum reassembly_policy)systems[system_of(policies, receiver)].stream;
}

void
host_policy_put(struct writer *w, const struct host_policies *policies)
{
	writer_u8(w, policies->system);
	writer_be16(w, policies->count);
	for (size_t i = 0; i < policies->count; i++) {
		writer_put(w, (struct bytes){policies->networks[i].prefix.at, 16});
		writer_u8(w, policies->networks[i].bits);
		writer_u8(w, policies->networks[i].system);
	}
}

enum parse
host_policy_get(struct cursor *c, struct host_policies *out)
{
	struct host_policies p = {.system = cursor_u8(c)};
	uint16_t count = cursor_be16(c);
	if (p.system >= LENGTH_OF(systems) || count > HOST_POLICY_MAX)
		cursor_stop(c, PARSE_BAD);
	for (size_t i = 0; i < count && cursor_ok(c); i++) {
		struct host_policy network = {0};
		struct bytes prefix = cursor_take(c, 16);
		network.bits = cursor_u8(c);
		network.system = cursor_u8(c);
		if (cursor_ok(c) && (network.bits > 128 || network.system >= LENGTH_OF(systems)))
			cursor_stop(c, PARSE_BAD);
		if (!cursor_ok(c))
			break;
		network.prefix = addr_v6(prefix.at);
		insert(&p, &network);
	}
	if (cursor_ok(c))
		*out = p;
	return c->state;
}
