/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Shares, open files of SMB, and what is written to and read from them. */
#include "inspect/l7_smb_state.h"

#include "inspect/content.h"
#include "inspect/l7_settings.h"

static bool
same_id(const struct l7_smb_id *a, const struct l7_smb_id *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* ---- Shares ---- */

static struct l7_smb_tree *
tree_of(struct l7_smb *s, const struct l7_smb_head *h)
{
	for (size_t i = 0; i < L7_SMB_TREES_MAX; i++)
		if (s->trees[i].used && s->trees[i].tree_id == h->tree_id && s->trees[i].session_id == h->session_id)
			return &s->trees[i];
	return NULL;
}

const struct l7_smb_tree *
l7_smb_file_tree_of(const struct l7_smb *s, const struct l7_smb_head *h)
{
	return tree_of((struct l7_smb *)(uintptr_t)s, h);
}

void
l7_smb_file_no_tree(struct l7_smb *s, const struct l7_smb_head *h)
{
	struct l7_smb_tree *tree = tree_of(s, h);
	if (tree == NULL)
		return;
	l7_texts_drop(&s->texts, tree->name);
	*tree = (struct l7_smb_tree){0};
}

void
l7_smb_file_tree(struct l7_smb *s, const struct l7_smb_head *h, uint8_t name, bool is_pipe)
{
	size_t i = 0;
	l7_smb_file_no_tree(s, h);
	while (i < L7_SMB_TREES_MAX - 1 && s->trees[i].used)
		i++;
	l7_texts_drop(&s->texts, s->trees[i].name);
	s->trees[i] = (struct l7_smb_tree){
	    .session_id = h->session_id, .tree_id = h->tree_id, .is_pipe = is_pipe, .used = true};
	s->trees[i].name = l7_texts_copy(&s->texts, name);
}

/* ---- Files ---- */

static void
close_flow(struct l7_smb_turn *t, struct l7_smb_file *f, size_t direction, const struct l7_smb_head *h)
{
	struct l7_smb_flow *flow = &f->flow[direction];
	struct l7_smb_tx *tx = flow->tx_id == 0 ? NULL : l7_smb_tx_of_id(t->smb, flow->tx_id);
	uint32_t content = flow->content;
	*flow = (struct l7_smb_flow){0};
	if (tx == NULL)
		return;
	struct l7_smb_quote quote;
	struct l7_tx about = l7_smb_tx_quote(&quote, t->smb, tx);
	if (h != NULL) { /* closed as it should be */
		tx->has_status = true;
		tx->status = 0;
	}
	content_close(t->sink, content, t->in, t->flow, &about, h != NULL ? CONTENT_COMPLETE : CONTENT_TRUNCATED);
	l7_smb_tx_show(t, tx, L7_CLIENT, true);
	l7_smb_tx_show(t, tx, L7_SERVER, true);
	l7_smb_tx_end(t, tx);
}

static void
forget(struct l7_smb_turn *t, struct l7_smb_file *f, const struct l7_smb_head *h)
{
	struct l7_smb *s = t->smb;
	uint8_t number = (uint8_t)(f - s->files);
	close_flow(t, f, 0, h);
	close_flow(t, f, 1, h);
	l7_texts_drop(&s->texts, f->name);
	for (size_t i = 0; i < 2; i++) {
		if (s->sides[i].file == number)
			s->sides[i].file = L7_SMB_NO_FILE;
		if (s->sides[i].pipe == number)
			s->sides[i].held = 0;
	}
	*f = (struct l7_smb_file){0};
}

struct l7_smb_file *
l7_smb_file_of(struct l7_smb_turn *t, const struct l7_smb_id *id, bool make)
{
	struct l7_smb *s = t->smb;
	struct l7_smb_file *free = NULL, *oldest = NULL;
	for (size_t i = 0; i < L7_SMB_FILES_MAX; i++) {
		struct l7_smb_file *f = &s->files[i];
		if (f->used && same_id(&f->id, id)) {
			f->age = ++s->age;
			return f;
		}
		if (!f->used)
			free = free == NULL ? f : free;
		else if (oldest == NULL || f->age < oldest->age)
			oldest = f;
	}
	if (!make)
		return NULL;
	if (free == NULL) {
		forget(t, oldest, NULL);
		free = oldest;
	}
	*free = (struct l7_smb_file){.used = true, .age = ++s->age, .id = *id};
	return free;
}

void
l7_smb_file_name(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id, uint8_t name)
{
	struct l7_smb_file *f = l7_smb_file_of(t, id, false);
	if (f != NULL)
		forget(t, f, NULL); /* the number is used again */
	f = l7_smb_file_of(t, id, true);
	const struct l7_smb_tree *tree = l7_smb_file_tree_of(t->smb, h);
	f->is_pipe = tree != NULL && tree->is_pipe;
	f->name = l7_texts_copy(&t->smb->texts, name);
}

void
l7_smb_file_close(struct l7_smb_turn *t, const struct l7_smb_id *id, const struct l7_smb_head *h)
{
	struct l7_smb_file *f = l7_smb_file_of(t, id, false);
	if (f != NULL)
		forget(t, f, h);
}

void
l7_smb_file_end(struct l7_smb_turn *t)
{
	for (size_t i = 0; i < L7_SMB_FILES_MAX; i++)
		if (t->smb->files[i].used)
			forget(t, &t->smb->files[i], NULL);
}

/* ---- Reads, whose answers name no file ---- */

void
l7_smb_file_asked(struct l7_smb *s, const struct l7_smb_head *h, const struct l7_smb_id *id, uint64_t offset)
{
	size_t i = 0;
	while (i < L7_SMB_READS_MAX && s->reads[i].used)
		i++;
	if (i == L7_SMB_READS_MAX) { /* the first one was never answered */
		memmove(s->reads, s->reads + 1, sizeof(s->reads) - sizeof(s->reads[0]));
		i--;
	}
	s->reads[i] = (struct l7_smb_read){.used = true, .message_id = h->message_id, .offset = offset, .id = *id};
}

const struct l7_smb_read *
l7_smb_file_asked_of(const struct l7_smb *s, const struct l7_smb_head *h)
{
	for (size_t i = 0; i < L7_SMB_READS_MAX; i++)
		if (s->reads[i].used && s->reads[i].message_id == h->message_id)
			return &s->reads[i];
	return NULL;
}

void
l7_smb_file_answered(struct l7_smb *s, const struct l7_smb_head *h)
{
	const struct l7_smb_read *asked = l7_smb_file_asked_of(s, h);
	if (asked == NULL)
		return;
	size_t i = (size_t)(asked - s->reads);
	memmove(&s->reads[i], &s->reads[i + 1], (L7_SMB_READS_MAX - 1 - i) * sizeof(s->reads[0]));
	s->reads[L7_SMB_READS_MAX - 1].used = false;
}

/* ---- Contents ---- */

static void
open_flow(struct l7_smb_turn *t, const struct l7_smb_head *h, struct l7_smb_file *f, size_t direction)
{
	struct l7_smb *s = t->smb;
	uint8_t number = (uint8_t)(f - s->files);
	struct l7_smb_tx *tx = l7_smb_tx_new(t, h, L7_SMB_FILE);
	f = &s->files[number];
	const struct l7_smb_tree *tree = l7_smb_file_tree_of(s, h);
	tx->file = f->id;
	tx->text[L7_SMB_NAME] = l7_texts_copy(&s->texts, f->name);
	if (tree != NULL)
		tx->text[L7_SMB_SHARE] = l7_texts_copy(&s->texts, tree->name);
	struct l7_smb_quote quote;
	struct l7_tx about = l7_smb_tx_quote(&quote, s, tx);
	struct content_spec spec = {.app = APP_SMB, .is_file = true, .name = l7_texts_at(&s->texts, f->name)};
	f->flow[direction] = (struct l7_smb_flow){.tx_id = tx->id, .content = content_open(t->sink, t->in, &about, &spec)};
}

uint8_t
l7_smb_file_begin(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id, uint64_t offset)
{
	size_t direction = t->in->side == L7_CLIENT ? 0 : 1;
	const struct l7_smb_tree *tree = l7_smb_file_tree_of(t->smb, h);
	struct l7_smb_file *f = l7_smb_file_of(t, id, true);
	/* A pipe that speaks something else is no file: its offsets mean nothing. */
	if (f->is_pipe || (tree != NULL && tree->is_pipe))
		return L7_SMB_NO_FILE;
	if (f->flow[direction].tx_id == 0)
		open_flow(t, h, f, direction);
	struct l7_smb_flow *flow = &f->flow[direction];
	uint8_t number = (uint8_t)(f - t->smb->files);
	if (offset < flow->next) {
		/* What passed already is not shown twice. */
		l7_smb_tx_event(t, "file_overlap");
		return L7_SMB_NO_FILE;
	}
	if (offset > flow->next)
		content_gap(t->sink, flow->content, offset - flow->next);
	flow->next = offset;
	return number;
}

void
l7_smb_file_data(struct l7_smb_turn *t, uint8_t file, struct bytes data)
{
	if (file == L7_SMB_NO_FILE)
		return;
	struct l7_smb_flow *flow = &t->smb->files[file].flow[t->in->side == L7_CLIENT ? 0 : 1];
	const struct l7_smb_tx *tx = l7_smb_tx_of_id(t->smb, flow->tx_id);
	flow->next += data.len;
	if (tx == NULL || flow->content == 0)
		return;
	struct l7_smb_quote quote;
	struct l7_tx about = l7_smb_tx_quote(&quote, t->smb, tx);
	content_data(t->sink, flow->content, t->in, &about, data);
}

void
l7_smb_file_lost(struct l7_smb_turn *t, uint8_t file, uint64_t lost)
{
	if (file == L7_SMB_NO_FILE)
		return;
	struct l7_smb_flow *flow = &t->smb->files[file].flow[t->in->side == L7_CLIENT ? 0 : 1];
	flow->next += lost;
	content_gap(t->sink, flow->content, lost);
}

size_t
l7_smb_file_pass_over(struct l7_smb_turn *t, struct bytes here, size_t length)
{
	t->smb->sides[t->in->side].message_left = (uint32_t)(length - here.len);
	return here.len;
}

size_t
l7_smb_file_take(
    struct l7_smb_turn *t, const struct l7_smb_head *h, struct bytes message, size_t length, struct l7_smb_data *data)
{
	struct l7_smb_side *side = &t->smb->sides[t->in->side];
	message = bytes_first(message, length);
	data->is_broken = data->at > length || data->length > length - data->at;
	if (data->is_broken)
		return l7_smb_file_pass_over(t, message, length);
	if (message.len < data->at)
		return 0;
	struct bytes here = bytes_first(bytes_after(message, data->at), data->length);
	/* Whether these are calls, the first bytes tell. */
	if (here.len < DCERPC_HEADER_SIZE && here.len < data->length)
		return 0;
	if (l7_smb_pipe_is(t, h, &data->id, here)) {
		size_t wanted = data->length < L7_SMB_MESSAGE_MAX ? data->length : L7_SMB_MESSAGE_MAX;
		if (here.len < wanted)
			return 0;
		l7_smb_pipe_data(t, h, &data->id, bytes_first(here, wanted));
		side->message_left = (uint32_t)(length - data->at - wanted);
		return data->at + wanted;
	}
	side->file = l7_smb_file_begin(t, h, &data->id, data->offset);
	side->data_left = data->length;
	side->message_left = (uint32_t)(length - data->at - data->length);
	return data->at;
}
