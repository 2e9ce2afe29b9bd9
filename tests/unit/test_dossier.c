/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier_samples.h"

#include "dossier/dossier_file.h"
#include "dossier/dossier_machines.h"
#include "dossier/dossier_outfile.h"
#include "dossier/store.h"

#include <signal.h>
#include <sys/resource.h>

static void
what_was_kept_is_read_back_whole(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	assert_int_equal(added, INCIDENT_PARTS_MAX + 3 + 1);
	struct dossier *d = open_ok(f, DOSSIER_READ);
	static struct incident got;
	assert_int_equal(dossier_find_incident(d, "INC-00000000aaaa", &got, &f->diag), 0);
	const struct incident *wanted = sample_incident("INC-00000000aaaa", SEVERITY_SERIOUS, 24);
	assert_string_equal(got.id_cstr, wanted->id_cstr);
	assert_true(addr_eq(&got.attacker, &wanted->attacker));
	assert_int_equal(got.victims_total, 40);
	assert_int_equal(got.victim_count, INCIDENT_VICTIMS_MAX);
	assert_memory_equal(got.victims, wanted->victims, sizeof(got.victims));
	assert_int_equal(got.stages, wanted->stages);
	assert_int_equal(got.severity, wanted->severity);
	assert_int_equal(got.confidence, wanted->confidence);
	assert_int_equal(got.first_ns, wanted->first_ns);
	assert_int_equal(got.last_ns, wanted->last_ns);
	assert_int_equal(got.alerts, 24);
	assert_int_equal(got.part_count, INCIDENT_PARTS_MAX);
	for (size_t i = 0; i < got.part_count; i++) {
		const struct incident_part *a = &got.parts[i], *b = &wanted->parts[i];
		assert_ptr_equal(a->strongest.detector_cstr, b->strongest.detector_cstr);
		assert_int_equal(a->strongest.flow_id, b->strongest.flow_id);
		assert_int_equal(a->strongest.app, APP_SSH);
		assert_int_equal(a->strongest.count, b->strongest.count);
		assert_string_equal(a->strongest.technique_cstr, "T1110");
		assert_int_equal(a->strongest.fact_count, 2);
		assert_bytes_equal(alert_fact_find(&a->strongest, "user"), alert_fact_find(&b->strongest, "user"));
		assert_int_equal(a->alerts, b->alerts);
		assert_int_equal(a->last_ns, b->last_ns);
	}
	close_ok(f, d);
}

struct seen {
	unsigned count, with_evidence;
	int64_t last_ns;
	char path[96];
	struct asset asset;
	char ids[8][INCIDENT_ID_MAX];
};

static void
see_alert(void *context, const struct kept_alert *kept)
{
	struct seen *s = context;
	s->count++;
	assert_true(kept->alert.first_ns >= s->last_ns);
	s->last_ns = kept->alert.first_ns;
	s->with_evidence += kept->evidence_cstr[0] != '\0';
	if (kept->evidence_cstr[0] != '\0')
		snprintf(s->path, sizeof(s->path), "%s", kept->evidence_cstr);
}

static void
see_asset(void *context, const struct asset *asset)
{
	struct seen *s = context;
	s->count++;
	s->asset = *asset;
}

static void
see_incident(void *context, const struct incident *incident)
{
	struct seen *s = context;
	assert_true(s->count < 8);
	memcpy(s->ids[s->count++], incident->id_cstr, INCIDENT_ID_MAX);
}

static void
alerts_come_in_order_of_time_with_their_proof(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	struct stat st;
	keep_a_run(f, &added);
	struct dossier *d = open_ok(f, DOSSIER_READ);
	struct seen s = {0};
	assert_int_equal(dossier_each_alert(d, "INC-00000000aaaa", see_alert, &s, &f->diag), INCIDENT_PARTS_MAX);
	assert_int_equal(s.count, INCIDENT_PARTS_MAX);
	assert_int_equal(s.with_evidence, INCIDENT_PARTS_MAX / 2);
	/* printf 'not really a pcap\n' | sha256sum */
	assert_string_equal(s.path, "evidence/84040ef94947216ce5e4628a97b27e6c83b457e8226de8c39ab57c42c12ba7ac.pcap");
	assert_true(has_proof(f, s.path));
	close_ok(f, d);
	if (f->server_cstr != NULL)
		return;
	assert_int_equal(stat(path_of(f, s.path), &st), 0);
	assert_int_equal(st.st_size, 18);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(access(path_of(f, "evidence/.being-written"), F_OK), -1);
}

