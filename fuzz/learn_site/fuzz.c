/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/learn_site - the file of a model at home, written by somebody who knows its sum: the input lies over a good file, piece by piece
 * ([offset, 4 bytes][length, 1 byte][bytes]), and the sum is made right.
 *
 * Oracles: refused with a reason, or flows can be judged and learned without any value leaving its range, and what is written is read back.
 */
#include "core/cursor.h"
#include "core/ensure.h"
#include "detect/learn/learn_site.h"
#include "detect/learn/learn_site_file.h"

#include <math.h>
#include <openssl/sha.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct learn_site site, back;

static uint8_t *
good_file(size_t size)
{
	memset(&site, 0, sizeof(site));
	site.target = 0.01;
	site.calibrate_flows = 8;
	site.conformal.epsilon = 0.01;
	uint8_t *file = malloc(size);
	ENSURE(file != NULL);
	learn_site_file_write(&site, file);
	return file;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = learn_site_file_size(), body = len - SHA256_DIGEST_LENGTH;
	struct diag diag = {0};
	/* As it is: no file of a stranger has the right sum. */
	ENSURE(learn_site_file_read((struct bytes){data, size}, "site", &back, &diag) < 0 && diag.text_cstr[0] != '\0');
	uint8_t *file = good_file(len);
	struct cursor c = cursor_of((struct bytes){data, size});
	while (c.left > 0) {
		size_t at = cursor_be32(&c) % body;
		struct bytes piece = bytes_first(cursor_take(&c, cursor_u8(&c)), body - at);
		if (piece.len > 0)
			memcpy(file + at, piece.at, piece.len);
	}
	SHA256(file, body, file + body);
	if (learn_site_file_read((struct bytes){file, len}, "site", &site, &diag) == 0) {
		struct flow_vector v;
		struct learn_judgement j;
		for (unsigned i = 0; i < 40; i++) {
			for (unsigned k = 0; k < FLOW_CODES; k++)
				v.code[k] = k < size ? data[k] : (uint8_t)i;
			learn_site_judge(&site, i % LEARN_PROFILES, &v, (float)i - 20, i, &j);
			ENSURE(
			    j.confidence.share <= 10000 && j.strange_per_million >= 1 && j.strange_per_million <= 1000000);
			learn_site_learn(&site, i % LEARN_PROFILES, &v, &j, LEARN_NOT_SUSPECTED, INT64_MAX - (int64_t)i);
		}
		learn_site_accept(&site, &v, INT64_MAX);
		learn_site_file_write(&site, file);
		ENSURE(learn_site_file_read((struct bytes){file, len}, "site", &back, &diag) == 0);
	}
	free(file);
	return 0;
}
