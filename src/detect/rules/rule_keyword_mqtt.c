/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keywords of MQTT that are neither a buffer nor a plain number. */
#include "detect/rules/rule_keywords.h"

#include "core/text.h"

/* mqtt.type:CONNACK */
RULE_KEYWORD(rule_keyword_mqtt_type)
{
	static const char *const types[] = {"CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP",
	    "SUBSCRIBE", "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH", "UNASSIGNED",
	    NULL};
	return rule_keyword_app_word_in(p, VIEW_MQTT_TYPE, types, value);
}

RULE_KEYWORD(rule_keyword_mqtt_session_present)
{
	static const char *const words[] = {"yes", "no", NULL};
	static const char *const others[] = {"true", "false", NULL};
	int at = rule_parser_word(value, others);
	return rule_keyword_app_word_in(p, VIEW_MQTT_SESSION_PRESENT, words, at < 0 ? value : bytes_of_cstr(words[at]));
}

/* Flags are shown as letters, upper case where they are set (inspect/l7_mqtt.c). */
static int
flags(struct rule_parser *p, enum view view, const char *const *names, const char *set_cstr, const char *unset_cstr,
    struct bytes value)
{
	struct bytes part;
	int r = 0;
	while (r == 0 && rule_text_split(&value, ',', &part)) {
		part = rule_text_trim(part);
		bool negated = part.len > 0 && part.at[0] == '!';
		int at = rule_parser_word(negated ? rule_text_trim(bytes_after(part, 1)) : part, names);
		if (at < 0)
			return rule_parser_refuse(
			    p, _("\"%.*s\" is not known here"), part.len > 40 ? 40 : (int)part.len, (const char *)part.at);
		const char *letters = negated ? unset_cstr : set_cstr;
		struct rule_content content = rule_parser_content((struct bytes){(const uint8_t *)letters + at, 1}, false);
		r = rule_parser_add_content(p, view, &content);
	}
	return r;
}

/* mqtt.flags:retain,!dup */
RULE_KEYWORD(rule_keyword_mqtt_flags)
{
	static const char *const names[] = {"retain", "dup", NULL};
	return flags(p, VIEW_MQTT_FLAGS, names, "RD", "rd", value);
}

RULE_KEYWORD(rule_keyword_mqtt_connect_flags)
{
	static const char *const names[] = {"username", "password", "will", "will_retain", "clean_session", NULL};
	return flags(p, VIEW_MQTT_CONNECT_FLAGS, names, "UPWXC", "upwxc", value);
}
