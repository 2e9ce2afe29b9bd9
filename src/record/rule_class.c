/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/rule_class.h"

struct meaning {
	const char *name_cstr;
	enum alert_stage stage;
};

/* ATT&CK tactics, https://attack.mitre.org/tactics/enterprise/ */
static const struct meaning tactics[] = {{"TA0043", STAGE_RECONNAISSANCE}, {"TA0042", STAGE_RECONNAISSANCE},
    {"TA0007", STAGE_RECONNAISSANCE}, {"TA0001", STAGE_ACCESS}, {"TA0002", STAGE_FOOTHOLD}, {"TA0003", STAGE_FOOTHOLD},
    {"TA0004", STAGE_FOOTHOLD}, {"TA0005", STAGE_FOOTHOLD}, {"TA0006", STAGE_CREDENTIALS}, {"TA0008", STAGE_LATERAL},
    {"TA0009", STAGE_EXFILTRATION}, {"TA0010", STAGE_EXFILTRATION}, {"TA0011", STAGE_COMMAND}, {"TA0040", STAGE_IMPACT}};

/* The classes of rules, as classification.config of Suricata and Snort words them. */
static const struct meaning classes[] = {{"Attempted Information Leak", STAGE_RECONNAISSANCE},
    {"Information Leak", STAGE_RECONNAISSANCE}, {"Large Scale Information Leak", STAGE_RECONNAISSANCE},
    {"Detection of a Network Scan", STAGE_RECONNAISSANCE}, {"Device Retrieving External IP Address Detected", STAGE_HYGIENE},
    {"Attempted User Privilege Gain", STAGE_ACCESS}, {"Unsuccessful User Privilege Gain", STAGE_ACCESS},
    {"Attempted Administrator Privilege Gain", STAGE_ACCESS}, {"Web Application Attack", STAGE_ACCESS},
    {"access to a potentially vulnerable web application", STAGE_ACCESS}, {"Executable code was detected", STAGE_ACCESS},
    {"Exploit Kit Activity Detected", STAGE_ACCESS}, {"Possible Social Engineering Attempted", STAGE_ACCESS},
    {"Successful User Privilege Gain", STAGE_FOOTHOLD}, {"Successful Administrator Privilege Gain", STAGE_FOOTHOLD},
    {"Targeted Malicious Activity was Detected", STAGE_FOOTHOLD}, {"A system call was detected", STAGE_FOOTHOLD},
    {"Attempt to login by a default username and password", STAGE_CREDENTIALS},
    {"Successful Credential Theft Detected", STAGE_CREDENTIALS},
    {"An attempted login using a suspicious username was detected", STAGE_CREDENTIALS},
    {"A Network Trojan was detected", STAGE_COMMAND}, {"Malware Command and Control Activity Detected", STAGE_COMMAND},
    {"Domain Observed Used for C2 Detected", STAGE_COMMAND}, {"Attempted Denial of Service", STAGE_IMPACT},
    {"Denial of Service", STAGE_IMPACT}, {"Detection of a Denial of Service Attack", STAGE_IMPACT},
    {"Crypto Currency Mining Activity Detected", STAGE_IMPACT}, {"Potential Corporate Privacy Violation", STAGE_HYGIENE},
    {"Possibly Unwanted Program Detected", STAGE_HYGIENE}, {"Not Suspicious Traffic", STAGE_HYGIENE},
    {"Unknown Traffic", STAGE_HYGIENE}, {"Misc activity", STAGE_HYGIENE},
    {"Generic Protocol Command Decode", STAGE_HYGIENE}};

static bool
find(const struct meaning *table, size_t count, struct bytes name, enum alert_stage *out)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_eq_nocase(name, bytes_of_cstr(table[i].name_cstr))) {
			*out = table[i].stage;
			return true;
		}
	return false;
}

enum alert_stage
rule_class_stage(struct bytes tactic, struct bytes category, uint64_t priority)
{
	enum alert_stage stage = priority >= 1 && priority <= 2 ? STAGE_ACCESS : STAGE_HYGIENE;
	if (!find(tactics, LENGTH_OF(tactics), tactic, &stage))
		(void)find(classes, LENGTH_OF(classes), category, &stage);
	return stage;
}

enum severity
rule_class_severity(uint64_t priority)
{
	return priority == 1 ? SEVERITY_SERIOUS : priority == 2 ? SEVERITY_SIGNIFICANT : SEVERITY_MINOR;
}