static void
the_same_run_twice_adds_nothing_and_changes_no_byte_of_a_table(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	uint64_t before = dump(f);
	keep_a_run(f, &added);
	assert_int_equal(added, 0);
	assert_true(dump(f) == before);
	/* The dump is able to differ. */
	execute(f, "UPDATE incident SET confidence = 87");
	assert_true(dump(f) != before);
}

static void
an_incident_that_grew_is_changed_and_the_journal_tells_it(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	uint64_t lines = lines_of(f, d);
	bool is_new = true;
	assert_int_equal(
	    dossier_put_incident(d, sample_incident("INC-00000000aaaa", SEVERITY_CRITICAL, 30), &is_new, &f->diag), 0);
	assert_false(is_new);
	/* A part of the same capture tells less: the whole story stays. */
	assert_int_equal(
	    dossier_put_incident(d, sample_incident("INC-00000000aaaa", SEVERITY_MINOR, 3), &is_new, &f->diag), 0);
	assert_int_equal(lines_of(f, d), lines + 1);
	static struct incident got;
	assert_int_equal(dossier_find_incident(d, "INC-00000000aaaa", &got, &f->diag), 0);
	assert_int_equal(got.severity, SEVERITY_CRITICAL);
	assert_int_equal(got.alerts, 30);
	close_ok(f, d);
}

static void
incidents_come_gravest_and_latest_first_and_are_found_by_their_beginning(void **state)
{
	struct fixture *f = *state;
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	struct seen s = {0};
	static struct incident got;
	struct incident *incident = sample_incident("INC-0000000000a1", SEVERITY_MINOR, 1);
	assert_int_equal(dossier_put_incident(d, incident, NULL, &f->diag), 0);
	incident = sample_incident("INC-0000000000a2", SEVERITY_CRITICAL, 1);
	assert_int_equal(dossier_put_incident(d, incident, NULL, &f->diag), 0);
	incident = sample_incident("INC-0000000000b3", SEVERITY_CRITICAL, 1);
	incident->last_ns++;
	assert_int_equal(dossier_put_incident(d, incident, NULL, &f->diag), 0);
	assert_int_equal(dossier_each_incident(d, see_incident, &s, &f->diag), 3);
	assert_string_equal(s.ids[0], "INC-0000000000b3");
	assert_string_equal(s.ids[1], "INC-0000000000a2");
	assert_string_equal(s.ids[2], "INC-0000000000a1");
	static const struct {
		const char *asked_cstr;
		int answer;
	} rows[] = {{"INC-0000000000b3", 0}, {"0000000000b", 0}, {"inc-0000000000B3", 0}, {"INC-0000000000a1", 0},
	    {"INC-0000000000a", -ENOTUNIQ}, {"0", -ENOTUNIQ}, {"INC-7", -ENOENT}, {"", -ENOENT}, {"INC-", -ENOENT},
	    {"%", -ENOENT}, {"_", -ENOENT}, {"' OR 1=1 --", -ENOENT},
	    {"INC-0000000000a1000000000000000000000000000000000", -ENOENT}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		int r = dossier_find_incident(d, rows[i].asked_cstr, &got, &f->diag);
		if (r != rows[i].answer)
			fail_msg("%s: %d", rows[i].asked_cstr, r);
	}
	close_ok(f, d);
}

static void
a_machine_is_added_up_over_runs_but_never_counted_twice(void **state)
{
	struct fixture *f = *state;
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	struct asset first = sample_asset(5), second = sample_asset(5);
	second.first_ns = 5000;
	second.last_ns = 6000;
	second.mac[0] = 6;
	second.services[1] = (struct asset_service){8080, 6, APP_HTTP};
	struct seen s = {0};
	for (size_t round = 0; round < 2; round++) { /* the second time nothing changes */
		assert_int_equal(dossier_put_asset(d, &first, NULL, &f->diag), 0);
		assert_int_equal(dossier_put_asset(d, &second, NULL, &f->diag), 0);
		s = (struct seen){0};
		assert_int_equal(dossier_each_asset(d, see_asset, &s, &f->diag), 1);
		assert_int_equal(s.asset.packets, 20);
		assert_int_equal(s.asset.bytes, 2000);
		assert_int_equal(s.asset.first_ns, 1000);
		assert_int_equal(s.asset.last_ns, 6000);
		assert_int_equal(s.asset.mac[0], 6);
		assert_int_equal(s.asset.name_len, 4);
		assert_int_equal(s.asset.service_count, 2);
		assert_int_equal(s.asset.services[1].app, APP_HTTP); /* understood better the second time */
	}
	assert_int_equal(lines_of(f, d), 2);
	close_ok(f, d);
}

