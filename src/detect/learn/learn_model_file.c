/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_model_file.h"

#include "core/cursor.h"
#include "core/text.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "trees are copied as they lie in the file");

enum { TREES_HEAD = 64 };

static size_t
aligned(size_t size)
{
	return (size + LEARN_FILE_ALIGN - 1) / LEARN_FILE_ALIGN * LEARN_FILE_ALIGN;
}

static int
read_facts(struct bytes section, struct learn_facts *out, struct diag *diag)
{
	struct learn_facts f = {0};
	struct cursor c = cursor_of(section);
	struct bytes schema = cursor_take(&c, sizeof(f.schema));
	f.mask = cursor_le64(&c);
	f.seed = cursor_le64(&c);
	f.rows = cursor_le64(&c);
	f.positives = cursor_le64(&c);
	struct bytes training = cursor_take(&c, LEARN_HASH), names = cursor_take(&c, LEARN_HASH);
	f.made_s = (int64_t)cursor_le64(&c);
	f.expires_s = (int64_t)cursor_le64(&c);
	if (!cursor_ok(&c) || section.len != LEARN_MODEL_FILE_FACTS || bytes_find(schema, '\0') == schema.len)
		return diag_say(diag, -EINVAL, "%s", _("the model does not say what it was made of"));
	memcpy(f.schema, schema.at, bytes_find(schema, '\0'));
	memcpy(f.training_hash, training.at, LEARN_HASH);
	memcpy(f.schema_hash, names.at, LEARN_HASH);
	*out = f;
	return 0;
}

static uint8_t *
put_le64(uint8_t *at, uint64_t value)
{
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

void
learn_model_file_facts(const struct learn_facts *f, uint8_t out[static LEARN_MODEL_FILE_FACTS])
{
	memset(out, 0, LEARN_MODEL_FILE_FACTS);
	memcpy(out, f->schema, sizeof(f->schema));
	uint8_t *at = put_le64(put_le64(out + sizeof(f->schema), f->mask), f->seed);
	at = put_le64(put_le64(at, f->rows), f->positives);
	memcpy(at, f->training_hash, LEARN_HASH);
	memcpy(at + LEARN_HASH, f->schema_hash, LEARN_HASH);
	put_le64(put_le64(at + 2 * LEARN_HASH, (uint64_t)f->made_s), (uint64_t)f->expires_s);
}

/* The parts of the section lie one behind the other, each at a multiple of 64. */
static struct bytes
part(struct cursor *c, size_t size)
{
	struct bytes b = cursor_take(c, aligned(size));
	return bytes_first(b, size);
}

int
learn_model_file_read(const struct learn_file *file, struct learn_model **out, struct diag *diag)
{
	struct learn_facts facts;
	int r = read_facts(learn_file_find(file, LEARN_FILE_FACTS), &facts, diag);
	if (r < 0)
		return r;
	struct cursor c = cursor_of(learn_file_find(file, LEARN_FILE_TREES));
	struct learn_forest f = {0};
	uint32_t growth = cursor_le32(&c);
	f.trees = cursor_le32(&c);
	f.depth = cursor_le32(&c);
	f.exponent = (int)cursor_le32(&c);
	f.base = (int64_t)cursor_le64(&c);
	cursor_take(&c, TREES_HEAD - 24);
	f.growth = (enum learn_growth)growth;
	if (!cursor_ok(&c) || growth > LEARN_LEVELS || f.trees > LEARN_TREES_MAX || f.depth > LEARN_DEPTH_MAX || f.depth < 1)
		return diag_say(diag, -EINVAL, "%s", _("the model has no trees that can be read"));
	size_t tests = f.trees * learn_model_tests(f.growth, f.depth), leaves = (size_t)f.trees << f.depth;
	struct bytes planes = part(&c, tests), limits = part(&c, tests);
	struct bytes values = part(&c, leaves * sizeof(*f.leaves)), covers = part(&c, leaves * sizeof(*f.covers));
	if (!cursor_ok(&c) || c.left != 0)
		return diag_say(diag, -EINVAL, "%s", _("the trees of the model do not fit their section"));
	f.planes = malloc(tests + 1);
	f.limits = malloc(tests + 1);
	f.leaves = malloc(values.len + 1);
	f.covers = malloc(covers.len + 1);
	if (f.planes == NULL || f.limits == NULL || f.leaves == NULL || f.covers == NULL) {
		r = -ENOMEM;
	} else if (tests > 0) {
		memcpy(f.planes, planes.at, tests);
		memcpy(f.limits, limits.at, tests);
		memcpy(f.leaves, values.at, values.len);
		memcpy(f.covers, covers.at, covers.len);
	}
	if (r == 0)
		r = learn_model_new(&f, &facts, out, diag);
	free(f.planes);
	free(f.limits);
	free(f.leaves);
	free(f.covers);
	return r;
}

static uint8_t *
put_part(uint8_t *at, const void *from, size_t size)
{
	memcpy(at, from, size);
	return at + aligned(size);
}

int
learn_model_file_put(const struct learn_model *model, struct learn_file *file, uint8_t **room)
{
	const struct learn_forest *f = learn_model_forest(model);
	size_t tests = f->trees * learn_model_tests(f->growth, f->depth), leaves = (size_t)f->trees << f->depth;
	size_t size = TREES_HEAD + 2 * aligned(tests) + aligned(leaves * sizeof(*f->leaves)) +
	    aligned(leaves * sizeof(*f->covers));
	uint8_t *bytes = calloc(1, size + LEARN_MODEL_FILE_FACTS);
	if (bytes == NULL)
		return -ENOMEM;
	uint32_t head[4] = {f->growth, f->trees, f->depth, (uint32_t)f->exponent};
	memcpy(bytes, head, sizeof(head));
	put_le64(bytes + sizeof(head), (uint64_t)f->base);
	uint8_t *at = put_part(bytes + TREES_HEAD, f->planes, tests);
	at = put_part(at, f->limits, tests);
	at = put_part(at, f->leaves, leaves * sizeof(*f->leaves));
	at = put_part(at, f->covers, leaves * sizeof(*f->covers));
	learn_model_file_facts(learn_model_facts(model), at);
	int r = learn_file_put(file, LEARN_FILE_FACTS, (struct bytes){at, LEARN_MODEL_FILE_FACTS});
	if (r == 0)
		r = learn_file_put(file, LEARN_FILE_TREES, (struct bytes){bytes, size});
	if (r < 0)
		free(bytes);
	else
		*room = bytes;
	return r;
}

void
learn_model_file_schema_hash(const char *schema_cstr, struct bytes names, uint8_t out[static LEARN_HASH])
{
	char schema[LEARN_SCHEMA] = {0};
	uint8_t version = FLOW_VECTOR_VERSION;
	memset(out, 0, LEARN_HASH);
	memcpy(schema, schema_cstr, strnlen(schema_cstr, sizeof(schema) - 1));
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1) {
		(void)EVP_DigestUpdate(context, schema, sizeof(schema));
		(void)EVP_DigestUpdate(context, &version, 1);
		if (strcmp(schema, "fv64") != 0)
			(void)EVP_DigestUpdate(context, names.at, names.len);
		(void)EVP_DigestFinal_ex(context, out, NULL);
	}
	EVP_MD_CTX_free(context);
}
