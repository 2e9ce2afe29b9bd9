/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_model_file.h"

#include "detect/learn/learn_seal.h"
#include "learn_sample.h"
#include "test.h"

#include <errno.h>
#include <openssl/pem.h>

enum { NOW_S = 1800000000, DAY_S = 86400 };

struct keys {
	char secret[512], public[512];
};

static void
pem_of(BIO *bio, char *out, size_t size)
{
	int n = BIO_read(bio, out, (int)size - 1);
	assert_true(n > 0);
	out[n] = '\0';
	BIO_free(bio);
}

static struct keys
new_keys(void)
{
	struct keys k = {0};
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	BIO *secret = BIO_new(BIO_s_mem()), *public = BIO_new(BIO_s_mem());
	assert_int_equal(PEM_write_bio_PrivateKey(secret, key, NULL, NULL, 0, NULL, NULL), 1);
	assert_int_equal(PEM_write_bio_PUBKEY(public, key), 1);
	pem_of(secret, k.secret, sizeof(k.secret));
	pem_of(public, k.public, sizeof(k.public));
	EVP_PKEY_free(key);
	return k;
}

/* What a file lacks; bits. */
enum { NO_SHEET = 1, NO_APPROVAL = 2, OTHER_SCHEMA = 4, NOT_SIGNED = 8, EXPIRED = 16, OTHER_CODING = 32 };

static struct bytes
file_of(const struct learn_model *m, const struct keys *keys, unsigned lacks)
{
	struct learn_file f = {0};
	uint8_t *room = NULL, *bytes = NULL, facts_bytes[LEARN_MODEL_FILE_FACTS];
	size_t len = 0;
	struct learn_facts facts = *learn_model_facts(m);
	(void)snprintf(facts.schema, sizeof(facts.schema), "%s", lacks & OTHER_SCHEMA ? "nsl-kdd" : "fv64");
	learn_model_file_schema_hash(facts.schema, (struct bytes){0}, facts.schema_hash);
	facts.schema_hash[0] ^= (lacks & OTHER_CODING) != 0;
	facts.expires_s = lacks & EXPIRED ? NOW_S : NOW_S + DAY_S;
	learn_model_file_facts(&facts, facts_bytes);
	assert_int_equal(learn_model_file_put(m, &f, &room), 0);
	assert_int_equal(learn_file_put(&f, LEARN_FILE_FACTS, (struct bytes){facts_bytes, sizeof(facts_bytes)}), 0);
	if (!(lacks & NO_SHEET))
		assert_int_equal(learn_file_put(&f, LEARN_FILE_SHEET, BYTES("recorded here")), 0);
	if (!(lacks & NO_APPROVAL))
		assert_int_equal(learn_file_put(&f, LEARN_FILE_APPROVAL, BYTES("N. Ferrand\n2026-11-28T00:00:00Z\n")), 0);
	assert_int_equal(learn_file_write(&f, &bytes, &len), 0);
	if (!(lacks & NOT_SIGNED))
		assert_int_equal(learn_seal_sign(bytes_of_cstr(keys->secret), &bytes, &len, NULL), 0);
	free(room);
	return (struct bytes){bytes, len};
}

static int
deployable(struct bytes bytes, struct diag *diag)
{
	struct learn_file f;
	struct learn_model *m = NULL;
	int r = learn_file_read(bytes, &f, diag);
	if (r == 0)
		r = learn_model_file_read(&f, &m, diag);
	if (r == 0)
		r = learn_seal_deployable(&f, learn_model_facts(m), NOW_S, diag);
	learn_model_free(m);
	return r;
}

static void
what_is_written_is_read_back(void **state)
{
	(void)state;
	uint64_t random = 3;
	struct keys keys = new_keys();
	for (unsigned round = 0; round < 6; round++) {
		struct learn_model *m = learn_sample_model(
		    round & 1 ? LEARN_SYMMETRIC : LEARN_LEVELS, 7, 1 + round, 64, 4000, round);
		struct bytes file = file_of(m, &keys, 0);
		struct learn_model *back = NULL;
		assert_int_equal(learn_model_read(file, &back, NULL), 0);
		for (unsigned i = 0; i < 50; i++) {
			struct flow_vector v = learn_sample_vector(&random);
			assert_true(learn_model_margin(back, &v) == learn_model_margin(m, &v));
		}
		assert_string_equal(learn_model_facts(back)->schema, "fv64");
		learn_model_free(back);
		learn_model_free(m);
		free((void *)(uintptr_t)file.at);
	}
}

