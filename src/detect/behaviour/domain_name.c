/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/domain_name.h"

/* Where the last label of b begins. */
static size_t
last_label(struct bytes b)
{
	size_t at = b.len;
	while (at > 0 && b.at[at - 1] != '.')
		at--;
	return at;
}

static bool
is_common_second(struct bytes label)
{
	static const struct bytes known[] = {BYTES("co"), BYTES("com"), BYTES("org"), BYTES("net"), BYTES("gov"),
	    BYTES("ac"), BYTES("edu"), BYTES("gouv"), BYTES("asso"), BYTES("go"), BYTES("gob"), BYTES("ne"), BYTES("or"),
	    BYTES("gen"), BYTES("nom")};
	for (size_t i = 0; i < LENGTH_OF(known); i++)
		if (bytes_eq(label, known[i]))
			return true;
	return false;
}

/* Where anybody may register a name below, freely: the names above are nobody's in particular. */
static bool
is_shared(struct bytes domain)
{
	static const struct bytes known[] = {BYTES("ddns.net"), BYTES("dyndns.org"), BYTES("duckdns.org"),
	    BYTES("hopto.org"), BYTES("zapto.org"), BYTES("sytes.net"), BYTES("no-ip.org"), BYTES("no-ip.biz"),
	    BYTES("github.io"), BYTES("ngrok.io"), BYTES("workers.dev"), BYTES("herokuapp.com"), BYTES("blogspot.com")};
	for (size_t i = 0; i < LENGTH_OF(known); i++)
		if (bytes_eq(domain, known[i]))
			return true;
	return false;
}

struct domain_name
domain_name_split(struct bytes name)
{
	size_t top = last_label(name);
	if (top == 0)
		return (struct domain_name){.label = name};
	size_t at = last_label(bytes_first(name, top - 1)), end = top - 1;
	bool suffix = name.len - top == 2 && is_common_second((struct bytes){name.at + at, end - at});
	if (at > 0 && (suffix || is_shared(bytes_after(name, at)))) {
		end = at - 1;
		at = last_label(bytes_first(name, end));
	}
	return (struct domain_name){
	    .registered = bytes_after(name, at),
	    .label = {name.at + at, end - at},
	    .below = bytes_first(name, at > 0 ? at - 1 : 0),
	};
}

bool
domain_name_is_address(struct bytes name)
{
	enum { LABELS = 4, LABEL_MAX = 3 };
	if (name.len >= 5 && bytes_eq(bytes_after(name, name.len - 5), BYTES(".arpa")))
		return true;
	for (size_t label = 0, len = 0, i = 0; i < name.len; i++) {
		uint8_t c = name.at[i];
		if (c == '.') {
			label++;
			len = 0;
			if (label == LABELS)
				return true;
		} else if (++len > LABEL_MAX || !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
			return false;
		}
	}
	return false;
}