/* What somebody with the database in hand can do, and where verify says that it was done. */
static const struct {
	const char *why_cstr, *sql_cstr;
	enum dossier_fault fault;
	int64_t seq; /* 0: any */
	const char *object_cstr;
} alterations[] = {
    {"a word of a line", "UPDATE journal SET after = after || ' ' WHERE seq = 3", DOSSIER_FAULT_LINE, 3, ""},
    {"who", "UPDATE journal SET who = 'nobody' WHERE seq = 5", DOSSIER_FAULT_LINE, 5, ""},
    {"when", "UPDATE journal SET at = at + 1 WHERE seq = 2", DOSSIER_FAULT_LINE, 2, ""},
    {"a content that was absent", "UPDATE journal SET before = '' WHERE seq = 1", DOSSIER_FAULT_LINE, 1, ""},
    {"a content erased, and no purge tells it", "UPDATE journal SET after = NULL WHERE seq = 4", DOSSIER_FAULT_ERASED, 4,
        ""},
    {"a digest erased with it", "UPDATE journal SET after = NULL, after_sha256 = NULL WHERE seq = 4", DOSSIER_FAULT_LINE, 4,
        ""},
    {"a seal", "UPDATE journal SET seal = zeroblob(32) WHERE seq = 4", DOSSIER_FAULT_LINE, 4, ""},
    {"a line dropped", "DELETE FROM journal WHERE seq = 4", DOSSIER_FAULT_MISSING, 5, ""},
    {"the first line dropped", "DELETE FROM journal WHERE seq = 1", DOSSIER_FAULT_MISSING, 2, ""},
    {"a line put at the end",
        "INSERT INTO journal SELECT (SELECT max(seq) + 1 FROM journal), at, who, action, object, before,"
        " after, before_sha256, after_sha256, seal, previous, hash FROM journal WHERE seq = 2",
        DOSSIER_FAULT_CHAIN, 0, ""},
    {"two lines exchanged",
        "UPDATE journal SET seq = -1 WHERE seq = 4; UPDATE journal SET seq = 4 WHERE seq = 5;"
        "UPDATE journal SET seq = 5 WHERE seq = -1",
        DOSSIER_FAULT_CHAIN, 4, ""},
    {"the last line cut", "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)", DOSSIER_FAULT_OBJECT, 0,
        "INC-00000000aaaa"},
    {"the last lines cut", "DELETE FROM journal WHERE seq > 20", DOSSIER_FAULT_UNTOLD, 0, ""},
    {"the last machine, with all its lines",
        "DELETE FROM link WHERE target LIKE 'AST-%.3' OR source LIKE 'AST-%.3';"
        "DELETE FROM asset_service WHERE asset LIKE 'AST-%.3'; DELETE FROM asset WHERE id LIKE 'AST-%.3';"
        "DELETE FROM object WHERE id LIKE 'AST-%.3'; DELETE FROM journal WHERE object LIKE 'AST-%.3'",
        DOSSIER_FAULT_MISSING, 0, ""},
    {"a severity", "UPDATE incident SET severity = 1", DOSSIER_FAULT_OBJECT, 0, "INC-00000000aaaa"},
    {"a column that the journal does not quote", "UPDATE asset SET mac = x'020000000009' WHERE id = 'AST-192.168.0.2'",
        DOSSIER_FAULT_OBJECT, 0, "AST-192.168.0.2"},
    {"a service added", "INSERT INTO asset_service VALUES('AST-192.168.0.3', 4444, 6, NULL)", DOSSIER_FAULT_OBJECT, 0,
        "AST-192.168.0.3"},
    {"a victim removed",
        "DELETE FROM incident_victim WHERE address = (SELECT address FROM incident_victim ORDER BY address LIMIT 1)",
        DOSSIER_FAULT_OBJECT, 0, "INC-00000000aaaa"},
    {"a fact moved", "UPDATE alert_fact SET position = position + 5 WHERE position = 1", DOSSIER_FAULT_OBJECT, 0, ""},
    {"a link removed", "DELETE FROM link WHERE relation = 'proves'", DOSSIER_FAULT_OBJECT, 0, ""},
    {"the reason of a link", "UPDATE link SET why = 'x' WHERE relation = 'part-of'", DOSSIER_FAULT_OBJECT, 0, ""},
    {"a machine slipped in", "INSERT INTO object VALUES('AST-192.168.9.9', 'asset')", DOSSIER_FAULT_UNTOLD, 0,
        "AST-192.168.9.9"},
    {"a machine taken out",
        "DELETE FROM asset_service WHERE asset LIKE '%.2'; DELETE FROM asset WHERE id LIKE '%.2';"
        "DELETE FROM object WHERE id = 'AST-192.168.0.2'",
        DOSSIER_FAULT_GONE, 0, "AST-192.168.0.2"},
    {"a row that belongs to nothing", "INSERT INTO alert_fact VALUES('ALR-nowhere', 0, 'x', x'00')", DOSSIER_FAULT_DATABASE,
        0, "alert_fact"},
};

