/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_dataset.h"

#include "app/learn_read.h"
#include "app/learn_set_write.h"
#include "cli/verb_options.h"
#include "core/json.h"

#include <errno.h>
#include <stdio.h>

enum { ROOM = 1 << 18 };

static int
print_json(const struct learn_table *t, const struct lesson_account *a)
{
	static char room[ROOM];
	struct json j = json_of(room, sizeof(room));
	uint64_t classes[3] = {0};
	for (size_t i = 0; i < t->rows; i++)
		classes[t->labels[i]]++;
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("schema"), t->schema);
	json_u64(&j, JSON_KEY("rows"), t->rows);
	json_u64(&j, JSON_KEY("benign"), classes[LEARN_BENIGN]);
	json_u64(&j, JSON_KEY("attack"), classes[LEARN_ATTACK]);
	json_u64(&j, JSON_KEY("unknown"), classes[LEARN_UNKNOWN]);
	json_u64(&j, JSON_KEY("lines"), a->lines);
	json_close_object(&j);
	json_newline(&j);
	return json_ok(&j) && fwrite(room, 1, json_length(&j), stdout) == json_length(&j) ? 0 : -EIO;
}

int
learn_dataset_run(const struct learn_options *o, struct diag *diag)
{
	struct lesson_account account = {0};
	struct learn_table *table = NULL;
	int r = learn_read_all(o, &table, &account, diag);
	uint64_t wrong = learn_read_tell(&account, o->language);
	if (r == 0 && o->out_cstr != NULL)
		r = learn_set_write(o->out_cstr, table, diag);
	if (r == 0)
		r = print_json(table, &account);
	learn_table_free(table);
	return r < 0 ? r : wrong > 0 ? VERB_EXIT_PARTLY : VERB_EXIT_DONE;
}
