/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/store.h"

void
store_close(struct store *store)
{
	if (store != NULL)
		store->make->close(store);
}

void
store_rollback(struct store *store)
{
	if (store != NULL && store->make->is_open(store))
		(void)store->make->execute(store, "ROLLBACK");
}

int64_t
store_changes(struct store *store)
{
	return store->make->changes(store);
}

void
store_release(struct store_statement *s)
{
	if (s != NULL)
		s->make->release(s);
}

void
store_reset(struct store_statement *s)
{
	if (s != NULL)
		s->make->reset(s);
}

void
store_expect_many(struct store_statement *s)
{
	if (s != NULL && s->make->expect_many != NULL)
		s->make->expect_many(s);
}

void
store_bind_i64(struct store_statement *s, int at, int64_t value)
{
	if (s != NULL)
		s->make->bind_i64(s, at, value);
}

void
store_bind_text(struct store_statement *s, int at, struct bytes value)
{
	if (s != NULL)
		s->make->bind_text(s, at, value);
}

void
store_bind_bytes(struct store_statement *s, int at, struct bytes value)
{
	if (s != NULL)
		s->make->bind_bytes(s, at, value);
}

int
store_columns(struct store_statement *s)
{
	return s->make->columns(s);
}

const char *
store_name(struct store_statement *s, int at)
{
	return s->make->name(s, at);
}

enum store_type
store_declared(struct store_statement *s, int at)
{
	return s->make->declared(s, at);
}

enum store_type
store_type(struct store_statement *s, int at)
{
	return s->make->type(s, at);
}

int64_t
store_i64(struct store_statement *s, int at)
{
	return s->make->i64(s, at);
}

struct bytes
store_bytes(struct store_statement *s, int at)
{
	return s->make->bytes(s, at);
}