static void
any_alteration_is_found_and_located(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < LENGTH_OF(alterations); i++) {
		unsigned added;
		struct verified v;
		forget_dossier(f);
		keep_a_run(f, &added);
		(void)unlink(path_of(f, "journal.head")); /* so that the database alone is judged */
		struct dossier *d = open_ok(f, DOSSIER_READ);
		assert_true(lines_of(f, d) > 20);
		close_ok(f, d);
		take_guards_away(f);
		execute(f, alterations[i].sql_cstr);
		d = open_ok(f, DOSSIER_READ);
		if (verify(f, d, NULL, &v) != -EBADMSG || v.verdict.findings == 0)
			fail_msg("not found: %s", alterations[i].why_cstr);
		bool located = v.first.fault == alterations[i].fault &&
		    (alterations[i].seq == 0 || v.first.seq == alterations[i].seq) &&
		    (alterations[i].object_cstr[0] == '\0' || strcmp(v.first.object_cstr, alterations[i].object_cstr) == 0);
		if (!located)
			fail_msg("%s: found as %s, line %lld, %s", alterations[i].why_cstr,
			    dossier_verify_word(v.first.fault), (long long)v.first.seq, v.first.object_cstr);
		close_ok(f, d);
	}
}

/* The whole dossier as it was before the last run, and a chain that holds: only a head kept elsewhere tells. */
static void
an_older_copy_put_back_is_told_by_the_head_that_was_kept(void **state)
{
	struct fixture *f = *state;
	static uint8_t older[1 << 20];
	unsigned added;
	struct verified v;
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	struct asset a = sample_asset(1);
	assert_int_equal(dossier_put_asset(d, &a, NULL, &f->diag), 0);
	close_ok(f, d);
	size_t len = read_file(path_of(f, "dossier.db"), older, sizeof(older));
	keep_a_run(f, &added);
	d = open_ok(f, DOSSIER_READ);
	assert_int_equal(verify(f, d, NULL, &v), 0);
	close_ok(f, d);
	char head[128];
	snprintf(head, sizeof(head), "%lld:%s", (long long)v.verdict.seq, v.verdict.head_cstr);
	write_file(path_of(f, "dossier.db"), older, len);
	d = open_ok(f, DOSSIER_READ);
	assert_int_equal(verify(f, d, NULL, &v), -EBADMSG); /* journal.head still knows */
	assert_int_equal(v.first.fault, DOSSIER_FAULT_HEAD);
	assert_int_equal(unlink(path_of(f, "journal.head")), 0);
	assert_int_equal(verify(f, d, NULL, &v), 0); /* nothing in the folder can tell any more */
	assert_int_equal(verify(f, d, head, &v), -EBADMSG);
	assert_int_equal(v.first.fault, DOSSIER_FAULT_HEAD);
	assert_int_equal(verify(f, d, "12", &v), -EINVAL);
	close_ok(f, d);
}

static void
a_proof_altered_or_gone_is_named(void **state)
{
	struct fixture *f = *state;
	static const char name[] = "evidence/84040ef94947216ce5e4628a97b27e6c83b457e8226de8c39ab57c42c12ba7ac.pcap";
	unsigned added;
	struct verified v;
	keep_a_run(f, &added);
	put_proof(f, name, "not really a pcaq\n");
	struct dossier *d = open_ok(f, DOSSIER_READ);
	assert_int_equal(verify(f, d, NULL, &v), -EBADMSG);
	assert_int_equal(v.first.fault, DOSSIER_FAULT_FILE);
	assert_string_equal(v.first.object_cstr, name);
	remove_proof(f, name);
	assert_int_equal(verify(f, d, NULL, &v), -EBADMSG);
	assert_int_equal(v.first.fault, DOSSIER_FAULT_NO_FILE);
	close_ok(f, d);
}

