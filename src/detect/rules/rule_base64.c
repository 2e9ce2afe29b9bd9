/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_base64.h"

size_t
rule_base64_decode(struct bytes text, enum rule_base64 mode, uint8_t *out, size_t size)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t len = 0, letters = 0, padding = 0;
	for (size_t i = 0; i < text.len && len < size; i++) {
		int value = bytes_base64_digit(text.at[i]);
		if (value < 0 && text.at[i] == '=') {
			padding++;
			if (mode != RULE_BASE64_STRICT)
				break;
			continue;
		}
		if (value < 0 || padding > 0) {
			if (mode == RULE_BASE64_STRICT)
				return 0;
			if (mode == RULE_BASE64_RFC4648)
				break;
			continue;
		}
		letters++;
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[len++] = (uint8_t)(bits >> have);
		}
	}
	if (mode == RULE_BASE64_STRICT && (letters + padding) % 4 != 0)
		return 0;
	return len;
}