static void
a_model_that_lacks_something_is_not_deployed_and_says_what(void **state)
{
	(void)state;
	static const struct {
		unsigned lacks;
		int error;
		const char *reason;
	} cases[] = {
	    {0, 0, ""},
	    {NOT_SIGNED, -EKEYREJECTED, "nobody signed this model: beffroi learn approve does"},
	    {NO_SHEET, -EPERM, "this model has no data sheet: beffroi learn approve adds it"},
	    {NO_APPROVAL, -EPERM, "nobody has approved this model: beffroi learn approve does"},
	    {EXPIRED, -EPERM, "this model has expired: train it again, or approve it again"},
	    {OTHER_SCHEMA, -EINVAL,
	        "this model reads \"nsl-kdd\": a sensor makes \"fv64\"; it can be evaluated, not deployed"},
	    {OTHER_CODING, -EINVAL, "this model was made for another coding of flows: train it again"},
	};
	struct keys keys = new_keys();
	struct learn_model *m = learn_sample_model(LEARN_LEVELS, 3, 4, 64, 4000, 8);
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		struct diag diag = {0};
		struct bytes file = file_of(m, &keys, cases[i].lacks);
		assert_int_equal(deployable(file, &diag), cases[i].error);
		assert_string_equal(diag.text_cstr, cases[i].reason);
		free((void *)(uintptr_t)file.at);
	}
	learn_model_free(m);
}

static void
one_bit_changed_anywhere_is_seen(void **state)
{
	(void)state;
	struct keys keys = new_keys();
	struct learn_model *m = learn_sample_model(LEARN_SYMMETRIC, 2, 3, 64, 4000, 9);
	struct bytes file = file_of(m, &keys, 0);
	uint8_t *bytes = (uint8_t *)(uintptr_t)file.at;
	for (size_t i = 0; i < file.len; i++) {
		struct diag diag = {0};
		bytes[i] ^= 0x10;
		assert_true(deployable(file, &diag) < 0 && diag.text_cstr[0] != '\0');
		bytes[i] ^= 0x10;
	}
	free(bytes);
	learn_model_free(m);
}

static void
every_shorter_file_is_refused_with_a_reason(void **state)
{
	(void)state;
	struct keys keys = new_keys();
	struct learn_model *m = learn_sample_model(LEARN_LEVELS, 2, 3, 64, 4000, 10);
	struct bytes file = file_of(m, &keys, 0);
	for (size_t len = 0; len < file.len; len++) {
		struct diag diag = {0};
		struct bytes part = test_heap(bytes_first(file, len));
		struct learn_model *none = NULL;
		assert_true(learn_model_read(part, &none, &diag) < 0 && none == NULL);
		assert_memory_equal(diag.text_cstr, "the model is cut off", 20);
		test_heap_free(part);
	}
	free((void *)(uintptr_t)file.at);
	learn_model_free(m);
}

static void
another_key_is_not_the_one_that_signed(void **state)
{
	(void)state;
	struct keys keys = new_keys(), others = new_keys();
	struct learn_model *m = learn_sample_model(LEARN_LEVELS, 2, 3, 64, 4000, 11);
	struct bytes file = file_of(m, &keys, 0);
	struct learn_file f;
	struct diag diag = {0};
	assert_int_equal(learn_file_read(file, &f, NULL), 0);
	assert_int_equal(learn_seal_verify_by(&f, bytes_of_cstr(keys.public), &diag), 0);
	assert_int_equal(learn_seal_verify_by(&f, bytes_of_cstr(others.public), &diag), -EKEYREJECTED);
	assert_string_equal(diag.text_cstr, "another key signed this model");
	assert_int_equal(learn_seal_verify_by(&f, BYTES("no key"), &diag), -EINVAL);
	free((void *)(uintptr_t)file.at);
	learn_model_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_written_is_read_back),
	    cmocka_unit_test(a_model_that_lacks_something_is_not_deployed_and_says_what),
	    cmocka_unit_test(one_bit_changed_anywhere_is_seen),
	    cmocka_unit_test(every_shorter_file_is_refused_with_a_reason),
	    cmocka_unit_test(another_key_is_not_the_one_that_signed),
	};
	return RUN_TESTS(tests);
}