static void
the_journal_refuses_to_be_changed(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	assert_false(try_to_execute(f, "UPDATE journal SET who = 'x'"));
	assert_false(try_to_execute(f, "DELETE FROM journal"));
	assert_false(try_to_execute(f, "UPDATE journal SET after = 'x'"));
}

static void
a_file_that_is_no_dossier_is_refused_and_left_as_it_was(void **state)
{
	struct fixture *f = *state;
	enum { TEXT, OTHER_DATABASE, NEWER, CUT, BROKEN_PAGE };
	static const struct {
		const char *why_cstr;
		int what, error;
		const char *says_cstr;
	} rows[] = {
	    {"a text", TEXT, -EBADMSG, "damaged"},
	    {"another program's database", OTHER_DATABASE, -EMEDIUMTYPE, "another program"},
	    {"a newer version", NEWER, -EPROTONOSUPPORT, "newer beffroi"},
	    {"a dossier cut in the middle", CUT, -EBADMSG, "damaged"},
	    {"a dossier with a broken page", BROKEN_PAGE, -EBADMSG, "damaged"},
	};
	static uint8_t before[1 << 20], after[1 << 20];
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		unsigned added;
		(void)unlink(path_of(f, "dossier.db"));
		if (rows[i].what == TEXT) {
			char text[4096];
			memset(text, 'x', sizeof(text));
			write_file(path_of(f, "dossier.db"), text, sizeof(text));
		} else if (rows[i].what == OTHER_DATABASE) {
			execute(f, "CREATE TABLE recipe(x)");
		} else {
			keep_a_run(f, &added);
			if (rows[i].what == NEWER)
				execute(f, "PRAGMA user_version = 99");
			if (rows[i].what == CUT)
				assert_int_equal(truncate(path_of(f, "dossier.db"), 9000), 0);
			if (rows[i].what == BROKEN_PAGE) {
				size_t len = read_file(path_of(f, "dossier.db"), before, sizeof(before));
				memset(before + 100, 0x5a, 3000); /* the schema's page, behind the header */
				write_file(path_of(f, "dossier.db"), before, len);
			}
		}
		size_t len = read_file(path_of(f, "dossier.db"), before, sizeof(before));
		for (int mode = 0; mode < 2; mode++) {
			struct dossier *d = NULL;
			int r = dossier_open(&d, f->folder, mode == 0 ? DOSSIER_READ : DOSSIER_WRITE, &f->diag);
			if (r != rows[i].error || strstr(f->diag.text_cstr, rows[i].says_cstr) == NULL)
				fail_msg("%s: %d %s", rows[i].why_cstr, r, f->diag.text_cstr);
			assert_null(d);
			assert_string_equal(f->diag.file_cstr, f->folder);
		}
		assert_int_equal(read_file(path_of(f, "dossier.db"), after, sizeof(after)), len);
		assert_memory_equal(before, after, len);
	}
}

static void
rows_out_of_their_range_are_told_and_not_believed(void **state)
{
	struct fixture *f = *state;
	static const char *const rows[] = {
	    "UPDATE incident SET severity = 9",
	    "UPDATE incident SET confidence = -1",
	    "UPDATE incident SET attacker = x'00'",
	    "UPDATE alert SET stage = 200",
	    "UPDATE alert SET target_port = 70000",
	    "UPDATE alert SET technique = 'a technique with a long name'",
	    "UPDATE incident_victim SET address = x'0011' WHERE address = (SELECT address FROM incident_victim ORDER BY address LIMIT 1)",
	    "UPDATE incident_part SET alerts = -5",
	};
	static struct incident got;
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		unsigned added;
		forget_dossier(f);
		keep_a_run(f, &added);
		execute(f, rows[i]);
		struct dossier *d = open_ok(f, DOSSIER_READ);
		if (dossier_find_incident(d, "INC-00000000aaaa", &got, &f->diag) != -EBADMSG)
			fail_msg("believed: %s", rows[i]);
		close_ok(f, d);
	}
	unsigned added;
	forget_dossier(f);
	keep_a_run(f, &added);
	execute(f, "UPDATE asset SET address = 'nowhere' WHERE address = '192.168.0.1'");
	struct dossier *d = open_ok(f, DOSSIER_READ);
	struct seen s = {0};
	assert_int_equal(dossier_each_asset(d, see_asset, &s, &f->diag), -EBADMSG);
	close_ok(f, d);
}

