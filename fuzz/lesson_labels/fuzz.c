/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/lesson_labels - a file of labels, YAML or CSV by the first byte, and flows that it labels.
 *
 * Oracles: refused with a reason; labels are in bounds, an attack has a family, and what is unknown adds up.
 */
#include "core/ensure.h"
#include "lesson/lesson.h"
#include "lesson/lesson_labels.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct lesson_limits limits = {.rows = 100, .bytes = 1 << 20};
static const char
    flows_cstr[] = "ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt,opkt,obyt\n"
                   "2026-01-02 10:00:01,2026-01-02 10:00:02,1.0,10.0.0.1,10.0.0.2,50001,22,TCP,27,5,500,4,400\n"
                   "2026-01-02 10:00:01,2026-01-02 10:00:02,1.0,10.0.9.1,10.0.0.2,999,53,UDP,0,1,60,1,90\n"
                   "2026-01-02 11:00:01,2026-01-02 11:00:02,1.0,2001:db8::1,2001:db8::2,999,80,TCP,27,1,60,1,90\n"
                   "2026-01-02 11:00:01,2026-01-02 11:00:02,1.0,,,0,0,ICMP,0,1,60,1,90\n";

static void
label_flows(struct lesson_labels *labels)
{
	struct lesson *l = NULL;
	struct learn_table *t = NULL;
	struct diag diag = {.offset = UINT64_MAX};
	uint64_t unknown = 0;
	ENSURE(lesson_new("netflow", &limits, &l, &diag) == 0);
	lesson_label_by(l, labels);
	ENSURE(lesson_begin(l, "flows", &diag) == 0);
	for (struct bytes rest = bytes_of_cstr(flows_cstr); rest.len > 0;) {
		struct bytes line = bytes_first(rest, bytes_find(rest, '\n'));
		rest = bytes_after(rest, line.len + 1);
		ENSURE(lesson_line(l, line, &diag) == 0);
	}
	ENSURE(lesson_end(l, 0, &diag) == 0 && lesson_finish(l, &t, &diag) == 0);
	for (size_t i = 0; i < t->rows; i++) {
		ENSURE(t->labels[i] <= LEARN_UNKNOWN && t->families[i] < t->family_names.count);
		ENSURE((t->labels[i] == LEARN_ATTACK) == (t->families[i] != 0));
		unknown += t->labels[i] == LEARN_UNKNOWN;
	}
	ENSURE(t->rows == 4 && unknown == lesson_account(l)->unlabelled);
	learn_table_free(t);
	lesson_free(l);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lesson_labels *labels = NULL;
	struct diag diag = {.offset = UINT64_MAX};
	if (size == 0)
		return 0;
	int r = lesson_labels_read(
	    (struct bytes){data + 1, size - 1}, (data[0] & 1) != 0 ? "l.csv" : "l.yaml", &labels, &diag);
	ENSURE(r == 0 || diag.text_cstr[0] != '\0');
	if (r == 0)
		label_flows(labels);
	lesson_labels_free(labels);
	return 0;
}
