/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_cuts.h"

#include "core/cursor.h"
#include "core/text.h"

#include <errno.h>
#include <math.h>

enum { VERSION = 1 };

int
learn_cuts_read(struct bytes section, struct learn_cuts *out, struct diag *diag)
{
	struct cursor c = cursor_of(section);
	uint32_t version = cursor_le32(&c), features = cursor_le32(&c);
	if (!cursor_ok(&c) || version != VERSION || features < 1 || features > FLOW_CODES)
		return diag_say(diag, -EINVAL, "%s", _("the cuts of this model cannot be read"));
	*out = (struct learn_cuts){.features = features};
	for (unsigned f = 0; f < features; f++) {
		out->count[f] = cursor_le16(&c);
		out->unknown[f] = cursor_u8(&c);
		cursor_u8(&c);
		if (out->count[f] > LEARN_CUTS_MAX)
			return diag_say(diag, -EINVAL, "%s", _("the cuts of this model cannot be read"));
	}
	for (unsigned f = 0; f < features; f++)
		for (unsigned i = 0; i < out->count[f]; i++) {
			uint32_t bits = cursor_le32(&c);
			memcpy(&out->cut[f][i], &bits, sizeof(bits));
			if (isnan(out->cut[f][i]) || (i > 0 && !(out->cut[f][i] > out->cut[f][i - 1])))
				return diag_say(diag, -EINVAL, "%s", _("the cuts of this model do not ascend"));
		}
	if (!cursor_ok(&c) || c.left != 0)
		return diag_say(diag, -EINVAL, "%s", _("the cuts of this model cannot be read"));
	return 0;
}

static uint8_t *
put_le(uint8_t *at, uint32_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> (8 * i));
	return at + bytes;
}

size_t
learn_cuts_write(const struct learn_cuts *cuts, uint8_t out[static LEARN_CUTS_BYTES_MAX])
{
	uint8_t *at = put_le(put_le(out, VERSION, 4), cuts->features, 4);
	for (unsigned f = 0; f < cuts->features; f++)
		at = put_le(put_le(at, cuts->count[f], 2), cuts->unknown[f], 2);
	for (unsigned f = 0; f < cuts->features; f++)
		for (unsigned i = 0; i < cuts->count[f]; i++) {
			uint32_t bits;
			memcpy(&bits, &cuts->cut[f][i], sizeof(bits));
			at = put_le(at, bits, 4);
		}
	return (size_t)(at - out);
}

uint8_t
learn_cuts_code(const struct learn_cuts *cuts, unsigned feature, float value)
{
	if (isnan(value))
		return cuts->unknown[feature];
	unsigned low = 0, high = cuts->count[feature];
	while (low < high) {
		unsigned middle = (low + high) / 2;
		if (cuts->cut[feature][middle] <= value)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint8_t)low;
}