static void
a_folder_without_a_dossier_says_how_to_make_one(void **state)
{
	struct fixture *f = *state;
	struct dossier *d = NULL;
	assert_int_equal(dossier_open(&d, f->folder, DOSSIER_READ, &f->diag), -ENOENT);
	assert_non_null(strstr(f->diag.text_cstr, "beffroi watch -r"));
	assert_int_equal(access(path_of(f, "dossier.db"), F_OK), -1); /* reading makes nothing */
	assert_int_equal(access(path_of(f, "dossier.lock"), F_OK), -1);
	assert_int_equal(dossier_open(&d, path_of(f, "absent"), DOSSIER_WRITE, &f->diag), -ENOENT);
	assert_int_equal(dossier_open(&d, "", DOSSIER_WRITE, &f->diag), -ENAMETOOLONG);
	assert_null(d);
}

/* In a child: a limit on the size of files stands for a full disk; the limit's signal is ignored. 100 + what was confirmed. */
static int
fill_the_disk(const struct fixture *f, bool one_by_one)
{
	struct dossier *d = NULL;
	struct diag diag = {0};
	(void)signal(SIGXFSZ, SIG_IGN);
	struct rlimit limit = {300 * 1024, 300 * 1024};
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0 || dossier_open(&d, f->folder, DOSSIER_WRITE, &diag) < 0 ||
	    (!one_by_one && dossier_begin(d, &diag) < 0))
		return 1;
	for (unsigned i = 0; i < 5000; i++) {
		struct alert a = sample_alert(i);
		a.count = 1000000 + i;
		int r = dossier_put_alert(d, "INC-00000000bbbb", &a, (struct bytes){0}, NULL, &diag);
		if (r == 0 && one_by_one)
			r = dossier_end(d, &diag);
		if (r == 0)
			continue;
		bool told = r == -ENOSPC && strstr(diag.text_cstr, "disk is full") != NULL;
		/* Nothing more is taken, and the end says that all was not kept. */
		bool refused = dossier_put_alert(d, "INC-00000000bbbb", &a, (struct bytes){0}, NULL, &diag) < 0;
		bool ends = dossier_close(d, &diag) < 0;
		return !told || !refused || !ends ? 2 : 100 + (int)(i < 100 ? i : 99);
	}
	int r = dossier_close(d, &diag);
	return r == -ENOSPC && strstr(diag.text_cstr, "disk is full") != NULL ? 100 : 3;
}

static int
fill_in_a_child(const struct fixture *f, bool one_by_one)
{
	int status;
	pid_t pid = fork();
	if (pid == 0)
		_exit(fill_the_disk(f, one_by_one));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) >= 100);
	return WEXITSTATUS(status) - 100;
}

static void
a_full_disk_is_told_and_what_was_kept_before_stays(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	uint64_t before = dump(f);
	(void)fill_in_a_child(f, false);
	assert_true(dump(f) == before);
	keep_a_run(f, &added); /* with room again, it works again */
	assert_int_equal(added, 0);
}

static void
a_full_disk_takes_nothing_back_that_was_confirmed(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	int confirmed = fill_in_a_child(f, true);
	assert_true(confirmed > 0);
	assert_int_equal(count(f, "SELECT count(*) FROM alert WHERE count >= 1000000"), confirmed);
	struct dossier *d = open_ok(f, DOSSIER_READ);
	(void)lines_of(f, d);
	close_ok(f, d);
}

