/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rule_references.h"

#include <stdio.h>

/* The systems that Suricata's reference.config names. */
static const struct {
	const char *system_cstr, *prefix_cstr;
} known[] = {
    {"url", "https://"},
    {"cve", "https://cve.mitre.org/cgi-bin/cvename.cgi?name="},
    {"bugtraq", "http://www.securityfocus.com/bid/"},
    {"bid", "http://www.securityfocus.com/bid/"},
    {"secunia", "http://www.secunia.com/advisories/"},
    {"arachnids", "http://www.whitehats.com/info/IDS"},
    {"mcafee", "https://vil.nai.com/vil/content/v_"},
    {"nessus", "https://www.nessus.org/plugins/index.php?view=single&id="},
    {"et", "https://doc.emergingthreats.net/"},
    {"etpro", "https://doc.emergingthreatspro.com/"},
    {"telus", "https://"},
    {"osvdb", "https://osvdb.org/show/osvdb/"},
    {"threatexpert", "https://www.threatexpert.com/report.aspx?md5="},
    {"md5", "https://www.threatexpert.com/report.aspx?md5="},
    {"exploitdb", "https://www.exploit-db.com/exploits/"},
    {"openpacket", "https://www.openpacket.org/capture/grab/"},
    {"securitytracker", "https://securitytracker.com/id?"},
    {"xforce", "https://xforce.iss.net/xforce/xfdb/"},
    {"msft", "https://technet.microsoft.com/security/bulletin/"},
};

static bool
is_whole(struct bytes value)
{
	for (size_t i = 0; i + 3 <= value.len; i++)
		if (memcmp(value.at + i, "://", 3) == 0)
			return true;
	return false;
}

void
rule_references_write(struct json *j, const struct rule_set *set, struct bytes system, struct bytes value)
{
	char text[1024];
	size_t i = 0;
	struct bytes prefix = {0};
	while (i < LENGTH_OF(known) && !bytes_eq_nocase(system, bytes_of_cstr(known[i].system_cstr)))
		i++;
	if (i < LENGTH_OF(known))
		prefix = bytes_of_cstr(known[i].prefix_cstr);
	for (size_t k = 0; k < set->reference_count; k++) /* what the site says counts more */
		if (bytes_eq_nocase(system, set->references[k].name))
			prefix = set->references[k].text;
	int len = is_whole(value) ? snprintf(text, sizeof(text), "%.*s", (int)value.len, (const char *)value.at)
	    : prefix.len > 0      ? snprintf(text, sizeof(text), "%.*s%.*s", (int)prefix.len, (const char *)prefix.at,
	                                (int)value.len, (const char *)value.at)
	                          : snprintf(text, sizeof(text), "%.*s:%.*s", (int)system.len, (const char *)system.at,
	                                (int)value.len, (const char *)value.at);
	if (len >= 0)
		json_text(j, (struct bytes){0}, bytes_first(bytes_of_cstr(text), (size_t)len));
}