/* In a child that is no super-user: 0 read, 1 reading failed, 2 writing was possible. */
static int
use_as_nobody(const struct fixture *f)
{
	struct dossier *d = NULL;
	struct diag diag = {0};
	static struct incident got;
	if (getuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return 3;
	int r = dossier_open(&d, f->folder, DOSSIER_WRITE, &diag);
	if (r >= 0 || diag.text_cstr[0] == '\0')
		return 2;
	if (dossier_open(&d, f->folder, DOSSIER_READ, &diag) < 0 ||
	    dossier_find_incident(d, "INC-00000000aaaa", &got, &diag) < 0)
		return 1;
	return dossier_close(d, &diag) < 0 ? 1 : 0;
}

static void
a_folder_that_may_only_be_read_is_read(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	int status;
	keep_a_run(f, &added);
	assert_int_equal(chmod(path_of(f, "dossier.db"), 0444), 0);
	(void)chmod(path_of(f, "dossier.lock"), 0444);
	assert_int_equal(chmod(f->folder, 0555), 0);
	pid_t pid = fork();
	if (pid == 0)
		_exit(use_as_nobody(f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(chmod(f->folder, 0700), 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
a_run_that_was_killed_leaves_a_dossier_that_opens(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	int status;
	keep_a_run(f, &added);
	uint64_t before = dump(f);
	pid_t pid = fork();
	if (pid == 0) {
		struct dossier *d = NULL;
		struct diag diag;
		struct alert a = sample_alert(99);
		if (dossier_open(&d, f->place, DOSSIER_WRITE, &diag) < 0 || dossier_begin(d, &diag) < 0 ||
		    dossier_put_alert(d, "INC-00000000cccc", &a, BYTES("proof"), NULL, &diag) < 0)
			_exit(1);
		(void)raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_true(dump(f) == before);
	keep_a_run(f, &added);
	assert_int_equal(added, 0);
}

static void
a_path_with_marks_of_its_own_is_only_a_path(void **state)
{
	struct fixture *f = *state;
	char folder[PATH_MAX_];
	snprintf(folder, sizeof(folder), "%s", path_of(f, "a b?mode=memory#c%41é"));
	assert_int_equal(mkdir(folder, 0700), 0);
	struct dossier *d = NULL;
	assert_int_equal(dossier_open(&d, folder, DOSSIER_WRITE, &f->diag), 0);
	close_ok(f, d);
	snprintf(folder + strlen(folder), 16, "/dossier.db");
	assert_int_equal(access(folder, F_OK), 0);
}

static int
see_proof(void *context, const char *path_cstr)
{
	unsigned *n = context;
	assert_true(strncmp(path_cstr, "evidence/", 9) == 0);
	(*n)++;
	return 0;
}

static void
a_folder_of_proofs_that_cannot_be_read_is_no_empty_one(void **state)
{
	struct fixture *f = *state;
	unsigned added, n = 0;
	keep_a_run(f, &added);
	struct dossier *d = open_ok(f, DOSSIER_WRITE);
	assert_int_equal(dossier_file_each_proof(d, see_proof, &n, &f->diag), 0);
	assert_int_equal(n, 1);
	if (f->server_cstr == NULL) {
		char away[PATH_MAX_];
		snprintf(away, sizeof(away), "%s/away", f->folder);
		assert_int_equal(rename(path_of(f, "evidence"), away), 0);
		assert_int_equal(dossier_file_each_proof(d, see_proof, &n, &f->diag), 0);
		assert_int_equal(symlink("dossier.db", path_of(f, "evidence")), 0);
		assert_int_equal(dossier_file_each_proof(d, see_proof, &n, &f->diag), -ENOTDIR);
		assert_non_null(strstr(f->diag.text_cstr, "evidence/"));
		assert_int_equal(n, 1);
	}
	close_ok(f, d);
}

static void
who_finds_the_journal_damaged_gives_the_turn_back(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	struct dossier *first = open_ok(f, DOSSIER_WRITE), *second = open_ok(f, DOSSIER_WRITE);
	take_guards_away(f);
	execute(f, "UPDATE journal SET hash = x'00' WHERE seq = (SELECT max(seq) FROM journal)");
	assert_int_equal(dossier_begin(first, &f->diag), -EBADMSG);
	assert_int_equal(dossier_begin(second, &f->diag), -EBADMSG); /* and does not wait for the other one */
	assert_int_equal(dossier_begin(first, &f->diag), -EBADMSG);
	close_ok(f, second);
	close_ok(f, first);
}

static void
what_is_begun_and_gone_is_not_confirmed(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	keep_a_run(f, &added);
	uint64_t before = dump(f);
	struct alert a = sample_alert(99);
	for (unsigned i = f->server_cstr == NULL ? 1 : 0; i < 2; i++) {
		struct dossier *d = open_ok(f, DOSSIER_WRITE);
		assert_int_equal(dossier_begin(d, &f->diag), 0);
		assert_int_equal(dossier_put_alert(d, "INC-00000000aaaa", &a, (struct bytes){0}, NULL, &f->diag), 0);
		/* A server takes all of it back for one refusal; here nobody has told the dossier of it. */
		if (i == 0)
			assert_true(d->store->make->execute(d->store, "SELECT 1 / 0") < 0);
		else
			assert_int_equal(d->store->make->execute(d->store, "ROLLBACK"), 0);
		assert_true(dossier_end(d, &f->diag) < 0);
		dossier_cancel(d);
		assert_int_equal(dossier_begin(d, &f->diag), 0);
		assert_int_equal(dossier_end(d, &f->diag), 0);
		close_ok(f, d);
		assert_true(dump(f) == before);
	}
}

static int
copy_to_a_full_disk(const struct fixture *f)
{
	(void)signal(SIGXFSZ, SIG_IGN);
	static const char room[64 * 1024];
	struct rlimit limit = {10000, 10000};
	int fd = open(f->folder, O_RDONLY | O_DIRECTORY), from = openat(fd, "whole", O_RDWR | O_CREAT, 0600);
	if (from < 0 || pwrite(from, room, sizeof(room), 0) != sizeof(room) || setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return 1;
	return dossier_outfile_copy(fd, fd, "whole", NULL) != -EEXIST || /* what was there stays */
	        dossier_outfile_copy_open(from, fd, NULL, "copy", NULL) != -EFBIG
	    ? 2
	    : 0;
}

static void
a_copy_that_did_not_come_to_its_end_does_not_stay(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid = fork();
	if (pid == 0)
		_exit(copy_to_a_full_disk(f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(access(path_of(f, "copy"), F_OK), -1);
	assert_int_equal(access(path_of(f, "whole"), F_OK), 0);
}

static void
an_alert_without_its_addresses_is_told_by_the_map(void **state)
{
	struct fixture *f = *state;
	unsigned added;
	struct dossier_machines *machines;
	struct dossier_machines_arrow *arrows;
	size_t n;
	keep_a_run(f, &added);
	struct dossier *d = open_ok(f, DOSSIER_READ);
	assert_int_equal(dossier_machines_read(d, &machines, &f->diag), 0);
	assert_int_equal(dossier_machines_arrows(d, machines, &arrows, &n, &f->diag), 0);
	assert_int_equal(n, INCIDENT_PARTS_MAX);
	assert_int_equal(dossier_machines_arrows(d, machines, &arrows, &n, &f->diag), 0);
	dossier_machines_free(machines);
	close_ok(f, d);
	execute(f, "UPDATE alert SET source = x'0102' WHERE number = 77");
	d = open_ok(f, DOSSIER_READ);
	assert_int_equal(dossier_machines_read(d, &machines, &f->diag), 0);
	assert_int_equal(dossier_machines_arrows(d, machines, &arrows, &n, &f->diag), -EBADMSG);
	dossier_machines_free(machines);
	close_ok(f, d);
}

int
main(void)
{
	const struct CMUnitTest both[] = {
	    cmocka_unit_test_setup_teardown(what_was_kept_is_read_back_whole, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(alerts_come_in_order_of_time_with_their_proof, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        the_same_run_twice_adds_nothing_and_changes_no_byte_of_a_table, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_incident_that_grew_is_changed_and_the_journal_tells_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
	        incidents_come_gravest_and_latest_first_and_are_found_by_their_beginning, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_machine_is_added_up_over_runs_but_never_counted_twice, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(any_alteration_is_found_and_located, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_proof_altered_or_gone_is_named, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_journal_refuses_to_be_changed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(rows_out_of_their_range_are_told_and_not_believed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_run_that_was_killed_leaves_a_dossier_that_opens, set_up, tear_down),
	};
	const struct CMUnitTest in_a_folder[] = {
	    cmocka_unit_test_setup_teardown(an_older_copy_put_back_is_told_by_the_head_that_was_kept, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_file_that_is_no_dossier_is_refused_and_left_as_it_was, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_folder_without_a_dossier_says_how_to_make_one, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_full_disk_is_told_and_what_was_kept_before_stays, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_full_disk_takes_nothing_back_that_was_confirmed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_folder_that_may_only_be_read_is_read, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_folder_of_proofs_that_cannot_be_read_is_no_empty_one, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(who_finds_the_journal_damaged_gives_the_turn_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_is_begun_and_gone_is_not_confirmed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_copy_that_did_not_come_to_its_end_does_not_stay, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_alert_without_its_addresses_is_told_by_the_map, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_path_with_marks_of_its_own_is_only_a_path, set_up, tear_down),
	};
	return RUN_DOSSIER_TESTS(both, in_a_folder);
}
